"""Keeps the files that people and the bot have sent."""

import itertools
import secrets
from pathlib import PurePosixPath

from simulator.messages import File


class Files:
    """All files by id, by address and by the id that never changes."""

    def __init__(self) -> None:
        self._by_id: dict[str, File] = {}
        self._by_path: dict[str, File] = {}
        self._by_unique_id: dict[str, File] = {}
        self._sizes: dict[str, tuple[File, ...]] = {}
        self._numbers: dict[str, itertools.count[int]] = {}

    def keep(self, name: str, mime: str, content: bytes, *, folder: str, width: int = 0, height: int = 0) -> File:
        number = next(self._numbers.setdefault(folder, itertools.count()))
        file = File(
            id="BQACAgUAAxkB" + secrets.token_urlsafe(40),
            unique_id="AgAD" + secrets.token_urlsafe(8),
            name=name,
            mime=mime,
            content=content,
            width=width,
            height=height,
            path=f"{folder}/file_{number}{PurePosixPath(name).suffix[:8]}",
        )
        self._by_id[file.id] = file
        self._by_path[file.path] = file
        self._by_unique_id[file.unique_id] = file
        return file

    def keep_sizes(self, sizes: tuple[File, ...]) -> None:
        """Remember that these files are one photo."""
        for size in sizes:
            self._sizes[size.id] = sizes

    def sizes_of(self, file: File) -> tuple[File, ...]:
        return self._sizes.get(file.id, (file,))

    def with_id(self, file_id: str) -> File | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> File | None:
        return self._by_path.get(path)

    def with_unique_id(self, unique_id: str) -> File | None:
        return self._by_unique_id.get(unique_id)
