"""The document store on a real folder: what comes back, what is noticed, and what a thief of the disk would see."""

import base64
import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.vault import Damaged, Keys, Missing, Stored, UnknownKey, Unusable, Vault, load_or_make_key

PIECE = 64 * 1024
HEAD = 15  # the mark and the nonce prefix
AN_HOUR = timedelta(hours=1)
PRESENT, EARLIER = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))


def keys(*given_keys: str) -> Keys:
    return load_or_make_key(Path("/nowhere"), ",".join(given_keys or (PRESENT,)))[0]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(f"file:{tmp_path}/documents", keys())


def opened(vault: Vault, stored: Stored) -> bytes:
    return vault.get(stored.name, stored.wrapped_key, stored.key_id)


def file_of(tmp_path: Path, stored: Stored) -> Path:
    (path,) = (tmp_path / "documents").rglob(stored.name)
    return path


def age(path: Path, by: timedelta) -> None:
    then = path.stat().st_mtime - by.total_seconds()
    os.utime(path, (then, then))


class TestPutAndGet:
    @pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
    def test_what_is_put_comes_back_at_every_size_around_a_piece(self, vault: Vault, size: int) -> None:
        content = os.urandom(size)
        stored = vault.put(content)
        assert opened(vault, stored) == content
        assert stored.size == size
        assert stored.sha256 == hashlib.sha256(content).hexdigest()

    def test_it_comes_back_after_a_restart(self, vault: Vault, tmp_path: Path) -> None:
        stored = vault.put(b"Akta Pendirian")
        assert opened(Vault.open(f"file:{tmp_path}/documents", keys()), stored) == b"Akta Pendirian"

    def test_the_same_paper_twice_is_two_files_that_have_nothing_in_common(self, vault: Vault, tmp_path: Path) -> None:
        one, two = vault.put(b"KTP" * 100), vault.put(b"KTP" * 100)
        assert one.name != two.name
        assert one.wrapped_key != two.wrapped_key
        assert file_of(tmp_path, one).read_bytes()[8:] != file_of(tmp_path, two).read_bytes()[8:]

    def test_nothing_of_the_paper_can_be_read_on_the_disk_or_in_the_row(self, vault: Vault, tmp_path: Path) -> None:
        stored = vault.put(b"NIK 3271046504930002 " * 5000)
        assert b"3271046504930002" not in file_of(tmp_path, stored).read_bytes()
        assert "wrapped_key" not in repr(stored)

    def test_only_the_owner_of_the_process_may_enter(self, vault: Vault, tmp_path: Path) -> None:
        path = file_of(tmp_path, vault.put(b"NPWP"))
        modes = [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent, tmp_path / "documents")]
        assert modes == [0o600, 0o700, 0o700]

    def test_many_at_once_do_not_disturb_each_other(self, vault: Vault) -> None:
        papers = [f"Akta {number}".encode() * 2000 for number in range(64)]
        with ThreadPoolExecutor(8) as pool:
            stored = list(pool.map(vault.put, papers))
            assert list(pool.map(lambda one: opened(vault, one), stored)) == papers

    def test_a_put_that_fails_leaves_nothing_behind(self, vault: Vault, tmp_path: Path) -> None:
        with pytest.raises(TypeError):
            vault.put("not bytes")  # type: ignore[arg-type]
        assert [path for path in (tmp_path / "documents").rglob("*") if path.is_file()] == []


class TestDamage:
    @pytest.mark.parametrize("size", [0, 10, PIECE, 2 * PIECE, 2 * PIECE + 5])
    def test_a_file_that_was_cut_anywhere_does_not_open(self, vault: Vault, tmp_path: Path, size: int) -> None:
        stored = vault.put(os.urandom(size))
        path = file_of(tmp_path, stored)
        whole = path.read_bytes()
        borders = [HEAD + piece * (PIECE + 16) for piece in range(len(whole) // (PIECE + 16) + 1)]
        for end in {0, 5, HEAD - 1, len(whole) - 1, *(min(border, len(whole) - 1) for border in borders)}:
            path.write_bytes(whole[:end])
            with pytest.raises(Damaged):
                opened(vault, stored)

    def test_a_file_that_was_lengthened_does_not_open(self, vault: Vault, tmp_path: Path) -> None:
        stored = vault.put(os.urandom(PIECE))
        path = file_of(tmp_path, stored)
        for more in (b"x", path.read_bytes()[HEAD:]):
            path.write_bytes(path.read_bytes() + more)
            with pytest.raises(Damaged):
                opened(vault, stored)

    def test_pieces_in_another_order_do_not_open(self, vault: Vault, tmp_path: Path) -> None:
        stored = vault.put(os.urandom(3 * PIECE))
        path = file_of(tmp_path, stored)
        whole, step = path.read_bytes(), PIECE + 16
        head, one, two, three = (whole[:HEAD], *(whole[HEAD + at * step : HEAD + (at + 1) * step] for at in range(3)))
        path.write_bytes(head + two + one + three)
        with pytest.raises(Damaged):
            opened(vault, stored)

    @settings(max_examples=60)
    @given(st.data())
    def test_one_flipped_bit_anywhere_is_noticed(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        folder = tmp_path_factory.mktemp("flip")
        vault = Vault.open(f"file:{folder}/documents", keys())
        stored = vault.put(b"Surat Kuasa" * 7000)
        path = file_of(folder, stored)
        content = bytearray(path.read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        path.write_bytes(content)
        with pytest.raises(Damaged):
            opened(vault, stored)

    def test_two_files_that_were_swapped_do_not_open_even_with_the_key_of_the_other(
        self, vault: Vault, tmp_path: Path
    ) -> None:
        siti, budi = vault.put(b"KTP Bu Siti"), vault.put(b"KTP Pak Budi")
        one, two = file_of(tmp_path, siti), file_of(tmp_path, budi)
        content = one.read_bytes()
        one.write_bytes(two.read_bytes())
        two.write_bytes(content)
        for wrapped_key in (siti.wrapped_key, budi.wrapped_key):
            with pytest.raises(Damaged):
                vault.get(siti.name, wrapped_key, siti.key_id)

    @pytest.mark.parametrize("wrapped_key", [b"", b"x" * 40, b"short"])
    def test_without_its_key_a_file_is_lost_for_good(self, vault: Vault, wrapped_key: bytes) -> None:
        stored = vault.put(b"KTP")
        with pytest.raises(Damaged):
            vault.get(stored.name, wrapped_key, stored.key_id)

    def test_a_wrapped_key_of_another_length_is_not_taken(self, vault: Vault) -> None:
        from cryptography.hazmat.primitives.keywrap import aes_key_wrap

        stored = vault.put(b"KTP")
        with pytest.raises(Damaged, match="length"):
            vault.get(stored.name, aes_key_wrap(b"\1" * 32, b"k" * 16), stored.key_id)


class TestNamesAndDeletion:
    def test_a_deleted_file_is_missing_and_may_be_deleted_again(self, vault: Vault) -> None:
        stored = vault.put(b"KTP")
        vault.delete(stored.name)
        vault.delete(stored.name)
        with pytest.raises(Missing):
            opened(vault, stored)

    @pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n", "a" * 31 + "/"])
    def test_a_name_that_is_none_of_ours_never_reaches_the_disk(self, vault: Vault, name: str) -> None:
        with pytest.raises(ValueError, match="not the name"):
            vault.delete(name)


class TestSweep:
    def test_it_removes_what_no_row_knows_and_only_when_it_is_old(self, vault: Vault, tmp_path: Path) -> None:
        kept, lost, fresh = (vault.put(paper) for paper in (b"kept", b"lost", b"fresh"))
        age(file_of(tmp_path, kept), 2 * AN_HOUR)
        age(file_of(tmp_path, lost), 2 * AN_HOUR)
        assert vault.sweep({kept.name}, AN_HOUR) == [lost.name]
        assert opened(vault, kept) == b"kept"
        assert opened(vault, fresh) == b"fresh"
        assert vault.sweep({kept.name}, AN_HOUR) == []

    def test_it_removes_half_written_files(self, vault: Vault, tmp_path: Path) -> None:
        known = vault.put(b"KTP")
        half = file_of(tmp_path, known).with_name("b" * 32 + ".arriving")
        half.write_bytes(b"LOKET")
        age(half, 2 * AN_HOUR)
        assert vault.sweep({known.name, "b" * 32}, AN_HOUR) == ["b" * 32]
        assert not half.exists()

    def test_it_leaves_alone_what_is_not_ours(self, vault: Vault, tmp_path: Path) -> None:
        known = vault.put(b"KTP")
        notes = [tmp_path / "documents" / "README", file_of(tmp_path, known).with_name("catatan.txt")]
        for note in notes:
            note.write_text("jangan dihapus")
            age(note, 2 * AN_HOUR)
        assert vault.sweep([known.name], AN_HOUR) == []
        assert all(note.exists() for note in notes)


class TestRotation:
    def test_a_changed_key_rewrites_rows_and_no_files(self, vault: Vault, tmp_path: Path) -> None:
        stored = vault.put(b"Akta")
        before = file_of(tmp_path, stored).read_bytes()
        changing = Vault.open(f"file:{tmp_path}/documents", keys(EARLIER, PRESENT))
        assert opened(changing, stored) == b"Akta"
        wrapped_key, key_id = changing.rewrap(stored.wrapped_key, stored.key_id)
        assert key_id != stored.key_id
        changed = Vault.open(f"file:{tmp_path}/documents", keys(EARLIER))
        assert changed.get(stored.name, wrapped_key, key_id) == b"Akta"
        assert file_of(tmp_path, stored).read_bytes() == before

    def test_what_is_under_the_present_key_stays_as_it_is(self, vault: Vault) -> None:
        stored = vault.put(b"Akta")
        assert vault.rewrap(stored.wrapped_key, stored.key_id) == (stored.wrapped_key, stored.key_id)

    def test_new_documents_go_under_the_first_key(self, tmp_path: Path) -> None:
        both = Vault.open(f"file:{tmp_path}/documents", keys(EARLIER, PRESENT))
        assert both.put(b"x").key_id == keys(EARLIER).current

    def test_a_key_that_was_taken_away_is_asked_for_by_its_id(self, vault: Vault, tmp_path: Path) -> None:
        stored = vault.put(b"Akta")
        other = Vault.open(f"file:{tmp_path}/documents", keys(EARLIER))
        with pytest.raises(UnknownKey, match=stored.key_id):
            opened(other, stored)
        with pytest.raises(UnknownKey):
            other.rewrap(stored.wrapped_key, stored.key_id)


class TestTheAddress:
    @pytest.mark.parametrize("form", ["file:{}", "file://{}"])
    def test_a_whole_path_may_be_written_in_two_ways(self, tmp_path: Path, form: str) -> None:
        Vault.open(form.format(tmp_path / "a%20b" / "c"), keys())
        assert (tmp_path / "a b" / "c").is_dir()

    def test_a_short_path_starts_where_the_process_started(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        vault = Vault.open("file:var/documents", keys())
        monkeypatch.chdir("/")
        assert opened(vault, vault.put(b"x")) == b"x"
        assert (tmp_path / "var" / "documents").is_dir()

    def test_s3_says_that_it_is_not_there_yet_and_what_to_do(self) -> None:
        with pytest.raises(Unusable, match=r"not possible yet.*file:var/documents"):
            Vault.open("s3://bucket/prefix", keys())

    @pytest.mark.parametrize("url", ["", "file:", "var/documents", "file://server/share", "https://x/y", "s3"])
    def test_another_address_is_refused_with_an_example(self, url: str) -> None:
        with pytest.raises(Unusable, match="file:var/documents"):
            Vault.open(url, keys())

    def test_a_folder_that_cannot_be_made_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "documents").write_text("a file")
        with pytest.raises(Unusable, match=f"{tmp_path}/documents"):
            Vault.open(f"file:{tmp_path}/documents", keys())


class TestTheKey:
    def test_it_is_made_at_the_first_start_and_found_at_the_next(self, tmp_path: Path) -> None:
        path = tmp_path / "var" / "documents.key"
        first, made = load_or_make_key(path, None)
        assert made
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert load_or_make_key(path, "  ") == (first, False)
        assert list(path.parent.iterdir()) == [path]

    def test_the_file_holds_what_the_setting_takes(self, tmp_path: Path) -> None:
        made, _ = load_or_make_key(tmp_path / "documents.key", None)
        assert load_or_make_key(Path("/nowhere"), (tmp_path / "documents.key").read_text()) == (made, False)

    def test_processes_that_start_at_once_agree_on_one_key(self, tmp_path: Path) -> None:
        for turn in range(20):
            with ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda _, turn=turn: load_or_make_key(tmp_path / f"{turn}", None), range(8)))
            assert len({answer.current for answer, _ in answers}) == 1
            assert [made for _, made in answers].count(True) == 1

    @pytest.mark.parametrize("dressed", [f" {PRESENT}\n", PRESENT.rstrip("="), PRESENT.replace("+", "-")])
    def test_a_key_that_was_copied_with_small_changes_is_the_same_key(self, dressed: str) -> None:
        assert keys(dressed) == keys(PRESENT)

    def test_both_alphabets_of_base64_are_read(self) -> None:
        key = b"\xfb\xef\xff" * 10 + b"\xff\xff"
        assert keys(base64.urlsafe_b64encode(key).decode()) == keys(base64.b64encode(key).decode())

    def test_a_key_is_never_shown(self) -> None:
        assert "by_id" not in repr(keys())

    @pytest.mark.parametrize(
        ("given_key", "complaint"),
        [
            ("kunci rahasia!", "not in base64"),
            ("kuncí", "not in base64"),
            (base64.b64encode(b"x" * 16).decode(), "a key of 16 bytes; it must be 32"),
            (f"{PRESENT},{base64.b64encode(b'x' * 33).decode()}", "a key of 33 bytes"),
            (",", "is empty"),
        ],
    )
    def test_a_key_that_cannot_be_used_is_explained_without_showing_it(self, given_key: str, complaint: str) -> None:
        with pytest.raises(Unusable, match=f"LOKET_DOCUMENTS_KEY.*{complaint}.*openssl rand") as caught:
            load_or_make_key(Path("/nowhere"), given_key)
        assert given_key == "," or given_key not in str(caught.value)

    def test_a_key_file_that_others_can_read_is_not_used(self, tmp_path: Path) -> None:
        path = tmp_path / "documents.key"
        load_or_make_key(path, None)
        path.chmod(0o640)
        with pytest.raises(Unusable, match=f"chmod 600 {path}"):
            load_or_make_key(path, None)

    def test_an_empty_key_file_is_not_replaced_in_silence(self, tmp_path: Path) -> None:
        path = tmp_path / "documents.key"
        path.touch(mode=0o600)
        with pytest.raises(Unusable, match=f"{path} is empty"):
            load_or_make_key(path, None)

    def test_a_key_file_that_cannot_be_read_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(Unusable, match=f"{tmp_path} cannot be read"):
            load_or_make_key(tmp_path, None)

    def test_a_key_file_that_cannot_be_made_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "var").write_text("a file")
        with pytest.raises(Unusable, match=r"documents\.key cannot be made"):
            load_or_make_key(tmp_path / "var" / "documents.key", None)
