"""One transaction, and everything that can be looked up and changed in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Connection, bindparam, select

from storage.appointments import Appointments, ClosedDays
from storage.arrivals import Arrivals
from storage.cases import Cases
from storage.documents import Documents
from storage.faq_index import FaqIndex
from storage.forms import Forms
from storage.inbox import Inbox
from storage.links import Links
from storage.outbox import Outbox
from storage.people import People, Staff
from storage.posts import Posts
from storage.receipts import Receipts
from storage.remarks import Remarks
from storage.report_rows import ReportRows
from storage.surveys import Surveys
from storage.tables import settings
from storage.upsert import insert

SETTING = select(settings.c.value).where(settings.c.name == bindparam("wanted"))


class UnitOfWork:
    """What handlers get: they look up and change, whoever opened the transaction commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def people(self) -> People:
        return People(self._connection)

    @cached_property
    def links(self) -> Links:
        return Links(self._connection)

    @cached_property
    def staff(self) -> Staff:
        return Staff(self._connection)

    @cached_property
    def forms(self) -> Forms:
        return Forms(self._connection)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self._connection)

    @cached_property
    def documents(self) -> Documents:
        return Documents(self._connection)

    @cached_property
    def arrivals(self) -> Arrivals:
        return Arrivals(self._connection)

    @cached_property
    def remarks(self) -> Remarks:
        return Remarks(self._connection)

    @cached_property
    def appointments(self) -> Appointments:
        return Appointments(self._connection)

    @cached_property
    def closed_days(self) -> ClosedDays:
        return ClosedDays(self._connection)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self._connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self._connection)

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(self._connection)

    @cached_property
    def posts(self) -> Posts:
        return Posts(self._connection)

    @cached_property
    def surveys(self) -> Surveys:
        return Surveys(self._connection)

    @cached_property
    def report_rows(self) -> ReportRows:
        return ReportRows(self._connection)

    @cached_property
    def faq(self) -> FaqIndex:
        return FaqIndex(self._connection)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Something that may fail half-way: an error undoes what was done in it, and nothing else."""
        self._connection.exec_driver_sql("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self._connection.exec_driver_sql("ROLLBACK TO SAVEPOINT attempt")
            raise
        finally:
            self._connection.exec_driver_sql("RELEASE SAVEPOINT attempt")

    def setting(self, name: str) -> str | None:
        """A small thing that the office remembers, such as the present address of the staff group."""
        return self._connection.execute(SETTING, {"wanted": name}).scalar_one_or_none()

    def remember(self, name: str, value: str) -> None:
        self._connection.execute(
            insert(self._connection, settings)
            .values(name=name, value=value)
            .on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )
