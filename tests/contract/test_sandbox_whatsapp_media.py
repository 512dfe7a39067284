"""Files are fetched in two steps as at Twilio: credentials for the first, none for the second."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from sandbox.whatsapp import sample_photo
from tests.contract.sandbox_whatsapp_world import ACCOUNT, CELESTINO, TOKEN, World, world

_AUTH = (ACCOUNT, TOKEN)


@pytest.fixture
def running() -> Iterator[World]:
    """A world in which Celestino has just sent a photo."""
    with world() as made:
        made.simulator.send(CELESTINO, "ecrã", media=sample_photo())
        yield made


def _address(running: World) -> str:
    return running.business.inbound[-1]["MediaUrl0"]


def _signed(running: World) -> str:
    answer = requests.get(_address(running), auth=_AUTH, allow_redirects=False, timeout=5)
    assert answer.status_code == 307
    return answer.headers["Location"]


def test_the_redirect_leads_to_the_bytes(running: World) -> None:
    answer = requests.get(_signed(running), timeout=5)
    assert answer.content == sample_photo().content
    assert answer.headers["Content-Type"] == "image/jpeg"


def test_the_first_step_needs_credentials(running: World) -> None:
    assert requests.get(_address(running), allow_redirects=False, timeout=5).status_code == 401


def test_the_second_step_refuses_credentials(running: World) -> None:
    assert requests.get(_signed(running), auth=_AUTH, timeout=5).status_code == 400


def test_a_signed_address_expires_after_four_hours(running: World) -> None:
    address = _signed(running)
    running.clock.advance(hours=4)
    assert requests.get(address, timeout=5).status_code == 200
    running.clock.advance(seconds=1)
    assert requests.get(address, timeout=5).status_code == 403


def test_a_changed_address_is_refused(running: World) -> None:
    assert requests.get(_signed(running)[:-1] + "x", timeout=5).status_code == 403
    assert requests.get(_signed(running).partition("?")[0], timeout=5).status_code == 403


def test_a_late_file_is_found_at_the_second_time(running: World) -> None:
    running.simulator.faults.set(media_late=True)
    first = requests.get(_address(running), auth=_AUTH, allow_redirects=False, timeout=5)
    assert (first.status_code, first.json()["code"]) == (404, 20404)
    assert requests.get(_signed(running), timeout=5).status_code == 200


def test_the_library_lists_fetches_and_deletes_files(running: World) -> None:
    sid = running.simulator.messages(CELESTINO)[0].sid
    (listed,) = running.client.messages(sid).media.list()
    assert (listed.content_type, listed.parent_sid) == ("image/jpeg", sid)
    assert listed.sid == urlsplit(_address(running)).path.rpartition("/")[2]
    address = _signed(running)
    assert running.client.messages(sid).media(listed.sid).fetch().sid == listed.sid
    assert running.client.messages(sid).media(listed.sid).delete()
    assert running.client.messages(sid).media.list() == []
    with pytest.raises(TwilioRestException):
        running.client.messages(sid).media(listed.sid).fetch()
    assert requests.get(address, timeout=5).status_code == 404


def test_a_file_of_another_message_is_not_found(running: World) -> None:
    running.simulator.send(CELESTINO, media=sample_photo())
    first, second = (message.attachments[0].sid for message in running.simulator.messages(CELESTINO))
    wrong = _address(running).replace(second, first)
    assert requests.get(wrong, auth=_AUTH, allow_redirects=False, timeout=5).status_code == 404
