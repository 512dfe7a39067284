"""Training: the same dialogue and commands, and nothing of it reaches the real Salama, NMCP, level 3 or the figures."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import func, select

from app import cli, create_app
from assembly.training import TrainingBridge, training_settings
from ops.check_training import training
from ops.findings import Standing
from sandbox.salama import SalamaSandbox
from sandbox.serving import serve
from sandbox.whatsapp import WhatsAppSimulator
from settings import Misconfigured, Settings
from store.conversations import Conversation, Inbound
from store.outbox import OutboxRow
from store.people import Boundary, Person, Role
from store.tickets import Filing, Stage, Ticket
from tests.clocks import MovableClock
from tests.conftest import PASSWORD
from tests.databases import CELESTINO, JOAN, SqliteDatabases
from tests.doors import Door
from tests.forms import inbound, signature
from tests.mailserver import PostOffice, post_office
from tests.surroundings import small_salama
from tests.world import Chat, World

AGENT, LEAD, ROSA, EARNEST_AGENT = "+258840000901", "+258840000902", "+258840000903", "+258840000022"
TRAINEE = "+258840000911"
TRAINEES = "+2588400009"


@pytest.fixture
def databases(sqlite: SqliteDatabases) -> SqliteDatabases:
    """One kind of database: what is shown here has nothing to do with it."""
    return sqlite


@dataclass
class LiveSalama:
    """What stands where the real Salama is: it notes every call."""

    calls: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.calls.append(str(environ["PATH_INFO"]))
        start("503 Service Unavailable", [("Content-Length", "0")])
        return [b""]


@dataclass
class Both:
    """The real bridge and the training in one process, each moved by hand."""

    live: World
    training: World
    real_salama: LiveSalama
    office: PostOffice

    def chat(self, phone: str) -> "TraineeChat":
        return TraineeChat(self.training, phone)


class TraineeChat(Chat):
    """A phone that writes to the bridge and is answered by the training."""


class TrainingWorld(World):
    """The training of a bridge that is there already."""

    given: TrainingBridge

    def open(self) -> None:
        self.attach(self.given)

    def _shorten_patience(self) -> None:
        """The clients are the training's own."""


@pytest.fixture
def both(
    settings: Settings,
    clock: MovableClock,
    phones: WhatsAppSimulator,
    door: tuple[Door, str],
    tmp_path: Path,
) -> Iterator[Both]:
    """A bridge whose real Salama, officials, level 3 and staff must hear nothing, and the training beside it."""
    real, sandbox = LiveSalama(), small_salama(clock)
    with serve(real) as live_server, serve(sandbox.wsgi) as server, post_office() as office:
        trained = replace(
            settings,
            salama_base_url=live_server.url,
            training_numbers=(TRAINEES,),
            training_database_url=f"sqlite:///{tmp_path}/training.db",
            training_salama_url=server.url,
            training_salama_password=PASSWORD,
            smtp_url=office.url,
            mail_from="Helpdesk <helpdesk@bridge.example.org>",
        )
        live = World(trained, clock, small_salama(clock), phones, door[0])
        training = live.bridge.training
        assert training is not None
        training.prepare()
        TrainingWorld.given = training
        beside = TrainingWorld(training.settings, clock, sandbox, phones, door[0])
        live.enrol("Tito Mussa", EARNEST_AGENT, Role.L2)
        live.enrol("Rosa Fictícia", "+258840000041", Role.NMCP)
        live.enrol("Ofélia Treino", AGENT, Role.L2)
        live.enrol("Célia Treino", LEAD, Role.L2_LEAD)
        live.enrol("Maria Treino", TRAINEE, Role.L1, district="Angoche")
        for phone in (AGENT, LEAD):
            Chat(beside, phone).says("turno")
        yield Both(live, beside, real, office)
        live.close()
        sandbox.close()


def count(world: World, table: type) -> int:
    with world.bridge.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def reports(trainee: Chat, text: str) -> None:
    trainee.says(text)
    for answer in ("não sei", "enviar"):
        trainee.says(answer)


def test_a_training_report_goes_to_the_sandbox_marked_and_not_to_salama(both: Both) -> None:
    trainee = both.chat(TRAINEE)
    reports(trainee, "a app não sincroniza em Aube, Angoche, 3 telefones")
    both.training.settle()
    heard = [m.body for m in both.live.phones.messages(TRAINEE) if not m.is_inbound]
    assert heard
    assert all(text.startswith("TREINO · ") for text in heard)
    assert any("PGR-" in text for text in heard)
    (filed,) = both.training.salama.tickets()
    assert str(filed.description).startswith("TREINO · ")
    assert both.training.ticket(1).filing == Filing.FILED
    assert both.real_salama.calls == []


def test_the_commands_are_the_same_and_stay_within_the_training(both: Both) -> None:
    trainee, agent = both.chat(TRAINEE), both.chat(AGENT)
    reports(trainee, "a app não sincroniza em Aube, Angoche, 3 telefones")
    both.training.settle()
    assert "TREINO · O #1 é seu" in agent.asks("pegar 1")
    agent.says("resp 1 Reinicie o telefone, por favor.")
    trainee.hears("Reinicie o telefone, por favor.")
    agent.says("resolver 1 A app foi reiniciada e sincronizou.")
    for answer in ("sim", "a app sincronizou", "sim"):
        if both.training.ticket(1).stage in {Stage.SOLVED, Stage.CLOSED}:
            break
        agent.says(answer)
    both.training.settle()
    assert both.real_salama.calls == []


def test_no_alert_of_the_training_reaches_nmcp_or_anybody_in_earnest(both: Both) -> None:
    trainee = both.chat(TRAINEE)
    reports(trainee, "criança vomitou e inchou depois da toma do SPAQ em Aube, Angoche")
    reports(trainee, "ruptura de SPAQ 12-59 em Aube, Angoche, resta para 1 dia")
    both.training.pass_time(hours=6)
    assert count(both.training, Ticket) >= 1
    earnest = ("+258840000041", EARNEST_AGENT, CELESTINO, JOAN)
    assert {phone: both.live.phones.messages(phone) for phone in earnest} == dict.fromkeys(earnest, ())
    assert both.real_salama.calls == []


def test_even_an_alert_that_is_queued_for_somebody_outside_never_leaves(both: Both) -> None:
    with both.training.bridge.sessions.begin() as session:
        session.add(
            Person(name="Rosa Fictícia", phone="+258840000041", role=Role.NMCP, language="pt",
                   updated_at=both.live.clock())
        )  # fmt: skip
    both.chat(TRAINEE).says("ola")
    both.training.open_ticket(TRAINEE, category="programmatic", kind="stock", for_nmcp=True, severity=1)
    both.training.pass_time(hours=3)
    with both.training.bridge.sessions() as session:
        faults = session.scalars(select(OutboxRow.fault).where(OutboxRow.state == "parked")).all()
    assert any(fault and fault.startswith("training") for fault in faults)
    assert both.live.phones.messages("+258840000041") == ()


def test_no_mail_of_the_training_leaves(both: Both) -> None:
    trainee, agent = both.chat(TRAINEE), both.chat(AGENT)
    reports(trainee, "a app não sincroniza em Aube, Angoche, 3 telefones")
    with both.training.bridge.sessions.begin() as session:
        session.add(
            Person(name="Ravi", phone="+919000000031", role=Role.L3, language="en", email="ravi@example.com",
                   updated_at=both.live.clock())
        )  # fmt: skip
    agent.says("pegar 1")
    agent.says("L3 1 App does not sync after login")
    agent.says("sim")
    both.training.pass_time(hours=1)
    assert both.training.ticket(1).stage == Stage.LEVEL3
    assert both.office.arrived == []


def test_nothing_of_the_training_is_in_the_real_database_or_its_report(both: Both) -> None:
    trainee = both.chat(TRAINEE)
    reports(trainee, "a app não sincroniza em Aube, Angoche, 3 telefones")
    both.training.settle()
    assert [count(both.live, table) for table in (Ticket, Inbound, Conversation, OutboxRow)] == [0, 0, 0, 0]
    both.live.pass_time(hours=1)
    assert both.real_salama.calls == []


def test_who_is_not_trained_reports_in_earnest(both: Both) -> None:
    Chat(both.live, CELESTINO).says("ola")
    heard = both.live.phones.messages(CELESTINO)[-1].body
    assert not heard.startswith("TREINO")
    assert (count(both.live, Conversation), count(both.training, Conversation)) == (1, 2)


def test_the_fate_of_a_training_message_is_noted_in_the_training(both: Both) -> None:
    before = count(both.live, OutboxRow)
    both.chat(TRAINEE).says("ola")
    with both.training.bridge.sessions() as session:
        from store.sent import Sent

        assert {sent.status for sent in session.scalars(select(Sent))} <= {"delivered", "read", "sent"}
    assert count(both.live, OutboxRow) == before


def test_a_number_of_its_own_trains_whoever_writes_to_it(
    settings: Settings, clock: MovableClock, salama: SalamaSandbox, tmp_path: Path
) -> None:
    trained = replace(
        settings,
        training_sender="whatsapp:+258850000009",
        training_database_url=f"sqlite:///{tmp_path}/training.db",
        training_salama_url="http://127.0.0.1:1",
        training_salama_password=PASSWORD,
    )
    app = create_app(trained, clock)
    live, training = app.extensions["bridge"], app.extensions["bridge"].training
    training.prepare()
    for path in ("/whatsapp/inbound", "/training/whatsapp/inbound"):
        form = inbound(len(path), "ola") | {"To": "whatsapp:+258850000009"}
        signed = {"X-Twilio-Signature": signature(settings.public_url + path, form)}
        assert app.test_client().post(path, data=form, headers=signed).status_code == 204
        assert app.test_client().post(path, data=form, headers={"X-Twilio-Signature": "forged"}).status_code == 403
    with training.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Inbound)) == 2
        assert session.scalars(select(Person.name)).all() == ["Celestino Amade"]
    with live.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Inbound)) == 0
    assert training.settings.twilio_sender == "whatsapp:+258850000009"
    live.close()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"BRIDGE_TRAINING_SALAMA_URL": ""}, "BRIDGE_TRAINING_SALAMA_URL"),
        ({"BRIDGE_TRAINING_SALAMA_URL": "https://salama.example.org/sandbox"}, "BRIDGE_TRAINING_SALAMA_URL"),
        ({"BRIDGE_TRAINING_DATABASE_URL": "sqlite:///var/bridge.db"}, "BRIDGE_TRAINING_DATABASE_URL"),
        ({"BRIDGE_TRAINING_SENDER": "whatsapp:+258850000000"}, "BRIDGE_TRAINING_SENDER"),
        ({"BRIDGE_TRAINING_NUMBERS": "+258"}, "BRIDGE_TRAINING_NUMBERS"),
    ],
)
def test_without_a_sandbox_of_its_own_nothing_starts(changes: dict[str, str], named: str) -> None:
    environ = {
        "TWILIO_WHATSAPP_FROM": "whatsapp:+258850000000",
        "SALAMA_BASE_URL": "https://salama.example.org",
        "BRIDGE_TRAINING_NUMBERS": "+2588400009",
        "BRIDGE_TRAINING_SALAMA_URL": "http://127.0.0.1:8100",
    }
    assert Settings.load(environ, dotenv=None).has_training
    with pytest.raises(Misconfigured, match=named):
        Settings.load(environ | changes, dotenv=None)


def test_nothing_of_the_real_world_is_left_in_the_settings_of_the_training(settings: Settings) -> None:
    secretive = replace(
        settings,
        training_numbers=(TRAINEES,),
        training_salama_url="http://127.0.0.1:1",
        salama_client_secret="secret",
        salama_staff={"HD-NPL-01": "secret"},
        smtp_url="smtp://a:b@mail.example.org",
        imap_url="imaps://a:b@mail.example.org",
    )
    made = training_settings(secretive)
    assert not made.has_training
    assert (made.smtp_url, made.imap_url, dict(made.salama_staff), made.salama_client_secret) == ("", "", {}, "")
    assert made.salama_base_url != secretive.salama_base_url


def test_the_upgrade_makes_the_trainings_database_with_the_areas_of_the_real_one(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    trained = replace(
        settings,
        training_numbers=(TRAINEES,),
        training_database_url=f"sqlite:///{tmp_path}/training.db",
        training_salama_url="http://127.0.0.1:1",
    )
    for _again in range(2):
        app = create_app(trained, clock)
        done = CliRunner().invoke(cli, ["db", "upgrade"], obj=ScriptInfo(create_app=lambda app=app: app))
        assert done.exit_code == 0, done.output
        live, training = app.extensions["bridge"], app.extensions["bridge"].training
        counts = []
        for part in (live, training):
            with part.sessions() as session:
                counts.append(session.scalar(select(func.count()).select_from(Boundary)))
        assert counts[0] == counts[1] > 0
        live.close()


def test_check_sees_a_sandbox_that_is_away_and_names_what_is_wrong(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    trained = replace(
        settings,
        training_numbers=(TRAINEES,),
        training_database_url=f"sqlite:///{tmp_path}/training.db",
        training_salama_url="http://127.0.0.1:1",
    )
    app = create_app(trained, clock)
    parts = app.extensions["bridge"]
    parts.training.prepare()
    found = {each.what: each for each in training(parts)}
    assert found["training database"].standing is Standing.OK
    assert found["training sandbox"].standing is Standing.FAIL
    assert "BRIDGE_TRAINING_SALAMA_URL" in found["training sandbox"].remedy
    assert found["training numbers"].standing is Standing.NOTE
    parts.close()
