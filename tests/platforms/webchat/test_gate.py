import pytest

from bot.platforms.webchat.gate import Rate
from tests.platforms.webchat.conftest import Web


@pytest.mark.parametrize("path", ["/", "/new", "/static/chat.js", "/chat/trial/stream"])
async def test_a_strangers_name_pointed_at_us_is_refused(chat: Web, path: str) -> None:
    async with chat.http.get(chat.url + path, headers={"Host": "evil.example"}) as answer:
        assert answer.status == 403


async def test_a_strangers_name_cannot_speak_either(chat: Web) -> None:
    assert await chat.post({"text": "list"}, Host="evil.example", Origin="http://evil.example") == 403
    assert chat.script.asked == []


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "LOCALHOST", "[::1]:8080"])
async def test_the_names_of_loopback_are_answered(chat: Web, host: str) -> None:
    async with chat.http.get(chat.url, headers={"Host": host}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_another_sites_page_cannot_speak_here(chat: Web, headers: dict[str, str]) -> None:
    assert await chat.post({"text": "list"}, **headers) == 403
    assert chat.script.asked == []


async def test_the_page_itself_can_speak(chat: Web) -> None:
    assert await chat.post({"text": "list"}, **{"Origin": chat.url, "Sec-Fetch-Site": "same-origin"}) == 200


async def test_only_json_is_read(chat: Web) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        async with chat.http.post(
            f"{chat.url}/chat/trial", data='{"text":"list"}', headers={"Content-Type": kind}
        ) as a:
            assert a.status == 415


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 16_000, b'{"text": "list"'])
async def test_broken_json_is_refused(chat: Web, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with chat.http.post(f"{chat.url}/chat/trial", data=body, headers=headers) as answer:
        assert answer.status == 400


async def test_a_large_body_is_refused(chat: Web) -> None:
    assert await chat.post({"text": "x" * 20_000}) == 413


async def test_a_flood_is_slowed_for_its_chat_only(chat: Web) -> None:
    assert [await chat.post({"text": "list"}) for _ in range(21)] == [200] * 20 + [429]
    assert await chat.post({"text": "list"}, "other") == 200
    chat.tick[0] += 10.1
    assert await chat.post({"text": "list"}) == 200


async def test_a_flood_over_many_chats_is_slowed_too(chat: Web) -> None:
    answers = [await chat.post({"text": "list"}, f"chat-{number}") for number in range(121)]
    assert answers == [200] * 120 + [429]


def test_no_window_ever_holds_more_than_the_rate() -> None:
    now = [0.0]
    rate = Rate(3, 1.0, lambda: now[0])
    passed = []
    for step in range(80):
        now[0] = step / 8
        if not rate.wait("a"):
            passed.append(now[0])
    assert all(sum(start <= at < start + 1 for at in passed) == 3 for start in (n / 8 for n in range(72)))
    assert len(passed) == 30


def test_callers_long_gone_are_forgotten() -> None:
    now = [0.0]
    rate = Rate(3, 1.0, lambda: now[0])
    for number in range(5000):
        now[0] = number / 100
        rate.wait(str(number))
    assert len(rate._passed) <= 1000
