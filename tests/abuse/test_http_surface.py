"""The HTTP surface as docs/openapi.yaml describes it: nothing else is answered, whatever is sent."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import ONLY_SQLITE
from tests.forms import inbound, signature, status
from tests.world import World

pytestmark = ONLY_SQLITE
DESCRIBED: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "docs" / "openapi.yaml").read_text("utf-8"))
OPERATIONS = [(path, method) for path, methods in DESCRIBED["paths"].items() for method in methods]
FORM = "application/x-www-form-urlencoded"
ON_ONE_WORLD = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
VALUES = st.one_of(WORDS, st.sampled_from(["", "0", "-1", "9" * 5000, "nan", "²", "\x00", "{}", "' OR 1=1 --"]))
NAMES = st.one_of(
    st.sampled_from([*inbound(1), *status(1, "sent"), "MediaUrl0", "ButtonPayload", "Latitude", "Longitude"]),
    st.sampled_from(["ExternalUserId", "OriginalRepliedMessageSid", "ErrorCode", "Forwarded", "MediaContentType0"]),
    WORDS,
)
TYPES = st.sampled_from([FORM, f"{FORM}; charset=utf-7", "application/json", "multipart/form-data", "text/xml", ""])


def documented(path: str, method: str) -> Mapping[str, Any]:
    """The answers that an operation may give, references followed."""
    answers = DESCRIBED["paths"][path][method]["responses"]
    shared = DESCRIBED["components"]["responses"]
    return {code: shared[each["$ref"].rsplit("/", 1)[1]] if "$ref" in each else each for code, each in answers.items()}


def test_the_description_names_every_address_and_no_other(world: World) -> None:
    served = {
        (rule.rule.replace("<token>", "{token}"), method.lower())
        for rule in world.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert served == set(OPERATIONS)


@ON_ONE_WORLD
@given(
    operation=st.sampled_from(OPERATIONS),
    method=st.sampled_from(["get", "post", "put", "patch", "delete", "options", "trace"]),
    token=WORDS,
    body=st.binary(max_size=300),
    content_type=TYPES,
    query=WORDS,
    signed=st.sampled_from(["", "a", "x" * 500, "ção"]),
)
def test_whatever_is_sent_gets_a_documented_answer(
    world: World,
    operation: tuple[str, str],
    method: str,
    token: str,
    body: bytes,
    content_type: str,
    query: str,
    signed: str,
) -> None:
    path, described = operation
    headers = {"X-Twilio-Signature": signed}
    answer = world.app.test_client().open(
        path.replace("{token}", quote(token or "x")),
        method=method.upper(),
        data=body,
        content_type=content_type,
        query_string={"message": query},
        headers=headers,
    )
    if method != described:
        assert answer.status_code in {200, 404, 405}
        assert answer.status_code != 200 or method == "options"
    elif "{token}" in path and answer.status_code in {308, 404}:
        assert b"Traceback" not in answer.data
    else:
        expected = documented(path, method)
        assert str(answer.status_code) in expected
        kinds = expected[str(answer.status_code)].get("content", {})
        assert not kinds or answer.mimetype in kinds


@ON_ONE_WORLD
@given(fields=st.dictionaries(NAMES, VALUES, max_size=12), is_status=st.booleans())
def test_whatever_twilio_signs_is_stored_or_refused_with_a_reason(
    world: World, fields: dict[str, str], is_status: bool
) -> None:
    form = {name.replace("\r", ""): value for name, value in fields.items()}
    form = {**(status(1, "sent") if is_status else inbound(1, "olá")), **form}
    path = f"/whatsapp/{'status' if is_status else 'inbound'}"
    signed = signature(world.settings.public_url + path, form)
    answer = world.app.test_client().post(path, data=form, content_type=FORM, headers={"X-Twilio-Signature": signed})
    assert answer.status_code in {204, 400}
    assert (answer.status_code == 204) == (answer.data == b"")
