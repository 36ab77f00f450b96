"""From a story that changes to the messages that told it, through the real process."""

from tests.end_to_end.audience import PLACES, Audience, page_address
from tests.end_to_end.stage import Stage
from tests.end_to_end.web_reader import WebReader

OLD, NEW = "Mali severs ties with Ukraine", "Mali severs ties with Russia"


async def test_a_changed_headline_changes_the_message_in_each_kind_of_chat_and_alerts_nobody(stage: Stage) -> None:
    Audience.settle(stage)
    bot = await stage.bot()
    async with WebReader(page_address(bot), "amal") as page:
        audience = Audience(stage, page)
        await audience.all_ask("follow mali")
        story = stage.news.publish(OLD)
        await stage.poll()
        await page.wait_for(OLD)
        sent = len(stage.telegram.sent)
        stage.news.correct(story, NEW)
        await stage.poll()
        await stage.rows.until("SELECT count(*) = :count FROM edits WHERE state = 'sent'", count=len(PLACES))
        texts = [edit.text for edit in stage.telegram.edits]
        assert texts
        assert all(text.startswith(NEW) and " UTC: headline changed" in text for text in texts)
        assert len(stage.telegram.sent) == sent
        assert sum(arrival.method == "chat.update" for arrival in stage.slack.requests) == 1
        await page.wait_for(NEW)
    assert [arrival.error for arrival in stage.slack.requests if arrival.error] == []
