"""Metrics and readiness: what is counted, the same from every process, nothing personal, also without a database."""

import threading
from typing import Any

import pytest
from sqlalchemy import Engine

from desk.watch import Watch
from ops.catalogue import COUNTED, GAUGED
from ops.counting import Tally
from ops.metrics import Metrics
from store.base import Sessions, connect, sessions_of
from store.outbox import Channel, OutboxRow, enqueue
from store.people import Role
from store.schema import upgrade
from tests.clocks import MovableClock
from tests.integration.test_staff_chat import OFELIA, staffed
from tests.world import Chat, World

__all__ = ["staffed"]
REPORT = "A app nao sincroniza desde ontem em Namaponda, da erro de ligaçao, 3 telefones, 42 registos, trabalho parado"


def value(metrics: Metrics, name: str, **labels: str) -> float:
    """A sample as a scrape has it, 0 when it is not there."""
    return metrics.registry.get_sample_value(name, labels) or 0.0


def scraped(world: World) -> str:
    """What /metrics answers."""
    return world.app.test_client().get("/metrics").get_data(as_text=True)


def ready(world: World) -> tuple[int, dict[str, Any]]:
    """Status and body of /readyz."""
    answer = world.app.test_client().get("/readyz")
    return answer.status_code, answer.get_json()


def test_a_report_is_counted_from_its_arrival_to_its_reply(staffed: World) -> None:
    metrics, reporter = staffed.bridge.metrics, staffed.chat()
    taken, replied = (
        value(metrics, "bridge_inbound_total", outcome="taken"),
        value(metrics, "bridge_reply_seconds_count"),
    )
    reporter.says(REPORT)
    reporter.says("enviar")
    staffed.settle(minutes=2)
    assert value(metrics, "bridge_inbound_total", outcome="taken") == taken + 2
    assert (
        value(metrics, "bridge_turn_seconds_count") == value(metrics, "bridge_turns_total", kind="message") == taken + 2
    )
    assert value(metrics, "bridge_reply_seconds_count") == replied + 2
    assert value(metrics, "bridge_messages_sent_total", form="text", window="open") >= 4
    assert value(metrics, "bridge_deliveries_total", channel="complaint", outcome="done") == 1
    assert value(metrics, "bridge_salama_calls_total", call="_create", outcome="ok") == 1
    assert value(metrics, "bridge_salama_call_seconds_count", call="_create") == 1
    assert value(metrics, "bridge_twilio_calls_total", call="send", outcome="ok") >= 4
    assert value(metrics, "bridge_tickets", filing="filed") == 1
    assert value(metrics, "bridge_tickets_at_work", stage="queued", severity="2") == 1
    assert value(metrics, "bridge_classifier_confidence_count", label="technical") >= 1
    assert value(metrics, "bridge_windows_open") == 3


def test_failures_and_passed_deadlines_are_counted(staffed: World) -> None:
    metrics = staffed.bridge.metrics
    staffed.salama.faults.mode = "failing"
    ticket = staffed.open_ticket(severity=1)
    staffed.work()
    assert value(metrics, "bridge_salama_calls_total", call="token", outcome="failed") >= 1
    staffed.salama.faults.mode = "ok"
    staffed.pass_time(minutes=20)
    assert value(metrics, "bridge_deadline_breaches_total", kind="unclaimed") == 1
    assert value(metrics, "bridge_deadline_breaches_total", kind="promise") == 1
    assert value(metrics, "bridge_tickets_overdue", severity="1") == 1
    Chat(staffed, OFELIA).says(f"cat {ticket} conta")
    assert value(metrics, "bridge_classifier_corrections", from_label="technical", to_label="user_account") == 1
    staffed.phones.faults.set(mode="failing")
    staffed.chat().says("menu")
    assert value(metrics, "bridge_twilio_calls_total", call="send", outcome="failed") >= 1


def test_everything_in_the_catalogue_is_exposed_and_nothing_personal(staffed: World) -> None:
    staffed.chat().says(REPORT)
    staffed.chat().says("enviar")
    staffed.settle(minutes=2)
    text = scraped(staffed)
    for metric in (*COUNTED, *GAUGED):
        assert f"# HELP {metric.name}" in text, metric.name
    for word in ("Celestino", "Ofélia", "8400000", "Namaponda", "Angoche", "sincroniza"):
        assert word not in text


def test_every_process_tells_the_sum_of_all(sessions: Sessions, engine: Engine, clock: MovableClock) -> None:
    other = connect(engine.url.render_as_string(hide_password=False))
    web, worker = Metrics(sessions, clock), Metrics(sessions_of(other), clock)
    for _ in range(3):
        web.inbound("taken")
        web.replied(0.3)
    worker.delivery("whatsapp", "done")
    worker.replied(40.0)
    worker.tally.flush()
    for each in (web, worker):
        assert value(each, "bridge_inbound_total", outcome="taken") == 3
        assert value(each, "bridge_deliveries_total", channel="whatsapp", outcome="done") == 1
        assert value(each, "bridge_reply_seconds_count") == 4
        assert value(each, "bridge_reply_seconds_sum") == pytest.approx(40.9)
        assert value(each, "bridge_reply_seconds_bucket", le="0.5") == 3
        assert value(each, "bridge_reply_seconds_bucket", le="60.0") == 4
    for each in (web, worker):
        each.tally.stop()
    other.dispose()


def test_what_many_threads_count_at_once_is_all_there(sessions: Sessions) -> None:
    tally = Tally(sessions, flush_s=0.02)

    def work() -> None:
        for _ in range(200):
            tally.count("bridge_turns", "message")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.stop()
    (total,) = [
        sample.value for family in tally.collect() for sample in family.samples if sample.name == "bridge_turns_total"
    ]
    assert total == 800


def test_without_a_database_the_metrics_say_so_and_counts_are_kept(
    empty_database_url: str, clock: MovableClock
) -> None:
    engine = connect(empty_database_url)
    metrics = Metrics(sessions_of(engine), clock)
    metrics.inbound("taken")
    assert value(metrics, "bridge_up", part="database") == 0.0
    assert not metrics.tally.flush()

    upgrade(engine)
    metrics.gauges.cache_s = 0.0
    assert value(metrics, "bridge_inbound_total", outcome="taken") == 1
    assert value(metrics, "bridge_up", part="database") == 1.0
    metrics.tally.stop()
    engine.dispose()


def test_ready_names_every_part(world: World) -> None:
    status, body = ready(world)
    assert (status, body["worker"]) == (503, {"ok": False})
    world.chat().says("menu")
    world.worker.relay_now()
    world.worker._beat()
    for dispatcher in world.worker._dispatchers:
        assert not dispatcher.is_alive()
    status, body = ready(world)
    assert status == 503, "a worker whose threads have ended is not alive"
    assert body["salama"]["ok"]
    assert body["twilio"] == {"ok": True, "last": "ok"}
    assert set(body) == {"ready", "database", "worker", "salama", "twilio", "mailbox", "heartbeat", "queues"}
    with world.live():
        world.eventually(lambda: ready(world)[0] == 200, within_s=60)
        world.phones.faults.set(mode="failing")
        world.chat().says("menu")
        world.eventually(lambda: world.bridge.metrics.last_twilio == "failed", within_s=60)
        world.worker._beat()
        status, body = ready(world)
        assert (status, body["twilio"]["ok"]) == (200, False), "shown, and reports are still taken"
        world.phones.faults.set(mode="ok")


def test_the_lead_hears_of_mail_that_does_not_leave(world: World) -> None:

    lead = "+258840000031"
    world.enrol("Tito Mussa", lead, Role.L2_LEAD)
    Chat(world, lead).says("pt")
    with world.bridge.sessions.begin() as session:
        row = enqueue(session, Channel.MAIL, "mail:1", {"mail": 1}, world.clock())
    world.clock.advance(minutes=21)
    assert Watch(world.bridge.sessions, world.clock, "tests", world.bridge.wakeup.ring).look() == 1
    with world.bridge.sessions.begin() as session:
        session.delete(session.get_one(OutboxRow, row))
    world.work()
    assert "O correio para o nível 3 não sai" in Chat(world, lead).unheard()[-1]
