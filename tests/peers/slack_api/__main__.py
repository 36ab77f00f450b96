"""`python -m tests.peers.slack_api --port N`: a Slack in a process of its own, until SIGINT or SIGTERM."""

import argparse
import asyncio
import signal

from tests.peers.slack_api.control import Control
from tests.peers.slack_api.limits import STRICT, Limits
from tests.peers.slack_api.server import SlackApi


async def serve(port: int, limits: Limits | None) -> None:
    """Print what an app's environment needs, then a line for each post, until told to stop."""
    slack = SlackApi(port=port, limits=limits)
    await slack.start(*Control(slack).routes())
    channel, person = slack.add_channel("crisis-desk"), slack.add_person("amina", admin=True)
    print(f"SLACK_API_URL={slack.url}", f"SLACK_BOT_TOKEN={slack.bot_token}", sep="\n")
    print(f"SLACK_APP_TOKEN={slack.app_token}", f"SLACK_SIGNING_SECRET={slack.signing_secret}", sep="\n")
    print(f"channel {channel.id} #{channel.name}, person {person.id} {person.name}", "ready", sep="\n", flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    telling = asyncio.create_task(_tell(slack))
    await stopped.wait()
    telling.cancel()
    await slack.stop()


async def _tell(slack: SlackApi) -> None:
    told = 0
    while True:
        posts = await slack.wait_for(told + 1, timeout=float("inf"))
        for post in posts[told:]:
            print(f"post {post.channel} {post.via} {post.text!r}", flush=True)
        told = len(posts)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.peers.slack_api", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--no-limits", action="store_true", help="take any number of calls a minute")
    given = parser.parse_args()
    asyncio.run(serve(given.port, None if given.no_limits else STRICT))


if __name__ == "__main__":
    main()
