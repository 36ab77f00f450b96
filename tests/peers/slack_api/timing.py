"""How long Slack waits for an app, and what became of something it handed over."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. Only the waits between retries are scaled (a hundredth unless told), the app's own time never is."""

    # https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response: 3 seconds.
    ack: float = 3.0
    # https://docs.slack.dev/apis/events-api/#retries: nearly at once, after 1 minute, after 5 minutes.
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    scale: float = 0.01

    @property
    def waits(self) -> tuple[float, ...]:
        """The pauses before each retry, as this peer makes them."""
        return tuple(wait * self.scale for wait in self.retries)


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a command, press or event. `error` is what the person is shown (operation_timeout, …)."""

    acked: bool
    attempts: int
    seconds: float
    """From the first attempt to the ack, or to giving up."""
    payload: Any = None
    """What the app answered with: an object, a text, or None."""
    error: str = ""
