"""The Content API keeps templates, approves them, and knows WhatsApp's limits."""

from collections.abc import Iterator
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from sandbox.whatsapp import Content
from sandbox.whatsapp.contents import render
from tests.contract.sandbox_whatsapp_world import CELESTINO, MENU, QUICK, TEMPLATE, World, world

_TEXT = {"twilio/text": {"body": "Bom dia, {{1}}, aqui o helpdesk."}}


@pytest.fixture
def running() -> Iterator[World]:
    with world() as made:
        yield made


def _create(running: World, types: dict[str, Any], **more: Any) -> Any:
    wish = {"friendly_name": "ola", "language": "pt_PT", "variables": {"1": "Ana"}, "types": types, **more}
    return running.client.content.v1.contents.create(content_create_request=ContentList.ContentCreateRequest(wish))


def test_contents_that_were_there_before_are_listed(running: World) -> None:
    listed = running.client.content.v1.contents.list()
    assert [content.sid for content in listed] == [QUICK.sid, MENU.sid, TEMPLATE.sid]
    assert running.client.content.v1.contents(QUICK.sid).fetch().friendly_name == "confirm"
    assert len(running.client.content.v1.contents.list(page_size=2)) == 3


def test_a_created_content_is_sent_with_its_variables(running: World) -> None:
    running.simulator.send(CELESTINO, "Olá")
    sid = _create(running, _TEXT).sid
    message = running.simulator.message(running.say(content_sid=sid, content_variables='{"1": "Celestino"}'))
    assert message.body == "Bom dia, Celestino, aqui o helpdesk."


def test_a_content_is_approved_once_it_was_submitted(running: World) -> None:
    contents = running.client.content.v1.contents
    sid = _create(running, _TEXT).sid
    assert contents(sid).approval_fetch().fetch().whatsapp == {}
    assert running.simulator.message(running.say(content_sid=sid)).failure_code == 63016
    request = ApprovalCreateList.ContentApprovalRequest({"name": "ola_1", "category": "UTILITY"})
    assert contents(sid).approval_create.create(content_approval_request=request).status == "approved"
    assert contents(sid).approval_fetch().fetch().whatsapp["status"] == "approved"
    assert running.simulator.message(running.say(content_sid=sid)).failure_code is None
    approvals = {one.sid: one.approval_requests for one in running.client.content.v1.content_and_approvals.list()}
    assert approvals[sid]["category"] == "UTILITY"


def test_a_list_picker_cannot_be_approved(running: World) -> None:
    request = ApprovalCreateList.ContentApprovalRequest({"name": "menu", "category": "UTILITY"})
    submitted = running.client.content.v1.contents(MENU.sid).approval_create.create(content_approval_request=request)
    assert submitted.status == "rejected"


def test_a_deleted_content_is_gone(running: World) -> None:
    assert running.client.content.v1.contents(QUICK.sid).delete()
    with pytest.raises(TwilioRestException) as refusal:
        running.client.content.v1.contents(QUICK.sid).fetch()
    assert refusal.value.code == 20404


_ITEMS = [{"item": str(number), "id": str(number)} for number in range(11)]


@pytest.mark.parametrize(
    "types",
    [
        {},
        {"twilio/carousel": {}},
        {"twilio/text": {"body": ""}},
        {"twilio/quick-reply": {"body": "a", "actions": []}},
        {"twilio/list-picker": {"body": "a", "button": "b", "items": _ITEMS}},
    ],
)
def test_faulty_types_are_refused(running: World, types: dict[str, Any]) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        _create(running, types)
    assert refusal.value.code == 20422


def _buttons(count: int, title: str = "Sim") -> dict[str, Any]:
    return {"twilio/quick-reply": {"body": "a", "actions": [{"title": title, "id": str(n)} for n in range(count)]}}


def _list(**row: str) -> dict[str, Any]:
    return {"twilio/list-picker": {"body": "a", "button": "Ver", "items": [{"item": "a", "id": "a", **row}]}}


@pytest.mark.parametrize(
    ("types", "approval", "code"),
    [
        (_buttons(3), "unsubmitted", None),
        (_buttons(4), "unsubmitted", 63005),
        (_buttons(10), "approved", None),
        (_buttons(1, "é" * 20), "unsubmitted", None),
        (_buttons(1, "é" * 21), "unsubmitted", 63005),
        (_list(), "unsubmitted", None),
        (_list(item="a" * 25), "unsubmitted", 63005),
        (_list(description="a" * 73), "unsubmitted", 63005),
        ({"twilio/text": {"body": "a" * 1600}}, "unsubmitted", None),
        ({"twilio/text": {"body": "a" * 1025}}, "approved", 63021),
        ({"twilio/text": {"body": "{{1}} e {{2}}"}}, "unsubmitted", 63028),
    ],
)
def test_the_limits_of_whatsapp_hold(types: dict[str, Any], approval: str, code: int | None) -> None:
    assert render(Content("HX1", "x", types, approval=approval), {"1": "a"}).failure_code == code


def test_a_value_that_looks_like_a_variable_is_not_filled_again() -> None:
    assert render(Content("HX1", "x", {"twilio/text": {"body": "{{1}}"}}), {"1": "{{2}}", "2": "b"}).body == "{{2}}"
