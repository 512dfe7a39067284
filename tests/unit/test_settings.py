"""Settings: defaults, checks, and that no secret is ever shown."""

from datetime import date
from pathlib import Path

import pytest

from mail.addresses import read_mailbox
from settings import CATEGORIES, Misconfigured, Settings


def test_the_defaults_are_those_of_the_interface() -> None:
    settings = Settings.load({}, dotenv=None)
    assert settings.database_url == "sqlite:///var/bridge.db"
    assert settings.gather_s == 4
    assert (settings.open_minute, settings.close_minute) == (6 * 60, 24 * 60)
    assert settings.timezone.key == "Africa/Maputo"
    assert settings.salama_tenant_id == "mz"
    assert settings.salama_client_id == "egov-user-client"
    assert settings.salama_poll_s == 30
    assert settings.salama_service_codes["technical"] == "TechnicalIssues"
    assert set(settings.salama_service_codes) == set(CATEGORIES)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BRIDGE_OPEN", "6 o'clock"),
        ("BRIDGE_CLOSE", "24:01"),
        ("BRIDGE_GATHER_SECONDS", "soon"),
        ("BRIDGE_GATHER_SECONDS", "-1"),
        ("BRIDGE_TIMEZONE", "Mars/Olympus"),
        ("BRIDGE_PUBLIC_URL", "bridge.example.org"),
        ("BRIDGE_CAMPAIGN_START", "31/12/2026"),
        ("TWILIO_WHATSAPP_FROM", "+258850000000"),
        ("TWILIO_API_BASE_URL", "ftp://example.org"),
        ("SALAMA_POLL_SECONDS", "0"),
        ("SALAMA_SERVICE_CODES", "technicol=TechnicalIssues"),
        ("SALAMA_SERVICE_CODES", "technical="),
        ("SALAMA_STAFF_CREDENTIALS", "HD-NPL-01"),
        ("SALAMA_STAFF_CREDENTIALS", "@/nowhere/at/all"),
    ],
)
def test_a_wrong_value_names_its_variable(variable: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=variable):
        Settings.load({variable: value}, dotenv=None)


def test_every_wrong_variable_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as raised:
        Settings.load({"BRIDGE_OPEN": "x", "SALAMA_POLL_SECONDS": "y"}, dotenv=None)
    assert "BRIDGE_OPEN" in str(raised.value)
    assert "SALAMA_POLL_SECONDS" in str(raised.value)


def test_the_day_must_open_before_it_closes_and_the_campaign_begin_before_it_ends() -> None:
    with pytest.raises(Misconfigured, match="BRIDGE_CLOSE"):
        Settings.load({"BRIDGE_OPEN": "18:00", "BRIDGE_CLOSE": "06:00"}, dotenv=None)
    with pytest.raises(Misconfigured, match="BRIDGE_CAMPAIGN_END"):
        Settings.load({"BRIDGE_CAMPAIGN_START": "2027-02-01", "BRIDGE_CAMPAIGN_END": "2027-01-31"}, dotenv=None)


def test_two_tokens_may_be_given_while_one_is_rotated() -> None:
    assert Settings.load({"TWILIO_AUTH_TOKEN": "new, old"}, dotenv=None).twilio_auth_tokens == ("new", "old")


def test_service_codes_that_are_not_named_keep_their_default() -> None:
    codes = Settings.load({"SALAMA_SERVICE_CODES": "technical=SyncNotWorking"}, dotenv=None).salama_service_codes
    assert codes["technical"] == "SyncNotWorking"
    assert codes["programmatic"] == "Other"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SALAMA_TENANT_ID=xx\nBRIDGE_CAMPAIGN_START=2027-01-09\n", "utf-8")
    settings = Settings.load({"SALAMA_TENANT_ID": "mz"}, dotenv=file)
    assert settings.salama_tenant_id == "mz"
    assert settings.campaign_start == date(2027, 1, 9)


def test_no_secret_stands_in_the_representation() -> None:
    secrets = {
        "BRIDGE_DATABASE_URL": "postgresql+psycopg://u:hidden-1@h/d",
        "BRIDGE_SECRET_KEY": "hidden-2",
        "TWILIO_AUTH_TOKEN": "hidden-3",
        "SALAMA_PASSWORD": "hidden-4",
        "SALAMA_CLIENT_SECRET": "hidden-5",
        "SMTP_URL": "smtp://u:hidden-6@h",
        "SALAMA_STAFF_CREDENTIALS": "HD-NPL-01=hidden-7",
    }
    assert "hidden" not in repr(Settings.load(secrets, dotenv=None))


def test_staff_credentials_come_from_the_variable_or_from_a_file(tmp_path: Path) -> None:
    given = Settings.load({"SALAMA_STAFF_CREDENTIALS": "A-1=one, B-2=two=2"}, dotenv=None)
    assert given.salama_staff == {"A-1": "one", "B-2": "two=2"}
    file = tmp_path / "staff"
    file.write_text("# the helpdesk's\nA-1=one, two\n\nB-2= three\n", encoding="utf-8")
    read = Settings.load({"SALAMA_STAFF_CREDENTIALS": f"@{file}"}, dotenv=None)
    assert read.salama_staff == {"A-1": "one, two", "B-2": " three"}


def test_a_missing_setting_is_named_when_it_is_needed() -> None:
    with pytest.raises(Misconfigured, match="SALAMA_PASSWORD"):
        Settings.load({}, dotenv=None).require("salama_password")


def test_the_example_file_loads_and_names_every_variable() -> None:
    example = Path(__file__).parents[2] / ".env.example"
    Settings.load({}, dotenv=example)
    text = example.read_text("utf-8")
    missing = [
        item.metadata["variable"]
        for item in Settings.__dataclass_fields__.values()
        if item.metadata["variable"] not in text
    ]
    assert missing == []


def test_mail_is_set_up_with_addresses_that_mail_servers_take() -> None:
    good = {"SMTP_URL": "smtps://u:p%2Fw@mail.example.org", "MAIL_FROM": "Helpdesk SPAQ <helpdesk@example.org>"}
    settings = Settings.load(good | {"IMAP_URL": "imaps://u:p@mail.example.org/INBOX"}, dotenv=None)
    assert read_mailbox(settings.mail_from).address == "helpdesk@example.org"
    for name, value in (
        ("SMTP_URL", "mail.example.org"),
        ("SMTP_URL", "smtp://user:hidden/word@mail.example.org"),
        ("IMAP_URL", "smtp://mail.example.org"),
        ("MAIL_FROM", "Helpdesk"),
        ("MAIL_FROM", "a b@example.org"),
        ("MAIL_FROM", "ofélia@example.org"),
    ):
        with pytest.raises(Misconfigured, match=name) as raised:
            Settings.load({name: value}, dotenv=None)
        assert "hidden" not in str(raised.value)


SECRETS = [item.metadata["variable"] for item in Settings.__dataclass_fields__.values() if not item.repr]


def test_the_secrets_are_those_that_are_never_shown() -> None:
    assert {"TWILIO_AUTH_TOKEN", "SALAMA_PASSWORD", "BRIDGE_SECRET_KEY", "BRIDGE_DATABASE_URL"} < set(SECRETS)


@pytest.mark.parametrize("variable", SECRETS)
def test_each_secret_may_stand_in_a_file(variable: str, tmp_path: Path) -> None:
    value = {
        "SALAMA_STAFF_CREDENTIALS": "A-1=hidden, word",
        "SMTP_URL": "smtp://u:hidden@mail.example.org",
        "IMAP_URL": "imaps://u:hidden@mail.example.org/INBOX",
    }.get(variable, "hidden")
    file = tmp_path / "secret"
    file.write_text(value + "\n", encoding="utf-8")
    settings = Settings.load({f"{variable}_FILE": str(file)}, dotenv=None)
    (name,) = [n for n, item in Settings.__dataclass_fields__.items() if item.metadata["variable"] == variable]
    assert getattr(settings, name) in (value, (value,), {"A-1": "hidden, word"})
    assert "hidden" not in repr(settings)


def test_a_secret_s_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="SALAMA_PASSWORD_FILE names a file that cannot be read"):
        Settings.load({"SALAMA_PASSWORD_FILE": str(tmp_path / "none")}, dotenv=None)


def test_the_environment_s_way_of_giving_a_secret_goes_before_that_of_the_dotenv_file(tmp_path: Path) -> None:
    dotenv, secret = tmp_path / ".env", tmp_path / "secret"
    secret.write_text("from-file", encoding="utf-8")
    dotenv.write_text("SALAMA_PASSWORD=from-dotenv\n", encoding="utf-8")
    assert Settings.load({"SALAMA_PASSWORD_FILE": str(secret)}, dotenv=dotenv).salama_password == "from-file"
    dotenv.write_text(f"SALAMA_PASSWORD_FILE={secret}\n", encoding="utf-8")
    assert Settings.load({"SALAMA_PASSWORD": "given"}, dotenv=dotenv).salama_password == "given"
