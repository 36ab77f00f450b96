"""What the pipeline asks of the store, a port for each noun. Every method is one transaction, none waits on a network.

Fulfilled by `bot.store` on SQLite and PostgreSQL; one suite of tests holds for both and for the in-memory fake.
"""

from bot.core.stores.chats import Chats, FilterChange, Said, Subscription, Subscriptions, Transcript
from bot.core.stores.deliveries import Edits, HeldFor, Holding, Outbox, Parked
from bot.core.stores.news import (
    Archive,
    Feeds,
    NewStory,
    Overtaken,
    PageCheck,
    Recorded,
    Revision,
    Stories,
    Told,
    VisitLost,
    Withdrawals,
)
from bot.core.stores.upkeep import Epochs, Forgotten, Kept, Leases, Mark, Pruning, Retention, Seen

__all__ = [
    "Archive",
    "Chats",
    "Edits",
    "Epochs",
    "Feeds",
    "FilterChange",
    "Forgotten",
    "HeldFor",
    "Holding",
    "Kept",
    "Leases",
    "Mark",
    "NewStory",
    "Outbox",
    "Overtaken",
    "PageCheck",
    "Parked",
    "Pruning",
    "Recorded",
    "Retention",
    "Revision",
    "Said",
    "Seen",
    "Stories",
    "Subscription",
    "Subscriptions",
    "Told",
    "Transcript",
    "VisitLost",
    "Withdrawals",
]
