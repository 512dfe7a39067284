"""The client against the sandbox, in all generations of the service and all styles of gateway."""

import struct
import zlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from intake.ports import Complaint, ComplaintRejected, ComplaintsApi, NewComplaint, NotYetReadable, Party
from intake.salama import SalamaClient, Timeouts
from intake.salama.reading import place_of
from store.delivery import OutcomeUnknown, Retry, ServerFailed, Throttled, Unreachable
from tests.contract.salama_worlds import PASSWORD, WORLDS, World, make_client, salama


@pytest.fixture(params=WORLDS, ids="-".join)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    generation, gateway = request.param
    with salama(generation, gateway) as running:
        yield running


@pytest.fixture
def newest() -> Iterator[World]:
    with salama("C", "zuul") as running:
        yield running


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def as_port(client: SalamaClient) -> ComplaintsApi:
    return client


def test_the_client_is_what_intake_asks_for(newest: World) -> None:
    assert as_port(newest.client).service_codes()


def test_a_full_complaint_with_photo_and_position_is_stored_as_sent(world: World) -> None:
    photo = world.client.upload("foto.png", png(), "image/png")
    filed = world.file(
        service_code="Other",
        other_description="Outro assunto",
        supervisor=Party("Tomás Muianga", "840000005"),
        latitude=-16.232061,
        longitude=39.908622,
        documents=(photo,),
    )
    (read,) = world.client.read([filed.id]).complaints
    address = read.raw["address"]
    assert isinstance(address, dict)
    assert address["geoLocation"]["latitude"] == pytest.approx(-16.232061)
    assert (read.number, read.service_code, read.source) == (filed.number, "Other", "whatsapp")
    assert (read.boundary_code, read.reference) == ("64mmCRKFUE28SPdeuC2HES", filed.reference)
    (entry,) = world.client.history([filed.number])
    assert (entry.action, entry.documents, entry.number) == ("CREATE", 1, filed.number)


def test_the_longest_complaint_that_can_be_written_is_taken(world: World) -> None:
    filed = world.file(
        description="😀ç & <b> " * 400,
        reporter=Party("N" * 300 + "(<&>)", "840000001"),
        supervisor=Party("ç" * 200, "840000005"),
        other_description='"\\\n😀' * 300,
        boundary_name="Á" * 900,
        comment="<continua> & 😀 " * 300,
    )
    (read,) = world.client.read([filed.id]).complaints
    assert read.reference == filed.reference
    assert "840000001" in read.description
    assert world.client.history([filed.number])[0].comment.startswith("‹continua> & 😀")


def test_the_reporter_policy_makes_an_app_like_complainant_where_the_generation_allows_it(world: World) -> None:
    client = world.another_client(account_policy="reporter")
    filed = client.create(world.next_complaint(reporter=Party("Amélia Cossa", "840000001")))
    expected = "bridge" if world.sandbox.generation == "C" else "840000001"
    (read,) = client.read([filed.id]).complaints
    assert read.filer_username == expected
    without_number = client.create(world.next_complaint(reporter=Party("Amélia Cossa", None)))
    assert client.read([without_number.id]).complaints[0].filer_username == "bridge"


def test_tickets_born_in_the_app_are_found_by_time_and_have_no_reference(world: World) -> None:
    start = world.clock.ms
    number = world.sandbox.app_ticket()
    world.clock.advance(minutes=1)
    ours = world.file()
    page = world.client.find_created(from_ms=start, to_ms=world.clock.ms + 10)
    assert [one.number for one in page.complaints] == [number, ours.number]
    born = page.complaints[0]
    assert (born.source, born.reference) == ("mobile", None)
    assert born.filer_number or born.filer_username


def test_more_tickets_than_a_page_are_all_read(newest: World) -> None:
    start = newest.clock.ms
    filed = [newest.file() for _ in range(120)]
    assert len(newest.client.read([one.id for one in filed]).complaints) == 120
    assert len(newest.client.find_created(from_ms=start, to_ms=start + 500).complaints) == 120
    numbers = [one.number for one in filed]
    assert {one.number for one in newest.client.history(numbers)} == set(numbers)


def test_a_workflow_service_with_pages_of_ten_is_learnt(world: World) -> None:
    world.sandbox.workflow_page = 10
    filed = [world.file() for _ in range(35)]
    assert len(world.client.read([one.id for one in filed]).complaints) == 35
    assert world.client.page_size == 10


def test_a_half_written_ticket_in_a_window_is_told_by_its_place(newest: World) -> None:
    start = newest.clock.ms
    settled = [newest.file() for _ in range(8)]
    newest.clock.advance(minutes=30)
    newest.sandbox.workflow_delay = timedelta(minutes=3)
    late = newest.file(created_ms=newest.clock.ms)
    page = newest.client.find_created(from_ms=start, to_ms=newest.clock.ms)
    assert {one.id for one in page.complaints} == {one.id for one in settled}
    (place,) = page.unreadable
    low, high = (int(part) for part in place.removeprefix("@").split("-"))
    assert place == place_of(low, high)
    assert low <= late.created_ms <= high


def test_a_long_history_is_read_to_its_first_entry(newest: World) -> None:
    filed = newest.file()
    for index in range(104):
        newest.clock.advance(minutes=1)
        newest.sandbox.act(filed.number, "ASSIGN", f"passo {index}", assignee="L2-NPL-01")
    history = newest.client.history([filed.number])
    assert [one.comment for one in history] == ["", *(f"passo {index}" for index in range(104))]


def test_the_workflow_and_the_types_are_discovered(world: World) -> None:
    workflow = world.client.workflow()
    assert workflow.final_statuses == {"RESOLVED", "REJECTED"}
    assert "HELPDESK_USER" in workflow.first_actions["CREATE"]
    assert set(workflow.actions["PENDING_ASSIGNMENT"]) == {"RESOLVE", "ASSIGN", "REJECT"}
    assert {"TechnicalIssues", "PerformanceIssue", "Other"} <= world.client.service_codes()


def test_the_municipal_workflow_has_its_own_ends() -> None:
    with salama("C", "zuul", "municipal") as municipal:
        final = municipal.client.workflow().final_statuses
    assert final
    assert final <= {"REJECTED", "RESOLVED", "CANCELLED", "CLOSEDAFTERRESOLUTION", "CLOSEDAFTERREJECTION"}


def test_the_account_shows_its_roles_and_answers(world: World) -> None:
    world.client.ping()
    assert world.client.account_roles() >= {"EMPLOYEE", "HELPDESK_USER"}


def test_a_forbidden_file_is_refused_and_an_allowed_one_stored(world: World) -> None:
    with pytest.raises(ComplaintRejected) as caught:
        world.client.upload("nota.ogg", b"OggS\0\0\0\0", "audio/ogg")
    assert caught.value.code == "EG_FILESTORE_INVALID_INPUT"
    with pytest.raises(ComplaintRejected):
        world.client.upload("foto.png", b"not an image", "image/png")
    assert world.client.upload("foto.png", png(), "image/png")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("internal_400", OutcomeUnknown),
        ("error_500", OutcomeUnknown),
        ("html_502", OutcomeUnknown),
        ("rate_limit", Throttled),
        ("close_before", OutcomeUnknown),
        ("close_after", OutcomeUnknown),
        ("error_after", OutcomeUnknown),
        ("truncate", OutcomeUnknown),
    ],
)
def test_every_fault_of_a_creation_is_a_retry_and_never_a_second_ticket(
    world: World, fault: str, error: type[Retry]
) -> None:
    world.client.ping()
    world.sandbox.faults.add(fault, path="_create")
    with pytest.raises(error):
        world.file()
    assert len(world.sandbox.tickets()) <= 1


def test_a_slow_creation_times_out_as_unknown(newest: World) -> None:
    hasty = newest.another_client(timeouts=Timeouts(write=(1.0, 0.3)))
    newest.sandbox.faults.add("hang", path="_create", seconds=10)
    with pytest.raises(OutcomeUnknown) as caught:
        hasty.create(newest.next_complaint())
    assert caught.value.code == "READ_TIMEOUT"


def test_reads_during_an_outage_are_retries(world: World) -> None:
    filed = world.file()
    world.sandbox.faults.mode = "down"
    for call in (
        lambda: world.client.read([filed.id]),
        lambda: world.client.history([filed.number]),
        lambda: world.client.find_created(from_ms=filed.created_ms, to_ms=filed.created_ms),
        lambda: world.client.ping(),
        lambda: world.client.service_codes(),
    ):
        with pytest.raises((ServerFailed, Unreachable)):
            call()


def file_until_stored(client: SalamaClient, world: World, complaint: NewComplaint) -> Complaint:
    """What intake's filing does: look before filing again, and wait while it is half written."""
    is_unclear = False
    for _ in range(60):
        world.clock.advance(seconds=20)
        try:
            found = client.find(complaint.created_ms, complaint.reference) if is_unclear else None
            if found is not None:
                return found
            client.create(complaint)
            is_unclear = True
            world.clock.advance(seconds=20)
        except OutcomeUnknown:
            is_unclear = True
        except Retry:
            continue
    raise AssertionError("never stored")


def test_a_storm_of_faults_loses_no_ticket_and_doubles_none(world: World) -> None:
    world.sandbox.pgr_delay = timedelta(seconds=5)
    world.sandbox.workflow_delay = timedelta(seconds=30)
    for fault in ("internal_400", "error_500", "html_502", "rate_limit", "token_lost", "close_before", "close_after"):
        world.sandbox.faults.add(fault, times=None, probability=0.05)
    for fault in ("error_after", "truncate"):
        world.sandbox.faults.add(fault, times=None, probability=0.05)
    wanted = [world.next_complaint() for _ in range(15)]
    for complaint in wanted:
        file_until_stored(make_client(world.url, world.clock, world.guard, PASSWORD), world, complaint)
    world.sandbox.faults.clear()
    world.clock.advance(minutes=5)
    assert sorted(str(one.reference) for one in world.sandbox.tickets()) == sorted(one.reference for one in wanted)


def test_the_half_states_of_a_write_are_told_apart(newest: World) -> None:
    newest.sandbox.pgr_delay = timedelta(minutes=1)
    newest.sandbox.workflow_delay = timedelta(minutes=2)
    complaint = newest.next_complaint()
    newest.client.create(complaint)
    assert newest.client.find(complaint.created_ms, complaint.reference) is None
    newest.clock.advance(seconds=90)
    with pytest.raises(NotYetReadable):
        newest.client.find(complaint.created_ms, complaint.reference)
    newest.clock.advance(seconds=90)
    found = newest.client.find(complaint.created_ms, complaint.reference)
    assert found is not None
    assert newest.client.history([found.number])[0].action == "CREATE"
