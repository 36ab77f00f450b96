"""Fair turns, bundles and quiet hours, edits, leases, what was seen before, and how feeds and stories fare."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WAITING = sa.text("state IN ('queued', 'claimed')")
_HELD = sa.text("state = 'held'")
_IN_BUNDLE = sa.text("bundle IS NOT NULL")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _maybe(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=True)


def _flag(name: str, default: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text(default), nullable=False)


_KEYS = {"story_id": "stories", "chat_id": "chats"}
_ADDED: dict[str, list[sa.Column[Any]]] = {
    "feeds": [
        _text("claim"),
        _number("claimed_until"),
        _maybe("polled_at"),
        _maybe("newest"),
        sa.Column("usual", sa.JSON(), nullable=True),
    ],
    "stories": [
        *(_maybe(name) for name in ("cluster", "continues", "revised_at", "withdrawn_at", "checked_at")),
        _text("revised"),
        _number("missing"),
    ],
    "chats": [_text("zone"), sa.Column("rhythm", sa.JSON(), nullable=True), _flag("threads", "true")],
    "subscriptions": [_flag("loud", "false")],
    "deliveries": [_number("turn"), _maybe("bundle"), _text("heading")],
}


def upgrade() -> None:
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_stories_cluster", "stories", ["cluster"])
    op.create_index("ix_stories_seen_at", "stories", ["seen_at"])
    op.create_index("ix_stories_feed", "stories", ["feed_id", "id"])
    op.create_index("ix_matches_filter_id", "matches", ["filter_id"])
    op.drop_index("ix_deliveries_waiting", table_name="deliveries")
    _without_keys()
    _partial("ix_deliveries_turn", "deliveries", ["lane", "state", "turn", "id"], _WAITING)
    _partial("ix_deliveries_held", "deliveries", ["due_at", "chat_id"], _HELD)
    _partial("ix_deliveries_chat_held", "deliveries", ["chat_id", "due_at"], _HELD)
    _partial("ix_deliveries_bundle", "deliveries", ["bundle"], _IN_BUNDLE)
    _edits()
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=80), nullable=False),
        _text("holder"),
        _number("fence"),
        _number("until"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "seen",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_seen")),
    )
    op.create_index("ix_seen_seen_at", "seen", ["seen_at"])


def _without_keys() -> None:
    """Take the foreign keys from the deliveries; SQLite copies the table for that."""
    op.drop_index("ix_deliveries_chat_waiting", table_name="deliveries")
    with op.batch_alter_table("deliveries") as table:
        for column in _KEYS:
            table.drop_constraint(f"fk_deliveries_{column}", type_="foreignkey")
    _partial("ix_deliveries_chat_waiting", "deliveries", ["chat_id", "id"], _WAITING)


def _with_keys() -> None:
    for column, target in _KEYS.items():
        op.execute(f"DELETE FROM deliveries WHERE {column} NOT IN (SELECT id FROM {target})")  # noqa: S608
    op.drop_index("ix_deliveries_chat_waiting", table_name="deliveries")
    with op.batch_alter_table("deliveries") as table:
        for column, target in _KEYS.items():
            table.create_foreign_key(f"fk_deliveries_{column}", target, [column], ["id"], ondelete="CASCADE")
    _partial("ix_deliveries_chat_waiting", "deliveries", ["chat_id", "id"], _WAITING)


def _edits() -> None:
    op.create_table(
        "edits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        _text("lane"),
        sa.Column("state", sa.String(length=16), nullable=False),
        _number("attempts"),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        _text("lease"),
        _maybe("lease_until"),
        _text("error"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_edits_delivery_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edits")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_edits_delivery_id")),
    )
    _partial("ix_edits_waiting", "edits", ["lane", "state", "id"], _WAITING)


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table in ("seen", "leases", "edits"):
        op.drop_table(table)
    for name in ("bundle", "chat_held", "held", "turn"):
        op.drop_index(f"ix_deliveries_{name}", table_name="deliveries")
    op.drop_index("ix_matches_filter_id", table_name="matches")
    for name in ("feed", "seen_at", "cluster"):
        op.drop_index(f"ix_stories_{name}", table_name="stories")
    for table, columns in reversed(_ADDED.items()):
        for column in reversed(columns):
            op.drop_column(table, column.name)
    _with_keys()
    _partial("ix_deliveries_waiting", "deliveries", ["lane", "state", "id"], _WAITING)
