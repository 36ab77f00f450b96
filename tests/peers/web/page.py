"""One scripted answer."""

import gzip
import zlib
from dataclasses import dataclass, field

import brotli


@dataclass(slots=True)
class Page:
    """What a path answers. Validators are compared with the request's, so 304 comes by itself (RFC 9110, 13.2.2)."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/rss+xml; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    packing: str = ""
    """gzip, deflate (with its zlib header), raw-deflate or br; said in Content-Encoding."""
    delay: float = 0.0
    """Seconds before the first byte of the answer."""
    drip: float = 0.0
    """Seconds between the body's bytes: a slow loris."""
    cut: int | None = None
    """Close the connection after so many bytes of the body although more was announced."""
    always_304: bool = False
    streamed: int = 0
    """Send the body so many times over, without saying how long that is."""

    def unchanged_for(self, asked: dict[str, str]) -> bool:
        """Say whether the request's validators are ours; If-None-Match goes before If-Modified-Since."""
        if self.always_304:
            return True
        if "if-none-match" in asked:
            wanted = [tag.strip().removeprefix("W/") for tag in asked["if-none-match"].split(",")]
            return bool(self.etag) and self.etag.removeprefix("W/") in wanted
        return bool(self.last_modified) and asked.get("if-modified-since") == self.last_modified

    def sent(self) -> bytes:
        """Return the body as it goes over the wire."""
        match self.packing:
            case "gzip":
                return gzip.compress(self.body)
            case "deflate":
                return zlib.compress(self.body)
            case "raw-deflate":
                raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
                return raw.compress(self.body) + raw.flush()
            case "br":
                return bytes(brotli.compress(self.body, quality=4))
        return self.body

    def head(self) -> dict[str, str]:
        """Return the headers of an answer with a body."""
        named = {"Content-Type": self.content_type, "ETag": self.etag, "Last-Modified": self.last_modified}
        packing = {"Content-Encoding": self.packing.removeprefix("raw-")}
        return {k: v for k, v in (named | packing | self.headers).items() if v}
