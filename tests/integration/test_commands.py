"""The operators' commands against a whole world: checks, lists, and setting parked tickets going again."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.cli import FlaskGroup, ScriptInfo

from app import cli, create_app
from settings import Settings
from store.people import Role
from store.tickets import Filing
from tests.clocks import MovableClock
from tests.world import World

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, clock: MovableClock) -> Run:
    """Runs a `bridge` command with the world's settings, in a process of its own as far as the bridge can tell."""

    def run_command(*arguments: str, **changes: object) -> Result:
        app = create_app(settings if not changes else _changed(settings, changes), clock)
        info = ScriptInfo(create_app=lambda: app)
        group: FlaskGroup = cli
        try:
            return CliRunner().invoke(group, list(arguments), obj=info)
        finally:
            app.extensions["bridge"].close()

    return run_command


def _changed(settings: Settings, changes: dict[str, object]) -> Settings:
    from dataclasses import replace

    return replace(settings, **changes)  # type: ignore[arg-type]


def test_check_is_content_with_a_whole_world(world: World, run: Run) -> None:
    result = run("check", public_url="https://bridge.example.org")
    assert result.exit_code == 0, result.output
    assert "FAIL" not in result.output
    for what in (
        "database",
        "schema",
        "people",
        "Salama login",
        "service code of technical",
        "workflow",
        "right to ASSIGN",
        "right to REJECT",
        "right to RESOLVE",
        "Twilio account",
    ):
        assert what in result.output


def test_check_names_what_is_wrong_and_prints_no_secret(world: World, run: Run, settings: Settings) -> None:
    codes = {**settings.salama_service_codes, "security": "Burglary"}
    result = run("check", salama_service_codes=codes, twilio_auth_tokens=("not-the-token",))
    assert result.exit_code == 1
    assert "Burglary is not active in Salama" in result.output
    assert "Twilio needs an https address" in result.output
    assert "TWILIO_AUTH_TOKEN" in result.output
    assert "not-the-token" not in result.output
    assert settings.salama_password not in result.output


def test_check_names_members_of_staff_who_cannot_log_in(world: World, run: Run, settings: Settings) -> None:
    staff = {"HD-NPL-01": settings.salama_password, "L2-NPL-01": "not-theirs"}
    result = run("check", public_url="https://bridge.example.org", salama_staff=staff)
    assert result.exit_code == 1
    assert "correct SALAMA_STAFF_CREDENTIALS" in result.output
    assert "not-theirs" not in result.output
    assert [line for line in result.output.splitlines() if "HD-NPL-01" in line and "ok" in line]


def test_a_refused_password_is_tried_again_only_when_asked(world: World, run: Run) -> None:
    wrong = {"salama_password": "wrong"}
    assert "LOGIN_REFUSED" in run("check", **wrong).output
    logins = world.salama.tokens
    assert "LOGIN_REFUSED" in run("check", **wrong).output
    assert logins is world.salama.tokens
    assert run("check", "--retry-login", public_url="https://bridge.example.org").exit_code == 0


def test_a_parked_ticket_tells_the_operator_what_to_do_and_goes_on_after_the_mend(world: World, run: Run) -> None:
    ticket = world.open_ticket(service_code="Burglary")
    world.work()
    assert world.ticket(ticket).filing == Filing.PARKED
    listed = run("tickets", "list", "--parked")
    assert f"#{ticket}" in listed.output
    assert "SALAMA_SERVICE_CODES" in listed.output

    retried = run("tickets", "retry", str(ticket))
    assert f"#{ticket}" in retried.output
    world.settle()
    assert world.ticket(ticket).filing == Filing.FILED
    assert [t.service_code for t in world.salama.tickets()] == ["TechnicalIssues"]


def test_matters_for_nmcp_are_listed(world: World, run: Run) -> None:
    ticket = world.open_ticket(
        category="programmatic", kind="stock", service_code="Other", for_nmcp=True, severity=2, report="Falta SPAQ."
    )
    output = run("nmcp", "list").output
    assert f"#{ticket}" in output
    assert "Falta SPAQ." in output
    assert "at the helpdesk" in output
    assert "0 with NMCP, 1 not." in output
    world.enrol("Abel Fictício", "+258840000062", Role.NMCP)
    world.open_ticket(category="programmatic", kind="reaction", service_code="Other", for_nmcp=True, severity=1)
    world.work()
    output = run("nmcp", "list").output
    assert "with Abel Fictício since 24/11/2026 10:00 (0.0 h), not confirmed" in output
    assert "1 with NMCP, 1 not." in output


def test_a_ticket_shows_its_history(world: World, run: Run) -> None:
    ticket = world.open_ticket()
    world.settle()
    output = run("tickets", "show", str(ticket)).output
    assert "received" in output
    assert "filed" in output
    assert "There is no ticket #99." in run("tickets", "show", "99").output


def test_classify_speaks_to_people_and_to_machines(world: World, run: Run) -> None:
    assert "programmatic" in run("classify", "nao temos spaq para amanha").output
    assert '"label": "programmatic"' in run("classify", "--json", "nao temos spaq para amanha").output


def test_evaluate_prints_the_figures(world: World, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "labelled.csv"
    file.write_text("text,label,note\na app não abre,technical,\nbom dia,chitchat,x\n", "utf-8")
    assert '"n": 2' in run("classifier", "evaluate", str(file), "--json").output
    file.write_text("text,label\nbom dia,greeting\n", "utf-8")
    wrong = run("classifier", "evaluate", str(file))
    assert wrong.exit_code == 1
    assert "greeting" in wrong.output


def test_a_dry_run_changes_nothing(world: World, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    header = "name,phone,role,language,province,district,boundary_code,username,email"
    file.write_text(f"{header}\nNova Pessoa,84 000 0042,L1,pt,Nampula,Moma,,,\n", "utf-8")
    assert "--dry-run" in run("people", "import", str(file), "--dry-run").output
    assert "1 added" in run("people", "import", str(file)).output
    assert "1 unchanged" in run("people", "import", str(file)).output
    file.write_text(f"{header}\nErrada,12,L1,pt,Nampula,Moma,,,\n", "utf-8")
    wrong = run("people", "import", str(file))
    assert wrong.exit_code == 1
    assert "line 2, phone" in wrong.output
    assert "Nothing was imported." in wrong.output


def test_check_names_half_a_window_and_times_of_another_zone(world: World, run: Run) -> None:
    half = run("check", campaign_start=date(2027, 1, 12)).output
    assert "BRIDGE_CAMPAIGN_START and BRIDGE_CAMPAIGN_END belong together" in half
    whole = run("check", campaign_start=date(2027, 1, 12), campaign_end=date(2027, 1, 16), close_minute=20 * 60 + 29)
    assert "2027-01-09 to 2027-01-19" in whole.output
    assert "20:29 Africa/Maputo is an odd minute; is it another zone's time?" in whole.output
