"""What a feed's own description settles."""

import pytest

from bot.core.feed import FeedSource


@pytest.mark.parametrize(
    ("page", "trusted"),
    [
        ("http://press.internal/news/1", True),
        ("https://press.internal:8443/news/1", True),
        ("http://169.254.169.254/latest/meta-data", False),
        ("http://127.0.0.1/", False),
        ("http://other.internal/", False),
        ("http://press.internal@10.0.0.1/", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_a_trusted_feed_vouches_for_pages_of_its_own_host_only(page: str, trusted: bool) -> None:
    assert FeedSource("Press", "http://press.internal/rss", trusted=True).trusts(page) is trusted


def test_a_feed_that_is_not_trusted_vouches_for_no_page() -> None:
    assert not FeedSource("Press", "https://press.example/rss").trusts("https://press.example/news/1")
