"""The page's files and the headers that keep it closed to everything else."""

import html
import re
from pathlib import Path

from aiohttp import web

from bot.core.commands import Verb
from bot.core.sentences import Speaker

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_PLACEHOLDER = re.compile(r"\{\{([a-z-]+)\}\}")
_SHORTCUTS = (Verb.FOLLOW, Verb.LIST, Verb.LATEST, Verb.SETTINGS, Verb.HELP)


class Files:
    """Reads the page's folder once and answers with its files."""

    def __init__(self, speaker: Speaker) -> None:
        folder = Path(__file__).parent / "page"
        self._speaker = speaker
        self._texts = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.is_file()}

    def chat(self, name: str) -> web.Response:
        """Return the chat page of one chat."""
        return self._page("index.html", chat=name, shortcuts=self._shortcuts())

    def missing(self) -> web.Response:
        """Return a kind page for what is not there."""
        return self._page("missing.html", status=404)

    def static(self, name: str) -> web.Response:
        """Return a style sheet, script or picture of the page."""
        suffix = Path(name).suffix
        if name not in self._texts or suffix not in _TYPES:
            return self.missing()
        headers = PAGE_HEADERS | {"Cache-Control": "no-cache"}
        return web.Response(text=self._texts[name], content_type=_TYPES[suffix], charset="utf-8", headers=headers)

    def _page(self, file: str, status: int = 200, **values: str) -> web.Response:
        text = _PLACEHOLDER.sub(lambda found: self._fill(found[1], values), self._texts[file])
        headers = PAGE_HEADERS | {"Cache-Control": "no-store"}
        return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)

    def _fill(self, key: str, values: dict[str, str]) -> str:
        return values[key] if key in values else html.escape(self._speaker.text(key))

    def _shortcuts(self) -> str:
        buttons = (
            f'<li><button type="button" class="shortcut" data-say="/{verb}" '
            f'title="{html.escape(self._speaker.text(f"menu-{verb}"))}">/{verb}</button></li>'
            for verb in _SHORTCUTS
        )
        return "\n".join(buttons)
