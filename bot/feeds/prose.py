"""A page's text, without what stands around it."""

import copy
from typing import Any

import trafilatura

from bot.core.text import clean
from bot.feeds.furniture import story_lines


def prose(tree: Any, title: str) -> list[str]:
    """Return the story's paragraphs, without title, share lines, membership appeal and other furniture."""
    # A copy: the extractor takes the tree apart, and the caller still reads it.
    text = trafilatura.extract(copy.deepcopy(tree), include_comments=False, include_tables=False) or ""
    return story_lines(map(clean, text.split("\n")), title)
