"""The tables: people and what they said, cases and their documents, what is owed and to whom."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    false,
    text,
)

from domain.survey import ELEMENTS
from storage.types import Json, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is a plain INTEGER."""


def _index_where(name: str, *columns: str, where: str, on_postgresql: str = "", unique: bool = False) -> Index:
    """An index of the rows alone of which this is true."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(on_postgresql or where))


people = Table(
    "person",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("notice_version", String(20)),
    Column("notice_at", UtcDateTime),
    Column("wrong_codes", Integer, nullable=False, server_default="0"),
    Column("wrong_codes_since", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
)

identities = Table(
    "identity",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("external_id", String(160), primary_key=True),
    Column("person_id", BigId, ForeignKey("person.id"), nullable=False, index=True),
    Column("chat", String(160), nullable=False),
    Column("username", Text, nullable=False, server_default=""),
    Column("phone", String(20), nullable=False, server_default=""),
    Column("unreachable_at", UtcDateTime),
    Column("heard_at", UtcDateTime),
    # Until when we may write freely; NULL where there is no such limit.
    Column("open_until", UtcDateTime),
    Column("knocked_at", UtcDateTime),
    Column("stopped_at", UtcDateTime),
    # The buttons of the newest message, where a number that is typed means one of them.
    Column("shown", Json),
    Index("ix_identity_chat", "channel", "chat"),
)

link_codes = Table(
    "link_code",
    metadata,
    Column("person_id", BigId, ForeignKey("person.id"), primary_key=True),
    Column("code", String(12), nullable=False, unique=True),
    Column("expires_at", UtcDateTime, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("user_id", String(160), primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", Json, nullable=False),
    Column("granted_by", String(160), nullable=False),
    Column("granted_at", UtcDateTime, nullable=False),
)

forms = Table(
    "form",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", BigId, ForeignKey("person.id"), nullable=False),
    Column("flow", String(40), nullable=False),
    Column("case_id", BigId, ForeignKey("case.id")),
    Column("answers", Json, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    _index_where("uq_form_active", "person_id", where="active", unique=True),
    Index("ix_form_case_id", "case_id"),
)

cases = Table(
    "case",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("number", String(24), unique=True),
    Column("service", String(40), nullable=False),
    Column("person_id", BigId, ForeignKey("person.id"), nullable=False),
    Column("state", String(12), nullable=False),
    Column("state_since", UtcDateTime, nullable=False),
    Column("slept_in", String(12)),
    Column("company", Text, nullable=False, server_default=""),
    Column("particulars", Json, nullable=False),
    Column("holder_id", String(160)),
    Column("submitted_at", UtcDateTime),
    Column("verified_at", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    Column("reschedules", Integer, nullable=False, server_default="0"),
    Column("no_shows", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("survey", String(10), nullable=False, server_default=""),
    Column("opened_channel", String(20), nullable=False, server_default=""),
    Column("opened_chat", String(160), nullable=False, server_default=""),
    Index("ix_case_queue", "state", "submitted_at"),
    Index("ix_case_person_id", "person_id", "state"),
    Index("ix_case_state_since", "state", "state_since"),
    _index_where("ix_case_unclaimed", "state_since", where="state = 'submitted' AND holder_id IS NULL"),
    _index_where("ix_case_survey", "resolved_at", where="survey IN ('invited', 'later')"),
    # Of a month long past, too; the one below is for the clocks that run.
    _index_where("ix_case_fell_due", "due_at", where="due_at IS NOT NULL"),
    _index_where("ix_case_due_at", "due_at", where="state = 'verified'"),
)

numbers = Table(
    "number",
    metadata,
    Column("code", String(8), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

history = Table(
    "history",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("case_id", BigId, ForeignKey("case.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(160), nullable=False),
    Column("what", String(40), nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Index("ix_history_what", "what", "at"),
)

documents = Table(
    "document",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("case_id", BigId, ForeignKey("case.id"), nullable=False),
    Column("need", String(60)),
    Column("kind", String(60)),
    Column("version", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("open", Boolean, nullable=False, server_default=false()),
    Column("reason", String(40), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("judged_at", UtcDateTime),
    Column("original", String(12), nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_document_case_id", "case_id", "need"),
    _index_where("ix_document_returned", "judged_at", where="reason <> ''"),
)

pages = Table(
    "page",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("document_id", BigId, ForeignKey("document.id"), nullable=False, index=True),
    Column("state", String(12), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("chat", String(160), nullable=False),
    Column("ref", Text, nullable=False),
    Column("album", String(80), nullable=False, server_default=""),
    Column("claimed_name", Text, nullable=False, server_default=""),
    Column("photo", Boolean, nullable=False, server_default=false()),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("stored", String(80), unique=True),
    Column("wrapped_key", LargeBinary),
    Column("key_id", String(16)),
    Column("sha256", String(64)),
    Column("size", Integer),
    Column("mime", String(60)),
    Column("suffix", String(8)),
    # The sum of the file as it was sent: what is kept of a photo is without where it was taken.
    Column("original", String(64)),
    Column("sheets", Integer, nullable=False, server_default="1"),
    # What is advised about it, and when the provider was told.
    Column("advice", Json),
    Column("advised_at", UtcDateTime),
    # What is still to be done with a kept file, and when that is tried.
    Column("unscanned", Boolean, nullable=False, server_default=false()),
    Column("unread", Boolean, nullable=False, server_default=false()),
    Column("look_at", UtcDateTime),
    Column("looks", Integer, nullable=False, server_default="0"),
    # What was read on it, locked with the file's own key.
    Column("reading", LargeBinary),
    _index_where("ix_page_look", "look_at", where="look_at IS NOT NULL"),
    _index_where("ix_page_owed", "due_at", where="state = 'owed'"),
)

appointments = Table(
    "appointment",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("case_id", BigId, ForeignKey("case.id"), nullable=False, index=True),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("seat", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("room", String(80), nullable=False),
    Column("attended_by", String(20), nullable=False, server_default=""),
    # How the call went; the next one looks at every original anew.
    Column("minutes", Json),
    Column("booked_at", UtcDateTime, nullable=False),
    _index_where("uq_appointment_seat", "starts_at", "seat", where="state = 'live'", unique=True),
    _index_where("uq_appointment_case", "case_id", where="state = 'live'", unique=True),
)

closed_days = Table(
    "closed_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("name", Text, nullable=False),
    Column("by", String(160), nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("aside", Text),
    Column("raw", Text),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String(120), unique=True),
    Column("channel", String(20), nullable=False),
    Column("chat", String(160), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("target", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    Column("rows", Json),
    Column("document_id", BigId, ForeignKey("document.id")),
    Column("file_name", Text, nullable=False, server_default=""),
    # What is printed for it when it goes out: a kind of paper and what it is about, such as receipt:12.
    Column("printed", String(120), nullable=False, server_default=""),
    Column("protected", Boolean, nullable=False, server_default=false()),
    Column("keep_for", Integer),
    Column("case_id", BigId, ForeignKey("case.id")),
    Column("state", String(8), nullable=False),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    # Nobody waits for it: it is not sent to somebody who asked for quiet.
    Column("unasked", Boolean, nullable=False, server_default=false()),
    # For the eyes of one chat: it goes nowhere else, and its text is forgotten once it is there.
    Column("secret", Boolean, nullable=False, server_default=false()),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("messages", Json),
    Column("error", Text),
    _index_where("ix_outbox_owed", "due_at", "id", where="state = 'owed'"),
    # As SQLAlchemy asks for it: SQLite takes an index only for the very same words.
    _index_where(
        "ix_outbox_urgent", "due_at", where="state = 'owed' AND urgent = 1", on_postgresql="state = 'owed' AND urgent"
    ),
    Index("ix_outbox_case_id", "case_id"),
    _index_where("ix_outbox_secret", "sent_at", where="secret = 1", on_postgresql="secret"),
    _index_where("ix_outbox_held", "channel", "chat", where="state = 'held'"),
    # A message may be taken back while it is on its way: what is recorded of it must never meet another message.
    sqlite_autoincrement=True,
)

receipts = Table(
    "receipt",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("message", String(40), primary_key=True),
    # NULL while the news is here before we know which message it is about.
    Column("outbox_id", BigId, ForeignKey("outbox.id", ondelete="CASCADE"), index=True),
    Column("rank", Integer, nullable=False),
    Column("fate", String(12)),
    Column("code", String(12), nullable=False, server_default=""),
)

posts = Table(
    "post",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("chat", String(160), nullable=False),
    Column("text", Text, nullable=False),
    Column("rows", Json, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("message", String(40), nullable=False, server_default=""),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    _index_where("ix_post_owed", "due_at", where="wanted > shown"),
)

# Nobody can tell who answered: no case, no person, no moment, and a random id, so that not even the order is kept.
survey_responses = Table(
    "survey_response",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("service", String(40), nullable=False),
    Column("period", String(7), nullable=False),
    *(Column(element, SmallInteger, nullable=False) for element in ELEMENTS),
    Column("why", Text, nullable=False, server_default=""),
    # Something was rated low, and the admins have not heard of it yet.
    Column("untold", Boolean, nullable=False, server_default=false()),
    Index("ix_survey_response_period", "period"),
    _index_where("ix_survey_response_untold", "untold", where="untold"),
)

settings = Table(
    "setting",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
)
