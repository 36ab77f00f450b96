"""What people type to overload whoever reads it."""

import resource
import time
from pathlib import Path

from bot.core.filters.tree import MAX_CHARS, MAX_PHRASE_WORDS, MAX_TERMS, MAX_VALUE_CHARS
from bot.pipeline.following import MOST_FILTERS
from tests.end_to_end.audience import page_address
from tests.end_to_end.stage import Stage, stage
from tests.end_to_end.web_reader import WebReader
from tests.faults.followers import word
from tests.faults.result import Result
from tests.faults.sources import QUIET, let_poll, rss, visit_all, visits_ended

REASONS: dict[str, str] = {
    "f30_filters_without_measure": "matching against a million subscriptions is timed by `make bench`, not here",
}
_TOO_MUCH = {
    f"has at most {MAX_CHARS}": "mali " * 100,
    f"at most {MAX_TERMS} words": " OR ".join(word(number) for number in range(MAX_TERMS + 1)),
    f"one word or phrase has at most {MAX_VALUE_CHARS}": "x" * (MAX_VALUE_CHARS + 1),
    f"a phrase has at most {MAX_PHRASE_WORDS}": '"one two three four five six"',
    "too many combinations": " ".join(f"({word(4 * n)} OR {word(4 * n + 1)} OR {word(4 * n + 2)})" for n in range(6)),
    "too many brackets": "(" * 60 + "mali" + ")" * 60,
}
"""By what the answer says: filters that are too large."""
_PATTERNS = ("(a+)+$", "(a|aa)+$", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$", "a*a*a*a*a*a*b")
"""What takes a backtracking matcher for ever on a long row of one letter."""
_SMALL, _LARGE = 10_000, 100_000


async def f30_filters_without_measure() -> Result:
    """Each is refused in a sentence and nothing is kept; a chat has at most fifty, and alerts go on."""
    result = Result(len(_TOO_MUCH) + 1)
    async with stage() as scene, await _page(scene) as page:
        for said, typed in _TOO_MUCH.items():
            answer = await page.say(f"/follow {typed}")
            result.expect(said in answer, f"{typed[:30]}…: {answer[:150]}")
        kept = scene.rows.one("SELECT count(*) FROM subscriptions")
        result.expect(kept == 0, f"{kept} subscriptions were kept")
        for number in range(0, MOST_FILTERS, 10):
            await page.say("/follow " + ", ".join(word(number + each) for each in range(10)))
        answer = await page.say("/follow mali")
        result.expect(f"follows {MOST_FILTERS} filters" in answer, answer[:150])
        kept = scene.rows.one("SELECT count(*) FROM subscriptions")
        result.expect(kept == MOST_FILTERS, f"{kept} subscriptions were kept")
        title = f"News of {word(0)}"
        scene.web.serve("/news", rss(title))
        await visit_all(scene)
        await page.wait_for(title)
    return result


async def f31_patterns_made_to_run_for_ever(tried: int = len(_PATTERNS)) -> Result:
    """A pattern typed as a filter is no pattern: it is answered at once, and a long text is read in linear time."""
    result = Result(len(_PATTERNS) + tried)
    async with stage() as scene, await _page(scene) as page:
        slowest = 0.0
        for pattern in _PATTERNS:
            began = time.monotonic()
            await page.say(f"/follow {pattern}")
            slowest = max(slowest, time.monotonic() - began)
        result.expect(slowest < 5, f"an answer took {slowest:.1f} s")
        for pattern in _PATTERNS[:tried]:
            small, large = [await _match(result, scene, pattern, count) for count in (_SMALL, _LARGE)]
            result.remarks.append(f"{pattern}: {small:.2f} s for 10 kB, {large:.2f} s for 100 kB")
            result.expect(large - small < 1, f"{pattern} took {large - small:.1f} s more for ten times the text")
    return result


async def _page(scene: Stage) -> WebReader:
    """Return the chat page of a bot: one can type there as quickly as one likes."""
    let_poll(scene, {"news": scene.web.serve("/news", rss())})
    bot = await scene.begin("run", **QUIET)
    await bot.says("Listening on")
    await visits_ended(scene)
    return WebReader(page_address(bot), "amal")


async def _match(result: Result, scene: Stage, pattern: str, letters: int) -> float:
    """Return the processor time that a match takes in a process of its own, its start included, in seconds."""
    text = _row_of_letters(scene.folder, letters)
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    process = await scene.begin("match", pattern, str(text))
    status = await process.ends(60)
    took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began
    result.expect("Traceback" not in process.output and status in (0, 1, 2), f"{pattern}: status {status}")
    return took


def _row_of_letters(folder: Path, count: int) -> Path:
    text = folder / "text.txt"
    text.write_text("A row of letters\n\n" + "a" * count + "!", encoding="utf-8")
    return text
