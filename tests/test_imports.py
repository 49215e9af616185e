"""No module needs another that needs it: whichever is loaded first, everything is there."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "channels", "handlers", "conversations", "storage", "domain", "simulator")
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
}


def needs(path: Path) -> set[str]:
    """The modules of ours that are loaded with this one; not those that a function loads, or only types are from."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {name if (name := f"{node.module}.{alias.name}") in FILES else node.module for alias in node.names}
    return found & FILES.keys()


def test_there_is_no_circle() -> None:
    assert list(TopologicalSorter({name: needs(path) for name, path in FILES.items()}).static_order())
