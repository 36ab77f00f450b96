"""Settings, read once from the environment, an optional `.env` file and secret files.

Every setting is an environment variable of the same name in capitals. A secret can instead be named by a file:
`TELEGRAM_BOT_TOKEN_FILE=/run/secrets/telegram`. A setting that cannot be used stops the start with one sentence.
"""

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.delivery import OnUncertain
from bot.core.errors import Unusable

_TELEGRAM_TOKEN = re.compile(r"\d{3,}:[\w-]{8,}", re.ASCII)
# An SQLite database in memory would be another one for every thread.
_DATABASE_URL = re.compile(r"sqlite:///(?!:memory:).|(?:postgres|postgresql|postgresql\+psycopg)://.")
_FILE = "_FILE"


class SettingsError(Unusable):
    """Settings the bot cannot start with: for each a sentence with its name, what was found, what is expected."""


class TelegramMode(StrEnum):
    """How updates come from Telegram."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class SlackMode(StrEnum):
    """How requests come from Slack."""

    SOCKET = "socket"
    HTTP = "http"


class Settings(BaseSettings):
    """Everything an operator can set. Secrets are masked wherever settings are shown."""

    model_config = SettingsConfigDict(frozen=True, env_file=".env", extra="ignore", env_ignore_empty=True)

    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/crisis-bot.db"),
        description="Where everything is kept: `sqlite:///path` or `postgresql://user:password@host/name`.",
    )
    telegram_bot_token: SecretStr | None = Field(None, description="The token @BotFather gave. Turns Telegram on.")
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="The Bot API server; set it for a self-hosted one."
    )
    telegram_mode: TelegramMode = Field(
        TelegramMode.POLLING, description="`polling` (needs no open port) or `webhook`."
    )
    telegram_webhook_url: str = Field(
        "", description="This server's public https address, without a path. Needed for `webhook`."
    )
    telegram_webhook_secret: SecretStr | None = Field(
        None,
        description="1 to 256 of `A-Z a-z 0-9 _ -`; proves that updates come from Telegram. For `webhook`.",
    )
    telegram_messages_per_second: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="How many messages a second Telegram takes from the bot: by default 30, or 1000 when paid for.",
    )
    telegram_group_messages_per_minute: int = Field(
        20, ge=1, description="How many messages a minute Telegram takes in one group or channel."
    )
    telegram_paid_broadcast: bool = Field(
        False, description="Whether Telegram may charge Stars for messages beyond its free rate."
    )
    slack_bot_token: SecretStr | None = Field(None, description="The `xoxb-…` token. Turns Slack on.")
    slack_app_token: SecretStr | None = Field(None, description="The `xapp-…` token. Needed for `socket`.")
    slack_signing_secret: SecretStr | None = Field(
        None, description="Proves that a request comes from Slack. Needed for `http`."
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Slack's Web API.")
    slack_mode: SlackMode = Field(SlackMode.SOCKET, description="`socket` (needs no open port) or `http`.")
    slack_messages_per_minute: int = Field(
        300, ge=1, description="How many messages a minute Slack takes in one workspace."
    )
    web_processes: int = Field(
        1,
        ge=1,
        description="How many `web` processes run apart from the workers: they share what is kept for replies of the "
        "rates above, a tenth in all and a quarter in each group.",
    )
    host: str = Field("127.0.0.1", description="The address the web server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="The port the web server listens on; 0 takes a free one.")
    webchat: bool | None = Field(
        None, description="The chat page. By default on only in trial mode, that is while no token is set."
    )
    sample_feed: bool | None = Field(None, description="The built-in sample stories. By default on only in trial mode.")
    bot_config: Path = Field(Path("config"), description="The folder with feeds.toml and the places' data.")
    poll_feeds: bool = Field(True, description="Whether the feeds of feeds.toml are polled.")
    read_articles: bool = Field(
        True,
        description="Whether a new story's page is read, once, for the countries it is filed under, and later asked "
        "whether it is still there.",
    )
    allow_private_addresses: bool = Field(
        False, description="Whether feeds may live at private addresses, such as on one's own network."
    )
    contact: str = Field("", description="A web or e-mail address for feed owners, named in the User-Agent.")
    on_uncertain: OnUncertain = Field(
        OnUncertain.RESEND,
        description="A message that may have arrived is sent again, marked (`resend`), or kept aside (`park`).",
    )
    edit_messages: bool = Field(
        True, description="Whether messages are changed when their story's headline, summary or figures change."
    )
    keep_days: int = Field(
        90, ge=14, description="How many days stories and what was sent are kept; at least the longest digest's time."
    )
    most_queued: int = Field(
        10, ge=2, description="How many alerts may wait for one chat before they are told together in a few messages."
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @property
    def trial(self) -> bool:
        """Whether no platform has a token, so that the web chat and the sample feed show the bot at work."""
        return self.telegram_bot_token is None and self.slack_bot_token is None

    @property
    def telegram_rate(self) -> int:
        """How many messages a second Telegram takes."""
        return self.telegram_messages_per_second or (1000 if self.telegram_paid_broadcast else 30)

    @property
    def has_webchat(self) -> bool:
        return self.trial if self.webchat is None else self.webchat

    @property
    def has_samples(self) -> bool:
        return self.trial if self.sample_feed is None else self.sample_feed

    @property
    def database_password(self) -> str:
        """The password inside the database's URL, empty where there is none."""
        return unquote(urlsplit(self.database_url.get_secret_value()).password or "")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        if not _DATABASE_URL.match(value.get_secret_value()):
            raise ValueError("sqlite:///path or postgresql://user:password@host/name")
        try:
            _ = urlsplit(value.get_secret_value()).password
        except ValueError:
            raise ValueError("an address; special characters of a password are %-encoded") from None
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _telegram_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _shaped(value, _TELEGRAM_TOKEN, "a token such as 123456:ABC-DEF from @BotFather")

    @field_validator("slack_bot_token")
    @classmethod
    def _slack_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _shaped(value, re.compile(r"xoxb-\S+"), "a bot token that begins with xoxb-")

    @field_validator("slack_app_token")
    @classmethod
    def _slack_app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _shaped(value, re.compile(r"xapp-\S+"), "an app-level token that begins with xapp-")

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        return _shaped(value, re.compile(r"[\w-]{1,256}", re.ASCII), "1 to 256 letters, digits, _ or -")

    @field_validator("telegram_api_url", "slack_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("an address that begins with https:// or http://")
        return value

    @field_validator("telegram_webhook_url")
    @classmethod
    def _secure_address(cls, value: str) -> str:
        if value and not value.startswith("https://"):
            raise ValueError("this server's public address, which begins with https://")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needs = (
            (self.slack_app_token and not self.slack_bot_token, "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN beside it"),
            (
                self.slack_signing_secret and not self.slack_bot_token,
                "SLACK_SIGNING_SECRET",
                "SLACK_BOT_TOKEN beside it",
            ),
            (
                self.slack_mode is SlackMode.HTTP and not self.slack_bot_token,
                "SLACK_MODE=http",
                "SLACK_BOT_TOKEN, or SLACK_MODE left out",
            ),
            (
                self.telegram_mode is TelegramMode.WEBHOOK and not self.telegram_bot_token,
                "TELEGRAM_MODE=webhook",
                "TELEGRAM_BOT_TOKEN, or TELEGRAM_MODE left out",
            ),
            (
                self.telegram_webhook_url and not self._by_webhook,
                "TELEGRAM_WEBHOOK_URL",
                "TELEGRAM_MODE=webhook beside it",
            ),
            (
                self._by_webhook and not self.telegram_webhook_url,
                "TELEGRAM_MODE=webhook",
                "TELEGRAM_WEBHOOK_URL, this server's https address",
            ),
            (
                self._by_webhook and not self.telegram_webhook_secret,
                "TELEGRAM_MODE=webhook",
                "TELEGRAM_WEBHOOK_SECRET, a long random text",
            ),
            (
                self._slack_by(SlackMode.SOCKET) and not self.slack_app_token,
                "SLACK_BOT_TOKEN",
                "SLACK_APP_TOKEN for Socket Mode, or SLACK_MODE=http with SLACK_SIGNING_SECRET",
            ),
            (
                self._slack_by(SlackMode.HTTP) and not self.slack_signing_secret,
                "SLACK_MODE=http",
                "SLACK_SIGNING_SECRET, from the app's Basic Information page",
            ),
        )
        for missing, found, expected in needs:
            if missing:
                raise ValueError(f"{found} needs {expected}.")
        return self

    @property
    def _by_webhook(self) -> bool:
        return self.telegram_bot_token is not None and self.telegram_mode is TelegramMode.WEBHOOK

    def _slack_by(self, mode: SlackMode) -> bool:
        return self.slack_bot_token is not None and self.slack_mode is mode


SECRETS = tuple(name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation))
"""The settings that hold secrets; each can be named by a file."""


def secret_text(secret: SecretStr | None) -> str:
    """Return a secret as text for the one who needs it; empty where it is not set."""
    return secret.get_secret_value() if secret else ""


def load(environment: Mapping[str, str] = os.environ, env_file: Path | None = Path(".env")) -> Settings:
    """Return the settings; raises SettingsError with a sentence for each that cannot be used."""
    try:
        return Settings(_env_file=env_file, **_from_files(_both(environment, env_file)))  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsError("\n".join(map(_sentence, error.errors()))) from None


def _both(environment: Mapping[str, str], env_file: Path | None) -> dict[str, str]:
    """Return what the environment and the `.env` file say, the environment's word before the file's."""
    written = dotenv_values(env_file) if env_file else {}
    return {name.upper(): value for name, value in (*written.items(), *environment.items()) if value}


def _from_files(environment: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for name in SECRETS:
        variable = name.upper()
        path = environment.get(variable + _FILE)
        if not path:
            continue
        if environment.get(variable):
            raise SettingsError(f"{variable} and {variable}{_FILE} are both set; keep one of them.")
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not a text"
            raise SettingsError(f"{variable}{_FILE} names {path}, which cannot be read: {reason}.") from None
        if not found[name]:
            raise SettingsError(f"{variable}{_FILE} names {path}, which is empty; expected the secret in it.")
    return found


def _shaped(value: SecretStr | None, shape: re.Pattern[str], expected: str) -> SecretStr | None:
    if value is not None and not shape.fullmatch(value.get_secret_value()):
        raise ValueError(expected)
    return value


def _sentence(error: Any) -> str:
    if not error["loc"]:
        return str(error["ctx"]["error"])
    name = str(error["loc"][0])
    found = error["input"]
    secret = name in SECRETS
    shown = f"a text of {len(str(found))} characters" if secret else f"“{found}”"
    expected = str(error["ctx"]["error"]) if error["type"] == "value_error" else _expected(name, error)
    return f"{name.upper()}: found {shown}, expected {expected}."


def _expected(name: str, error: Any) -> str:
    if error["type"] not in ("int_parsing", "int_from_float", "greater_than_equal", "less_than_equal"):
        return str(error["msg"]).removeprefix("Input should be ").rstrip(".")
    bounds = Settings.model_fields[name].metadata
    low, high = (next((getattr(each, of) for each in bounds if hasattr(each, of)), None) for of in ("ge", "le"))
    within = "" if low is None else f", {low} or more" if high is None else f" from {low} to {high}"
    return f"a whole number{within}"
