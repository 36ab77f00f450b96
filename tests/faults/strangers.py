"""People who may not, and people who ask without end."""

import asyncio

from bot.core.sentences import SENTENCES
from tests.end_to_end.audience import AMINATA, GROUP, IDRISS, MOUSSA, Audience
from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.stage import stage
from tests.end_to_end.web_reader import WebReader
from tests.faults.result import Result, expect_all_ended

_QUIET = {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": ""}
_SPAM = 300
_SHARE = 20
"""Commands of one person that are answered in a minute."""


async def f40_a_member_changes_what_a_group_follows() -> Result:
    """Whoever is no admin is told so and changes nothing; an admin's word counts."""
    result = Result(2)
    async with stage() as scene:
        Audience.settle(scene)
        await scene.bot(**_QUIET)
        audience = Audience(scene, WebReader("", ""))
        refused = await audience.ask("group", "follow mali", by=IDRISS)
        result.expect(SENTENCES["only-admins"] in refused, f"a member was answered “{refused}”")
        kept = scene.rows.one("SELECT count(*) FROM subscriptions")
        result.expect(kept == 0, "a member's word counted")
        await audience.ask("group", "follow mali", by=MOUSSA)
        title = scene.news.publish("Mali, for the group").title
        await scene.poll()
        result.count([(GROUP, title)], scene.telegram.sent)
        expect_all_ended(result, scene)
    return result


async def f41_somebody_sends_commands_without_end(spam: int = _SPAM) -> Result:
    """A person's share is answered, the rest is passed over in silence, and everybody's alerts come as ever."""
    result = Result(spam)
    readers = 30
    async with stage() as scene:
        await settle_crowd(scene, readers)
        scene.telegram.add_private(AMINATA, "Aminata")
        await scene.bot(**_QUIET)
        before = len(scene.telegram.sent)
        for _ in range(spam):
            scene.telegram.say(AMINATA, None, "/list")
        title = scene.news.publish("Mali, in spite of all").title
        await scene.poll()
        await asyncio.sleep(2)
        result.count([(reader, title) for reader in range(1, readers + 1)], scene.telegram.sent)
        answered = sum(sent.chat_id == AMINATA for sent in scene.telegram.sent[before:])
        result.remarks.append(f"of {spam} commands {answered} were answered")
        result.expect(0 < answered <= _SHARE, f"{answered} commands were answered")
        expect_all_ended(result, scene)
    return result
