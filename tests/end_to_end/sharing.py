"""What a share link puts into the form that it opens."""

from urllib.parse import parse_qsl, urlsplit

_LINK_ONLY = ("www.facebook.com", "www.linkedin.com")
"""These forms take an address and nothing else."""


def shared_text(url: str) -> str:
    """Return all that a share link carries, decoded once, as the form will show it."""
    parts = urlsplit(url)
    return "\n".join(value for _, value in parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))


def leads_to(url: str, title: str, link: str) -> bool:
    """Say whether a share link carries this story: its address, and its title where the form takes one."""
    text = shared_text(url)
    return link in text.split() and (urlsplit(url).hostname in _LINK_ONLY or title in text) and "+" not in url
