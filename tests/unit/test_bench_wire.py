"""The load tool's own HTTP: what it reads of answers and of requests, and as whom it signs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from bench.lines import Head, HeadUnreadable, read_head
from bench.phones import next_request
from bench.webhooks import INBOUND, Caller, dialogue, form, post, signature


def test_the_head_of_an_answer_gives_status_length_and_whether_the_connection_ends() -> None:
    head = b"HTTP/1.1 503 SERVICE UNAVAILABLE\r\nContent-Length: 12\r\nConnection: Close\r\nServer: x"
    assert read_head(head) == Head(503, 12, is_last=True)


def test_an_answer_without_content_has_no_body_whatever_its_length_says() -> None:
    assert read_head(b"HTTP/1.1 204 NO CONTENT\r\nContent-Length: 9") == Head(204, 0, is_last=False)


@pytest.mark.parametrize(
    "head", [b"SSH-2.0-OpenSSH", b"HTTP/1.1 abc", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"]
)
def test_what_is_no_plain_answer_is_refused(head: bytes) -> None:
    with pytest.raises(HeadUnreadable):
        read_head(head)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=4), st.data())
def test_requests_are_read_whole_however_they_are_cut(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(b"POST /x HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)
    cut = data.draw(st.integers(0, len(stream)))
    found, rest = [], b""
    for piece in (stream[:cut], stream[cut:]):
        rest += piece
        while (request := next_request(rest)) is not None:
            method, body, rest = request
            assert method == b"POST"
            found.append(body)
    assert (found, rest) == (bodies, b"")


def test_webhooks_are_signed_for_the_address_that_the_bridge_knows() -> None:
    caller = Caller("AC" + "2" * 32, "other", "whatsapp:+258840000001", "https://ponte.example.org/b", "/b")
    fields = form("+258840000002", "Bom dia", caller)
    validator = RequestValidator("other")
    assert validator.validate("https://ponte.example.org/b" + INBOUND, fields, signature(fields, caller))
    assert (fields["AccountSid"], fields["To"]) == (caller.account, caller.sender)
    request = post("+258840000002", "Bom dia", caller).request
    assert request.startswith(b"POST /b/whatsapp/inbound HTTP/1.1\r\nHost: ponte.example.org\r\n")


def test_no_two_people_write_the_same_report() -> None:
    reports = {dialogue(person)[1].text for person in range(1, 200)}
    assert len(reports) == 199
