"""The operator's pages: is it well, and how much did it do."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

Health = Callable[[], Awaitable[Mapping[str, str]]]
"""Returns a word for each part; `ok` means well, and so does `standing by`: another process does that. More may
follow after a comma.
"""
_WELL = frozenset({"ok", "standing by"})


def routes(registry: CollectorRegistry, health: Health) -> list[web.RouteDef]:
    """Return `/healthz` (200 while every part is well, else 503) and `/metrics` in Prometheus' text form."""

    async def healthz(_request: web.Request) -> web.Response:
        parts = await health()
        well = _WELL.issuperset(word.partition(",")[0] for word in parts.values())
        return web.json_response({"ok": well, **parts}, status=200 if well else 503)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", healthz), web.get("/metrics", metrics)]
