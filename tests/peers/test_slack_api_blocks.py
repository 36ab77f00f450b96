"""Block Kit's limits in the peer, with two libraries' opinions on the same limits."""

from typing import Any

import pytest
import slackblocks
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks as sdk

from tests.peers.slack_api import check_blocks, check_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Read"), "action_id": "read", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(text: str = "Mali", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def overflow(count: int, **more: Any) -> Json:
    options = [{"text": plain(f"Option {n}"), "value": str(n), **more} for n in range(count)]
    return {"type": "overflow", "action_id": "share", "options": options}


def select(count: int) -> Json:
    options = [{"text": plain(f"Option {n}"), "value": str(n)} for n in range(count)]
    return {"type": "static_select", "action_id": "pick", "placeholder": plain("Pick"), "options": options}


ACCEPTED: list[Json] = [
    section("x" * 3000),
    section(fields=[plain("x" * 2000)] * 10),
    {"type": "section", "fields": [plain("only fields")]},
    section(accessory=overflow(5, url="https://example.org/a")),
    section(accessory=select(100)),
    {"type": "header", "text": {**plain("x" * 150), "emoji": True}},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "source", "verbatim": True}] * 10},
    actions(*[button(action_id=f"a{n}") for n in range(25)]),
    actions(button(text=plain("x" * 75), value="v" * 2000, url="https://" + "x" * 2992, style="primary")),
    actions(button(url="mailto:?subject=Mali"), overflow(1), select(1)),
    actions(button(action_id="x" * 255)),
    {"type": "divider", "block_id": "x" * 255},
    {"type": "image", "image_url": "https://example.org/map.png", "alt_text": "A map"},
    {"type": "markdown", "text": "**Mali**"},
]
REFUSED: list[tuple[str, Json]] = [
    ("less than 3001", section("x" * 3001)),
    ("more than 0", section("")),
    ("missing required field: text", {"type": "section"}),
    ("no more than 10", section(fields=[plain("x")] * 11)),
    ("less than 2001", section(fields=[plain("x" * 2001)])),
    ("less than 151", {"type": "header", "text": plain("x" * 151)}),
    ("unsupported type: mrkdwn", {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
    ("no more than 10", {"type": "context", "elements": [plain("x")] * 11}),
    ("no fewer than 1", {"type": "context", "elements": []}),
    ("unsupported type: button", {"type": "context", "elements": [button()]}),
    ("no fewer than 1", actions()),
    ("no more than 25", actions(*[button(action_id=f"a{n}") for n in range(26)])),
    ("unsupported type: mrkdwn", actions(button(text={"type": "mrkdwn", "text": "x"}))),
    ("less than 76", actions(button(text=plain("x" * 76)))),
    ("less than 2001", actions(button(value="v" * 2001))),
    ("less than 3001", actions(button(url="https://" + "x" * 2993))),
    ("more than 0", actions(button(url=""))),
    ("valid URL", actions(button(url="example.org"))),
    ("valid URL", actions(button(url="javascript:alert(1)"))),
    ("less than 256", actions(button(action_id="x" * 256))),
    ("`action_id` read already exists", actions(button(), button())),
    ("must be one of: primary", actions(button(style="default"))),
    ("less than 256", {"type": "divider", "block_id": "x" * 256}),
    ("no more than 5", section(accessory=overflow(6))),
    ("no fewer than 1", section(accessory=overflow(0))),
    ("less than 76", section(accessory=overflow(1, text=plain("x" * 76)))),
    ("less than 151", section(accessory=overflow(1, value="x" * 151))),
    ("no more than 100", section(accessory=select(101))),
    (
        "additional property: url",
        section(accessory={**select(0), "options": overflow(1, url="https://a.b")["options"]}),
    ),
    ("must define either", section(accessory={"type": "static_select"})),
    ("additional property: colour", section(colour="red")),
    ("additional property: emoji", {"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}),
    ("additional property: verbatim", {"type": "section", "text": {**plain("x"), "verbatim": True}}),
    ("missing required field: alt_text", {"type": "image", "image_url": "https://example.org/x.png"}),
    ("unsupported type: button", button()),
    ("unsupported type: shout", {"type": "shout"}),
    ("missing required field: type", {}),
]


@pytest.mark.parametrize("block", ACCEPTED)
def test_a_block_at_its_limit_is_accepted(block: Json) -> None:
    assert check_blocks([block]) == []


@pytest.mark.parametrize(("reason", "block"), REFUSED)
def test_a_block_beyond_its_limit_is_refused_with_the_reason_and_the_place(reason: str, block: Json) -> None:
    problems = check_blocks([block])
    assert any(reason in problem and "[json-pointer:/blocks/0" in problem for problem in problems), problems


def test_a_message_holds_fifty_blocks_and_no_more() -> None:
    assert check_blocks([{"type": "divider"}] * 50) == []
    assert "no more than 50" in check_blocks([{"type": "divider"}] * 51)[0]


def test_two_blocks_of_a_message_never_share_a_block_id() -> None:
    twice = [{"type": "divider", "block_id": "line"}] * 2
    assert "already exists" in check_blocks(twice)[0]


def test_two_blocks_may_hold_the_same_action_id() -> None:
    assert check_blocks([actions(button()), actions(button())]) == []


def test_what_is_no_list_of_objects_is_refused_and_never_raises() -> None:
    wrong_inside: list[Any] = [{"type": "actions", "elements": "x"}, {"type": "section", "text": 3}, {"type": ["x"]}]
    strange: list[Any] = [{}, [None], ["text"], [[]], *([block] for block in wrong_inside)]
    for one in strange:
        assert check_blocks(one)


def test_a_modal_with_an_input_needs_a_submit_button() -> None:
    asked = {"type": "input", "label": plain("Place"), "element": {"type": "plain_text_input", "action_id": "place"}}
    view = {"type": "modal", "title": plain("Follow"), "blocks": [asked]}
    assert check_view({**view, "submit": plain("Follow")}) == []
    assert "submit" in check_view(view)[0]
    assert check_view({**view, "submit": plain("x" * 25)})


def test_what_slackblocks_builds_at_its_limits_is_accepted() -> None:
    built = [
        slackblocks.HeaderBlock("x" * 150),
        slackblocks.SectionBlock("x" * 3000),
        slackblocks.ContextBlock([slackblocks.Text("x")] * 10),
        slackblocks.ActionsBlock(
            [slackblocks.Button("x" * 75, f"a{n}", url="https://example.org", value="v" * 2000) for n in range(25)]
        ),
        slackblocks.DividerBlock(),
    ]
    assert check_blocks([block._resolve() for block in built]) == []


def test_what_the_slack_sdk_builds_at_its_limits_is_accepted() -> None:
    options = [sdk.Option(text="x" * 75, value=str(n), url="https://example.org") for n in range(5)]
    built: list[sdk.Block] = [
        sdk.HeaderBlock(text="x" * 150),
        sdk.SectionBlock(text="x" * 3000, accessory=sdk.OverflowMenuElement(options=options, action_id="share")),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="x")] * 10),
        sdk.ActionsBlock(elements=[sdk.ButtonElement(text="x" * 75, action_id=f"a{n}") for n in range(25)]),
    ]
    assert check_blocks([block.to_dict() for block in built]) == []


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (lambda: slackblocks.HeaderBlock("x" * 151), {"type": "header", "text": plain("x" * 151)}),
        (lambda: slackblocks.SectionBlock("x" * 3001), section("x" * 3001)),
        (lambda: slackblocks.Button("x" * 76, "a"), actions(button(text=plain("x" * 76)))),
        (lambda: slackblocks.Button("x", "a", value="v" * 2001), actions(button(value="v" * 2001))),
        (
            lambda: slackblocks.ContextBlock([slackblocks.Text("x")] * 11),
            {"type": "context", "elements": [plain("x")] * 11},
        ),
    ],
)
def test_what_slackblocks_refuses_is_refused_here(theirs: Any, ours: Json) -> None:
    with pytest.raises(slackblocks.InvalidUsageError):
        theirs()
    assert check_blocks([ours])


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (sdk.HeaderBlock(text="x" * 151), {"type": "header", "text": plain("x" * 151)}),
        (sdk.SectionBlock(text="x" * 3001), section("x" * 3001)),
        (sdk.ButtonElement(text="x" * 76, action_id="a"), actions(button(text=plain("x" * 76)))),
        (sdk.ButtonElement(text="x", action_id="a" * 256), actions(button(action_id="a" * 256))),
        (sdk.ActionsBlock(elements=[sdk.ButtonElement(text="x")] * 26), actions(*[button()] * 26)),
    ],
)
def test_what_the_slack_sdk_refuses_is_refused_here(theirs: Any, ours: Json) -> None:
    with pytest.raises(SlackObjectFormationError):
        theirs.to_dict()
    assert check_blocks([ours])
