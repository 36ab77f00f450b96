"""The process that parses what strangers publish: `python -m bot.feeds.worker`, jobs on stdin, answers on stdout.

It has a memory limit, no secrets in its environment and may write no file; whoever started it kills it when it is late.
"""

import os
import resource
import sys
from datetime import datetime
from typing import BinaryIO

from bot.core.outcomes import Failed, Fault, Parse
from bot.core.story import Article
from bot.feeds.frames import LENGTH, Job, job_of, of_answer
from bot.feeds.parse import parse_feed

_MEMORY = 512 * 2**20
"""Bytes of address space."""
_POLITE = 5
"""Steps of priority below the bot, whose event loop goes first on a small machine."""
_RETIRE_AT = 200 * 2**10
"""Kilobytes of peak memory after which a fresh process does better."""


def main() -> None:
    """Answer jobs until stdin ends."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.nice(_POLITE)
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # A library that prints must not speak into the answers.
    import feedparser  # noqa: F401 - its import belongs to the start, not to the first job's deadline

    answers.write(LENGTH.pack(0))
    answers.flush()
    while _serve(jobs, answers):
        pass


def _serve(jobs: BinaryIO, answers: BinaryIO) -> bool:
    payload = _read(jobs)
    body = _read(jobs)
    if payload is None or body is None:
        return False
    answer, spent = _work(job_of(payload), body)
    last = spent or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > _RETIRE_AT
    for part in of_answer(answer, last=last):
        answers.write(part)
    answers.flush()
    return not last


def _work(job: Job, body: bytes) -> tuple[Parse | Article | None, bool]:
    try:
        return _do(job, body), False
    except MemoryError:
        return Failed(Fault.TOO_LARGE, "reading the feed takes more memory than it may"), True
    except Exception as error:
        # RecursionError and the libraries' own bugs: an outcome like any other.
        return Failed(Fault.UNREADABLE, f"the feed could not be read ({type(error).__name__})"), False


def _do(job: Job, body: bytes) -> Parse | Article | None:
    if job.kind == "article":
        from bot.feeds.page import read_page  # Only here: a bot that reads no pages does not pay for the extractor.

        return read_page(body, content_type=job.content_type)
    now = datetime.fromisoformat(job.now) if job.now else None
    return parse_feed(
        body, url=job.url, content_type=job.content_type, language=job.language, places_in=job.places_in, now=now
    )


def _read(jobs: BinaryIO) -> bytes | None:
    length = jobs.read(LENGTH.size)
    return jobs.read(LENGTH.unpack(length)[0]) if len(length) == LENGTH.size else None


if __name__ == "__main__":
    main()
