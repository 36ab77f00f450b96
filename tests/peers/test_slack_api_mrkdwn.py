"""What the mrkdwn reader finds in a text."""

import pytest

from tests.peers.slack_api import Linked, read, read_message


@pytest.mark.parametrize("call", ["!channel", "!here", "!everyone", "@U123", "#C123", "!subteam^S1|@ops"])
def test_a_control_sequence_calls_people(call: str) -> None:
    assert read(f"before <{call}> after").mentions == [call.partition("|")[0]]


@pytest.mark.parametrize("hostile", ["<!channel>", "<@U123>", "<https://evil.example|bank.example>", "<!here|here>"])
def test_escaped_text_calls_nobody_links_nothing_and_reads_as_written(hostile: str) -> None:
    escaped = hostile.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    found = read(escaped, verbatim=True)
    assert (found.mentions, found.links, found.plain) == ([], [], hostile)


def test_a_link_shows_what_hides_behind_which_words() -> None:
    found = read("<https://evil.example?a=1&amp;b=2|bank.example> and <mailto:a@b.example>")
    assert found.links[0] == Linked("https://evil.example?a=1&b=2", "bank.example")
    assert found.links[1].url == "mailto:a@b.example"
    assert found.plain == "bank.example and mailto:a@b.example"


def test_a_date_is_neither_a_mention_nor_a_link() -> None:
    found = read("<!date^1392734382^{date}|18 February>")
    assert (found.mentions, found.plain) == ([], "18 February")


def test_plain_words_become_links_and_names_unless_the_text_is_verbatim() -> None:
    text = "see https://example.org #ops @channel"
    assert read(text).automatic == ["https://example.org", "@channel", "#ops"] or read(text).automatic == [
        "https://example.org",
        "#ops",
        "@channel",
    ]
    assert read(text, verbatim=True).automatic == []
    assert read(text).mentions == []
    assert read(text, link_names=True).mentions == ["#ops", "@channel"]


def test_plain_text_objects_call_nobody_whatever_they_say() -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "<!channel>"}}
    assert read_message("", [header]).mentions == []
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}
    assert read_message("<@U1>", [header, section]).mentions == ["@U1", "!channel"]
