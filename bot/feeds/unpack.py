"""Unpacking gzip, deflate and br in small steps, with a cap, so that a bomb costs a step and not the machine."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import brotli

STEP = 256 * 1024
"""Bytes unpacked in one go (br may bring twice as many): about a millisecond."""

_GZIP_MAGIC = b"\x1f\x8b"
_AUTO_HEADER = 32 + zlib.MAX_WBITS


class PackingError(Exception):
    """The bytes are not packed as they say, or in a way we do not read; the text is one line."""


class Overflow(PackingError):
    """More bytes came out than the cap allows."""


class Stage(Protocol):
    """One layer of packing."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` unpacks to, in pieces of at most `STEP` bytes."""

    def cut_short(self) -> bool:
        """Say whether the end is still missing."""


class Plain:
    """No packing."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def cut_short(self) -> bool:
        return False


class Zlib:
    """gzip (also of several members) and deflate, with or without the header it should have."""

    def __init__(self, *, deflate: bool = False) -> None:
        self._deflate = deflate
        self._inner = zlib.decompressobj(_AUTO_HEADER)
        self._started = self._ended = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        more = self._begin(data)
        while more:
            piece = self._step(data)
            data = self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail
            # After a full step more may wait inside although all input is taken.
            more = self._next_member(data) if self._inner.eof else bool(data) or len(piece) == STEP
            yield piece

    def _begin(self, data: bytes) -> bool:
        if not data or self._ended:
            return False
        if not self._started and self._deflate and data[0] & 0x0F != zlib.DEFLATED:
            self._inner = zlib.decompressobj(-zlib.MAX_WBITS)  # Raw, as some servers send it.
        self._started = True
        return self._next_member(data) if self._inner.eof else True

    def _next_member(self, data: bytes) -> bool:
        if data.startswith(_GZIP_MAGIC):
            self._inner = zlib.decompressobj(_AUTO_HEADER)
            return True
        self._ended = bool(data)  # What follows the end is padding.
        return False

    def _step(self, data: bytes) -> bytes:
        try:
            return self._inner.decompress(data, STEP)
        except zlib.error:
            raise PackingError("the answer is not packed as it says") from None

    def cut_short(self) -> bool:
        return self._started and not self._ended and not self._inner.eof


class Brotli:
    """br."""

    def __init__(self) -> None:
        self._inner = brotli.Decompressor()
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._started = self._started or bool(data)
        more = bool(data)
        while more and not self._inner.is_finished():
            piece = self._step(data)
            data = b""
            # More may wait inside until a step brings nothing, whatever can_accept_more_data() says.
            more = bool(piece) or not self._inner.can_accept_more_data()
            yield piece

    def _step(self, data: bytes) -> bytes:
        try:
            return bytes(self._inner.process(data, output_buffer_limit=STEP))
        except brotli.error:
            raise PackingError("the answer is not packed as it says") from None

    def cut_short(self) -> bool:
        return self._started and not self._inner.is_finished()


class GzipUnsaid:
    """Unpacks what is gzip without saying so (a feed kept as .xml.gz); everything else passes as it is."""

    def __init__(self) -> None:
        self._head = b""
        self._stage: Stage | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stage is None:
            data = self._head = self._head + data
            if len(data) < len(_GZIP_MAGIC):
                return
            self._stage = Zlib() if data.startswith(_GZIP_MAGIC) else Plain()
        yield from self._stage.feed(data)

    def cut_short(self) -> bool:
        return self._stage is not None and self._stage.cut_short()


_STAGES: dict[str, Callable[[], Stage]] = {
    "gzip": Zlib,
    "x-gzip": Zlib,
    "deflate": lambda: Zlib(deflate=True),
    "br": Brotli,
    "identity": Plain,
}
_MAX_STAGES = 3


class Unpacker:
    """The layers a Content-Encoding names, outermost first, and a cap on what any of them lets out."""

    def __init__(self, content_encoding: str, cap: int) -> None:
        names = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
        unknown = [name for name in names if name not in _STAGES]
        if unknown or len(names) > _MAX_STAGES:
            raise PackingError("the answer is packed in a way we do not read")
        self._stages: list[Stage] = [*(_STAGES[name]() for name in reversed(names)), GzipUnsaid()]
        self._left = [cap] * len(self._stages)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` unpacks to, in small pieces (some of them empty); raises `PackingError`."""
        pieces: Iterable[bytes] = (data,)
        for number in range(len(self._stages)):
            pieces = self._through(number, pieces)
        yield from pieces

    def _through(self, number: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            for out in self._stages[number].feed(piece):
                self._left[number] -= len(out)
                if self._left[number] < 0:
                    raise Overflow("the answer is larger than we read, once unpacked")
                yield out

    def finish(self) -> None:
        """Raise `PackingError` where the end never came."""
        if any(stage.cut_short() for stage in self._stages):
            raise PackingError("the answer was cut short")


def unpack(data: bytes, *, cap: int) -> bytes:
    """Return data as it is, or unpacked if it is gzip; raises `PackingError`."""
    unpacker = Unpacker("", cap)
    out = b"".join(unpacker.feed(data))
    unpacker.finish()
    return out if out or len(data) > 1 else data
