"""Finds the ready answers that fit a question, in whichever database there is."""

import json
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, select, text

from domain.faq import Answer, question, stems
from storage.tables import settings
from storage.upsert import insert

PLACES: Final = {"title": 3.0, "keywords": 2.5, "body": 0.5}
"""Where a word may stand, and how much it says there about what the answer is for."""
AGAIN: Final = 0.2
"""What each further place counts: else an answer that repeats a common word would beat one that has the rare word."""

LEAST_SCORE: Final = 1.35
"""In words that one answer alone has: one such word among the keywords is enough, two in the body are not."""
TO_THE_POINT: Final = 2.2
"""Or on the average of all words of the question: who asks with a common word alone shall see what has it as title."""
LEAST_SHARE: Final = 0.35
"""How much of the question an answer must speak of: a story about something else may name one of our words."""
MISSPELT: Final = 0.8  # what a word counts that had to be guessed
UNKNOWN: Final = 0.5  # what a word counts that no answer has: it may only be a name
ALIKE: Final = 0.8
SHORTEST_MISSPELT: Final = 4  # among shorter words everything resembles everything

FINGERPRINT: Final = "faq"
"""The setting that tells with which answers the index was filled."""

_WEIGHTS: Final = {"title": "A", "keywords": "B", "body": "D"}
_PLAIN: Final = re.compile(r"[a-z0-9]+")

Hit = tuple[str, str]  # an answer in one of its languages
Hits = dict[str, dict[Hit, float]]


def create(connection: Connection) -> None:
    """Make the index; PostgreSQL keeps it in a column, SQLite in a table of its own kind."""
    if connection.dialect.name == "sqlite":
        columns = "slug UNINDEXED, language UNINDEXED, services UNINDEXED, title, keywords, body"
        connection.exec_driver_sql(f"CREATE VIRTUAL TABLE IF NOT EXISTS faq USING fts5({columns})")
        connection.exec_driver_sql("CREATE VIRTUAL TABLE IF NOT EXISTS faq_word USING fts5vocab(faq, row)")
        return
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS faq (slug text, language text, services text NOT NULL,"
        " words tsvector NOT NULL, PRIMARY KEY (slug, language))"
    )
    connection.exec_driver_sql("CREATE INDEX IF NOT EXISTS ix_faq_words ON faq USING gin (words)")


def drop(connection: Connection) -> None:
    """Take the index away again."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS faq_word")
    connection.exec_driver_sql("DROP TABLE IF EXISTS faq")


def belongs(table: str) -> bool:
    """Whether a table of the database is part of the index, so that a comparison of schemas can pass it over."""
    return table == "faq" or table.startswith("faq_")


class FaqIndex:
    """The index of the ready answers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def refresh(self, answers: Sequence[Answer]) -> None:
        """Make the index if there is none yet, and fill it anew if the answers are not those of the last time."""
        if not self._sqlite:
            # Two processes that start at once would both make the table.
            self._connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('loket.faq'))")
        create(self._connection)
        print_ = sha256(repr(answers).encode()).hexdigest()
        query = select(settings.c.value).where(settings.c.name == FINGERPRINT)
        known = self._connection.execute(query).scalar_one_or_none()
        if known == print_ and self._rows():
            return
        self.fill(answers)
        self._connection.execute(
            insert(self._connection, settings)
            .values(name=FINGERPRINT, value=print_)
            .on_conflict_do_update(index_elements=["name"], set_={"value": print_})
        )

    def find(self, asked: str, services: Collection[str]) -> list[str]:
        """The slugs of the answers that fit a question as somebody wrote it, in whichever language; the best first."""
        for language in ("id", "en"):
            found = self.search(question(asked, language), services)
            if found:
                return [slug for slug, _ in found]
        return []

    def fill(self, answers: Iterable[Answer]) -> None:
        """Put these answers in place of whatever was there."""
        if not self._sqlite:
            # Two processes that start at once would each delete the old rows and then both insert the new ones.
            self._connection.execute(text("LOCK TABLE faq IN SHARE ROW EXCLUSIVE MODE"))
        self._connection.execute(text("DELETE FROM faq"))
        rows = [_row(answer, language) for answer in answers for language in ("id", "en") if _written(answer, language)]
        if rows:
            self._connection.execute(text(self._insert), rows)

    @property
    def _insert(self) -> str:
        if self._sqlite:
            return "INSERT INTO faq VALUES (:slug, :language, :services, :title, :keywords, :body)"
        words = " || ".join(
            f"setweight(to_tsvector('simple', :{place}), '{weight}')" for place, weight in _WEIGHTS.items()
        )
        return f"INSERT INTO faq VALUES (:slug, :language, :services, {words})"

    def search(
        self, words: Sequence[str], services: Collection[str] | None = None, limit: int = 3
    ) -> list[tuple[str, float]]:
        """The answers that fit these stems, the best first; none where none fits well.

        With `services`, only answers that belong to one of them or to all services.
        """
        asked = [word for word in dict.fromkeys(words) if _PLAIN.fullmatch(word)]
        if not asked:
            return []
        rows = self._rows()
        hits = self._hits(asked)
        sure = {**dict.fromkeys(hits, 1.0), **self._guess([word for word in asked if word not in hits], hits)}
        rarity = {word: _rarity(len(rows), len(hits.get(word, ()))) for word in asked}
        whole = sum(rarity[word] * (1 if word in hits else UNKNOWN) for word in asked)
        least = LEAST_SCORE * _rarity(len(rows), 1)
        best: dict[str, float] = {}
        for hit, listed in rows.items():
            if services is not None and listed and not set(listed) & set(services):
                continue
            had = {word: rarity[word] * sure[word] for word, found in hits.items() if hit in found}
            score = sum(weight * hits[word][hit] for word, weight in had.items())
            if (score >= least or score >= TO_THE_POINT * whole) and sum(had.values()) >= LEAST_SHARE * whole:
                best[hit[0]] = max(score, best.get(hit[0], 0))
        return sorted(best.items(), key=lambda one: (-one[1], one[0]))[:limit]

    def _rows(self) -> dict[Hit, list[str]]:
        """Every answer in each of its languages, with the services it belongs to."""
        rows = self._connection.execute(text("SELECT slug, language, services FROM faq"))
        return {(slug, language): services.split() for slug, language, services in rows}

    def _hits(self, words: Sequence[str]) -> Hits:
        """Where each word stands; a word that stands nowhere is left out."""
        if self._sqlite:
            query = (
                "SELECT asked.value, slug, language FROM json_each(:words) AS asked"
                " JOIN faq ON faq MATCH :place || ' : \"' || asked.value || '\"'"
            )
            wanted, places = json.dumps(words), {place: place for place in PLACES}
        else:
            query = (
                "SELECT asked.value, slug, language FROM json_array_elements_text(CAST(:words AS json)) AS asked(value)"
                " JOIN faq ON words @@ to_tsquery('simple', asked.value || :place)"
            )
            wanted, places = json.dumps(words), {place: f":{weight}" for place, weight in _WEIGHTS.items()}
        hits: Hits = {}
        for place, written in places.items():
            for word, slug, language in self._connection.execute(text(query), {"words": wanted, "place": written}):
                strengths = hits.setdefault(word, defaultdict(float))
                # PLACES has the strongest place first.
                strengths[slug, language] += PLACES[place] * (AGAIN if strengths[slug, language] else 1)
        return hits

    def _guess(self, unknown: Sequence[str], hits: Hits) -> dict[str, float]:
        """Take a word that stands nowhere for the word most like it, if one is much like it; how sure that is."""
        guessable = [word for word in unknown if len(word) >= SHORTEST_MISSPELT]
        if not guessable:
            return {}
        known = list(self._vocabulary())
        guessed = {}
        for word in guessable:
            # Nearly nobody mistypes the first letter, and without it pasar (market) would be dasar (basis).
            near = get_close_matches(word, [one for one in known if one[0] == word[0]], n=1, cutoff=ALIKE)
            if near:
                hits[word] = self._hits(near)[near[0]]
                guessed[word] = MISSPELT
        return guessed

    def _vocabulary(self) -> Iterable[str]:
        source = "faq_word" if self._sqlite else "ts_stat('SELECT words FROM faq')"
        column = "term" if self._sqlite else "word"
        return self._connection.execute(text(f"SELECT {column} FROM {source}")).scalars()


def _written(answer: Answer, language: str) -> bool:
    return language == "id" or bool(answer.body.en)


def _row(answer: Answer, language: str) -> dict[str, str]:
    parts = {
        "title": answer.title.in_(language),
        "keywords": " ".join(answer.keywords),
        "body": answer.body.in_(language),
    }
    return {
        "slug": answer.slug,
        "language": language,
        "services": " ".join(answer.services),
        **{place: " ".join(stems(part, language)) for place, part in parts.items()},
    }


def _rarity(answers: int, having: int) -> float:
    """How much a word tells the answers apart (the inverse document frequency of BM25, kept above zero)."""
    return math.log(1 + (answers - having + 0.5) / (having + 0.5))
