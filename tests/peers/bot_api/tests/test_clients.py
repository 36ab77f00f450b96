import asyncio
from collections.abc import AsyncIterator

import aiogram
import pytest
import telegram
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat, TelegramRetryAfter
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter

from tests.peers.bot_api import ANONYMOUS, BotApi, Limits
from tests.peers.bot_api.tests.conftest import READER

GROUP, CHANNEL = -1001, -1005


@pytest.fixture
async def ptb(api: BotApi) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(api.token, base_url=f"{api.url}/bot") as bot:
        yield bot


@pytest.fixture
async def gram(api: BotApi) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.url))
    bot = aiogram.Bot(api.token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    yield bot
    await session.close()


def every_kind_of_update(api: BotApi) -> int:
    """One of each update the peer can make; returns how many."""
    api.add_group(GROUP, "Desk", topics={12: "Sahel"})
    api.add_channel(CHANNEL, "Alerts")
    api.say(READER, text="/follow mali https://a.org")
    api.say(GROUP, ANONYMOUS, "/list", topic=12)
    api.say(GROUP, READER, "/list", reply_to=api.chat(GROUP).messages[0])
    api.post(CHANNEL, "/list")
    api.block(READER)
    api.unblock(READER)
    for status in ("kicked", "member", "administrator", "restricted", "left", "creator"):
        api.member_update(GROUP, status)
    api.add_group(-9, "Small", kind="group")
    api.upgrade(-9, -1009)
    return len(api.updates.pending)


async def test_python_telegram_bot_sends_edits_and_reads_every_update(api: BotApi, ptb: telegram.Bot) -> None:
    total = every_kind_of_update(api)
    assert ptb.username == "crisis_test_bot"
    keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Follow", callback_data="f:ML")]])
    sent = await ptb.send_message(READER, "<b>Mali</b>", parse_mode="HTML", reply_markup=keyboard)
    assert [entity.type for entity in sent.entities] == ["bold"]
    pressed = api.press(READER, sent.message_id, "Follow")
    updates = await ptb.get_updates(timeout=1)
    assert len(updates) == total + 1
    query = updates[-1].callback_query
    assert query is not None
    await query.answer("Done")
    assert pressed.answer is not None
    await ptb.edit_message_text("Niger", READER, sent.message_id)
    assert api.chat(READER).messages[-1].text == "Niger"
    await ptb.set_my_commands([("follow", "Follow a country")], language_code="fr")
    assert [one.command for one in await ptb.get_my_commands(language_code="fr")] == ["follow"]


async def test_aiogram_sends_edits_and_reads_every_update(api: BotApi, gram: aiogram.Bot) -> None:
    total = every_kind_of_update(api)
    assert (await gram.me()).username == "crisis_test_bot"
    button = aiogram.types.InlineKeyboardButton(text="Follow", callback_data="f:ML")
    keyboard = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])
    sent = await gram.send_message(READER, "<b>Mali</b>", reply_markup=keyboard)
    assert [entity.type for entity in sent.entities or []] == ["bold"]
    pressed = api.press(READER, sent.message_id, "Follow")
    updates = await gram.get_updates(timeout=1)
    assert len(updates) == total + 1
    query = updates[-1].callback_query
    assert query is not None
    await gram.answer_callback_query(query.id, "Done")
    assert pressed.answer is not None
    await gram.edit_message_text("Niger", chat_id=READER, message_id=sent.message_id)
    assert api.chat(READER).messages[-1].text == "Niger"
    await gram.set_my_commands([aiogram.types.BotCommand(command="follow", description="Follow a country")])
    assert [one.command for one in await gram.get_my_commands()] == ["follow"]


async def test_both_clients_read_chats_members_and_webhooks(api: BotApi, ptb: telegram.Bot, gram: aiogram.Bot) -> None:
    api.add_group(GROUP, "Desk", bot="administrator")
    for number, status in enumerate(("creator", "administrator", "member", "restricted", "left", "kicked"), start=1):
        api.set_member(GROUP, api.add_user(number, f"Person {number}"), status)
    for bot in (ptb, gram):
        statuses = [(await bot.get_chat_member(GROUP, number)).status for number in range(1, 7)]
        assert [str(getattr(one, "value", one)) for one in statuses] == [
            "creator",
            "administrator",
            "member",
            "restricted",
            "left",
            "kicked",
        ]
        assert len(await bot.get_chat_administrators(GROUP)) == 3
        for chat_id in (GROUP, READER):
            assert (await bot.get_chat(chat_id)).id == chat_id
        assert (await bot.get_webhook_info()).url == ""


async def test_both_clients_see_the_refusals_as_their_own_errors(
    api: BotApi, ptb: telegram.Bot, gram: aiogram.Bot
) -> None:
    api.add_group(-9, "Small", kind="group")
    api.upgrade(-9, -1009)
    for migrated in (ChatMigrated, TelegramMigrateToChat):
        with pytest.raises(migrated):
            await (ptb if migrated is ChatMigrated else gram).send_message(-9, "a")
    api.block(READER)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await ptb.send_message(READER, "a")
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await gram.send_message(READER, "a")
    with pytest.raises(BadRequest, match="Can't parse entities"):
        await ptb.send_message(READER, "<b>", parse_mode="HTML")
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await gram.send_message(READER, "<b>")


async def test_both_clients_see_the_wait_of_a_429(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # the type of the next version; without it every use warns
    async with BotApi(limits=Limits(overall=1, jitter=0)) as api:
        api.add_private(READER, "Aminata")
        api.add_private(43, "Moussa")
        session = AiohttpSession(api=TelegramAPIServer.from_base(api.url))
        gram = aiogram.Bot(api.token, session=session)
        async with telegram.Bot(api.token, base_url=f"{api.url}/bot") as ptb:
            await ptb.send_message(READER, "a")
            with pytest.raises(RetryAfter):
                await ptb.send_message(43, "a")
            with pytest.raises(TelegramRetryAfter):
                await gram.send_message(43, "a")
        await session.close()


async def test_a_polling_application_answers_a_reader(api: BotApi) -> None:
    from telegram.ext import Application, CommandHandler

    async def follow(update: telegram.Update, context: object) -> None:
        assert update.effective_message
        await update.effective_message.reply_text(f"You follow {update.effective_message.text}")

    application = Application.builder().token(api.token).base_url(f"{api.url}/bot").build()
    application.add_handler(CommandHandler("follow", follow))
    async with application:
        assert application.updater
        await application.updater.start_polling()
        await application.start()
        api.say(READER, text="/follow mali")
        assert (await api.wait_for(lambda sent: sent.chat_id == READER)).text == "You follow /follow mali"
        await application.updater.stop()
        await application.stop()
    await asyncio.sleep(0)
