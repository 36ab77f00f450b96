import json
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect

from bot.core.message import Copy, Message, Press, Span, line
from tests.browser.conftest import Visit
from tests.browser.scene import Scene, alert, opened
from tests.platforms.webchat.memory import MemoryTranscript

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


async def ids(page: Page) -> list[int]:
    found = await page.eval_on_selector_all("[data-id]", "all => all.map((each) => Number(each.dataset.id))")
    return [int(each) for each in found]


async def say(page: Page, text: str) -> None:
    field = page.get_by_role("textbox", name="Message")
    await field.fill(text)
    await field.press("Enter")


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.textContent || document.activeElement.id"))


async def tab_to(page: Page, words: str, key: str = "Tab") -> None:
    for _ in range(60):
        await page.keyboard.press(key)
        if (await focused(page)).strip().startswith(words):
            return
    raise AssertionError(f"{key} never reached {words!r}")


async def test_a_first_visit_is_welcomed_and_later_ones_are_not_again(visit: Visit, scene: Scene) -> None:
    page = await visit()
    assert await page.get_by_text("Trial chat", exact=True).is_visible()
    await expect(page.get_by_role("status").first).to_have_text("Live")
    before = await ids(page)
    await page.reload()
    await page.get_by_text("Tap a place to begin").wait_for()
    await page.wait_for_timeout(200)
    assert await ids(page) == before == [1, 2]


async def test_what_is_typed_is_answered_and_the_field_is_ready_for_more(visit: Visit) -> None:
    page = await visit()
    await say(page, "follow mali")
    await page.get_by_text("This chat now follows mali.").wait_for()
    field = page.get_by_role("textbox", name="Message")
    await expect(field).to_have_value("")
    await expect(field).to_be_focused()


async def test_an_alert_arrives_live_in_every_open_tab(visit: Visit, scene: Scene) -> None:
    tabs = [await visit(), await visit()]
    await scene.send(alert("Floods cut off a valley"))
    for page in tabs:
        link = page.get_by_role("log").get_by_role("link", name="Floods cut off a valley")
        await expect(link).to_have_attribute("href", "https://news.example/news/2026/story")
        await expect(link).to_have_attribute("rel", "noopener noreferrer")
        await expect(link).to_have_attribute("referrerpolicy", "no-referrer")


async def test_a_chat_shows_nothing_of_another(visit: Visit, scene: Scene) -> None:
    page = await visit("/?chat=mine")
    await scene.send(alert("Not for you"), "yours")
    await scene.send(alert("For you"), "mine")
    await page.get_by_text("For you").wait_for()
    assert await page.get_by_text("Not for you").count() == 0


async def test_a_new_chat_has_an_address_of_its_own(visit: Visit) -> None:
    page = await visit()
    await page.get_by_role("link", name="New chat").click()
    await page.wait_for_url("**/?chat=*")
    await page.get_by_text("Tap a place to begin").wait_for()


async def test_buttons_give_commands_and_a_reply_takes_the_place_of_the_pressed_message(visit: Visit) -> None:
    page = await visit()
    await page.get_by_role("button", name="Follow Sudan").click()
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_text("This chat no longer follows sudan.", exact=False).wait_for()
    assert await page.get_by_text("This chat now follows").count() == 0
    again = await ids(page)
    await page.reload()
    await page.get_by_text("This chat no longer follows").wait_for()
    assert await ids(page) == again


async def test_a_reply_of_buttons_leaves_the_words(visit: Visit, scene: Scene) -> None:
    page = await visit()
    await scene.send(Message(lines=(line("These words stay"),), rows=((Press("Open", "share 12"),),)))
    await page.get_by_role("button", name="Open", exact=True).click()
    await page.get_by_role("button", name="Opened").wait_for()
    assert await page.get_by_text("These words stay").is_visible()
    assert await page.get_by_role("button", name="Open", exact=True).count() == 0


async def test_a_story_that_changes_stays_where_it_is_however_often(visit: Visit, scene: Scene) -> None:
    page = await visit()
    first = await scene.send(alert("Mali cuts ties"))
    later = await scene.send(alert("Floods in Chad"))
    shown = page.locator(".story")
    await expect(shown).to_have_count(2)
    for title in ("Mali and Niger cut ties", "Mali, Niger and Burkina Faso cut ties"):
        await scene.change(first, alert(title))
        await expect(shown.nth(0).get_by_role("heading")).to_contain_text(title)
    await scene.change(999, alert("Nobody was told this"))
    await scene.change(later, alert("Floods in eastern Chad"))
    await expect(shown.nth(1).get_by_role("heading")).to_contain_text("Floods in eastern Chad")
    await page.reload()
    headings = shown.get_by_role("heading")
    await expect(headings).to_contain_text(["Mali, Niger and Burkina Faso cut ties", "Floods in eastern Chad"])


async def test_a_follow_up_leads_back_to_what_it_follows_on(visit: Visit, scene: Scene) -> None:
    page = await visit()
    first = await scene.send(alert("Mali cuts ties"))
    for number in range(8):
        await scene.send(alert(f"Story {number}"))
    await scene.change(first, alert("Mali and Niger cut ties"))
    second = await scene.send(alert("Ministers explain"), follows=first)
    await scene.send(alert("Nothing before it"), follows=999)
    await page.get_by_text("Nothing before it").wait_for()
    await scene.change(second, alert("Ministers explain themselves"))
    back = page.locator(".follows")
    await expect(back).to_have_text(["Follows on Mali and Niger cut ties"])
    await back.get_by_role("button").click()
    await expect(page.locator(f"[data-first='{first}']")).to_be_focused()
    await expect(page.get_by_role("heading", name="Mali and Niger cut ties")).to_be_in_viewport()


async def test_what_an_empty_line_parts_is_shown_apart(visit: Visit, scene: Scene) -> None:
    page = await visit()
    stories = [line(), line("One"), line("small", small=True), line(), line("Two")]
    await scene.send(Message(Span("Daily digest: 2 stories"), tuple(stories)))
    one, two = page.get_by_text("One", exact=True), page.get_by_text("Two", exact=True)
    await two.wait_for()
    above, below = await one.bounding_box(), await two.bounding_box()
    assert above
    assert below
    assert below["y"] - above["y"] > 3 * above["height"]


async def test_the_share_menu_holds_links_to_the_right_story(visit: Visit, scene: Scene) -> None:
    page = await visit()
    await scene.send(alert("A title & more: 100 %"))
    share = page.get_by_role("button", name="Share")
    await expect(share).to_have_attribute("aria-expanded", "false")
    assert await page.get_by_role("link", name="WhatsApp").count() == 0
    await share.click()
    await expect(share).to_have_attribute("aria-expanded", "true")
    address = await page.get_by_role("link", name="WhatsApp").get_attribute("href")
    assert parse_qs(urlsplit(address or "").query)["text"] == [
        "A title & more: 100 % https://news.example/news/2026/story"
    ]
    mail = await page.get_by_role("link", name="E-mail").get_attribute("href")
    assert (mail or "").startswith("mailto:?subject=A%20title")
    await share.click()
    await expect(share).to_have_attribute("aria-expanded", "false")


async def test_copying_puts_the_link_on_the_clipboard_and_says_so(visit: Visit, scene: Scene) -> None:
    page = await visit()
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await scene.send(Message(lines=(line("copy"),), rows=((Copy("Copy link", "https://news.example/x"),),)))
    await page.get_by_role("button", name="Copy link").click()
    await expect(page.locator("#notice")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == "https://news.example/x"


async def test_everything_works_by_keyboard_alone(visit: Visit, scene: Scene) -> None:
    page = await visit()
    await page.keyboard.type("follow mali")
    await page.keyboard.press("Enter")
    await page.get_by_text("This chat now follows").wait_for()
    await scene.send(alert("Keyboard story"))
    await page.get_by_text("Keyboard story").wait_for()

    await tab_to(page, "Share", "Shift+Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert (await focused(page)).startswith("WhatsApp")
    await page.keyboard.press("Escape")
    assert await focused(page) == "Share"
    await expect(page.get_by_role("button", name="Share")).to_have_attribute("aria-expanded", "false")

    await tab_to(page, "Undo", "Shift+Tab")
    await page.keyboard.press("Space")
    await page.get_by_text("This chat no longer follows").wait_for()
    assert await focused(page) == "Follow mali"


async def test_the_focus_can_always_be_seen(visit: Visit) -> None:
    page = await visit()
    await page.locator("#log").evaluate("() => document.activeElement.blur()")
    seen = set()
    for _ in range(20):
        await page.keyboard.press("Tab")
        width = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        words = await focused(page)
        if await page.evaluate("document.activeElement !== document.body"):
            assert float(width.removesuffix("px")) >= 2, words
            seen.add(words.strip())
    assert {"Skip to the message field", "New chat", "Follow Mali", "/help", "field", "Send"} <= seen


async def test_a_command_shown_in_a_sentence_can_be_put_into_the_field(visit: Visit) -> None:
    page = await visit()
    await page.get_by_role("button", name="/follow mali").click()
    field = page.get_by_role("textbox", name="Message")
    await expect(field).to_have_value("/follow mali ")
    await expect(field).to_be_focused()


async def test_a_narrow_phone_needs_no_sideways_scrolling(visit: Visit, scene: Scene) -> None:
    page = await visit(**PHONE)
    await say(page, "help")
    await scene.send(alert("Donaudampfschifffahrtsgesellschaft" * 6, summary="x" * 300))
    await page.get_by_role("button", name="Share").click()
    await page.get_by_role("link", name="LinkedIn").wait_for()
    wide = "all => all.filter((each) => each.scrollWidth > each.clientWidth).length"
    assert await page.eval_on_selector_all("html, body, #scroll, .bubble", wide) == 0
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    for button in await page.locator("a.button:visible, button.button:visible, #send").all():
        box = await button.bounding_box()
        assert box is not None
        assert box["height"] >= 44


async def test_the_page_is_dark_where_the_system_is(visit: Visit) -> None:
    background = "() => getComputedStyle(document.body).backgroundColor"
    bright = await (await visit(color_scheme="light")).evaluate(background)
    dark = await (await visit(color_scheme="dark")).evaluate(background)
    assert bright == "rgb(245, 242, 236)"
    assert dark == "rgb(18, 23, 26)"


async def test_nothing_moves_for_those_who_asked_for_stillness(visit: Visit, scene: Scene) -> None:
    moving = "() => getComputedStyle(document.querySelector('.said:last-child')).animationName"
    still = await visit(reduced_motion="reduce")
    lively = await visit(reduced_motion="no-preference")
    await scene.send(alert("Moving story"))
    for page, name in ((still, "none"), (lively, "rise")):
        await page.get_by_text("Moving story").wait_for()
        assert await page.evaluate(moving) == name


async def test_a_hostile_story_stays_text(visit: Visit, scene: Scene) -> None:
    page = await visit()
    hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{page-title}}'
    await scene.send(alert(hostile, summary=hostile))
    await page.get_by_role("heading", name=hostile).wait_for()
    assert await page.locator("#log img, #log script").count() == 0
    assert await page.evaluate("window.hacked") is None


async def test_an_address_that_is_no_page_is_never_a_link(visit: Visit, scene: Scene) -> None:
    page = await visit()
    evil = "javascript:window.hacked=1"
    body = {
        "title": {"text": "Evil", "link": evil},
        "lines": [{"spans": [{"text": "evil", "link": evil}]}],
        "rows": [[{"kind": "link", "label": "Evil button", "url": evil}]],
    }
    await scene.transcript.add("trial", False, json.dumps(body))
    await page.get_by_text("Evil button").wait_for()
    addresses = await page.eval_on_selector_all("#log a", "all => all.map((each) => each.getAttribute('href') ?? '')")
    assert not any("javascript" in address for address in addresses)


async def test_typed_markup_stays_text_too(visit: Visit) -> None:
    page = await visit()
    await say(page, "<b>bold?</b>")
    await page.get_by_role("article").get_by_text("You said: <b>bold?</b>").wait_for()
    assert await page.locator("#log b").count() == 0


async def test_nothing_is_lost_or_doubled_over_restarts_of_the_server(visit: Visit, scene: Scene) -> None:
    page = await visit(quiet=True)
    transcript, port = scene.transcript, urlsplit(scene.url).port or 0
    await scene.close()
    await expect(page.locator("#state")).to_have_text("Reconnecting")
    for number in range(3):
        await transcript.add("trial", False, json.dumps({"lines": [{"spans": [{"text": f"missed {number}"}]}]}))
    async with opened(transcript, port) as again:
        await page.get_by_text("missed 2").wait_for()
        await again.send(alert("After the restart"))
        await page.get_by_text("After the restart").wait_for()
        assert await ids(page) == [said.id for said in transcript.rows["trial"]]
        await expect(page.locator("#state")).to_have_text("Live")


async def test_a_text_that_could_not_be_sent_comes_back_into_the_field(visit: Visit, scene: Scene) -> None:
    page = await visit(quiet=True)
    await scene.close()
    await say(page, "follow mali")
    await expect(page.locator("#notice")).to_contain_text("Not sent")
    await expect(page.get_by_role("textbox", name="Message")).to_have_value("follow mali")


async def test_a_reader_of_old_messages_is_told_of_new_ones_and_not_moved(visit: Visit, scene: Scene) -> None:
    page = await visit()
    for number in range(12):
        await scene.send(alert(f"Story {number}"))
    await page.get_by_text("Story 11").wait_for()
    await page.locator("#scroll").evaluate("(scroll) => scroll.scrollTo(0, 0)")
    await scene.send(alert("The newest"))
    newer = page.get_by_role("button", name="New messages")
    await newer.wait_for()
    assert await page.locator("#scroll").evaluate("(scroll) => scroll.scrollTop") == 0
    await newer.click()
    await expect(page.get_by_text("The newest")).to_be_in_viewport()
    await expect(newer).to_be_hidden()


async def test_a_screen_reader_is_told_of_new_messages_only(visit: Visit, scene: Scene) -> None:
    page = await visit()
    log = page.get_by_role("log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).not_to_have_attribute("aria-busy", "true")
    outline = await page.locator("main").aria_snapshot()
    assert 'textbox "Message"' in outline
    assert 'button "Send"' in outline
    assert "Crisis alerts:" in outline


async def test_a_transcript_that_began_anew_takes_the_place_of_the_old(visit: Visit, scene: Scene) -> None:
    page = await visit(quiet=True)
    port = urlsplit(scene.url).port or 0
    await scene.close()
    async with opened(MemoryTranscript(), port) as again:
        await again.send(Message(lines=(line("A new beginning"),)))
        await page.get_by_text("A new beginning").wait_for()
        assert await ids(page) == [1]
