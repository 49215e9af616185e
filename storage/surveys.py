"""What people answered in the survey: by service and month, and nothing that tells who they were."""

import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from domain.survey import ELEMENTS, Response, red_flags
from storage.tables import survey_responses

ID_BITS = 62


class Surveys:
    """The answers to the survey; they come back in no order that means anything."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, response: Response) -> None:
        """Keep what somebody answered; what the admins must hear of waits to be told."""
        self._connection.execute(
            survey_responses.insert().values(
                id=secrets.randbits(ID_BITS),
                service=response.service,
                period=response.period,
                why=response.why,
                untold=bool(red_flags(response.scores)) or bool(response.why),
                **response.scores,
            )
        )

    def between(self, first: str, last: str) -> list[Response]:
        """The answers of the months from the first to the last (YYYY-MM)."""
        rows = self._connection.execute(
            select(survey_responses)
            .where(survey_responses.c.period >= first, survey_responses.c.period <= last)
            .order_by(survey_responses.c.id)
        )
        return [_response(row) for row in rows]

    def untold(self, limit: int) -> dict[int, Response]:
        """Answers that the admins must hear of and have not yet, by their ids."""
        rows = self._connection.execute(
            select(survey_responses).where(survey_responses.c.untold).order_by(survey_responses.c.id).limit(limit)
        )
        return {row.id: _response(row) for row in rows}

    def note_told(self, ids: Iterable[int]) -> None:
        """The admins heard of these."""
        self._connection.execute(
            update(survey_responses).where(survey_responses.c.id.in_(list(ids))).values(untold=False)
        )

    def mix(self, period: str) -> None:
        """Write the answers of a month anew, all at once.

        PostgreSQL marks each row with the transaction that wrote it, as it marks the case that was answered in it.
        """
        rows = self._connection.execute(
            delete(survey_responses).where(survey_responses.c.period == period).returning(survey_responses)
        ).all()
        if rows:
            self._connection.execute(
                survey_responses.insert(), [dict(row._mapping) for row in sorted(rows, key=lambda row: row.id)]
            )


def _response(row: Row[Any]) -> Response:
    scores = {element: row._mapping[element] for element in ELEMENTS}
    return Response(row.service, row.period, scores, row.why)
