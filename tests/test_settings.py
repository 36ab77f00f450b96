"""What an operator sets, and what a wrong setting is told. Effects: tests/app/test_settings_take_effect.py."""

import logging
import traceback
from pathlib import Path

import pytest

from bot.settings import SECRETS, Settings, SettingsError, SlackMode, TelegramMode, load

TOKEN = "123456:AAF-hidden_token_of_telegram"
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
HIDDEN = {
    "DATABASE_URL": "postgresql://bot:hidden-password@db.example/bot",
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "TELEGRAM_WEBHOOK_SECRET": "hidden-webhook-secret",
    "SLACK_BOT_TOKEN": "xoxb-hidden-bot-token",
    "SLACK_APP_TOKEN": "xapp-hidden-app-token",
    "SLACK_SIGNING_SECRET": SIGNING,
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine the tests run on is seen."""
    for name in Settings.model_fields:
        for variable in (name.upper(), f"{name.upper()}_FILE"):
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return load()


def refused(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    with pytest.raises(SettingsError) as caught:
        given(monkeypatch, **values)
    return str(caught.value)


# Where settings come from


def test_without_any_setting_the_bot_starts_in_trial_mode_and_listens_on_this_machine_alone() -> None:
    settings = load()
    assert settings.trial
    assert settings.has_webchat
    assert settings.has_samples
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)


@pytest.mark.parametrize(
    "values",
    [
        {"TELEGRAM_BOT_TOKEN": TOKEN},
        {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"},
    ],
)
def test_a_token_ends_trial_mode_unless_its_parts_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str]
) -> None:
    settings = given(monkeypatch, **values)
    assert (settings.trial, settings.has_webchat, settings.has_samples) == (False, False, False)
    wanted = given(monkeypatch, WEBCHAT="true", SAMPLE_FEED="yes")
    assert (wanted.trial, wanted.has_webchat, wanted.has_samples) == (False, True, True)


def test_a_setting_can_stand_in_the_env_file_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text("PORT=9001\nHOST=127.0.0.2\nUNKNOWN=fine\n")
    assert (load().port, load().host) == (9001, "127.0.0.2")
    assert given(monkeypatch, PORT="9002").port == 9002


def test_the_env_file_can_be_named_or_left_out(tmp_path: Path) -> None:
    other = tmp_path / "other.env"
    other.write_text("PORT=9003\n")
    Path(".env").write_text("PORT=9001\n")
    assert load(env_file=other).port == 9003
    assert load(env_file=None).port == 8080


def test_names_are_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given(monkeypatch, port="9004").port == 9004


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_an_empty_value_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert given(monkeypatch, **{name.upper(): ""}) == load(env_file=None)


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")] == []


# Secrets in files


def test_exactly_the_secrets_can_be_named_by_files() -> None:
    assert {name.upper() for name in SECRETS} == set(HIDDEN)


@pytest.mark.parametrize("where", ["environment", "env file"])
def test_a_secret_is_read_from_the_file_that_is_named(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    Path("secret").write_text(f"{TOKEN}\n")
    if where == "environment":
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", "secret")
    else:
        Path(".env").write_text("TELEGRAM_BOT_TOKEN_FILE=secret\n")
    token = load().telegram_bot_token
    assert token is not None
    assert token.get_secret_value() == TOKEN


@pytest.mark.parametrize(("variable", "value"), sorted(HIDDEN.items()))
def test_every_secret_can_be_named_by_a_file(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    others = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    others.pop(variable, None)
    Path("secret").write_text(value)
    settings = given(monkeypatch, **others, **{f"{variable}_FILE": "secret"})
    assert getattr(settings, variable.lower()).get_secret_value() == value


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("secret").write_text(TOKEN)
    Path(".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\n")
    told = refused(monkeypatch, TELEGRAM_BOT_TOKEN_FILE="secret")
    assert told == "TELEGRAM_BOT_TOKEN and TELEGRAM_BOT_TOKEN_FILE are both set; keep one of them."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "TELEGRAM_BOT_TOKEN_FILE names secret, which cannot be read: No such file or directory."),
        (b"", "TELEGRAM_BOT_TOKEN_FILE names secret, which is empty; expected the secret in it."),
        (b" \n", "TELEGRAM_BOT_TOKEN_FILE names secret, which is empty; expected the secret in it."),
        (b"\xff\xfe\x00", "TELEGRAM_BOT_TOKEN_FILE names secret, which cannot be read: it is not a text."),
    ],
)
def test_a_secret_file_that_cannot_be_used_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, content: bytes | None, expected: str
) -> None:
    if content is not None:
        Path("secret").write_bytes(content)
    assert refused(monkeypatch, TELEGRAM_BOT_TOKEN_FILE="secret") == expected


# Wrong and contradictory settings

WRONG = [
    ({"PORT": "web"}, ["PORT", "“web”", "expected a whole number from 0 to 65535."]),
    ({"PORT": "70000"}, ["PORT", "“70000”", "65535"]),
    ({"PORT": "-1"}, ["PORT", "“-1”", "expected a whole number from 0 to 65535."]),
    ({"WEBCHAT": "perhaps"}, ["WEBCHAT", "“perhaps”", "boolean"]),
    ({"SAMPLE_FEED": "2"}, ["SAMPLE_FEED", "“2”", "boolean"]),
    ({"POLL_FEEDS": "sometimes"}, ["POLL_FEEDS", "“sometimes”", "boolean"]),
    ({"READ_ARTICLES": "x"}, ["READ_ARTICLES", "“x”", "boolean"]),
    ({"ALLOW_PRIVATE_ADDRESSES": "x"}, ["ALLOW_PRIVATE_ADDRESSES", "“x”", "boolean"]),
    ({"TELEGRAM_MODE": "push"}, ["TELEGRAM_MODE", "“push”", "'polling' or 'webhook'"]),
    ({"SLACK_MODE": "push"}, ["SLACK_MODE", "“push”", "'socket' or 'http'"]),
    ({"ON_UNCERTAIN": "drop"}, ["ON_UNCERTAIN", "“drop”", "'resend' or 'park'"]),
    ({"LOG_LEVEL": "loud"}, ["LOG_LEVEL", "“loud”", "DEBUG, INFO, WARNING or ERROR"]),
    ({"TELEGRAM_API_URL": "api.example"}, ["TELEGRAM_API_URL", "“api.example”", "https://"]),
    ({"SLACK_API_URL": "ftp://slack"}, ["SLACK_API_URL", "“ftp://slack”", "https://"]),
    ({"DATABASE_URL": "mysql://hidden"}, ["DATABASE_URL", "14 characters", "sqlite:///path or postgresql://"]),
    ({"DATABASE_URL": "postgresql://u:hidden[@h/n"}, ["DATABASE_URL", "26 characters", "%-encoded"]),
    ({"TELEGRAM_BOT_TOKEN": "hidden"}, ["TELEGRAM_BOT_TOKEN", "6 characters", "@BotFather"]),
    ({"TELEGRAM_BOT_TOKEN": "123456:hidden ünd"}, ["TELEGRAM_BOT_TOKEN", "17 characters", "@BotFather"]),
    ({"SLACK_BOT_TOKEN": "xapp-hidden"}, ["SLACK_BOT_TOKEN", "11 characters", "xoxb-"]),
    ({"SLACK_APP_TOKEN": "xoxb-hidden"}, ["SLACK_APP_TOKEN", "11 characters", "xapp-"]),
    ({"TELEGRAM_WEBHOOK_SECRET": "hidden!"}, ["TELEGRAM_WEBHOOK_SECRET", "7 characters", "1 to 256"]),
    ({"TELEGRAM_WEBHOOK_SECRET": "h" * 257}, ["TELEGRAM_WEBHOOK_SECRET", "257 characters", "1 to 256"]),
    ({"TELEGRAM_WEBHOOK_URL": "http://me.example"}, ["TELEGRAM_WEBHOOK_URL", "“http://me.example”", "https://"]),
]
CONTRADICTORY = [
    ({"SLACK_APP_TOKEN": "xapp-hidden"}, "SLACK_APP_TOKEN needs SLACK_BOT_TOKEN beside it."),
    ({"SLACK_SIGNING_SECRET": "hidden"}, "SLACK_SIGNING_SECRET needs SLACK_BOT_TOKEN beside it."),
    ({"SLACK_MODE": "http"}, "SLACK_MODE=http needs SLACK_BOT_TOKEN, or SLACK_MODE left out."),
    (
        {"SLACK_BOT_TOKEN": "xoxb-hidden"},
        "SLACK_BOT_TOKEN needs SLACK_APP_TOKEN for Socket Mode, or SLACK_MODE=http with SLACK_SIGNING_SECRET.",
    ),
    (
        {"SLACK_BOT_TOKEN": "xoxb-hidden", "SLACK_APP_TOKEN": "xapp-hidden", "SLACK_MODE": "http"},
        "SLACK_MODE=http needs SLACK_SIGNING_SECRET, from the app's Basic Information page.",
    ),
    ({"TELEGRAM_MODE": "webhook"}, "TELEGRAM_MODE=webhook needs TELEGRAM_BOT_TOKEN, or TELEGRAM_MODE left out."),
    (
        {"TELEGRAM_MODE": "webhook", "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": "hidden"},
        "TELEGRAM_MODE=webhook needs TELEGRAM_WEBHOOK_URL, this server's https address.",
    ),
    (
        {"TELEGRAM_MODE": "webhook", "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_URL": "https://me.example"},
        "TELEGRAM_MODE=webhook needs TELEGRAM_WEBHOOK_SECRET, a long random text.",
    ),
    (
        {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_URL": "https://me.example"},
        "TELEGRAM_WEBHOOK_URL needs TELEGRAM_MODE=webhook beside it.",
    ),
]


@pytest.mark.parametrize(("values", "told"), WRONG)
def test_a_wrong_setting_is_one_sentence_with_its_name_what_was_found_and_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], told: list[str]
) -> None:
    sentence = refused(monkeypatch, **values)
    assert sentence.startswith(
        f"{told[0]}: found {'a text of ' if 'characters' in told[1] else ''}{told[1]}, expected "
    )
    assert told[2] in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "hidden" not in sentence


@pytest.mark.parametrize(("values", "sentence"), CONTRADICTORY)
def test_settings_that_contradict_one_another_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], sentence: str
) -> None:
    assert refused(monkeypatch, **values) == sentence


def test_each_of_several_wrong_settings_has_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refused(monkeypatch, PORT="web", LOG_LEVEL="loud")
    assert [line.partition(":")[0] for line in told.splitlines()] == ["PORT", "LOG_LEVEL"]


def test_settings_that_go_together_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(
        monkeypatch, **HIDDEN, TELEGRAM_MODE="webhook", TELEGRAM_WEBHOOK_URL="https://me.example", SLACK_MODE="http"
    )
    assert (settings.telegram_mode, settings.slack_mode) == (TelegramMode.WEBHOOK, SlackMode.HTTP)
    assert settings.database_password == "hidden-password"


@pytest.mark.parametrize(
    ("url", "password"),
    [("sqlite:///x.db", ""), ("postgresql://u@h/n", ""), ("postgres://u:p%40ss@h/n", "p@ss")],
)
def test_the_databases_password_is_known_for_masking(monkeypatch: pytest.MonkeyPatch, url: str, password: str) -> None:
    assert given(monkeypatch, DATABASE_URL=url).database_password == password


# No secret shows


def test_no_secret_shows_in_what_settings_print(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = given(monkeypatch, **HIDDEN)
    logging.getLogger("test").warning("settings: %s %r", settings, settings)
    shown = [repr(settings), str(settings), caplog.text, str(settings.model_dump()), settings.model_dump_json()]
    for value in (*HIDDEN.values(), "hidden-password"):
        assert not [text for text in shown if value in text]


@pytest.mark.parametrize("values", [values for values, _ in (*WRONG, *CONTRADICTORY)])
def test_no_secret_shows_in_the_traceback_of_a_refusal(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    shown = "".join(traceback.format_exception(caught.value))
    assert "hidden" not in shown
    assert TOKEN not in shown
