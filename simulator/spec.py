"""Checks each call of the bot against the published description of the Bot API."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.telegram.calls import Call

DEFAULT_PLACE = Path(__file__).parents[2] / "shared" / "specs" / "telegram-bot-api.json"
_INTEGER = re.compile(r"-?\d+")
_FLOAT = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_CONSTANT = re.compile(r"(?:must be|always) [“\"']?([a-z_]+)[”\"']?$")


def load_spec(path: str | Path | None = None) -> Spec | None:
    """The description from this file, or from the usual places; None if there is none."""
    named = path or os.environ.get("SIMULATOR_BOT_API_SPEC")
    place = Path(named) if named else DEFAULT_PLACE
    if not place.is_file():
        if named:
            raise FileNotFoundError(f"there is no description of the Bot API at {place}")
        return None
    return _read(place)


@lru_cache(maxsize=4)
def _read(place: Path) -> Spec:
    return Spec(json.loads(place.read_text(encoding="utf-8")))


class Spec:
    """The methods and types of the Bot API."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.version = str(description.get("version", ""))
        self.methods: dict[str, Any] = description["methods"]
        self.types: dict[str, Any] = description["types"]

    def violations(self, call: Call) -> list[str]:
        """What is wrong with a call, each fault in a sentence."""
        method = self.methods.get(call.method)
        if method is None:
            return [f"{call.method}: there is no such method"]
        fields = {field["name"]: field for field in method.get("fields", [])}
        given = {**dict.fromkeys(call.uploads, _UPLOAD), **call.parameters}
        found = [
            f"{call.method}: there is no parameter {name!r}"
            for name in given
            if name not in fields and not self._attached(name, call)
        ]
        for name, field in fields.items():
            if name in given:
                found += [f"{call.method}: {fault}" for fault in self._faults(name, given[name], field["types"], True)]
            elif field.get("required"):
                found.append(f"{call.method}: the required parameter {name!r} is missing")
        return found

    def _attached(self, name: str, call: Call) -> bool:
        """A file may come under any name, if a parameter speaks of it."""
        return name in call.uploads and any(f"attach://{name}" in str(value) for value in call.parameters.values())

    def _faults(self, name: str, value: Any, types: list[str], on_the_wire: bool) -> list[str]:
        """Why a value is of none of these types; empty if it is of one of them."""
        fewest: list[str] | None = None
        for kind in types:
            faults = self._faults_as(name, value, kind, on_the_wire)
            if not faults:
                return []
            if fewest is None or len(faults) < len(fewest):
                fewest = faults
        if len(types) > 1 and all(kind in _PLAIN for kind in types):
            return [f"{name!r} must be {' or '.join(types)}, not {value!r}"]
        return fewest or []

    def _faults_as(self, name: str, value: Any, kind: str, on_the_wire: bool) -> list[str]:
        if kind in _PLAIN:
            return [] if _PLAIN[kind](value, on_the_wire) else [f"{name!r} must be {kind}, not {_short(value)}"]
        if on_the_wire and isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                return [f"{name!r} must be {kind} written as JSON, not {_short(value)}"]
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{name!r} must be {kind}, not {_short(value)}"]
            inner = kind.removeprefix("Array of ")
            return [
                fault
                for number, item in enumerate(value)
                for fault in self._faults_as(f"{name}[{number}]", item, inner, False)
            ]
        return self._object_faults(name, value, kind)

    def _object_faults(self, name: str, value: Any, kind: str) -> list[str]:
        described = self.types.get(kind)
        if described is None:
            return []
        if not isinstance(value, dict):
            return [f"{name!r} must be {kind}, not {_short(value)}"]
        if described.get("subtypes"):
            return self._subtype_faults(name, value, described["subtypes"])
        fields = {field["name"]: field for field in described.get("fields", [])}
        faults = [f"{kind} in {name!r} has no {key!r}" for key in value if key not in fields]
        for key, field in fields.items():
            if key not in value:
                if field.get("required"):
                    faults.append(f"{kind} in {name!r} needs {key!r}")
                continue
            faults += self._faults(f"{name}.{key}", value[key], field["types"], False)
            constant = _CONSTANT.search(field.get("description", ""))
            if key in ("type", "source") and constant and value[key] != constant[1]:
                faults.append(f"{name}.{key} must be {constant[1]!r}, not {_short(value[key])}")
        return faults

    def _subtype_faults(self, name: str, value: dict[str, Any], subtypes: list[str]) -> list[str]:
        tried = [self._object_faults(name, value, kind) for kind in subtypes]
        return min(tried, key=len)


class _Upload:
    def __repr__(self) -> str:
        return "a file"


_UPLOAD = _Upload()


def _is_integer(value: Any, on_the_wire: bool) -> bool:
    if isinstance(value, str):
        return on_the_wire and _INTEGER.fullmatch(value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


def _is_float(value: Any, on_the_wire: bool) -> bool:
    if isinstance(value, str):
        return on_the_wire and _FLOAT.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_boolean(value: Any, on_the_wire: bool) -> bool:
    if isinstance(value, str):
        return on_the_wire and value.lower() in ("true", "false")
    return isinstance(value, bool)


_PLAIN: dict[str, Callable[[Any, bool], bool]] = {
    "Integer": _is_integer,
    "Float": _is_float,
    "Boolean": _is_boolean,
    "True": lambda value, on_the_wire: value is True,
    "String": lambda value, on_the_wire: isinstance(value, str),
    "InputFile": lambda value, on_the_wire: (
        value is _UPLOAD or (isinstance(value, str) and value.startswith("attach://"))
    ),
}


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
