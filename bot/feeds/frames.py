"""What the bot and its worker say to each other: JSON in frames, never pickle, for the worker reads strangers."""

import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from bot.core.outcomes import Failed, Fault, Parse, Parsed
from bot.core.story import Article, Entry

LENGTH = struct.Struct(">I")
MAX_FRAME = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with the bytes that follow."""

    kind: str
    """feed or article."""
    url: str
    content_type: str = ""
    language: str = ""
    places_in: str = ""
    now: str = ""
    """ISO 8601, or empty."""


def frame(payload: bytes) -> bytes:
    """Return a payload with its length in front."""
    return LENGTH.pack(len(payload)) + payload


def of_job(job: Job) -> bytes:
    """Return a job as a frame."""
    return frame(_dumps({f.name: getattr(job, f.name) for f in fields(job)}))


def job_of(payload: bytes) -> Job:
    """Return the job in a payload."""
    return Job(**json.loads(payload))


def of_answer(answer: Parse | Article | None, *, last: bool) -> Iterator[bytes]:
    """Yield an answer's frames: a head, then one per entry. `last` says that the worker ends after this one."""
    if isinstance(answer, Parsed):
        head: dict[str, Any] = {"title": answer.title, "language": answer.language, "problem": answer.problem}
        yield frame(_dumps({"parsed": head, "entries": len(answer.entries), "last": last}))
        yield from (frame(_dumps(_to_dict(entry))) for entry in answer.entries)
    elif isinstance(answer, Failed):
        yield frame(_dumps({"failed": [answer.fault, answer.reason], "last": last}))
    else:
        yield frame(_dumps({"article": _to_dict(answer) if answer else None, "last": last}))


def head_of(payload: bytes) -> dict[str, Any]:
    """Return an answer's head; `entries` frames follow it."""
    head: dict[str, Any] = json.loads(payload)
    return head


def answer_of(head: dict[str, Any], entries: Iterable[Entry]) -> Parse | Article | None:
    """Return the answer that a head and its entries stand for."""
    if "parsed" in head:
        return Parsed(tuple(entries), **head["parsed"])
    if "failed" in head:
        fault, reason = head["failed"]
        return Failed(Fault(fault), reason)
    article = head["article"]
    return None if article is None else Article(**_times(article, "breadcrumb"))


def entry_of(payload: bytes) -> Entry:
    """Return the entry in a payload."""
    return Entry(**_times(json.loads(payload), "places"))


def _to_dict(value: Entry | Article) -> dict[str, Any]:
    told = {f.name: getattr(value, f.name) for f in fields(value)}
    return {name: part.isoformat() if isinstance(part, datetime) else part for name, part in told.items()}


def _times(told: dict[str, Any], listed: str) -> dict[str, Any]:
    when = told["published"]
    return told | {listed: tuple(told[listed]), "published": datetime.fromisoformat(when) if when else None}


def _dumps(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
