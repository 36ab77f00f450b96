"""What people ask and what they get, the same on every platform."""

import pytest

from bot.core.chat import ChatKind, ChatState, Platform
from bot.core.commands import Verb
from bot.core.lexicon import Lexicon
from bot.core.message import Button, Line, Menu, Message, Press, Reply, Showing, Span
from bot.pipeline.following import MOST_FILTERS
from tests.pipeline.scene import Scene, entry, sighting

GROUP = sighting("-100", kind=ChatKind.GROUP)


def said(reply: Reply) -> str:
    return reply.message.text


def buttons(reply: Reply) -> dict[str, str]:
    """Return what each button that gives a command is called, and its command."""
    return {b.label: b.command for row in reply.message.rows for b in row if isinstance(b, Press)}


EVERY_ASK = [
    "/start",
    "/help",
    "/follow",
    "/follow mali",
    "/follow mali wagner",
    "/follow mali, niger",
    "/follow (",
    "/follow wagner",
    "/follow malian drought",
    "/follow country:mal",
    "/unfollow",
    "/unfollow mali",
    "/unfollow 1",
    "/unfollow 9",
    "/unfollow all",
    "/list",
    "/latest",
    "/latest mali",
    "/latest nepal",
    "/pause",
    "/resume",
    "/preview",
    "/preview on",
    "/preview off",
    "/settings",
    "/digest",
    "/digest daily 8:00",
    "/digest monthly",
    "/digest off",
    "/quiet",
    "/quiet 22-7",
    "/mute",
    "/mute 3h",
    "/mute until peace",
    "/unmute",
    "/timezone",
    "/timezone bamako",
    "/timezone bamacko",
    "/timezone UTC+3",
    "/bundle 10",
    "/limit 20",
    "/threads off",
    "/loud",
    "/loud 1",
    "/loud 9",
    "/share 1",
    "/share nothing",
    "/folow mali",
    "/zzz",
    "mali",
    "I want to follow Mali",
    "news about mali, please",
    "digest every day at 8",
    "mute for 3 hours",
    "hello",
]


async def told(lexicon: Lexicon, platform: Platform, text: str) -> tuple[Reply, list[str]]:
    """Ask one thing in a chat that follows Sudan; return the reply and what is followed then. One story is kept."""
    scene = Scene(lexicon)
    await scene.publish(entry("Drought in Mali deepens"))
    where = sighting("42", platform=platform)
    await scene.say("/follow sudan", where)
    reply = await scene.say(text, where)
    chat = await scene.store.chats.find(where.address)
    assert chat is not None
    return reply, [each.canonical for each in await scene.store.subscriptions.of(chat.id)]


def neutral(message: Message) -> Message:
    """Return a message as it would read on Telegram."""

    def words(text: str) -> str:
        return text.replace("/crisis ", "/")

    def line(each: Line) -> Line:
        return Line(tuple(Span(words(s.text), s.bold, s.italic, s.code, s.link) for s in each.spans), each.small)

    return Message(message.title, tuple(map(line, message.lines)), message.rows, message.preview)


@pytest.mark.parametrize("text", EVERY_ASK)
@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.WEBCHAT])
async def test_every_command_is_answered_alike_on_every_platform(
    lexicon: Lexicon, platform: Platform, text: str
) -> None:
    there, kept = await told(lexicon, Platform.TELEGRAM, text)
    here, same = await told(lexicon, platform, text)
    assert same == kept
    assert (here.showing, here.public, here.message.rows) == (there.showing, there.public, there.message.rows)
    if text in (
        "/help",
        "hello",
    ):  # Telegram alone has groups with admins, and channels set up from elsewhere.
        assert set(neutral(here.message).lines) < set(there.message.lines)
    elif text == "/follow" and platform is Platform.SLACK:  # plain words reach no app there
        assert "/crisis follow" in said(here)
    else:
        assert neutral(here.message) == there.message


def test_every_command_is_among_those_that_are_compared() -> None:
    asked = {text.split()[0].strip("/") for text in EVERY_ASK}
    assert {verb.value for verb in Verb} - asked == {Verb.SAY.value, Verb.UNKNOWN.value}


# Following


@pytest.mark.parametrize("name", ["follow", "sub", "subscribe", "add"])
async def test_follow_has_many_names(scene: Scene, name: str) -> None:
    reply = await scene.say(f"/{name} mali")
    assert "now follows 🇲🇱 Mali" in said(reply)
    assert reply.public
    assert await scene.follows() == ["country:ML"]


@pytest.mark.parametrize("name", ["unfollow", "unsub", "unsubscribe", "remove", "stop"])
async def test_unfollow_has_many_names(scene: Scene, name: str) -> None:
    await scene.follow("42", "mali")
    assert "no longer follows 🇲🇱 Mali" in said(await scene.say(f"/{name} mali"))
    assert await scene.follows() == []


async def test_following_twice_says_so_and_makes_one(scene: Scene) -> None:
    await scene.follow("42", "mali")
    reply = await scene.say("/follow MALI")
    assert "already follows" in said(reply)
    assert not reply.public
    assert await scene.follows() == ["country:ML"]


@pytest.mark.parametrize("kind", [ChatKind.PRIVATE, ChatKind.TRIAL])
async def test_follow_asks_what_and_plain_words_complete_it(scene: Scene, kind: ChatKind) -> None:
    where = sighting(kind=kind)
    asked = await scene.say("/follow", where)
    assert "What shall I follow?" in said(asked)
    assert "follow Mali" in buttons(asked).values()
    assert "now follows 🇲🇱 Mali" in said(await scene.say("mali", where))
    assert await scene.follows() == ["country:ML"]


async def test_the_question_is_answered_once(scene: Scene) -> None:
    await scene.say("/follow")
    await scene.say("mali")
    reply = await scene.say("niger")
    assert "Shall I follow" in said(reply)
    assert await scene.follows() == ["country:ML"]


async def test_another_command_makes_the_question_forgotten(scene: Scene) -> None:
    await scene.say("/follow")
    await scene.say("/list")
    assert "Shall I follow" in said(await scene.say("mali"))
    assert await scene.follows() == []


async def test_pressing_share_under_an_alert_leaves_the_question_open(scene: Scene) -> None:
    await scene.say("/follow")
    await scene.press("share 1")
    await scene.say("mali")
    assert await scene.follows() == ["country:ML"]


async def test_plain_words_are_offered_as_a_filter_and_change_nothing(scene: Scene) -> None:
    reply = await scene.say("mali")
    assert "Shall I follow 🇲🇱 Mali?" in said(reply)
    assert await scene.follows() == []
    await scene.press(next(iter(buttons(reply).values())))
    assert await scene.follows() == ["country:ML"]


async def test_plain_words_with_a_comma_are_offered_whole(scene: Scene) -> None:
    reply = await scene.say("mali, niger")
    assert "Mali" in said(reply)
    assert "Niger" in said(reply)
    await scene.press(next(iter(buttons(reply).values())))
    assert await scene.follows() == ["country:ML OR country:NE"]


async def test_plain_words_in_a_group_are_no_filter(scene: Scene) -> None:
    assert "What you can ask" in said(await scene.say("mali", GROUP))


async def test_a_comma_makes_several_filters(scene: Scene) -> None:
    reply = await scene.say("/follow mali, niger, -football")
    assert await scene.follows() == ['country:ML -"football"', 'country:NE -"football"']
    assert "one filter each" in said(reply)


@pytest.mark.parametrize(
    ("typed", "understood", "label", "offered"),
    [
        ("mali drought", "both together", "Follow either", '"drought" OR country:ML'),
        ("mali, niger", "the comma as either", "Follow both", "country:ML country:NE"),
    ],
)
async def test_the_other_reading_is_offered_and_can_be_taken(
    scene: Scene, typed: str, understood: str, label: str, offered: str
) -> None:
    reply = await scene.say(f"/follow {typed}")
    assert understood in said(reply)
    command = next(command for name, command in buttons(reply).items() if name.startswith(label))
    await scene.press(command)
    assert offered in await scene.follows()


async def test_a_name_taken_for_a_place_says_how_to_mean_the_word(scene: Scene) -> None:
    assert '/follow "mali"' in said(await scene.say("/follow mali"))
    await scene.say('/follow "mali"')
    assert await scene.follows() == ["country:ML", '"mali"']


async def test_a_name_taken_for_an_actor_says_how_to_mean_the_word(scene: Scene) -> None:
    assert '/follow "wagner"' in said(await scene.say("/follow wagner"))
    await scene.say('/follow "wagner"')
    assert await scene.follows() == ["actor:wagner", '"wagner"']


async def test_a_name_in_other_words_is_said_to_be_read_as_the_place(scene: Scene) -> None:
    assert "I read “malian” as 🇲🇱 Mali" in said(await scene.say("/follow malian"))
    assert await scene.follows() == ["country:ML"]


async def test_a_short_form_without_its_capitals_is_the_word_and_the_place_is_offered(scene: Scene) -> None:
    reply = await scene.say("/follow car")
    assert "“car” is read as the word. For 🇨🇫 Central African Republic, write /follow CAR." in said(reply)
    await scene.press(buttons(reply)["Follow 🇨🇫 Central African Republic"])
    assert await scene.follows() == ['"car"', "country:CF"]


async def test_a_word_very_near_a_name_is_followed_and_the_name_offered(scene: Scene) -> None:
    reply = await scene.say("/follow guattemala")
    assert "Did you mean 🇬🇹 Guatemala?" in said(reply)
    await scene.press(buttons(reply)["Follow 🇬🇹 Guatemala"])
    assert await scene.follows() == ['"guattemala"', "country:GT"]


async def test_a_topic_is_offered_where_its_name_is_followed_as_a_word(scene: Scene) -> None:
    reply = await scene.say("/follow cholera")
    await scene.press(buttons(reply)["Follow the topic: Cholera"])
    assert await scene.follows() == ['"cholera"', "topic:cholera"]


@pytest.mark.parametrize(("verb", "follows"), [("follow", ["country:SD", "country:ML"]), ("unfollow", ["country:SD"])])
async def test_what_is_near_completes_the_command_that_was_given(scene: Scene, verb: str, follows: list[str]) -> None:
    await scene.follow("42", "sudan")
    reply = await scene.say(f"/{verb} country:mal")
    assert "I know no country called “mal”. Did you mean Mali" in said(reply)
    await scene.press(buttons(reply)["🇲🇱 Mali"])
    assert await scene.follows() == follows


async def test_what_is_near_plain_words_can_be_followed(scene: Scene) -> None:
    await scene.press(buttons(await scene.say("country:mal"))["🇲🇱 Mali"])
    assert await scene.follows() == ["country:ML"]


@pytest.mark.parametrize(
    ("sentence", "wish"),
    [
        ("I want to follow Mali", "Follow 🇲🇱 Mali"),
        ("tell me about Haiti", "Follow 🇭🇹 Haiti"),
        ("suivre le Mali", "Follow 🇲🇱 Mali"),
        ("quiero noticias de Haití", "Follow 🇭🇹 Haiti"),
        ("أريد أخبار مالي", "Follow 🇲🇱 Mali"),
        ("stories on Mali and Niger", "Follow either: 🇲🇱 Mali or 🇳🇪 Niger"),
        ("news about Sudan please", "Follow 🇸🇩 Sudan"),
    ],
)
async def test_an_ordinary_sentence_is_offered_as_the_wish_in_it(scene: Scene, sentence: str, wish: str) -> None:
    assert wish in buttons(await scene.say(sentence))
    assert await scene.follows() == []


@pytest.mark.parametrize("sentence", ["follow Mali for me", "/follow news about Mali, please", "/follow the Malian"])
async def test_a_sentence_that_says_follow_is_followed(scene: Scene, sentence: str) -> None:
    await scene.say(sentence)
    assert await scene.follows() == ["country:ML"]


async def test_what_was_followed_by_a_sentence_is_left_by_one(scene: Scene) -> None:
    await scene.say("/follow news about Mali")
    await scene.say("/unfollow news about Mali, please")
    assert await scene.follows() == []


@pytest.mark.parametrize("talk", ["hello", "thanks!", "what can you do?"])
async def test_talk_is_answered_with_what_can_be_asked_and_is_never_followed(scene: Scene, talk: str) -> None:
    assert "What you can ask" in said(await scene.say(talk))
    await scene.say("/follow")
    assert "What you can ask" in said(await scene.say(talk))
    assert await scene.follows() == []


@pytest.mark.parametrize("typed", ["everything", "*", "I want all the news"])
async def test_everything_is_no_filter_and_everything_can_be_left(scene: Scene, typed: str) -> None:
    await scene.follow("42", "mali")
    assert "every story there is" in said(await scene.say(f"/follow {typed}"))
    assert await scene.follows() == ["country:ML"]
    await scene.say("/unfollow everything")
    assert await scene.follows() == []


@pytest.mark.parametrize("text", ["/crisis follow mali", "crisis follow mali"])
async def test_a_command_as_on_slack_is_understood_elsewhere(scene: Scene, text: str) -> None:
    await scene.say(text)
    assert await scene.follows() == ["country:ML"]


async def test_the_page_says_where_channels_are_set_up(scene: Scene) -> None:
    page = sighting("42", platform=Platform.WEBCHAT, kind=ChatKind.TRIAL)
    assert "Channels are set up on Telegram" in said(await scene.say("/follow @channel mali", page))


async def test_a_question_is_offered_as_what_it_names(scene: Scene) -> None:
    reply = await scene.say("what happened in Goma yesterday?")
    assert {"Follow goma", "Follow 🇨🇩 DR Congo"} < buttons(reply).keys()
    assert await scene.follows() == []


async def test_undo_takes_back_what_was_followed(scene: Scene) -> None:
    reply = await scene.say("/follow mali")
    await scene.press(buttons(reply)["Undo"])
    assert await scene.follows() == []


async def test_a_new_filter_shows_its_latest_match_and_sends_nothing_old(scene: Scene) -> None:
    await scene.publish(entry("Drought in Mali deepens"))
    reply = await scene.say("/follow mali")
    assert "Drought in Mali deepens" in said(reply)
    assert await scene.inbox("42") == []
    assert "Nothing recent matched" in said(await scene.say("/follow nepal"))


async def test_a_chat_follows_at_most_its_limit(scene: Scene) -> None:
    for wish in range(MOST_FILTERS - 1):
        await scene.say(f"/follow word{wish}")
    refused = await scene.say("/follow mali, niger")
    assert f"follows {MOST_FILTERS} filters, the most it can" in said(refused)
    assert len(await scene.follows()) == MOST_FILTERS - 1
    await scene.say("/follow mali")
    assert len(await scene.follows()) == MOST_FILTERS
    assert "the most it can" in said(await scene.say("/follow niger"))
    assert len(await scene.follows()) == MOST_FILTERS


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("-mali", "Add what to look for"),
        ('"aid worker', "A quotation mark is open"),
        ("(mali", "A bracket is open"),
        ("mali)", "with no “(” before it"),
        ("planet:mars", "I do not know the field"),
        ("country:xyzzyx", "I know no country called"),
        ("actor:xyzzyx", "I know no armed group, agency or other actor called"),
        ("contry:mali", "Did you mean country:?"),
        ("mali (wagner", "I read “mali”, then a bracket opens that never closes"),
        ("https://news.example/feed", "I cannot follow a link"),
        ("one-two-three-four-five-six", "a phrase has at most 5"),
        ("x" * 400, "a filter has at most 300"),
        ("a*", "at least three letters"),
        ("mali -mali", "nothing can ever match"),
        ("!!!", "no word in"),
        ("OR", "No word comes before “OR”"),
        ("mali OR", "I read “mali OR” and then no word came"),
    ],
)
@pytest.mark.parametrize("verb", ["follow", "unfollow", "latest"])
async def test_a_filter_that_cannot_be_read_is_answered_with_what_to_write_and_changes_nothing(
    scene: Scene, typed: str, kind: str, verb: str
) -> None:
    await scene.follow("42", "sudan")
    reply = await scene.say(f"/{verb} {typed}")
    assert kind in said(reply)
    assert not reply.public
    assert await scene.follows() == ["country:SD"]


# Listing and unfollowing


async def test_the_list_numbers_filters_in_the_order_they_were_made(scene: Scene) -> None:
    await scene.follow("42", "sudan", "drought", "mali")
    reply = await scene.say("/list")
    assert "1. 🇸🇩 Sudan\n2. drought\n3. 🇲🇱 Mali" in said(reply)
    assert reply.showing is Showing.REPLACE
    assert not reply.public


async def test_a_chat_that_follows_nothing_is_told_how_to_begin(scene: Scene) -> None:
    for text in ("/list", "/unfollow", "/latest"):
        reply = await scene.say(text)
        assert "follows nothing yet" in said(reply)
        assert "follow Mali" in buttons(reply).values()


@pytest.mark.parametrize(("typed", "staying"), [("2", ["country:SD", "country:ML"]), ("all", []), ("ALL", [])])
async def test_a_filter_is_left_by_its_number_and_all_by_that_word(
    scene: Scene, typed: str, staying: list[str]
) -> None:
    await scene.follow("42", "sudan", "drought", "mali")
    reply = await scene.say(f"/unfollow {typed}")
    assert await scene.follows() == staying
    assert reply.public


async def test_a_filter_is_left_by_its_words_in_any_spelling(scene: Scene) -> None:
    await scene.follow("42", "mali drought", "sudan")
    await scene.say("/unfollow DROUGHT  Mali")
    assert await scene.follows() == ["country:SD"]


async def test_several_filters_are_left_by_comma(scene: Scene) -> None:
    await scene.follow("42", "mali, niger, sudan")
    await scene.say("/unfollow niger, sudan")
    assert await scene.follows() == ["country:ML"]


async def test_a_button_of_an_old_list_leaves_the_filter_it_named(scene: Scene) -> None:
    await scene.follow("42", "sudan", "mali")
    leave_mali = buttons(await scene.say("/list"))["✕ 🇲🇱 Mali"]
    await scene.say("/unfollow sudan")
    await scene.press(leave_mali)
    assert await scene.follows() == []
    assert "does not follow" in said(await scene.press(leave_mali))


async def test_a_chat_cannot_leave_what_another_follows(scene: Scene) -> None:
    await scene.follow("1", "mali")
    await scene.follow("2", "niger")
    theirs = next(iter(buttons(await scene.say("/list", sighting("1"))).values()))
    await scene.press(theirs, sighting("2"))
    assert (await scene.follows("1"), await scene.follows("2")) == (["country:ML"], ["country:NE"])


@pytest.mark.parametrize("typed", ["0", "4", "999"])
async def test_a_number_that_is_not_in_the_list_is_told_with_the_list(scene: Scene, typed: str) -> None:
    await scene.follow("42", "sudan", "drought", "mali")
    reply = await scene.say(f"/unfollow {typed}")
    assert f"There is no number {typed} in the list" in said(reply)
    assert "3. 🇲🇱 Mali" in said(reply)
    assert len(await scene.follows()) == 3


@pytest.mark.parametrize("typed", ["1, 3", "3 1", "1 and 3", "1,3,1", "1 3 99"])
async def test_several_filters_are_left_by_their_numbers(scene: Scene, typed: str) -> None:
    await scene.follow("42", "sudan", "drought", "mali")
    reply = await scene.say(f"/unfollow {typed}")
    assert await scene.follows() == ['"drought"']
    assert ("There is no number 99 in the list" in said(reply)) is ("99" in typed)
    assert said(reply).count("This chat follows:") == 1


@pytest.mark.parametrize(
    "sentence",
    ["please unfollow mali", "stop sending me stories about Mali", "unfolow mali", "i want to stop mali", "أوقف مالي"],
)
async def test_a_filter_is_left_in_plain_words_where_they_are_heard(scene: Scene, sentence: str) -> None:
    await scene.follow("42", "mali", "sudan")
    await scene.say(sentence)
    assert await scene.follows() == ["country:SD"]
    await scene.say("/follow mali", GROUP)
    await scene.say(sentence, GROUP)
    assert await scene.follows("-100") == ["country:ML"]


async def test_plain_words_that_stop_or_list_answer_no_question(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.say("/follow")
    assert "1. 🇲🇱 Mali" in said(await scene.say("show me my list"))
    await scene.say("/follow")
    await scene.say("please unfollow mali")
    assert await scene.follows() == []


async def test_who_leaves_all_is_told_how_many_and_how_to_begin_again(scene: Scene) -> None:
    await scene.follow("42", "sudan", "mali")
    told = said(await scene.say("/unfollow all"))
    assert told.startswith("This chat no longer follows anything (2 stopped).\n")
    assert "/follow mali" in told
    await scene.follow("42", "mali")
    assert "follows nothing now" in said(await scene.say("/unfollow mali"))


async def test_what_is_not_followed_is_told_with_the_list(scene: Scene) -> None:
    await scene.follow("42", "mali")
    reply = await scene.say("/unfollow nepal")
    assert "does not follow “nepal”" in said(reply)
    assert "1. 🇲🇱 Mali" in said(reply)


async def test_a_kept_filter_that_can_no_longer_be_read_keeps_no_command_from_working(scene: Scene) -> None:
    await scene.follow("42", "mali")
    chat = await scene.chat()
    await scene.store.subscriptions.add(chat.id, "country:XX", scene.clock.now())
    assert "1. 🇲🇱 Mali" in said(await scene.say("/list"))
    assert "follows nothing yet" not in said(await scene.say("/latest"))
    await scene.say("/unfollow all")
    assert "country:ML" not in await scene.follows()


# Latest


async def test_latest_without_words_shows_what_the_chat_follows(scene: Scene) -> None:
    await scene.publish(entry("Drought in Mali deepens"), entry("Nepal rebuilds"))
    await scene.follow("42", "mali")
    reply = await scene.say("/latest")
    assert "Drought in Mali deepens" in said(reply)
    assert "Nepal" not in said(reply)


async def test_latest_with_words_shows_stories_about_anything(scene: Scene) -> None:
    await scene.publish(entry("Drought in Mali deepens"), entry("Nepal rebuilds"))
    assert "Nepal rebuilds" in said(await scene.say("/latest nepal"))
    nothing = await scene.say("/latest fiji")
    assert "Nothing recent about 🇫🇯 Fiji" in said(nothing)
    assert buttons(await scene.say("/latest nepal")) == {"Follow 🇳🇵 Nepal": "follow country:NP"}
    assert buttons(nothing) == {"Follow 🇫🇯 Fiji": "follow country:FJ"}


@pytest.mark.parametrize(("typed", "shown"), [("1", 1), ("7", 7), ("99", 10), ("0", 1)])
async def test_latest_with_a_number_shows_so_many_of_what_the_chat_follows(
    scene: Scene, typed: str, shown: int
) -> None:
    await scene.follow("42", "mali")
    await scene.publish(*[entry(f"Mali {number}", published=scene.clock.now()) for number in range(11)])
    assert len((await scene.say(f"/latest {typed}")).message.lines) == 2 * shown


async def test_latest_shows_five_the_newest_first(scene: Scene) -> None:
    for number in range(7):
        await scene.publish(entry(f"Mali {number}", published=scene.clock.now()))
    titles = [each.text for each in (await scene.say("/latest mali")).message.lines][::2]
    assert titles == [f"Mali {number}" for number in (6, 5, 4, 3, 2)]


# Pause, resume, preview


async def test_what_appears_during_a_pause_is_sent_neither_then_nor_later(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.publish(entry("Mali before"))
    assert await scene.inbox("42") == ["Mali before"]
    assert (await scene.say("/pause")).public
    await scene.publish(entry("Mali meanwhile"))
    await scene.say("/resume")
    await scene.publish(entry("Mali after"), entry("Mali meanwhile"))
    assert await scene.inbox("42") == ["Mali before", "Mali after"]


async def test_what_was_still_waiting_when_the_pause_began_is_not_sent(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.publish(entry("Mali before"))
    await scene.say("/pause")
    assert await scene.inbox("42") == []
    await scene.say("/resume")
    assert await scene.inbox("42") == []


async def test_a_pause_for_words_that_are_no_time_is_said_to_last_until_it_is_ended(scene: Scene) -> None:
    assert "It lasts until /resume" in said(await scene.say("pause for a while"))
    await scene.say("/resume")
    assert "lasts" not in said(await scene.say("/pause"))


async def test_pausing_twice_and_resuming_twice_say_so(scene: Scene) -> None:
    assert "on already" in said(await scene.say("/resume"))
    await scene.say("/pause")
    assert "already paused" in said(await scene.say("/pause"))
    assert buttons(await scene.say("/pause")) == {}
    assert "on again" in said(await scene.say("/resume"))


async def test_a_paused_chat_is_reminded_where_it_follows_and_lists(scene: Scene) -> None:
    reply = await scene.say("/pause")
    assert "/resume" in said(await scene.say("/follow mali"))
    assert "Alerts are paused" in said(await scene.say("/list"))
    await scene.press(buttons(reply)["Resume alerts"])
    assert (await scene.chat()).state is ChatState.ACTIVE


async def test_preview_is_asked_for_and_kept_for_the_chat_alone(scene: Scene) -> None:
    await scene.follow("7", "mali")
    asked = await scene.say("/preview perhaps")
    assert buttons(asked) == {"On": "preview on", "Off": "preview off"}
    assert (await scene.press("preview on")).public
    assert (await scene.chat()).link_preview
    assert not (await scene.chat("7")).link_preview
    await scene.say("/preview OFF")
    assert not (await scene.chat()).link_preview


# Share


async def test_share_opens_and_closes_under_the_alert_it_stands_under(scene: Scene) -> None:
    await scene.publish(entry("Drought in Mali deepens"))
    (story,) = [each for each in await scene.store.stories.recent(2) if "Mali" in each.title]
    opened = await scene.press(f"share {story.id}")
    flat: list[Button] = [button for row in opened.message.rows for button in row]
    assert opened.showing is Showing.BUTTONS
    assert {"WhatsApp", "Telegram", "X", "Facebook", "Bluesky", "LinkedIn", "E-mail", "Copy link"} <= {
        button.label for button in flat
    }
    closed = await scene.press(buttons(opened)["« Back"])
    assert closed.showing is Showing.BUTTONS
    assert [type(button) for row in closed.message.rows for button in row][1:] == [Menu]


@pytest.mark.parametrize("number", ["", "0", "77", "-1", "x", "9" * 30, "²"])
async def test_sharing_a_story_that_is_not_kept_says_so(scene: Scene, number: str) -> None:
    assert "no longer have that story" in said(await scene.press(f"share {number}"))


# Who may, and who is back


@pytest.mark.parametrize(
    "text", ["/follow mali", "/follow", "/unfollow sudan", "/pause", "/resume", "/preview on", "/stop all"]
)
async def test_in_a_group_who_is_no_admin_changes_nothing(scene: Scene, text: str) -> None:
    await scene.say("/follow sudan", GROUP)
    reply = await scene.say(text, GROUP, may_change=False)
    assert "Only admins" in said(reply)
    assert not reply.public
    chat = await scene.chat("-100")
    assert (await scene.follows("-100"), chat.state, chat.link_preview) == (["country:SD"], ChatState.ACTIVE, False)


@pytest.mark.parametrize("text", ["/start", "/help", "/list", "/latest", "/latest mali", "/share 1"])
async def test_in_a_group_everybody_may_look(scene: Scene, text: str) -> None:
    assert "Only admins" not in said(await scene.say(text, GROUP, may_change=False))


async def test_an_admins_question_is_not_answered_by_who_is_none(scene: Scene) -> None:
    await scene.say("/follow", GROUP)
    assert "Only admins" in said(await scene.say("mali", GROUP, may_change=False))
    await scene.say("niger", GROUP)
    assert await scene.follows("-100") == ["country:NE"]


async def test_a_chat_that_was_gone_comes_back_on_writing(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.store.chats.gone(sighting().address, "blocked")
    await scene.publish(entry("Mali meanwhile"))
    assert await scene.inbox("42") == []
    assert "1. 🇲🇱 Mali" in said(await scene.say("/list"))
    await scene.publish(entry("Mali after"))
    assert await scene.inbox("42") == ["Mali after"]


async def test_topics_of_a_forum_follow_by_themselves(scene: Scene) -> None:
    await scene.say("/follow mali", sighting("-100", topic="1"))
    await scene.say("/follow niger", sighting("-100", topic="2"))
    await scene.publish(entry("Niger counts its votes"), entry("Drought in Mali deepens"))
    rows = scene.store.rows
    got = {rows.chats[row.chat_id].address.topic: rows.stories[row.story_id].title for row in rows.deliveries.values()}
    assert got == {"1": "Drought in Mali deepens", "2": "Niger counts its votes"}


async def test_a_mistyped_command_is_answered_with_the_likely_one(scene: Scene) -> None:
    assert "Did you mean /follow mali?" in said(await scene.say("/folow mali"))
    assert "/help" in said(await scene.say("/xyzzy"))
