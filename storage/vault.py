"""The document store: keeps every document locked, outside the database, and opens it only with the key in its row.

Each file is locked with a key of its own. That key is kept in the file's database row, itself locked ("wrapped") with
the key from the settings. So a copy of the disk shows nothing, forgetting a row's key destroys its file for good,
backups included, and changing the key in the settings rewrites rows but no files.

On the disk: a mark, then the content in pieces of 64 KiB, each sealed with AES-256-GCM under a nonce that counts the
pieces and tells the last one, and bound to the file's name: a piece cut off, moved, changed or taken from another file
does not open.
"""

import base64
import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Self
from urllib.parse import unquote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

_MARK: Final = b"LOKET-1\n"
_PREFIX_BYTES: Final = 7  # + 4 bytes of counter + 1 byte that tells the last piece = the 12 bytes of a GCM nonce
_PIECE: Final = 64 * 1024
_SEAL: Final = 16
_KEY_BYTES: Final = 32
_NAME: Final = re.compile(r"[a-z2-7]{32}")
_ARRIVING: Final = ".arriving"


class Damaged(Exception):
    """The stored file is not what was put: changed, cut, swapped with another, or its wrapped key was."""


class Missing(Exception):
    """There is no file of that name: it was deleted, or the folder is not the one it was put into."""


class UnknownKey(Exception):
    """The file was locked under a settings key that is not among the present ones."""


class Unusable(ValueError):
    """A setting of the document store that cannot be used; the text tells the operator what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the settings by their ids; new documents are locked under the current one."""

    current: str
    by_id: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the database keeps of a document that was put; without the wrapped key nobody can open the file."""

    name: str
    sha256: str
    size: int
    wrapped_key: bytes = field(repr=False)
    key_id: str


class Vault:
    """The folder of locked documents. Every call works on the disk: make it off the event loop."""

    def __init__(self, root: Path, keys: Keys) -> None:
        self._root = root
        self._keys = keys
        self._flushed: set[str] = set()

    @classmethod
    def open(cls, url: str, keys: Keys) -> Self:
        """The store at a LOKET_DOCUMENTS_URL such as `file:var/documents`; the folder is made if it is not there."""
        root = folder_of(url)
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            _flush_folder(root.parent)
        except OSError as error:
            raise Unusable(f"LOKET_DOCUMENTS_URL: the folder {root} cannot be made: {error.strerror}") from error
        return cls(root, keys)

    def strange(self, key_ids: Set[str]) -> Set[str]:
        """Those of the keys that are not among the present ones."""
        return key_ids - self._keys.by_id.keys()

    def put(self, content: bytes) -> Stored:
        """Lock and keep; when this returns, the file survives a power cut."""
        name = base64.b32encode(secrets.token_bytes(20)).decode().lower()
        key = secrets.token_bytes(_KEY_BYTES)
        wrapped_key = aes_key_wrap(self._keys.by_id[self._keys.current], key)
        path = self._path(name)
        self._make_folder(path.parent)
        arriving = path.with_name(name + _ARRIVING)
        try:
            _write_durably(arriving, _seal(content, key, name))
            arriving.rename(path)
        except BaseException:
            arriving.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)
        return Stored(
            name=name,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            wrapped_key=wrapped_key,
            key_id=self._keys.current,
        )

    def get(self, name: str, wrapped_key: bytes, key_id: str) -> bytes:
        """The content exactly as it was put, or one of Missing, Damaged, UnknownKey."""
        key = self._unwrap(wrapped_key, key_id)
        try:
            sealed = self._path(name).read_bytes()
        except FileNotFoundError:
            raise Missing(name) from None
        return _unseal(sealed, key, name)

    def seal(self, content: bytes, name: str, wrapped_key: bytes, key_id: str) -> bytes:
        """A note about a document, locked with the document's own key: when that key is forgotten, so is the note."""
        return b"".join(_seal(content, self._unwrap(wrapped_key, key_id), f"{name}.note"))

    def unseal(self, sealed: bytes, name: str, wrapped_key: bytes, key_id: str) -> bytes:
        """The note exactly as it was sealed; Damaged or UnknownKey."""
        return _unseal(sealed, self._unwrap(wrapped_key, key_id), f"{name}.note")

    def delete(self, name: str) -> None:
        """Remove the file; a file that is already gone is fine, so that a delete may be repeated."""
        path = self._path(name)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
            _flush_folder(path.parent)

    def sweep(self, known_names: Container[str], older_than: timedelta) -> list[str]:
        """Remove what no row knows: a crash came between file and row. Returns the names that were removed.

        The age must exceed the longest time between a put and its commit. It is an age and not an instant because it
        is measured by the clock that stamps the files, which is not the clock of a demo.
        """
        stamped_before = time.time() - older_than.total_seconds()
        removed = []
        for path in self._files():
            name = path.name.removesuffix(_ARRIVING)
            if not _NAME.fullmatch(name) or (path.name == name and name in known_names):
                continue
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < stamped_before:
                    path.unlink()
                    removed.append(name)
        return removed

    def rewrap(self, wrapped_key: bytes, key_id: str) -> tuple[bytes, str]:
        """The same file key, locked under the current settings key: what a row needs when the key is changed."""
        if key_id == self._keys.current:
            return wrapped_key, key_id
        key = self._unwrap(wrapped_key, key_id)
        return aes_key_wrap(self._keys.by_id[self._keys.current], key), self._keys.current

    def _unwrap(self, wrapped_key: bytes, key_id: str) -> bytes:
        try:
            settings_key = self._keys.by_id[key_id]
        except KeyError:
            raise UnknownKey(
                f"a document was locked under the key {key_id}, which LOKET_DOCUMENTS_KEY does not have; "
                "add the earlier key to it, after the present one and a comma"
            ) from None
        try:
            key = aes_key_unwrap(settings_key, wrapped_key)
        except (InvalidUnwrap, ValueError):
            raise Damaged("the wrapped key does not open") from None
        if len(key) != _KEY_BYTES:
            raise Damaged("the wrapped key has the wrong length")
        return key

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a stored document: {name!r}")
        # 1024 folders: a million documents are a thousand in each, and a small office has few folders.
        return self._root / name[:2] / name

    def _make_folder(self, folder: Path) -> None:
        # Flushed once by every process, even when the folder was there: its maker may have died before flushing it.
        if folder.name not in self._flushed:
            folder.mkdir(mode=0o700, exist_ok=True)
            _flush_folder(self._root)
            self._flushed.add(folder.name)

    def _files(self) -> Iterator[Path]:
        for folder in sorted(self._root.iterdir()):
            if len(folder.name) == 2 and folder.is_dir():
                yield from sorted(folder.iterdir())


def folder_of(url: str) -> Path:
    """The folder that a LOKET_DOCUMENTS_URL names; Unusable where it names none."""
    scheme, colon, rest = url.partition(":")
    if scheme == "s3" and colon:
        raise Unusable(
            "LOKET_DOCUMENTS_URL: documents in S3 are not possible yet; "
            "keep them on this machine for now, for example file:var/documents"
        )
    path = unquote(rest.removeprefix("//") if rest.startswith("///") else rest)
    if scheme != "file" or not path or path.startswith("//"):
        raise Unusable(f"LOKET_DOCUMENTS_URL is {url!r}; write file: and a folder, for example file:var/documents")
    return Path(path).absolute()


def load_or_make_key(path: Path, given: str | None) -> tuple[Keys, bool]:
    """The keys from the setting, else from the file, else a new one in the file; and whether it was made now.

    Several keys may be given, separated by commas or spaces: the first locks, the others still open what they locked.
    """
    if given is not None and given.strip():
        return read_keys(given, "LOKET_DOCUMENTS_KEY"), False
    made = not path.exists() and _make_key_file(path)
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise Unusable(f"the key file {path} cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise Unusable(f"the key file {path} can be read by other users; run: chmod 600 {path}")
    return read_keys(text, str(path)), made


def _make_key_file(path: Path) -> bool:
    """Whole or not at all, and never over a key that another process made in the meantime."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    key = base64.b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            _write_durably(draft, [key])
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
                _flush_folder(path.parent)
                return True
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise Unusable(f"the key file {path} cannot be made: {error.strerror}") from error
    return False


def read_keys(text: str, source: str) -> Keys:
    """The keys that stand in a setting or a file, `source` for the operator; Unusable where they are none."""
    how = "make one with: openssl rand -base64 32"
    keys = {}
    for word in text.replace(",", " ").split():
        # Both alphabets of base64 are in use, and the padding is often lost when a key is copied.
        digits = word.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            key = base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
        except ValueError:
            raise Unusable(f"{source} is not in base64; {how}") from None
        if len(key) != _KEY_BYTES:
            raise Unusable(f"{source} has a key of {len(key)} bytes; it must be {_KEY_BYTES} bytes in base64; {how}")
        keys[_id_of(key)] = key
    if not keys:
        raise Unusable(f"{source} is empty; put the key back, or {how}")
    return Keys(current=next(iter(keys)), by_id=keys)


def _id_of(key: bytes) -> str:
    """Told from the key itself, so that nobody has to number keys; it says nothing about the key."""
    return hashlib.sha256(b"loket key id\n" + key).hexdigest()[:8]


def _nonce(prefix: bytes, count: int, *, last: bool) -> bytes:
    return prefix + count.to_bytes(4) + (b"\1" if last else b"\0")


def _seal(content: bytes, key: bytes, name: str) -> Iterator[bytes]:
    cipher, prefix, bound_to = AESGCM(key), secrets.token_bytes(_PREFIX_BYTES), _MARK + name.encode()
    yield _MARK + prefix
    view = memoryview(content)
    for count, start in enumerate(range(0, len(content) or 1, _PIECE)):
        last = start + _PIECE >= len(content)
        yield cipher.encrypt(_nonce(prefix, count, last=last), view[start : start + _PIECE], bound_to)


def _unseal(sealed: bytes, key: bytes, name: str) -> bytes:
    start = len(_MARK) + _PREFIX_BYTES
    prefix = sealed[len(_MARK) : start]
    if not sealed.startswith(_MARK) or len(sealed) < start + _SEAL:
        raise Damaged(f"{name} is not a whole document of this store")
    cipher, bound_to = AESGCM(key), _MARK + name.encode()
    view, step = memoryview(sealed), _PIECE + _SEAL
    try:
        return b"".join(
            cipher.decrypt(_nonce(prefix, count, last=at + step >= len(sealed)), view[at : at + step], bound_to)
            for count, at in enumerate(range(start, len(sealed), step))
        )
    except InvalidTag:
        raise Damaged(f"{name} was changed, cut, or is another document") from None


def _write_durably(path: Path, parts: Iterable[bytes]) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """A new name in a folder is only safe when the folder itself has reached the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
