"""The worker process: answers questions about files, one after the other, within the limits that it sets itself."""

import json
import os
import select
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import IO, Any

from storage.preflight.confining import confine
from storage.preflight.wire import Header, Parcel, read, write

Desk = Callable[[Header, Sequence[bytes]], Parcel]


def main() -> None:
    given = json.loads(sys.argv[1])
    answers = _only_ours()
    confined = confine()  # first of all: a thread that a library has begun would stay free
    desk = _reading_desk() if given["work"] == "reading" else _pages_desk()
    unlimited = limit(given["memory_mb"])
    write(answers, {"unlimited": unlimited, "confined": confined})
    _speak_no_more()
    for _ in range(given["questions"]):
        if not _comes_within(given["idle_seconds"]):
            return
        question = read(sys.stdin.buffer)
        if question is None:
            return
        header, files = question
        allow_cpu(header["cpu_seconds"])
        answer, answered = answer_to(desk, header, files)
        write(answers, answer, answered)
        if answer.get("refused") == "too_heavy":  # what is left of its memory is in pieces
            return


def answer_to(desk: Desk, header: Header, files: Sequence[bytes]) -> Parcel:
    """A no is an answer too; whatever else goes wrong on a file means that the file is not right."""
    from domain.refusal import Refused

    try:
        return desk(header, files)
    except Refused as refused:
        return {"refused": refused.reason, "facts": refused.facts}, []
    except MemoryError:
        return {"refused": "too_heavy", "facts": {}}, []
    except Exception as error:
        return {"broken": f"{type(error).__name__}: {error}"[:500]}, []


def _pages_desk() -> Desk:
    import warnings

    from PIL import Image

    from storage.preflight import pages
    from storage.preflight.examine import examine
    from storage.preflight.rules import LIMIT_MEGAPIXELS, Rules

    # Every picture is measured before it is opened; the libraries' own limit is lower than ours, and only warns.
    Image.MAX_IMAGE_PIXELS = LIMIT_MEGAPIXELS * 1_000_000
    warnings.simplefilter("ignore")

    def desk(header: Header, files: Sequence[bytes]) -> Parcel:
        match header["do"]:
            case "examine":
                examined = examine(files[0], Rules(**header["rules"]))
                return {"examined": {**_plain(examined), "content": None}}, [examined.content]
            case "bind":
                return {}, [pages.bind(files)]
            case _:
                return {}, [pages.preview(files[0], header["kind"], header["page"])]

    return desk


def _reading_desk() -> Desk:
    from storage.preflight.ocr import Eyes

    eyes = Eyes()

    def desk(header: Header, files: Sequence[bytes]) -> Parcel:
        page = eyes.look(files[0], header["kind"], header["page"])
        return {"page": page and _plain(page)}, []

    return desk


def _plain(thing: Any) -> dict[str, Any]:
    """As JSON can carry it; the bytes travel beside it."""
    return {name: value for name, value in asdict(thing).items() if not isinstance(value, bytes)}


# ---------------------------------------------------------------- limits


def limit(memory_mb: int) -> list[str]:
    """Limit this process, and say what could not be limited. It may not write a file either, not even by crashing."""
    with suppress(AttributeError, OSError):
        os.nice(5)  # answering people comes first
    try:
        import resource
    except ImportError:  # Windows
        return ["memory", "time"]
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_FSIZE, 0)
    wide = _set(resource.RLIMIT_AS, memory_mb << 20)
    # macOS takes the limit and does not keep it.
    return [] if wide and sys.platform.startswith("linux") else ["memory"]


def allow_cpu(seconds: int) -> None:
    """From now on; the system counts from the start of the process, and ends it there."""
    try:
        import resource
    except ImportError:
        return
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    allowed = int(spent.ru_utime + spent.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


def _set(what: int, most: int) -> bool:
    import resource

    try:
        resource.setrlimit(what, (most, most))
    except (ValueError, OSError, OverflowError):
        return False
    return True


# ---------------------------------------------------------------- the line to the bot


def _only_ours() -> IO[bytes]:
    """The way back to the bot, out of reach of libraries that print."""
    ours = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return ours


def _speak_no_more() -> None:
    """What went wrong at the start is for the operator; what libraries say about a file is for nobody."""
    os.dup2(1, 2)


def _comes_within(seconds: float) -> bool:
    """Whether a question comes so soon; where that cannot be asked, it is waited for."""
    if sys.platform == "win32":
        return True
    return bool(select.select([sys.stdin.fileno()], [], [], seconds)[0])


if __name__ == "__main__":
    main()
