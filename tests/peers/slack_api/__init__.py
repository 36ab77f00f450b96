"""A Slack for the tests: refuses what the real one refuses. Every rule names the page it comes from."""

from tests.peers.slack_api.acting import Answer
from tests.peers.slack_api.blocks import check_blocks, check_view
from tests.peers.slack_api.events import Delivery, Signature, sign
from tests.peers.slack_api.ledger import Arrival, Post
from tests.peers.slack_api.limits import Limits
from tests.peers.slack_api.mrkdwn import Linked, Reading, read, read_message
from tests.peers.slack_api.server import SlackApi
from tests.peers.slack_api.timing import Handed, Timing
from tests.peers.slack_api.world import Channel, Message, Person, Workspace

__all__ = [
    "Answer",
    "Arrival",
    "Channel",
    "Delivery",
    "Handed",
    "Limits",
    "Linked",
    "Message",
    "Person",
    "Post",
    "Reading",
    "Signature",
    "SlackApi",
    "Timing",
    "Workspace",
    "check_blocks",
    "check_view",
    "read",
    "read_message",
    "sign",
]
