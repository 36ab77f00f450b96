"""Block Kit's elements: what can be pressed, chosen or typed into."""

from typing import Any

from tests.peers.slack_api.shapes import (
    Check,
    Problems,
    boolean,
    items,
    number,
    one_of,
    shape,
    string,
    web_address,
    written,
)

ACTION_ID = 255  # https://docs.slack.dev/reference/block-kit/block-elements/button-element
BUTTON_TEXT = 75  # https://docs.slack.dev/reference/block-kit/block-elements/button-element
BUTTON_VALUE = 2000  # https://docs.slack.dev/reference/block-kit/block-elements/button-element
ADDRESS = 3000  # https://docs.slack.dev/reference/block-kit/block-elements/button-element
OPTION_TEXT, OPTION_VALUE = 75, 150  # https://docs.slack.dev/reference/block-kit/composition-objects/option-object
OVERFLOW_OPTIONS = 5  # https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element
SELECT_OPTIONS = 100  # https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
CHOICES = 10  # https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element
PLACEHOLDER = 150  # https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element

# https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
_CONFIRM = shape(
    {
        "title": written(100, "plain_text"),
        "text": written(300, "plain_text"),
        "confirm": written(30, "plain_text"),
        "deny": written(30, "plain_text"),
    },
    {"style": one_of("primary", "danger")},
)


def _option(**more: Check) -> Check:
    return shape(
        {"text": written(OPTION_TEXT, "plain_text"), "value": string(OPTION_VALUE)},
        {"description": written(OPTION_TEXT, "plain_text"), **more},
    )


_OPTION = _option()
# Only an overflow menu's options open a page: https://docs.slack.dev/reference/block-kit/composition-objects/option-object
_OPENING_OPTION = _option(url=web_address(ADDRESS))
_MARKED_OPTION = shape(
    {"text": written(OPTION_TEXT), "value": string(OPTION_VALUE)}, {"description": written(OPTION_TEXT)}
)
_GROUP = shape({"label": written(75, "plain_text"), "options": items(_OPTION, SELECT_OPTIONS)})
_PRESSABLE: dict[str, Check] = {"action_id": string(ACTION_ID), "confirm": _CONFIRM}
_SELECT = {**_PRESSABLE, "placeholder": written(PLACEHOLDER, "plain_text"), "focus_on_load": boolean}
_OPTIONS = {"options": items(_OPTION, SELECT_OPTIONS), "option_groups": items(_GROUP, SELECT_OPTIONS)}


def _static_select(value: Any, where: str, problems: Problems) -> None:
    # https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element: one of the two, not both.
    _STATIC_SELECT(value, where, problems)
    _either_options(value, where, problems)


def _multi_static_select(value: Any, where: str, problems: Problems) -> None:
    _MULTI_STATIC_SELECT(value, where, problems)
    _either_options(value, where, problems)


def _either_options(value: Any, where: str, problems: Problems) -> None:
    if ("options" in value) == ("option_groups" in value):
        problems.add("must define either `options` or `option_groups`", where)


_STATIC_SELECT = shape({}, {**_SELECT, **_OPTIONS, "initial_option": _OPTION})
_MULTI_STATIC_SELECT = shape(
    {},
    {**_SELECT, **_OPTIONS, "initial_options": items(_OPTION, SELECT_OPTIONS), "max_selected_items": number},
)

ELEMENTS: dict[str, Check] = {
    # A button takes plain text only: https://docs.slack.dev/reference/block-kit/block-elements/button-element
    "button": shape(
        {"text": written(BUTTON_TEXT, "plain_text")},
        {
            **_PRESSABLE,
            "url": web_address(ADDRESS),
            "value": string(BUTTON_VALUE),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
    ),
    "overflow": shape({"options": items(_OPENING_OPTION, OVERFLOW_OPTIONS)}, _PRESSABLE),
    "static_select": _static_select,
    "multi_static_select": _multi_static_select,
    "users_select": shape({}, {**_SELECT, "initial_user": string(255)}),
    "channels_select": shape({}, {**_SELECT, "initial_channel": string(255), "response_url_enabled": boolean}),
    "checkboxes": shape(
        {"options": items(_MARKED_OPTION, CHOICES)},
        {**_PRESSABLE, "initial_options": items(_MARKED_OPTION, CHOICES), "focus_on_load": boolean},
    ),
    "radio_buttons": shape(
        {"options": items(_MARKED_OPTION, CHOICES)},
        {**_PRESSABLE, "initial_option": _MARKED_OPTION, "focus_on_load": boolean},
    ),
    "datepicker": shape({}, {**_SELECT, "initial_date": string(10, 10)}),
    "timepicker": shape({}, {**_SELECT, "initial_time": string(5, 5), "timezone": string(64)}),
    # https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
    "plain_text_input": shape(
        {},
        {
            "action_id": string(ACTION_ID),
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": number,
            "max_length": number,
            "dispatch_action_config": shape({"trigger_actions_on": items(string(40), 2)}),
            "focus_on_load": boolean,
            "placeholder": written(PLACEHOLDER, "plain_text"),
        },
    ),
    # https://docs.slack.dev/reference/block-kit/block-elements/image-element
    "image": shape({"image_url": web_address(3000, ("http://", "https://")), "alt_text": string(2000)}),
}

_CHOOSING = (
    "static_select",
    "users_select",
    "channels_select",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
)
# https://docs.slack.dev/reference/block-kit/blocks/actions-block: multi-selects and images have no place there.
ACTIONS = ("button", "overflow", *_CHOOSING)
ACCESSORIES = ("button", "overflow", "image", "multi_static_select", *_CHOOSING)
INPUTS = ("plain_text_input", "multi_static_select", *_CHOOSING)
