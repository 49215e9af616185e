"""The office's folder is read whole, and all its mistakes are told by file."""

import shutil
from pathlib import Path

import pytest

from bot.office_folder import OfficeFolderMistakes, read_office
from conversations.flow import say

BOGOR = Path(__file__).parents[2] / "office"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(BOGOR, tmp_path / "office")
    return tmp_path / "office"


def test_the_folder_of_the_repository_is_right() -> None:
    office = read_office(BOGOR, "-1", "lpse_bot")
    assert office.settings.name == "LPSE Kota Bogor"
    assert (office.staff_chat, office.bot_name) == ("-1", "lpse_bot")


def test_mistakes_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "catalogue.toml").write_text("x = [", "utf-8")
    (folder / "calendar.toml").unlink()
    (folder / "office.toml").write_bytes(b"\xff")
    with pytest.raises(OfficeFolderMistakes) as error:
        read_office(folder, "-1")
    assert [Path(line.partition(":")[0]).name for line in error.value.mistakes] == [
        "catalogue.toml",
        "calendar.toml",
        "office.toml",
    ]
    assert "No such file" in str(error.value)


def test_each_mistake_in_a_file_names_it(folder: Path) -> None:
    settings = (folder / "office.toml").read_text("utf-8")
    (folder / "office.toml").write_text(settings.replace("nama =", "nma =", 1), "utf-8")
    with pytest.raises(OfficeFolderMistakes) as error:
        read_office(folder, "-1")
    assert all(line.startswith(str(folder / "office.toml")) for line in error.value.mistakes)


def test_an_office_may_have_sentences_of_its_own(folder: Path) -> None:
    (folder / "wording").mkdir()
    (folder / "wording" / "id.toml").write_text('[sorry]\nprovider = "Aduh, *maaf*."\n', "utf-8")
    office = read_office(folder, "-1")
    assert "Aduh" in office.say("id", say("sorry.provider"))
    assert "Aduh" not in office.say("en", say("sorry.provider"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OfficeFolderMistakes, match=r"catalogue\.toml"):
        read_office(tmp_path / "nowhere", "-1")
