"""The tables. Times are microseconds since 1970 in UTC, alike on both databases."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.types import JSON, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_WAITING = "state IN ('queued', 'claimed')"
_HELD = "state = 'held'"
_IN_BUNDLE = "bundle IS NOT NULL"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as a whole number: comparable, and the same on SQLite and PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        return self.number(value)

    @staticmethod
    def number(value: datetime | None) -> int | None:
        """Return a moment as it is kept."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND


class Words(TypeDecorator[str]):
    """Text, without what PostgreSQL refuses: NUL is dropped, halves of surrogate pairs become a question mark."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else self.fit(value)

    @staticmethod
    def fit(value: str) -> str:
        """Return a text as it is kept."""
        return value.replace("\0", "").encode(errors="replace").decode()


def _id() -> Column[int]:
    # SQLite numbers rows by itself only for the exact type INTEGER.
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, primary_key: bool = False) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(target, ondelete="CASCADE"), nullable=False, primary_key=primary_key)


def _text(name: str) -> Column[str]:
    return Column(name, Words, nullable=False, server_default="")


def _flag(name: str, default: str = "false") -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text(default))


def _number(name: str, default: int = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=str(default))


feeds = Table(
    "feeds",
    metadata,
    _id(),
    Column("url", Text, nullable=False, unique=True),
    _text("name"),
    _text("host"),
    Column("source", JSON, nullable=False),
    _flag("enabled", "true"),
    _flag("polled_before"),
    _text("etag"),
    _text("last_modified"),
    _text("validators_of"),
    _text("body_hash"),
    _number("failures"),
    Column("failing_since", Moment),
    _text("moved_to"),
    _number("moved_times"),
    Column("moved_since", Moment),
    Column("next_poll_at", Moment, nullable=False),
    _text("off_because"),
    _text("claim"),
    _number("claimed_until"),
    Column("polled_at", Moment),
    Column("newest", Moment),
    Column("usual", JSON),
    Index("ix_feeds_due", "enabled", "next_poll_at"),
)

stories = Table(
    "stories",
    metadata,
    _id(),
    Column("feed_id", BigInteger, ForeignKey("feeds.id", ondelete="SET NULL")),
    _text("title"),
    _text("link"),
    _text("summary"),
    _text("source"),
    _text("type"),
    _text("language"),
    Column("published", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    _text("fingerprint"),
    Column("places", JSON, nullable=False),
    Column("says", JSON),
    Column("cluster", BigInteger),
    Column("continues", BigInteger),
    Column("revised_at", Moment),
    _text("revised"),
    Column("withdrawn_at", Moment),
    Column("checked_at", Moment),
    _number("missing"),
    _flag("silent"),
    Index("ix_stories_published", "published"),
    Index("ix_stories_cluster", "cluster"),
    Index("ix_stories_seen_at", "seen_at"),
    Index("ix_stories_feed", "feed_id", "id"),
)

story_keys = Table(
    "story_keys",
    metadata,
    Column("key", Words, primary_key=True),
    _ref("story_id", "stories.id"),
    Index("ix_story_keys_story_id", "story_id"),
)

chats = Table(
    "chats",
    metadata,
    _id(),
    Column("platform", String(16), nullable=False),
    _text("lane"),
    _text("chat"),
    _text("topic"),
    Column("kind", String(16), nullable=False),
    _text("title"),
    _text("language"),
    Column("state", String(16), nullable=False),
    _flag("link_preview"),
    _text("asked"),
    Column("created_at", Moment, nullable=False),
    _text("zone"),
    Column("rhythm", JSON(none_as_null=True)),
    _flag("threads", "true"),
    UniqueConstraint("platform", "lane", "chat", "topic"),
)

filters = Table(
    "filters",
    metadata,
    _id(),
    Column("canonical", Words, nullable=False, unique=True),
    _flag("live"),
    _number("seq"),
    Index("ix_filters_seq", "seq"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    _ref("chat_id", "chats.id"),
    _ref("filter_id", "filters.id"),
    Column("created_at", Moment, nullable=False),
    _flag("loud"),
    UniqueConstraint("chat_id", "filter_id"),
    Index("ix_subscriptions_filter_id", "filter_id", "chat_id"),
)

matches = Table(
    "matches",
    metadata,
    _ref("story_id", "stories.id", primary_key=True),
    _ref("filter_id", "filters.id", primary_key=True),
    Column("evidence", JSON, nullable=False),
    Index("ix_matches_filter_id", "filter_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    # No foreign keys: PostgreSQL looks each row's story and chat up and locks them, which is half of a fan-out's time.
    # Who removes a chat or a story removes its deliveries.
    Column("story_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    _text("lane"),
    Column("state", String(16), nullable=False),
    _number("attempts"),
    Column("due_at", Moment, nullable=False),
    _text("lease"),
    Column("lease_until", Moment),
    _flag("repeat"),
    _text("message_id"),
    _text("error"),
    Column("created_at", Moment, nullable=False),
    Column("done_at", Moment),
    _number("turn"),
    Column("bundle", BigInteger),
    _text("heading"),
    UniqueConstraint("story_id", "chat_id"),
    # Only what still waits is in these, so they stay small however long the history grows.
    Index(
        "ix_deliveries_turn",
        "lane",
        "state",
        "turn",
        "id",
        sqlite_where=text(_WAITING),
        postgresql_where=text(_WAITING),
    ),
    Index("ix_deliveries_held", "due_at", "chat_id", sqlite_where=text(_HELD), postgresql_where=text(_HELD)),
    Index("ix_deliveries_chat_held", "chat_id", "due_at", sqlite_where=text(_HELD), postgresql_where=text(_HELD)),
    Index("ix_deliveries_bundle", "bundle", sqlite_where=text(_IN_BUNDLE), postgresql_where=text(_IN_BUNDLE)),
    Index(
        "ix_deliveries_chat_waiting",
        "chat_id",
        "id",
        sqlite_where=text(_WAITING),
        postgresql_where=text(_WAITING),
    ),
)

transcript = Table(
    "transcript",
    metadata,
    _id(),
    Column("chat", String(40), nullable=False),
    _flag("mine"),
    _number("replaces"),
    _text("body"),
    Column("said_at", Moment, nullable=False),
    Index("ix_transcript_chat", "chat", "id"),
)

edits = Table(
    "edits",
    metadata,
    _id(),
    Column("delivery_id", BigInteger, ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False, unique=True),
    _text("lane"),
    Column("state", String(16), nullable=False),
    _number("attempts"),
    Column("due_at", Moment, nullable=False),
    _text("lease"),
    Column("lease_until", Moment),
    _text("error"),
    Column("created_at", Moment, nullable=False),
    Index("ix_edits_waiting", "lane", "state", "id", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(80), primary_key=True),
    _text("holder"),
    _number("fence"),
    _number("until"),
)

seen = Table(
    "seen",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("seen_at", Moment, nullable=False),
    Index("ix_seen_seen_at", "seen_at"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),
    _number("value"),
)


def waiting(rows: FromClause = deliveries) -> ColumnElement[bool]:
    """Match deliveries that are queued or under way.

    The states stand in the statement itself: with parameters in their place neither database uses the indexes of
    what waits, and every claim would read the whole history.
    """
    return rows.c.state.in_([literal_column("'queued'"), literal_column("'claimed'")])


QUEUED = waiting() & (deliveries.c.state == "queued")
HELD = deliveries.c.state == literal_column("'held'")
# A range, for once it knows its tables SQLite takes an equality for less telling than the list above, and reads all.
CLAIMED = waiting() & deliveries.c.state.between("claimed", "claimed")
