import argparse
import asyncio
import sys

from tests.peers.bot_api.control import Control, describe
from tests.peers.bot_api.limits import Limits
from tests.peers.bot_api.server import TOKEN, BotApi


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.peers.bot_api", description="A strict Bot API for trying by hand."
    )
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--no-limits", action="store_true", help="switch the flood limits off")
    return parser.parse_args()


async def _print_sent(api: BotApi) -> None:
    shown = edited = 0
    while True:
        changed = api.world.changed
        for sent in api.sent[shown:]:
            print("sent", describe(sent), flush=True)
        for sent in api.edits[edited:]:
            print("edited", describe(sent), flush=True)
        shown, edited = len(api.sent), len(api.edits)
        await changed.wait()


async def _obey_input(control: Control) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        if line.strip() == b"quit":
            return
        if line.strip():
            print(control.obey(line.decode(errors="replace")), flush=True)
    await asyncio.Event().wait()  # the end of the input is not the end of the peer


async def main() -> None:
    """Serve until `quit` or Ctrl-C."""
    arguments = _arguments()
    api = BotApi(token=arguments.token, port=arguments.port, limits=None if arguments.no_limits else Limits())
    control = Control(api)
    api.control(control.routes())
    async with api:
        print(f"TELEGRAM_API_URL={api.url} TELEGRAM_BOT_TOKEN={api.token}", flush=True)
        printing = asyncio.create_task(_print_sent(api))
        try:
            await _obey_input(control)
        finally:
            printing.cancel()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
