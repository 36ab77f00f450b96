"""Block Kit as Slack accepts it in messages and modals. Blocks this file does not know are refused."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

from tests.peers.slack_api.elements import ACCESSORIES, ACTIONS, ELEMENTS, INPUTS
from tests.peers.slack_api.shapes import (
    Check,
    Json,
    Problems,
    boolean,
    by_type,
    items,
    number,
    shape,
    string,
    web_address,
    written,
)

BLOCKS_IN_MESSAGE = 50  # https://docs.slack.dev/reference/block-kit/blocks
BLOCKS_IN_VIEW = 100  # https://docs.slack.dev/reference/views/modal-views
SECTION_TEXT = 3000  # https://docs.slack.dev/reference/block-kit/blocks/section-block
FIELDS, FIELD_TEXT = 10, 2000  # https://docs.slack.dev/reference/block-kit/blocks/section-block
HEADER_TEXT = 150  # https://docs.slack.dev/reference/block-kit/blocks/header-block
CONTEXT_ELEMENTS = 10  # https://docs.slack.dev/reference/block-kit/blocks/context-block
ACTIONS_ELEMENTS = 25  # https://docs.slack.dev/reference/block-kit/blocks/actions-block
BLOCK_ID = 255  # https://docs.slack.dev/reference/block-kit/blocks
MARKDOWN_TEXT = 12_000  # https://docs.slack.dev/reference/block-kit/blocks/markdown-block, all of a message together
IMAGE_ADDRESS, IMAGE_WORDS = 3000, 2000  # https://docs.slack.dev/reference/block-kit/blocks/image-block
# Undocumented: msg_blocks_too_long begins at about 13,200 characters, https://github.com/slackapi/bolt-js/issues/2509
ALL_TEXT = 13_200

_ID: dict[str, Check] = {"block_id": string(BLOCK_ID)}
# In a context block the text stands beside images, without a wrapper.
_CONTEXT = {"image": ELEMENTS["image"], "plain_text": written(3000), "mrkdwn": written(3000)}


def _section(value: Any, where: str, problems: Problems) -> None:
    # https://docs.slack.dev/reference/block-kit/blocks/section-block: text is required unless fields are given.
    _SECTION(value, where, problems)
    if "text" not in value and "fields" not in value:
        problems.add("missing required field: text", where)


def _actions(value: Any, where: str, problems: Problems) -> None:
    # https://docs.slack.dev/reference/block-kit/block-elements/button-element: unique among the containing block.
    _ACTIONS(value, where, problems)
    named = Counter(e.get("action_id") for e in _objects(value.get("elements")) if e.get("action_id"))
    for twice in [name for name, times in named.items() if times > 1]:
        problems.add(f"`action_id` {twice} already exists in this block", f"{where}/elements")


_SECTION = shape(
    {},
    {
        **_ID,
        "text": written(SECTION_TEXT),
        "fields": items(written(FIELD_TEXT), FIELDS),
        "accessory": by_type(ELEMENTS, ACCESSORIES),
        "expand": boolean,
    },
)
_ACTIONS = shape({"elements": items(by_type(ELEMENTS, ACTIONS), ACTIONS_ELEMENTS)}, _ID)
BLOCKS: dict[str, Check] = {
    "section": _section,
    # A header takes plain text only: https://docs.slack.dev/reference/block-kit/blocks/header-block
    "header": shape({"text": written(HEADER_TEXT, "plain_text")}, _ID),
    "context": shape({"elements": items(by_type(_CONTEXT), CONTEXT_ELEMENTS)}, _ID),
    "actions": _actions,
    "divider": shape({}, _ID),
    "image": shape(
        {"image_url": web_address(IMAGE_ADDRESS, ("http://", "https://")), "alt_text": string(IMAGE_WORDS)},
        {**_ID, "title": written(IMAGE_WORDS, "plain_text")},
    ),
    "markdown": shape({"text": string(MARKDOWN_TEXT)}, _ID),
    # https://docs.slack.dev/reference/block-kit/blocks/input-block
    "input": shape(
        {"label": written(2000, "plain_text"), "element": by_type(ELEMENTS, INPUTS)},
        {**_ID, "hint": written(2000, "plain_text"), "optional": boolean, "dispatch_action": boolean},
    ),
}
# https://docs.slack.dev/reference/views/modal-views
_VIEW = shape(
    {"title": written(24, "plain_text"), "blocks": items(by_type(BLOCKS), BLOCKS_IN_VIEW)},
    {
        "close": written(24, "plain_text"),
        "submit": written(24, "plain_text"),
        "private_metadata": string(3000, least=0),
        "callback_id": string(255),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "external_id": string(255),
        "submit_disabled": boolean,
        "previous_view_id": string(255),
        "root_view_id": string(255),
        "version": number,
    },
)


def check_blocks(blocks: Any, where: str = "/blocks", most: int = BLOCKS_IN_MESSAGE) -> list[str]:
    """Return what Slack would say is wrong with a message's blocks; empty when it would take them."""
    problems = Problems()
    items(by_type(BLOCKS), most, least=0)(blocks, where, problems)
    _unique_block_ids(blocks, where, problems)
    return problems.lines


def check_view(view: Any) -> list[str]:
    """Return what Slack would say is wrong with a modal."""
    problems = Problems()
    by_type({"modal": _VIEW})(view, "/view", problems)
    if isinstance(view, dict):
        _unique_block_ids(view.get("blocks"), "/view/blocks", problems)
        # https://docs.slack.dev/reference/views/modal-views: submit is required when there is an input block.
        if any(b.get("type") == "input" for b in _objects(view.get("blocks"))) and "submit" not in view:
            problems.add("missing required field: submit", "/view")
    return problems.lines


def too_long(blocks: list[Json]) -> bool:
    """Say whether the blocks' words together are more than one message holds."""
    return sum(len(text) for text in texts(blocks)) > ALL_TEXT


def texts(value: Any) -> Iterator[str]:
    """Give every string under a key `text`, wherever it stands."""
    for one in walk(value):
        if isinstance(one.get("text"), str):
            yield one["text"]


def walk(value: Any) -> Iterator[Json]:
    """Give every object inside a JSON value, from the outside in and in reading order."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def completed(blocks: list[Json], numbers: Iterator[int] | None = None) -> list[Json]:
    """Return a copy with the block_ids and action_ids that Slack makes up where an app gave none."""
    numbers = numbers or count(1)
    copy: list[Json] = json.loads(json.dumps(blocks))
    for block in copy:
        block.setdefault("block_id", f"b{next(numbers)}")
        for element in elements_of(block):
            element.setdefault("action_id", f"a{next(numbers)}")
    return copy


def elements_of(block: Json) -> list[Json]:
    """Return what can be pressed in one block, in reading order."""
    held = (
        block.get("elements", []) if block.get("type") == "actions" else [block.get("accessory"), block.get("element")]
    )
    return [one for one in _objects(held) if one.get("type") != "image"]


def _unique_block_ids(blocks: Any, where: str, problems: Problems) -> None:
    # https://docs.slack.dev/reference/block-kit/blocks: a block_id is unique for each message.
    named = Counter(block["block_id"] for block in _objects(blocks) if block.get("block_id"))
    for twice in [name for name, times in named.items() if times > 1]:
        problems.add(f"block_id {twice} already exists", where)


def _objects(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
