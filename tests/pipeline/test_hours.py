"""What people ask about when alerts come, and what they are told."""

import pytest

from bot.core.chat import Chat, ChatKind, ChatState, Platform
from bot.core.delivery import State
from bot.core.message import Press, Reply, Showing
from bot.core.rhythm import Every, Rhythm
from tests.pipeline.scene import Scene, entry, sighting

GROUP = sighting("-100", kind=ChatKind.GROUP)


def said(reply: Reply) -> str:
    return reply.message.text


def buttons(reply: Reply) -> dict[str, str]:
    return {b.label: b.command for row in reply.message.rows for b in row if isinstance(b, Press)}


async def rhythm(scene: Scene) -> Rhythm:
    return (await scene.chat()).rhythm


async def states(scene: Scene) -> list[State]:
    return [row.state for _, row in sorted(scene.store.rows.deliveries.items())]


# Digests


@pytest.mark.parametrize(
    ("typed", "kept", "told"),
    [
        ("daily 8:00", Rhythm(every=Every.DAILY, at=480), "every day at 08:00"),
        ("weekly mon 9", Rhythm(every=Every.WEEKLY, at=540), "every week, Monday at 09:00"),
        ("hourly", Rhythm(every=Every.HOURLY), "every hour"),
        ("off", Rhythm(), "one by one"),
    ],
)
async def test_a_digest_is_set_and_told_as_it_was_meant(scene: Scene, typed: str, kept: Rhythm, told: str) -> None:
    reply = await scene.say(f"/digest {typed}")
    assert await rhythm(scene) == kept
    assert told in said(reply)
    assert reply.public


async def test_a_digest_says_when_the_next_comes_where_people_live(scene: Scene) -> None:
    await scene.say("/timezone Bamako")
    assert "The next digest comes tomorrow at 08:00 (Africa/Bamako)." in said(await scene.say("/digest daily 8:00"))
    assert "The next digest comes at 18:00 (Africa/Bamako)." in said(await scene.say("/digest daily 18"))
    assert "The next digest comes on Monday at 09:00 (Africa/Bamako)." in said(await scene.say("/digest weekly mon 9"))
    assert "The next digest comes at 13:00 (Africa/Bamako)." in said(await scene.say("/digest hourly"))


async def test_a_digest_that_falls_into_quiet_hours_is_said_to_come_after_them(scene: Scene) -> None:
    await scene.say("/quiet 22-7")
    assert "The next digest comes tomorrow at 07:00 (UTC)." in said(await scene.say("/digest daily 6:00"))


async def test_a_local_time_without_a_zone_is_utc_and_says_how_to_change_it(scene: Scene) -> None:
    for typed in ("/digest daily 8:00", "/quiet 22-7", "/limit 5", "/mute until 18:00"):
        assert "/timezone Bamako" in said(await scene.say(typed))
    assert "/timezone" not in said(await scene.say("/digest hourly"))
    await scene.say("/timezone UTC")
    assert "/timezone" not in said(await scene.say("/digest daily 8:00"))


async def test_a_digest_that_cannot_be_read_is_answered_with_examples(scene: Scene) -> None:
    reply = await scene.say("/digest monthly")
    assert "“monthly”" in said(reply)
    assert "/digest weekly mon 9:00" in said(reply)
    assert await rhythm(scene) == Rhythm()
    assert not reply.public


async def test_what_was_held_for_a_digest_comes_as_one_message_when_it_is_switched_off(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.say("/digest daily 8:00")
    await scene.publish(entry("Mali one"), entry("Mali two"))
    await scene.digests.step()
    assert await scene.inbox("42") == []
    assert "2 stories that were held come now." in said(await scene.say("/digest off"))
    await scene.digests.step()
    assert sorted(await states(scene)) == [State.BUNDLED, State.QUEUED]
    assert sorted(await scene.inbox("42")) == ["Mali one", "Mali two"]


async def test_a_digest_that_is_switched_off_within_quiet_hours_does_not_say_that_it_comes_now(scene: Scene) -> None:
    await scene.say("/quiet 11-14")
    await scene.say("/digest daily 8:00")
    assert "comes now" not in said(await scene.say("/digest off"))
    assert "comes now" not in said(await scene.say("/digest off"))


# Quiet hours and mutes


async def test_quiet_hours_are_set_and_taken_back(scene: Scene) -> None:
    await scene.say("/timezone Africa/Bamako")
    reply = await scene.say("/quiet 22:00-7:00")
    assert "from 22:00 to 07:00 (Africa/Bamako)" in said(reply)
    assert (await rhythm(scene)).quiet == (1320, 420)
    await scene.press(buttons(reply)["Off"])
    assert (await rhythm(scene)).quiet is None


async def test_quiet_hours_that_cannot_be_read_are_answered_with_an_example(scene: Scene) -> None:
    assert "/quiet 22:00-7:00" in said(await scene.say("/quiet at night"))
    assert (await rhythm(scene)).quiet is None


@pytest.mark.parametrize("typed", ["/mute 3h", "/pause 3h", "mute for 3 hours", "pause for 3 hours", "/snooze 180 min"])
async def test_a_mute_holds_until_its_end_and_tells_then(scene: Scene, typed: str) -> None:
    await scene.follow("42", "mali")
    reply = await scene.say(typed)
    assert "Muted until 15:00 (UTC)" in said(reply)
    assert (await scene.chat()).state is ChatState.ACTIVE
    await scene.publish(entry("Mali one"), entry("Mali two"))
    await scene.digests.step()
    assert await scene.inbox("42") == []
    scene.clock.advance(3 * 3600)
    await scene.digests.step()
    assert sorted(await states(scene)) == [State.BUNDLED, State.QUEUED]
    assert sorted(await scene.inbox("42")) == ["Mali one", "Mali two"]


async def test_a_mute_holds_what_waits_to_be_sent(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.publish(entry("Mali one"))
    await scene.say("/mute 1h")
    assert await scene.inbox("42") == []
    await scene.say("/unmute")
    await scene.digests.step()
    assert await scene.inbox("42") == ["Mali one"]


@pytest.mark.parametrize("typed", ["/unmute", "/resume", "/mute off", "unmute"])
async def test_a_mute_can_be_ended(scene: Scene, typed: str) -> None:
    await scene.follow("42", "mali")
    await scene.say("/mute 3h")
    await scene.publish(entry("Mali one"))
    reply = await scene.say(typed)
    assert said(reply) == "Alerts are on again.\n1 story that was held comes now."
    assert not (await rhythm(scene)).is_muted(scene.clock.now())
    assert "not muted" in said(await scene.say("/unmute"))


async def test_nothing_is_said_to_come_where_nothing_was_held(scene: Scene) -> None:
    await scene.say("/mute 3h")
    assert said(await scene.say("/unmute")) == "Alerts are on again."
    await scene.say("/quiet 11-14")
    assert said(await scene.say("/quiet off")) == "There are no quiet hours any more."


async def test_who_ends_quiet_hours_within_them_is_told_what_comes_now(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.say("/quiet 11-14")
    await scene.publish(entry("Mali one"), entry("Mali two"))
    assert "2 stories that were held come now." in said(await scene.say("/quiet off"))


@pytest.mark.parametrize(
    "typed",
    [
        "/digest daily 8",
        "/digest hourly",
        "/digest off",
        "/quiet 22-7",
        "/quiet off",
        "/mute 2h",
        "/timezone Bamako",
        "/bundle 10",
        "/limit 20",
        "/threads off",
        "/loud 1",
    ],
)
async def test_while_paused_every_change_of_hours_says_so_and_promises_nothing(scene: Scene, typed: str) -> None:
    await scene.follow("42", "mali")
    for setting in ("/digest weekly mon 9", "/pause"):
        await scene.say(setting)
    told = said(await scene.say(typed))
    assert told.count("Alerts are paused here: type /resume to get them.") == 1
    assert not [promise for promise in ("is kept", "next digest", "come now", "comes now") if promise in told]


async def test_a_pause_that_ends_within_a_mute_says_that_alerts_are_muted(scene: Scene) -> None:
    for typed in ("/mute 3h", "/pause"):
        await scene.say(typed)
    reply = await scene.say("/resume")
    assert said(reply).splitlines() == [
        "Alerts are no longer paused.",
        "Alerts are muted here until 15:00 (UTC): type /unmute to get them now.",
    ]
    assert reply.public
    assert (await scene.chat()).state is ChatState.ACTIVE


async def test_a_mute_that_is_ended_within_a_pause_says_that_alerts_are_paused(scene: Scene) -> None:
    for typed in ("/mute 3h", "/pause"):
        await scene.say(typed)
    assert said(await scene.say("/unmute")).splitlines()[:2] == [
        "Alerts are no longer muted.",
        "Alerts are paused here: type /resume to get them.",
    ]


async def test_who_resumes_with_a_digest_is_told_when_the_next_comes(scene: Scene) -> None:
    for typed in ("/digest daily 18", "/pause"):
        await scene.say(typed)
    assert said(await scene.say("/resume")) == "Alerts are on again.\nThe next digest comes at 18:00 (UTC)."


async def test_the_end_of_a_mute_is_said_in_words(scene: Scene) -> None:
    await scene.say("/timezone Bamako")
    for typed, told in [
        ("until 18:00", "until 18:00 (Africa/Bamako)"),
        ("until tomorrow", "until tomorrow at 08:00 (Africa/Bamako)"),
        ("2 days", "until Sunday at 12:00 (Africa/Bamako)"),
        ("2 weeks", "until 20 Feb at 12:00 (Africa/Bamako)"),
    ]:
        assert told in said(await scene.say(f"/mute {typed}"))


@pytest.mark.parametrize("typed", ["until peace", "40 days", "3"])
async def test_a_mute_that_cannot_be_read_is_answered_with_examples(scene: Scene, typed: str) -> None:
    reply = await scene.say(f"/mute {typed}")
    assert "/mute 3h" in said(reply)
    assert "3 hours" in buttons(reply)
    assert await rhythm(scene) == Rhythm()


async def test_a_muted_chat_is_reminded_where_it_follows_and_lists(scene: Scene) -> None:
    await scene.say("/mute 3h")
    assert "muted here until 15:00" in said(await scene.say("/follow mali"))
    assert "muted until 15:00" in said(await scene.say("/list"))


async def test_a_chat_with_a_digest_is_told_at_a_follow_when_the_next_comes(scene: Scene) -> None:
    await scene.say("/digest daily 8:00")
    assert "The next digest comes tomorrow at 08:00 (UTC)" in said(await scene.say("/follow mali"))


async def test_a_mute_that_is_over_leaves_no_trace_at_the_next_change(scene: Scene) -> None:
    await scene.say("/mute 1h")
    scene.clock.advance(2 * 3600)
    await scene.say("/bundle 10")
    assert await rhythm(scene) == Rhythm(window=10)


# Zones


@pytest.mark.parametrize("typed", ["bamako", "Africa/Bamako", "AFRICA/BAMAKO"])
async def test_a_zone_is_set_by_its_city_or_its_name(scene: Scene, typed: str) -> None:
    reply = await scene.say(f"/timezone {typed}")
    assert "Africa/Bamako, where it is 12:00" in said(reply)
    assert (await scene.chat()).zone == "Africa/Bamako"


async def test_an_offset_is_refused_kindly(scene: Scene) -> None:
    reply = await scene.say("/timezone UTC+3")
    assert "an hour off for half the year" in said(reply)
    assert "/timezone New York" in said(reply)
    assert (await scene.chat()).zone == ""


async def test_a_mistyped_city_has_buttons_for_those_near_it(scene: Scene) -> None:
    reply = await scene.say("/timezone nairoby")
    assert "Did you mean" in said(reply)
    await scene.press(buttons(reply)["Nairobi"])
    assert (await scene.chat()).zone == "Africa/Nairobi"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Mali", "Africa/Bamako"),
        ("Palestine", "Asia/Gaza"),
        ("Geneva", "Europe/Zurich"),
        ("Goma", "Africa/Lubumbashi"),
        ("Mumbai", "Asia/Kolkata"),
        ("Washington, D.C.", "America/New_York"),
        ("Kiev", "Europe/Kyiv"),
        ("Cox’s Bazar", "Asia/Dhaka"),
        ("port sudan", "Africa/Khartoum"),
        ("Bamako please", "Africa/Bamako"),
        ("mali, please", "Africa/Bamako"),
    ],
)
async def test_a_country_with_one_zone_and_a_big_city_are_understood(scene: Scene, typed: str, zone: str) -> None:
    await scene.say(f"/timezone {typed}")
    assert (await scene.chat()).zone == zone
    await scene.say("/timezone UTC")
    await scene.say(f"timezone {typed}")
    assert (await scene.chat()).zone == zone


async def test_of_a_country_with_several_zones_one_is_chosen_by_its_button(scene: Scene) -> None:
    asked = await scene.say("/timezone Congo DR")
    assert "several time zones" in said(asked)
    assert (await scene.chat()).zone == ""
    await scene.press(buttons(asked)["Lubumbashi"])
    assert (await scene.chat()).zone == "Africa/Lubumbashi"
    assert list(buttons(await scene.say("/timezone USA")))[:2] == ["New York", "Chicago"]


async def test_a_region_is_no_zone(scene: Scene) -> None:
    assert "big city nearby" in said(await scene.say("/timezone sahel"))


async def test_an_unknown_zone_is_answered_with_examples(scene: Scene) -> None:
    assert "big city nearby" in said(await scene.say("/timezone xyzzy"))


async def test_a_new_zone_moves_the_digest(scene: Scene) -> None:
    await scene.say("/digest daily 18:00")
    assert "at 18:00 (Asia/Kathmandu)" in said(await scene.say("/timezone kathmandu"))


# Bursts, limits, follow-ups


async def test_a_grouping_window_is_set_and_taken_back(scene: Scene) -> None:
    assert "waits 10 minutes" in said(await scene.say("/bundle 10"))
    assert await rhythm(scene) == Rhythm(window=10)
    assert "by itself" in said(await scene.say("/bundle off"))
    assert await rhythm(scene) == Rhythm()
    assert "up to 120" in said(await scene.say("/bundle 5h"))


async def test_a_daily_limit_is_set_and_taken_back(scene: Scene) -> None:
    assert "at most 20 messages" in said(await scene.say("/limit 20 a day"))
    assert await rhythm(scene) == Rhythm(limit=20)
    assert "no daily limit" in said(await scene.say("/limit off"))
    assert "up to 500" in said(await scene.say("/limit many"))


async def test_one_is_told_as_one(scene: Scene) -> None:
    assert "waits 1 minute for" in said(await scene.say("/bundle 1"))
    assert "at most 1 message comes" in said(await scene.say("/limit 1"))
    shown = said(await scene.say("/settings"))
    assert "within 1 minute come" in shown
    assert "1 message, the rest" in shown


async def test_threads_are_switched_for_the_chat_alone(scene: Scene) -> None:
    await scene.follow("7", "mali")
    assert "message of its own" in said(await scene.say("/threads off"))
    assert not (await scene.chat()).threads
    assert (await scene.chat("7")).threads
    asked = await scene.say("/threads perhaps")
    await scene.press(buttons(asked)["On"])
    assert (await scene.chat()).threads


# Loud filters


async def loud(scene: Scene, chat: str = "42") -> list[str]:
    kept = await scene.chat(chat)
    return [each.canonical for each in await scene.store.subscriptions.of(kept.id) if each.loud]


@pytest.mark.parametrize("typed", ["2", "niger", "country:NE"])
async def test_a_filter_is_made_loud_by_its_number_or_its_words(scene: Scene, typed: str) -> None:
    await scene.follow("42", "mali", "niger")
    reply = await scene.say(f"/loud {typed}")
    assert "Niger is loud now" in said(reply)
    assert reply.public
    assert await loud(scene) == ["country:NE"]
    assert "2. 🇳🇪 Niger – loud" in said(await scene.say("/list"))
    assert "no longer loud" in said(await scene.say(f"/loud {typed} off"))
    assert await loud(scene) == []


async def test_loud_filters_are_switched_by_buttons(scene: Scene) -> None:
    await scene.follow("42", "mali", "niger")
    asked = await scene.say("/loud")
    assert asked.showing is Showing.REPLACE
    assert not asked.public
    after = await scene.press(buttons(asked)["Loud: 🇲🇱 Mali"])
    assert await loud(scene) == ["country:ML"]
    await scene.press(buttons(after)["Not loud: 🇲🇱 Mali"])
    assert await loud(scene) == []


async def test_all_loud_filters_can_be_taken_back_at_once(scene: Scene) -> None:
    await scene.follow("42", "mali", "niger")
    await scene.say("/loud 1 and 2")
    assert await loud(scene) == ["country:ML", "country:NE"]
    await scene.say("/loud off")
    assert await loud(scene) == []


async def test_what_is_not_followed_cannot_be_loud(scene: Scene) -> None:
    assert "follows nothing yet" in said(await scene.say("/loud mali"))
    await scene.follow("42", "mali")
    assert "does not follow “sudan”" in said(await scene.say("/loud sudan"))
    assert "no number 7" in said(await scene.say("/loud 7"))
    assert not (await scene.say("/loud 7")).public


async def test_a_loud_filter_passes_digest_quiet_hours_and_mute(scene: Scene) -> None:
    await scene.follow("42", "mali", "niger")
    for typed in ("/loud mali", "/digest weekly mon 9", "/quiet 11-14", "/mute 3h", "/limit 1"):
        await scene.say(typed)
    await scene.publish(entry("Mali one"), entry("Niger one"), entry("Mali two"))
    await scene.digests.step()
    assert sorted(await scene.inbox("42")) == ["Mali one", "Mali two"]


# Settings


async def test_settings_show_all_of_it_in_words(scene: Scene) -> None:
    await scene.follow("42", "mali")
    assert said(await scene.say("/settings")).splitlines() == [
        "How alerts come to this chat",
        "Alerts: one by one, as they come",
        "Quiet hours: none",
        "Bursts: each story by itself",
        "Daily limit: none",
        "Loud: nothing; a loud filter passes digests, quiet hours and mutes",
        "Follow-ups: answer the earlier alert",
        "Link previews: off",
        "Time zone: UTC, for none is set; it is 12:00 there now",
    ]
    for typed in (
        "/timezone new york",
        "/digest weekly fri 17:00",
        "/quiet 22-7",
        "/mute 2h",
        "/bundle 10",
        "/limit 20",
        "/threads off",
        "/preview on",
        "/loud 1",
        "/pause",
    ):
        await scene.say(typed)
    assert said(await scene.say("/settings")).splitlines() == [
        "How alerts come to this chat",
        "Alerts are paused: /resume starts them again.",
        "Alerts: a digest every week, Friday at 17:00",
        "Muted until 09:00 (America/New_York)",
        "Quiet hours: 22:00–07:00",
        "Bursts: stories within 10 minutes come together",
        "Daily limit: 20 messages, the rest at midnight",
        "Loud: 🇲🇱 Mali",
        "Follow-ups: messages of their own",
        "Link previews: on",
        "Time zone: America/New_York, where it is 07:00 now",
    ]


async def test_every_button_of_the_settings_asks_and_offers(scene: Scene) -> None:
    await scene.follow("42", "mali")
    shown = buttons(await scene.say("/settings"))
    assert len(shown) == 9
    for label, command in shown.items():
        asked = await scene.press(command)
        assert buttons(asked), label
        assert not asked.public


@pytest.mark.parametrize("command", ["digest", "quiet", "mute", "timezone", "bundle", "limit", "threads"])
async def test_every_offer_is_understood(scene: Scene, command: str) -> None:
    asked = await scene.press(command)
    assert asked.showing is Showing.REPLACE
    for offered in buttons(asked).values():
        reply = await scene.press(offered)
        assert reply.public, offered
        assert "cannot read" not in said(reply)


async def test_anybody_may_look_at_the_settings_and_only_admins_change_them(scene: Scene) -> None:
    assert "How alerts come" in said(await scene.say("/settings", GROUP, may_change=False))
    for typed in ("/digest daily", "/quiet 22-7", "/mute 3h", "/unmute", "/timezone Bamako", "/bundle 5", "/limit 5"):
        assert "Only admins" in said(await scene.say(typed, GROUP, may_change=False))
    for typed in ("/threads off", "/loud 1"):
        assert "Only admins" in said(await scene.say(typed, GROUP, may_change=False))


async def test_a_member_of_a_group_is_told_what_it_is_that_only_admins_change(scene: Scene) -> None:
    for typed in ("/digest", "/timezone Bamako", "/loud 1", "/pause"):
        assert "can change when and how alerts come here" in said(await scene.say(typed, GROUP, may_change=False))
    assert "can change what it follows" in said(await scene.say("/follow mali", GROUP, may_change=False))


@pytest.mark.parametrize("typed", ["/digest @sahelnews daily 8", "/settings @sahelnews", "/follow @sahelnews mali"])
async def test_on_the_web_who_names_a_channel_is_told_where_channels_are_set_up(scene: Scene, typed: str) -> None:
    where = sighting("try", platform=Platform.WEBCHAT, kind=ChatKind.TRIAL)
    begun = " ".join(typed.split()[:2])
    assert f"write {begun} … to me there" in said(await scene.say(typed, where))


# Plain words


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("can I get a digest?", "When shall a digest come?"),
        ("change my time zone", "To change it, tap one"),
        ("no more than 5 messages a day", "How many messages may come in a day?"),
        ("I want quiet hours", "When shall it be quiet?"),
        ("please mute the bot", "For how long?"),
        ("show me the settings", "How alerts come"),
    ],
)
async def test_a_sentence_about_a_setting_is_answered_with_its_question(scene: Scene, typed: str, told: str) -> None:
    assert told in said(await scene.say(typed))
    assert await rhythm(scene) == Rhythm()


@pytest.mark.parametrize("typed", ["humanitarian settings", "mute swans", "digest of news about mali"])
async def test_a_wish_with_a_settings_word_in_it_is_a_wish(scene: Scene, typed: str) -> None:
    assert "Shall I follow" in said(await scene.say(typed))


@pytest.mark.parametrize("typed", ["stop for an hour", "Stop until 13:00"])
async def test_stop_for_a_while_is_a_mute(scene: Scene, typed: str) -> None:
    await scene.follow("42", "mali")
    assert "Muted until 13:00 (UTC)" in said(await scene.say(typed))
    assert await scene.follows() == ["country:ML"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("digest every day at 8", "every day at 08:00"),
        ("digest weekly on friday", "Friday at 08:00"),
        ("quiet from 22 to 7", "from 22:00 to 07:00"),
        ("mute until tomorrow", "Muted until tomorrow"),
        ("timezone bamako", "Africa/Bamako"),
        ("limit 5", "at most 5"),
        ("settings", "How alerts come"),
    ],
)
async def test_plain_words_set_hours_in_a_private_chat(scene: Scene, typed: str, told: str) -> None:
    assert told in said(await scene.say(typed))


@pytest.mark.parametrize(
    "typed",
    ["limit arms exports", "quiet diplomacy", "loud protests", "threads of war", "group of seven"],
)
async def test_a_wish_that_begins_like_a_command_is_a_wish(scene: Scene, typed: str) -> None:
    assert "Shall I follow" in said(await scene.say(typed))


async def test_slack_reads_the_same_commands_with_its_own_beginning(scene: Scene) -> None:
    where = sighting("C1", platform=Platform.SLACK, kind=ChatKind.TEAM)
    reply = await scene.say("/crisis digest monthly", where)
    assert "/crisis digest daily 8:00" in said(reply)


def chat_at(scene: Scene, name: str) -> Chat:
    return next(each for each in scene.store.rows.chats.values() if each.address.chat == name)


async def test_hours_are_a_chats_own(scene: Scene) -> None:
    await scene.follow("7", "mali")
    await scene.say("/digest daily 8:00")
    assert chat_at(scene, "7").rhythm == Rhythm()
