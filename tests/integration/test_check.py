"""`bridge check` and `bridge templates` against the sandbox: whole, and with one thing wrong at a time."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from flask.cli import FlaskGroup, ScriptInfo

from app import cli, create_app
from campaign.templates import LANGUAGES, template_names
from ops.demo_contents import contents
from settings import Settings
from store.people import Boundary, Role
from tests.clocks import MovableClock
from tests.world import World

ALL = len(template_names()) * len(LANGUAGES)
Check = Callable[..., Result]


@pytest.fixture
def bridge(world: World, settings: Settings, clock: MovableClock) -> Check:
    """Runs a `bridge` command as a process of its own, with an https address and changed settings."""

    def run(*arguments: str, **changes: object) -> Result:
        changed = replace(settings, **{"public_url": "https://bridge.example.org", **changes})  # type: ignore[arg-type]
        app = create_app(changed, clock)
        group: FlaskGroup = cli
        try:
            return CliRunner().invoke(group, list(arguments), obj=ScriptInfo(create_app=lambda: app))
        finally:
            app.extensions["bridge"].close()

    return run


def failed(result: Result) -> list[str]:
    """The lines of what failed, each with the line below, which says what to do."""
    lines = result.output.splitlines()
    found = [f"{line} {lines[number + 1].strip()}" for number, line in enumerate(lines) if line.startswith("FAIL")]
    assert all("→" in line for line in found), "a failure without what to do about it"
    assert result.exit_code == (1 if found else 0), result.output
    return found


def line(result: Result, what: str) -> str:
    """The one line about something."""
    [found] = [each for each in result.output.splitlines() if each[6:].startswith(f"{what}  ")]
    return found


def test_a_whole_deployment_has_nothing_to_mend(world: World, bridge: Check) -> None:
    world.enrol("Ernesto Nhantumbo", "+258840000303", Role.L2)
    world.enrol("Célia Mabunda", "+258840000302", Role.L2_LEAD)
    result = bridge("check")
    assert failed(result) == []
    for what in ("Salama clock", "areas", "right to CREATE", "right to read the history", "file store, image/jpeg"):
        assert line(result, what).startswith("ok"), what
    assert "1 of 2 in the helpdesk may be assigned" in line(result, "department of TechnicalIssues")
    assert line(result, "department of Other").startswith("note"), "nobody is in that department"


def test_a_clock_that_is_wrong_is_told_from_one_that_is_right(world: World, bridge: Check) -> None:
    world.salama.faults.ahead_s = 400
    [found] = failed(bridge("check"))
    assert "Salama clock" in found
    assert "ahead of this machine's" in found
    assert "timedatectl set-ntp true" in found
    world.salama.faults.ahead_s = -30
    assert failed(bridge("check")) == []


def test_an_area_of_another_environment_fails(world: World, bridge: Check) -> None:
    with world.bridge.sessions.begin() as session:
        session.add(Boundary(code="b4o5x3ZhDJH2RmpExBzspu", name="Angoche", type="District", parent_code=None))
    [found] = failed(bridge("check"))
    assert "Salama does not know 1 of" in found
    assert "another environment's file" in found


def test_a_type_that_the_file_store_refuses_fails(world: World, bridge: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.salama.world, "max_file_bytes", 100)
    found = failed(bridge("check"))
    assert [each.split("  ")[1] for each in found] == ["file store, image/jpeg", "file store, application/pdf"]
    assert failed(bridge("check", "--no-upload")) == []


def test_uploads_can_be_left_out(world: World, bridge: Check) -> None:
    files = world.salama.world.files
    bridge("check", "--no-upload")
    assert not files
    bridge("check")
    assert len(files) == 3


def test_a_service_code_that_was_taken_out_fails_with_the_live_ones(world: World, bridge: Check) -> None:
    for definition in world.salama.service_definitions:
        if definition["serviceCode"] == "SecurityIssues":
            definition["active"] = False
    [found] = failed(bridge("check"))
    assert "SecurityIssues is not active in Salama" in found
    assert "Salama has DataIssues, " in found


def test_roles_that_the_account_lacks_are_named(world: World, bridge: Check) -> None:
    account = world.salama.world.directory.by_user_name("bridge")
    assert account is not None
    world.salama.world.directory._users[account.uuid] = replace(account, roles=("EMPLOYEE", "REGISTRAR"))
    found = failed(bridge("check"))
    names = " ".join(found)
    assert "give the service account HELPDESK_USER in tenant mz" in names
    assert "log the account out once" in names
    assert "the workflow PGR cannot be read" in names
    assert "right to read the history" in names


def test_a_salama_that_is_down_is_told_once_and_nothing_hangs_on_it(world: World, bridge: Check) -> None:
    world.salama.faults.mode = "down"
    result = bridge("check")
    [found] = failed(result)
    assert "see whether SALAMA_BASE_URL is right" in found
    assert line(result, "Salama, the rest").startswith("note")
    assert "Twilio account" in result.output


def test_what_is_missing_in_the_settings_is_named_and_no_value_is_shown(world: World, bridge: Check) -> None:
    result = bridge("check", salama_password="", secret_key="")
    found = failed(result)
    assert any("SALAMA_PASSWORD" in each for each in found)
    assert any("BRIDGE_SECRET_KEY" in each for each in found)
    for secret in (world.settings.salama_password, *world.settings.twilio_auth_tokens):
        assert secret not in result.output


def test_a_refused_twilio_token_says_which_settings(world: World, bridge: Check) -> None:
    result = bridge("check", twilio_auth_tokens=("an-old-token",))
    [found] = failed(result)
    assert "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN" in found
    assert "an-old-token" not in result.output


def with_contents(world: World, **approvals: str) -> dict[str, str]:
    """Twilio with all of the campaign's templates, some with another word of WhatsApp on them; the setting."""
    made = {content.friendly_name: content for content in contents()}
    for name, approval in approvals.items():
        made[name] = replace(made[name], approval=approval)
    for content in made.values():
        world.phones._state.put_content(content)
    return {name: content.sid for name, content in made.items()}


def test_all_templates_approved_is_said(world: World, bridge: Check) -> None:
    result = bridge("check", twilio_contents=with_contents(world))
    assert failed(result) == []
    assert (
        line(result, "templates")
        == f"{'ok':<6}{'templates':<{line(result, 'templates').index('all') - 8}}  all {ALL} are set"
    )
    assert line(result, "content spaq_pedido_estado_pt").endswith("approved")


@pytest.mark.parametrize(
    ("approval", "standing", "remedy"),
    [
        ("rejected", "FAIL", "submit it under another name"),
        ("paused", "FAIL", "comes back by itself"),
        ("unsubmitted", "FAIL", "bridge templates submit"),
        ("pending", "note", "wait"),
    ],
)
def test_a_template_that_whatsapp_has_not_approved(
    world: World, bridge: Check, approval: str, standing: str, remedy: str
) -> None:
    result = bridge("check", twilio_contents=with_contents(world, spaq_turno_pt=approval))
    assert line(result, "content spaq_turno_pt").startswith(standing)
    assert remedy in result.output
    failed(result)


def test_templates_that_are_mixed_up_or_have_other_places_fail(world: World, bridge: Check) -> None:
    sids = with_contents(world)
    sids["spaq_turno_pt"], sids["spaq_turno_en"] = sids["spaq_turno_en"], sids["spaq_turno_pt"]
    sids["spaq_chamada_pt"] = sids["spaq_resumo_pt"]
    sids["spaq_incidente_pt"] = "HX" + "f" * 32
    found = failed(bridge("check", twilio_contents=sids))
    assert len(found) == 4
    assert sum("mixed up" in each for each in found) == 2
    assert sum("has 5 places, ours has 2" in each for each in found) == 1
    assert sum("Twilio does not know it" in each for each in found) == 1


def test_templates_are_made_submitted_and_named_once(world: World, bridge: Check) -> None:
    first = bridge("templates", "submit")
    assert first.exit_code == 0, first.output
    setting = first.output.splitlines()[-1].removeprefix("TWILIO_CONTENT_SIDS=")
    sids = dict(pair.split("=", 1) for pair in setting.split(","))
    assert len(sids) == ALL
    assert bridge("templates", "submit").output.splitlines()[-1] == first.output.splitlines()[-1]
    assert len(world.phones._state.contents.all()) == ALL
    assert failed(bridge("check", twilio_contents=sids)) == []
    assert bridge("templates", "list").output.count("approved") == ALL


def test_a_dry_run_makes_nothing(world: World, bridge: Check) -> None:
    result = bridge("templates", "submit", "--dry-run")
    assert result.output.count("would be made and submitted") == ALL
    assert world.phones._state.contents.all() == ()
