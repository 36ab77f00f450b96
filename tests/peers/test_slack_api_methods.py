"""The Web API of the peer, by raw HTTP and by slack-sdk."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.peers.slack_api import Channel, SlackApi

Json = dict[str, Any]
LONG = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}


@pytest.fixture
async def slack() -> AsyncIterator[SlackApi]:
    async with SlackApi() as peer:
        yield peer


@pytest.fixture
async def client(slack: SlackApi) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(slack.bot_token, base_url=slack.url, session=session, retry_handlers=[])


@pytest.fixture
def desk(slack: SlackApi) -> Channel:
    return slack.add_channel("desk")


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    assert refused.value.response.status_code == 200
    return str(refused.value.response["error"])


async def raw(slack: SlackApi, method: str, *, token: str | None = None, **request: Any) -> Json:
    headers = {"Authorization": f"Bearer {slack.bot_token if token is None else token}"} if token != "" else {}
    headers |= request.pop("headers", {})
    async with aiohttp.ClientSession() as session, session.post(slack.url + method, headers=headers, **request) as got:
        answer: Json = await got.json()
        return answer


async def test_a_post_is_kept_as_sent_and_shown_in_its_channel(
    slack: SlackApi, client: AsyncWebClient, desk: Channel
) -> None:
    sent = await client.chat_postMessage(channel=desk.id, text="Mali <!channel>", unfurl_links=False)
    assert sent["channel"] == desk.id
    assert [(p.text, p.ts, p.via) for p in slack.posts] == [("Mali <!channel>", sent["ts"], "chat.postMessage")]
    assert slack.posts[0].reading.mentions == ["!channel"]
    assert [m.text for m in slack.channel("desk").messages] == ["Mali <!channel>"]


async def test_a_form_and_a_json_body_mean_the_same(slack: SlackApi, desk: Channel) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Mali"}}]
    await raw(slack, "chat.postMessage", json={"channel": desk.id, "blocks": blocks})
    await raw(slack, "chat.postMessage", data={"channel": desk.id, "blocks": json.dumps(blocks)})
    form, typed = slack.posts
    assert form.blocks[0]["text"] == typed.blocks[0]["text"]


async def test_a_block_without_a_name_is_given_one(slack: SlackApi, client: AsyncWebClient, desk: Channel) -> None:
    element = {"type": "button", "text": {"type": "plain_text", "text": "Read"}}
    await client.chat_postMessage(channel=desk.id, text="x", blocks=[{"type": "actions", "elements": [element]}])
    message = desk.messages[0]
    assert message.elements[0]["action_id"]
    assert message.blocks[0]["block_id"]
    assert message.labels == ["Read"]


@pytest.mark.parametrize(
    ("error", "args"),
    [
        ("no_text", {}),
        ("no_text", {"text": "  "}),
        ("no_text", {"blocks": "[]"}),
        ("msg_too_long", {"text": "x" * 40_001}),
        ("invalid_blocks_format", {"blocks": "[{"}),
        ("invalid_blocks_format", {"blocks": "{}"}),
        ("invalid_blocks", {"blocks": '[{"type": "actions", "elements": []}]'}),
        ("msg_blocks_too_long", {"blocks": json.dumps([LONG] * 5)}),
        ("channel_not_found", {"channel": "C404", "text": "x"}),
        ("invalid_metadata_format", {"text": "x", "metadata": "{"}),
    ],
)
async def test_a_message_slack_would_not_take_is_refused(
    slack: SlackApi, desk: Channel, error: str, args: dict[str, str]
) -> None:
    answer = await raw(slack, "chat.postMessage", data={"channel": desk.id, **args})
    assert (answer["ok"], answer["error"]) == (False, error)
    assert slack.posts == []
    assert slack.requests[-1].error == error


async def test_a_refused_block_is_explained_in_the_answer_and_in_the_ledger(slack: SlackApi, desk: Channel) -> None:
    answer = await raw(slack, "chat.postMessage", json={"channel": desk.id, "blocks": [{"type": "section", "x": 1}]})
    reason = "[ERROR] invalid additional property: x [json-pointer:/blocks/0]"
    assert reason in answer["response_metadata"]["messages"]
    assert reason in slack.requests[-1].reasons


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ({"member": False}, "not_in_channel"),
        ({"member": False, "private": True}, "channel_not_found"),
        ({"archived": True}, "is_archived"),
        ({"restricted": True}, "restricted_action"),
    ],
)
async def test_a_channel_in_a_bad_state_takes_no_post(
    slack: SlackApi, client: AsyncWebClient, state: dict[str, Any], error: str
) -> None:
    channel = slack.add_channel("other", **state)
    assert await refusal(client.chat_postMessage(channel=channel.id, text="x")) == error


async def test_a_bot_with_the_public_scope_posts_where_it_is_no_member(slack: SlackApi, client: AsyncWebClient) -> None:
    channel = slack.add_channel("open", member=False)
    slack.workspace.scopes |= {"chat:write.public"}
    await client.chat_postMessage(channel="#open", text="x")
    assert channel.messages


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a_dead_token_is_refused_by_every_method(slack: SlackApi, client: AsyncWebClient, error: str) -> None:
    slack.workspace.token_error = error
    assert await refusal(client.auth_test()) == error
    assert await refusal(client.chat_postMessage(channel="C1", text="x")) == error


async def test_the_wrong_kind_of_token_is_refused(slack: SlackApi) -> None:
    assert (await raw(slack, "auth.test", token=""))["error"] == "not_authed"
    assert (await raw(slack, "auth.test", token="xoxb-unknown"))["error"] == "invalid_auth"
    assert (await raw(slack, "auth.test", token=slack.app_token))["error"] == "not_allowed_token_type"
    assert (await raw(slack, "apps.connections.open"))["error"] == "not_allowed_token_type"
    posted = {"token": slack.app_token}
    assert (await raw(slack, "apps.connections.open", token="", data=posted))["error"] == "invalid_auth"


async def test_a_missing_scope_is_named(slack: SlackApi, client: AsyncWebClient) -> None:
    slack.workspace.scopes -= {"users:read"}
    with pytest.raises(SlackApiError) as refused:
        await client.users_info(user="U1")
    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == "users:read"


@pytest.mark.parametrize(
    ("kind", "state"), [("channels", {}), ("groups", {"private": True}), ("im", {"direct_with": "U1"})]
)
async def test_each_kind_of_conversation_has_scopes_of_its_own(
    slack: SlackApi, client: AsyncWebClient, kind: str, state: dict[str, Any]
) -> None:
    channel = slack.add_channel("other", **state)
    for what, ask in (("history", client.conversations_history), ("read", client.conversations_info)):
        slack.workspace.scopes -= {f"{kind}:{what}"}
        with pytest.raises(SlackApiError) as refused:
            await ask(channel=channel.id)
        assert refused.value.response["needed"] == f"{kind}:{what}"


async def test_malformed_requests_are_refused(slack: SlackApi) -> None:
    json_type = {"Content-Type": "application/json; charset=utf-8"}
    assert (await raw(slack, "chat.postMessage", data="{", headers=json_type))["error"] == "invalid_json"
    assert (await raw(slack, "chat.postMessage", data="[]", headers=json_type))["error"] == "json_not_object"
    xml = {"Content-Type": "text/xml"}
    assert (await raw(slack, "chat.postMessage", data="<x/>", headers=xml))["error"] == "invalid_post_type"
    assert (await raw(slack, "chat.shout"))["error"] == "unknown_method"


async def test_a_json_body_without_a_charset_is_warned_about(slack: SlackApi) -> None:
    answer = await raw(slack, "auth.test", data="{}", headers={"Content-Type": "application/json"})
    assert (answer["ok"], answer["warning"]) == (True, "missing_charset")


async def test_a_reading_method_does_not_read_json(slack: SlackApi, desk: Channel) -> None:
    assert (await raw(slack, "conversations.info", json={"channel": desk.id}))["error"] == "channel_not_found"


async def test_a_message_is_updated_in_place_and_deleted(
    slack: SlackApi, client: AsyncWebClient, desk: Channel
) -> None:
    ts = (await client.chat_postMessage(channel=desk.id, text="old"))["ts"]
    await client.chat_update(channel=desk.id, ts=ts, text="new")
    assert [(m.text, m.edits) for m in desk.messages] == [("new", 1)]
    assert len(slack.posts) == 1
    assert [edit.text for edit in slack.ledger.edits] == ["new"]
    await client.chat_delete(channel=desk.id, ts=ts)
    assert desk.messages == []
    assert await refusal(client.chat_update(channel=desk.id, ts=ts, text="x")) == "message_not_found"


async def test_only_its_own_messages_can_be_changed(slack: SlackApi, client: AsyncWebClient, desk: Channel) -> None:
    ts = (await client.chat_postMessage(channel=desk.id, text="old"))["ts"]
    desk.messages[0].sender = "U999"
    assert await refusal(client.chat_update(channel=desk.id, ts=ts, text="x")) == "cant_update_message"
    assert await refusal(client.chat_delete(channel=desk.id, ts=ts)) == "cant_delete_message"


async def test_an_ephemeral_message_is_shown_to_one_and_out_of_reach(
    slack: SlackApi, client: AsyncWebClient, desk: Channel
) -> None:
    amina = slack.add_person("amina")
    sent = await client.chat_postEphemeral(channel=desk.id, user=amina.id, text="only you")
    assert desk.messages == []
    assert desk.ephemeral[0].ephemeral_to == amina.id
    assert await refusal(client.chat_update(channel=desk.id, ts=sent["message_ts"], text="x")) == "message_not_found"
    desk.people = ["U000"]
    assert await refusal(client.chat_postEphemeral(channel=desk.id, user=amina.id, text="x")) == "user_not_in_channel"


async def test_the_history_says_whether_a_post_arrived(slack: SlackApi, client: AsyncWebClient, desk: Channel) -> None:
    metadata = {"event_type": "alert", "event_payload": {"delivery": 7}}
    stamps = [(await client.chat_postMessage(channel=desk.id, text=str(n), metadata=metadata))["ts"] for n in range(3)]
    everything = await client.conversations_history(channel=desk.id, include_all_metadata=True)
    assert [m["text"] for m in everything["messages"]] == ["2", "1", "0"]
    assert everything["messages"][0]["metadata"] == metadata
    after = await client.conversations_history(channel=desk.id, oldest=stamps[0])
    assert [m["text"] for m in after["messages"]] == ["2", "1"]
    inclusive = await client.conversations_history(channel=desk.id, oldest=stamps[0], inclusive=True, limit=2)
    assert inclusive["has_more"]
    rest = await client.conversations_history(
        channel=desk.id, oldest=stamps[0], inclusive=True, limit=2, cursor=inclusive["response_metadata"]["next_cursor"]
    )
    assert [m["text"] for m in rest["messages"]] == ["0"]
    desk.member = False
    assert await refusal(client.conversations_history(channel=desk.id)) == "not_in_channel"


async def test_a_thread_is_read_by_its_first_message_and_what_was_broadcast_is_in_the_channel_too(
    slack: SlackApi, client: AsyncWebClient, desk: Channel
) -> None:
    metadata = {"event_type": "alert", "event_payload": {"key": "a"}}
    first = (await client.chat_postMessage(channel=desk.id, text="first"))["ts"]
    quiet = await client.chat_postMessage(channel=desk.id, text="quiet", thread_ts=first)
    assert quiet["message"]["thread_ts"] == first
    loud: Json = {"thread_ts": first, "reply_broadcast": True, "metadata": metadata}
    await client.chat_postMessage(channel=desk.id, text="loud", **loud)
    history = await client.conversations_history(channel=desk.id)
    assert [(m["text"], m.get("subtype")) for m in history["messages"]] == [
        ("loud", "thread_broadcast"),
        ("first", None),
    ]
    assert history["messages"][0]["metadata"] == {"event_type": "alert"}
    thread = await client.conversations_replies(channel=desk.id, ts=first, include_all_metadata=True)
    assert [m["text"] for m in thread["messages"]] == ["first", "quiet", "loud"]
    assert thread["messages"][2]["metadata"] == metadata
    assert await refusal(client.conversations_replies(channel=desk.id, ts=quiet["ts"])) == "thread_not_found"
    slack.workspace.most_history = 1
    assert len((await client.conversations_history(channel=desk.id, limit=200))["messages"]) == 1


async def test_a_reply_to_what_is_gone_or_is_a_reply_itself_becomes_a_message_of_its_own(
    slack: SlackApi, client: AsyncWebClient, desk: Channel
) -> None:
    slack.set_limits(None)
    first = (await client.chat_postMessage(channel=desk.id, text="first"))["ts"]
    reply = (await client.chat_postMessage(channel=desk.id, text="reply", thread_ts=first))["ts"]
    for nowhere in ("1.1", reply):
        posted = await client.chat_postMessage(channel=desk.id, text="x", thread_ts=nowhere, reply_broadcast=True)
        assert "thread_ts" not in posted["message"]
        assert "subtype" not in posted["message"]


async def test_a_thread_is_named_by_text_not_by_a_number(slack: SlackApi, desk: Channel) -> None:
    answer = await raw(slack, "chat.postMessage", json={"channel": desk.id, "text": "x", "thread_ts": 1602251441.0017})
    assert answer["error"] == "invalid_arguments"


async def test_an_update_keeps_metadata_and_drops_blocks_that_its_text_does_not_repeat(
    client: AsyncWebClient, desk: Channel
) -> None:
    metadata: Json = {"event_type": "alert", "event_payload": {"key": "a"}}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Mali"}}]
    ts = (await client.chat_postMessage(channel=desk.id, text="old", blocks=blocks, metadata=metadata))["ts"]
    await client.chat_update(channel=desk.id, ts=ts, text="new")
    assert (desk.messages[0].blocks, desk.messages[0].metadata) == ([], metadata)
    await client.chat_update(channel=desk.id, ts=ts, text="new", metadata={"event_type": "b", "event_payload": {}})
    assert desk.messages[0].metadata == {"event_type": "b", "event_payload": {}}


async def test_a_workspace_may_close_messages_to_change_after_a_while(
    slack: SlackApi, client: AsyncWebClient, desk: Channel
) -> None:
    ts = (await client.chat_postMessage(channel=desk.id, text="old"))["ts"]
    slack.workspace.edit_seconds = -1.0
    assert await refusal(client.chat_update(channel=desk.id, ts=ts, text="x")) == "edit_window_closed"


async def test_a_bot_joins_public_channels_only(slack: SlackApi, client: AsyncWebClient) -> None:
    channel = slack.add_channel("open", member=False)
    assert (await client.conversations_info(channel=channel.id))["channel"]["is_member"] is False
    await client.conversations_join(channel=channel.id)
    assert channel.member
    assert (await client.conversations_join(channel=channel.id))["warning"] == "already_in_channel"
    closed = slack.add_channel("closed", private=True)
    assert await refusal(client.conversations_join(channel=closed.id)) == "method_not_supported_for_channel_type"


async def test_people_and_teams_are_described(slack: SlackApi, client: AsyncWebClient, desk: Channel) -> None:
    amina, omar = slack.add_person("amina", admin=True), slack.add_person("omar")
    desk.people = [amina.id, omar.id]
    assert (await client.users_info(user=amina.id))["user"]["is_admin"] is True
    assert (await client.users_info(user=omar.id))["user"]["is_admin"] is False
    assert await refusal(client.users_info(user="U404")) == "user_not_found"
    assert (await client.team_info())["team"]["id"] == slack.workspace.id
    first = await client.conversations_members(channel=desk.id, limit=2)
    assert first["members"] == [amina.id, omar.id]
    cursor = first["response_metadata"]["next_cursor"]
    assert (await client.conversations_members(channel=desk.id, limit=2, cursor=cursor))["members"] == [
        slack.workspace.bot_person
    ]


async def test_a_person_is_reached_by_direct_message(slack: SlackApi, client: AsyncWebClient) -> None:
    amina = slack.add_person("amina")
    sent = await client.chat_postMessage(channel=amina.id, text="hello")
    assert sent["channel"].startswith("D")
    assert slack.channel(amina.id).direct_with == amina.id


async def test_each_workspace_has_its_own_token_and_channels(slack: SlackApi, client: AsyncWebClient) -> None:
    other = slack.add_workspace("Field Team")
    channel = slack.add_channel("field", workspace=other)
    assert await refusal(client.chat_postMessage(channel=channel.id, text="x")) == "channel_not_found"
    await client.chat_postMessage(channel=channel.id, text="x", token=other.bot_token)
    assert slack.posts[0].team == other.id
    assert (await client.auth_test(token=other.bot_token))["team_id"] == other.id


# slack-sdk still uses what aiohttp 3.14 has deprecated.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_a_code_buys_one_workspaces_token_once(slack: SlackApi) -> None:
    other = slack.add_workspace("Field Team")
    client = AsyncWebClient(base_url=slack.url, retry_handlers=[])
    secrets = {"client_id": slack.world.client_id, "client_secret": slack.world.client_secret}
    for team in (slack.workspace, other):
        bought = await client.oauth_v2_access(code=slack.authorise(team), **secrets)
        assert (bought["access_token"], bought["team"]["id"]) == (team.bot_token, team.id)
    code = slack.authorise(other)
    await client.oauth_v2_access(code=code, **secrets)
    assert await refusal(client.oauth_v2_access(code=code, **secrets)) == "code_already_used"
    assert await refusal(client.oauth_v2_access(code="nonsense", **secrets)) == "invalid_code"
    wrong = {**secrets, "client_secret": "wrong"}
    assert await refusal(client.oauth_v2_access(code=code, **wrong)) == "bad_client_secret"


async def test_the_consent_page_sends_back_a_code_and_the_same_state(slack: SlackApi) -> None:
    page = slack.url.replace("/api/", "/oauth/v2/authorize")
    asked = {"redirect_uri": "http://127.0.0.1:1/slack/oauth_redirect", "state": "s1"}
    async with aiohttp.ClientSession() as session, session.get(page, params=asked, allow_redirects=False) as got:
        assert got.status == 302
        assert "state=s1" in got.headers["Location"]
        assert "code=" in got.headers["Location"]


async def test_no_secret_is_kept_in_the_ledger_or_shown(slack: SlackApi) -> None:
    await raw(slack, "auth.test", token="", data={"token": slack.bot_token})
    assert slack.bot_token not in repr(slack.requests)
    assert slack.bot_token not in repr(slack.workspace)
