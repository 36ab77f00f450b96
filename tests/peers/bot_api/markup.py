from typing import Any

from tests.peers.bot_api import limits
from tests.peers.bot_api.entities import checked_link
from tests.peers.bot_api.params import Params
from tests.peers.bot_api.refusal import Json, Refusal, bad_request

ACTIONS = (  # "Exactly one of the fields other than text ... must be used" (docs, InlineKeyboardButton)
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def read_markup(params: Params, inline_only: bool) -> Json | None:
    """`reply_markup`, checked; None when absent. Source: Client::get_reply_markup, TDLib ReplyMarkup.cpp."""
    markup = params.parsed("reply_markup", "reply keyboard markup JSON object")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup)
    kinds = {"keyboard": _keyboard, "remove_keyboard": _remove, "force_reply": _force}
    for name, check in kinds.items():
        if name in markup:
            if inline_only:
                raise bad_request("Inline keyboard expected")
            return check(markup)
    return None  # an object without a known field is no markup


def _rows(markup: Json, field: str, kind: str) -> list[list[Any]]:
    rows = markup[field]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'Field "{field}" of the {kind} must be an Array of Arrays')
    return [row for row in rows if row]  # empty rows vanish


def _inline(markup: Json) -> Json | None:
    rows = _rows(markup, "inline_keyboard", "InlineKeyboardMarkup")
    if sum(map(len, rows)) > limits.INLINE_BUTTONS or any(len(row) > limits.BUTTONS_A_ROW for row in rows):
        raise bad_request("Reply markup is too long")
    checked = [[_inline_button(button) for button in row] for row in rows]
    return {"inline_keyboard": checked} if checked else None


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise _unparsed("Expected an Object")
    if "text" not in button:
        raise _unparsed('Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _unparsed('Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("Inline keyboard button text must be non-empty")
    used = [name for name in ACTIONS if name in button and button[name] != ""]
    if not used:  # an empty callback_data counts as none
        raise _unparsed("Text buttons are unallowed in the inline keyboard")
    if len(used) > 1:  # the server takes the first silently; the docs forbid it, so a test should see it
        raise _unparsed(f"Exactly one action is expected, got {', '.join(used)}")
    return {**button, **_action(used[0], button[used[0]])}


def _unparsed(reason: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _action(name: str, value: Any) -> Json:
    if name == "callback_data":
        return _callback(value)
    if name == "url":
        return _url(value)
    if name == "copy_text":
        return _copy(value)
    if name in {"web_app", "login_url"}:
        return _secure(name, value)
    if name in {"callback_game", "pay"}:
        raise bad_request("BUTTON_TYPE_INVALID")  # only the first button of a game or an invoice
    return {name: value}


def _callback(value: Any) -> Json:
    if not isinstance(value, str):
        raise _unparsed('Field "callback_data" must be of type String')
    if len(value.encode()) > limits.CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return {"callback_data": value}


def _url(value: Any) -> Json:
    if not isinstance(value, str):
        raise _unparsed('Field "url" must be of type String')
    link = checked_link(value)
    if link is None:
        raise bad_request(f"Inline keyboard button URL '{value}' is invalid: BUTTON_URL_INVALID")
    return {"url": link}


def _copy(value: Any) -> Json:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= limits.COPY_TEXT_CHARACTERS:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return {"copy_text": {"text": text}}


def _secure(name: str, value: Any) -> Json:
    url = value.get("url") if isinstance(value, dict) else None
    if not isinstance(url, str) or not url.startswith("https://") or checked_link(url) is None:
        raise bad_request("Only HTTPS links are allowed")
    return {name: value}


def _keyboard(markup: Json) -> Json:
    for row in _rows(markup, "keyboard", "ReplyKeyboardMarkup"):
        for button in row:
            text = button.get("text") if isinstance(button, dict) else button
            if not isinstance(text, str) or not text.strip():
                raise bad_request("Keyboard button text must be non-empty")
    return _placeholder(markup)


def _remove(markup: Json) -> Json:
    if markup["remove_keyboard"] is not True:
        raise bad_request('Field "remove_keyboard" of the ReplyKeyboardRemove must be True')
    return markup


def _force(markup: Json) -> Json:
    if markup["force_reply"] is not True:
        raise bad_request('Field "force_reply" of the ForceReply must be True')
    return _placeholder(markup)


def _placeholder(markup: Json) -> Json:
    placeholder = markup.get("input_field_placeholder", "x")
    if not isinstance(placeholder, str) or not 1 <= len(placeholder) <= limits.PLACEHOLDER_CHARACTERS:
        raise bad_request("Input field placeholder must be of 1 to 64 characters")
    return markup
