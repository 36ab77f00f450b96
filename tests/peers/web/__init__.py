"""A web server on loopback that answers as told and remembers who asked: feeds, article pages, robots.txt."""

from tests.peers.web.page import Page
from tests.peers.web.server import RawPeer, Seen, WebPeer

__all__ = ["Page", "RawPeer", "Seen", "WebPeer"]
