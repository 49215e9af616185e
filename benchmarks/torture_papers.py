"""What the providers bring along: their answers, and papers of which no two are alike."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageFont

from simulator.messages import Message
from simulator.people import Phone

How = Literal["pdf", "photos", "album"]

MANY_PAGES: Final = ("Formulir Keikutsertaan", "Formulir Pendaftaran", "Surat Penunjukan Admin", "Akta Pendirian")
ONE_PAGE: Final = ("KTP Direktur", "NPWP Perusahaan", "NPWP Direktur")
LICENCE: Final = "NIB"
SIZE: Final = (880, 1240)
"""Points: a smaller photo would be refused as unreadable, a larger one made smaller by the messenger."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document as its sender holds it: pages, and how they will be sent."""

    how: How
    pages: Sequence[bytes]

    def send(self, phone: Phone) -> list[Message]:
        match self.how:
            case "pdf":
                return [phone.send_document("pindaian.pdf", page) for page in self.pages]
            case "photos":
                return [phone.send_photo(page) for page in self.pages]
            case "album":
                return phone.send_album(self.pages)


def papers_of(name: str, chance: Random) -> dict[str, Paper]:
    """The eight documents of a CV whose director files."""
    made = {}
    for paper in (*MANY_PAGES, *ONE_PAGE, LICENCE):
        how: How = chance.choice(("pdf", "photos", "album"))
        count = (
            1 if how == "pdf" or paper in ONE_PAGE else chance.randint(2, 3) if how == "album" else chance.randint(1, 2)
        )
        if how == "album" and count == 1:
            how = "photos"
        pages = [_page(f"{paper} {name} {number}", chance, how) for number in range(1, count + 1)]
        made[paper] = Paper(how, pages)
    return made


def _page(text: str, chance: Random, how: How) -> bytes:
    page = Image.new("RGB", SIZE, "white")
    if chance.random() < 0.5:
        # Noise does not shrink: the file takes several pieces of the vault's cipher.
        page.paste(Image.effect_noise((360, 500), 90).convert("RGB"), (100, 200))
    pen = ImageDraw.Draw(page)
    pen.text((100, 100), f"{text} {chance.random()}", font=ImageFont.load_default(24), fill="black")
    out = io.BytesIO()
    page.save(out, "PDF" if how == "pdf" else "JPEG", quality=90)
    return out.getvalue()


def answers_of(number: int) -> Mapping[str, str]:
    """What one provider types; no two type the same."""
    return {
        "form": "CV",
        "company": f"CV Tahan Banting {number}",
        "npwp": f"{3271000000000000 + number}",
        "user_id": f"tahan_banting_{number}",
        "email": f"direktur{number}@tahanbanting.co.id",
        "director": f"Direktur {_letters(number)}",
        "mobile": f"0812-3456-{7000 + number}",
        "bearer": "direktur",
    }


def _letters(number: int) -> str:
    """A name of a person has no digits."""
    return "".join("ABCDEFGHIJ"[int(digit)] for digit in str(number)).capitalize()


def as_kept(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers as the office writes them down."""
    return {**answers, "mobile": "+62" + answers["mobile"].replace("-", "").removeprefix("0")}
