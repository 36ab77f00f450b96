"""Titles and summaries that try to harm: markup of either platform, invisible and turning characters, sheer size."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from urllib.parse import urlsplit

from tests.end_to_end.stage import Stage, stage
from tests.faults.followers import settle_followers, word
from tests.faults.result import Result, expect_all_ended
from tests.faults.sources import QUIET, item, let_poll, rss, visit_all, visits_ended
from tests.peers.bot_api import Refuse
from tests.peers.bot_api.state import Request
from tests.peers.slack_api import faults as slack_faults
from tests.platforms.telegram_bot.payloads import HOSTILE

REASONS: dict[str, str] = {
    "f32_letters_in_disguise": "letters of another script that look alike are not taken for one another: "
    "who folds them would match the wrong words in Cyrillic and Greek",
}
_A_VISIT = 5
"""New stories of one feed in one visit: few enough to be no flood."""
_WHERE = {"news.example", "wa.me", "t.me", "x.com", "www.facebook.com", "www.linkedin.com", "bsky.app"}
"""Hosts that links of an alert may lead to: the story's, and those of the share menu."""
_NOT_OURS = {"text_mention", "custom_emoji", "pre", "code", "spoiler", "strikethrough", "underline"}
"""What no alert of ours is made of."""
_SLACK = (
    "<!channel> read this",
    "<!here|here> and <!everyone>",
    "<@U00000001> and <@W123|you>",
    "<#C00000001|general>",
    "<http://evil.example|https://bank.example>",
    "<mailto:a@evil.example|write>",
    "&lt;!channel&gt;",
    "&amp;lt;!here&amp;gt;",
    "@channel @here @everyone #general",
    "http://evil.example/ in plain words",
    "*bold* _it_ ~no~ `code` ```block```",
    "> quote\n>>> more",
    ":rotating_light: :skull:",
    "<!date^1392734382^{date}|x>",
    "<!subteam^S012|@team>",
    "| > < & |",
)
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DISGUISES: dict[str, tuple[Callable[[str], str], bool]] = {
    "capitals": (str.upper, True),
    "full width": (lambda w: "".join(chr(ord(c) + 0xFEE0) for c in w), True),
    "mathematical letters": (lambda w: "".join(chr(ord(c) - 97 + 0x1D41A) for c in w), True),
    "a gap of no width": (lambda w: f"{w[:2]}\u200b{w[2:]}", True),
    "a soft hyphen": (lambda w: f"{w[:2]}\u00ad{w[2:]}", True),
    "an accent": (lambda w: f"{w[:2]}\u0301{w[2:]}", True),
    "turned around": (lambda w: f"\u202e{w}\u202c", True),
    "isolated for ever": (lambda w: f"\u2067{w}", True),
    "a possessive": (lambda w: f"{w}’s", True),
    "no break after it": (lambda w: f"{w}\u00a0says", True),
    "a letter of another script": (lambda w: w.replace("a", "\u0430"), False),
    "part of a longer word": (lambda w: f"{w}land", False),
}
"""How a word is disguised, and whether it is to be found all the same."""


def fit_for_xml(text: str) -> bool:
    """Say whether XML can hold a text at all."""
    return all(c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" for c in text)


async def f28_a_message_that_the_platform_refuses() -> Result:
    """It is tried once more as plain text, then dead with a reason; what waits behind it in the same chat arrives."""
    result = Result(4)
    async with stage() as scene:
        await settle_followers(scene, 1, slack=True)
        let_poll(scene, {"news": scene.web.serve("/news", rss())})
        await scene.begin("run")
        await scene.slack.connected(timeout=15)
        await visits_ended(scene)
        unreadable = Refuse(400, "Bad Request: can't parse entities: unsupported start tag")
        for about, times in (("once", 1), ("always", 3)):
            scene.telegram.fault(unreadable, when=partial(_tells, f"{word(1)} refused {about}"), times=times)
        # Slack's misfortunes come in the order of its calls, so its stories come one by one.
        slack = {"once": 1, "always": 2, "never": 0}
        titles = []
        for about, times in slack.items():
            scene.slack.fault(slack_faults.refuse("invalid_blocks"), times=times)
            titles.append(f"{word(1)} refused {about}")
            scene.web.serve("/news", rss(*reversed(titles)))
            await visit_all(scene)
            await scene.rows.delivered()
        asked = [sum(told in r.params.get("text", "") for r in scene.telegram.requests) for told in titles]
        posted = sum(r.method == "chat.postMessage" for r in scene.slack.requests)
        result.remarks.append(f"Telegram was asked {asked} times, Slack {posted} times in all")
        result.expect(asked == [2, 2, 1], f"Telegram was asked {asked} times")
        result.expect(posted == 5, f"Slack was asked {posted} times")
        plain = [r.params for r in scene.telegram.requests if titles[0] in r.params.get("text", "")][-1]
        result.expect("entities" not in plain and "parse_mode" not in plain, "the second try was no plain text")
        got = [sum(title in sent.text for sent in scene.telegram.sent) for title in titles]
        seen = [sum(title in post.reading.plain for post in scene.slack.posts) for title in titles]
        result.lost += sum(counts[at] == 0 for counts in (got, seen) for at in (0, 2))
        result.duplicates += sum(max(count - 1, 0) for count in (*got, *seen))
        result.expect(scene.rows.states() == {"sent": 4, "dead": 2}, f"deliveries are {scene.rows.states()}")
        reasons = [error for (error,) in scene.rows.run("SELECT error FROM deliveries WHERE state = 'dead'")]
        result.expect(all(reasons), f"a dead delivery has no reason: {reasons}")
        result.remarks.append(f"dead because {reasons}")
    return result


async def f32_letters_in_disguise() -> Result:
    """Widths, cases, invisible and turning characters hide no word; nothing that turns text is sent on."""
    result = Result(len(_DISGUISES))
    async with stage(limits=None) as scene:
        disguised = [disguise(word(number)) for number, (disguise, _) in enumerate(_DISGUISES.values(), 1)]
        await _tell(scene, [""] * len(disguised), titles=[f"News {n} of {each}" for n, each in enumerate(disguised)])
        got = Counter(sent.chat_id for sent in scene.telegram.sent)
        for number, (name, (_, found)) in enumerate(_DISGUISES.items(), 1):
            result.expect(got[number] == found, f"{name}: {got[number]} alerts")
        turned = [sent.text for sent in scene.telegram.sent if _TURNING & set(sent.text)]
        result.expect(not turned, f"turning characters were sent on: {turned}")
        expect_all_ended(result, scene)
    return result


async def f33_markup_in_titles() -> Result:
    """Every alert is taken by a strict Bot API, and its links lead to the story and to where it is shared only."""
    payloads = [payload for payload in HOSTILE if fit_for_xml(payload)]
    result = Result(len(payloads))
    async with stage(limits=None) as scene:
        await _tell(scene, payloads)
        got = {sent.chat_id: sent for sent in scene.telegram.sent if "Matched: " in sent.text}
        result.lost += len(payloads) - len(got)
        result.duplicates += len(scene.telegram.sent) - len(got)
        result.expect(scene.telegram.refused == [], f"refused: {scene.telegram.refused[:3]}")
        for number, payload in enumerate(payloads, 1):
            sent = got.get(number)
            if sent is None:
                result.wrong.append(f"lost: {payload[:40]!r}")
                continue
            urls = [entity["url"] for entity in sent.entities if "url" in entity]
            urls += [button["url"] for button in sent.buttons if "url" in button]
            _expect_hosts(result, urls, payload)
            strange = {entity["type"] for entity in sent.entities} & _NOT_OURS
            result.expect(not strange, f"{payload[:40]!r} is shown as {strange}")
        expect_all_ended(result, scene)
    return result


async def f34_calls_and_links_in_titles_for_slack() -> Result:
    """No alert calls anybody, and its links lead to the story and to where it is shared only."""
    payloads = [*_SLACK, *(payload for payload in HOSTILE if fit_for_xml(payload))]
    result = Result(len(payloads))
    async with stage(limits=None) as scene:
        await _tell(scene, payloads, slack=True)
        for number, payload in enumerate(payloads, 1):
            channel = scene.slack.channel(f"desk-{number}").id
            posts = [post for post in scene.slack.posts if post.channel == channel]
            result.lost += not posts
            result.duplicates += max(len(posts) - 1, 0)
            for post in posts:
                result.expect(post.reading.mentions == [], f"{payload[:40]!r} calls {post.reading.mentions}")
                _expect_hosts(result, [link.url for link in post.reading.links], payload)
                evil = [each for each in post.reading.automatic if "evil" in each]
                result.expect(post.args.get("link_names") in (None, False, "false", "0", 0), "names are linked")
                if evil:
                    result.remarks.append(f"{payload[:40]!r}: Slack may link {evil}")
        expect_all_ended(result, scene)
    return result


async def _tell(scene: Stage, payloads: Sequence[str], *, titles: Sequence[str] = (), slack: bool = False) -> None:
    """Publish a story for each chat with its payload in title and summary; return once all are sent."""
    await settle_followers(scene, len(payloads), telegram=not slack, slack=slack)
    titles = titles or [f"{word(number)} {text}" for number, text in enumerate(payloads, 1)]
    groups = list(_groups([item(t, summary=f"Says {text}") for t, text in zip(titles, payloads, strict=True)]))
    let_poll(scene, {f"news {at}": scene.web.serve(f"/news-{at}", rss()) for at in range(len(groups))})
    await scene.begin("worker", **({"TELEGRAM_BOT_TOKEN": ""} if slack else QUIET))
    await visits_ended(scene)
    for at, items in enumerate(groups):
        body = rss().replace(b"</channel>", "".join(items).encode() + b"</channel>")
        scene.web.serve(f"/news-{at}", body)
    await visit_all(scene, 30)
    await scene.rows.delivered(60)


def _tells(title: str, request: Request) -> bool:
    return title in request.params.get("text", "")


def _groups(items: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(items), _A_VISIT):
        yield items[at : at + _A_VISIT]


def _expect_hosts(result: Result, urls: list[str], payload: str) -> None:
    strange = [url for url in urls if urlsplit(url).hostname not in _WHERE and not url.startswith("mailto:?")]
    result.expect(not strange, f"{payload[:40]!r} links {strange}")
