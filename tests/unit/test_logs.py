"""What a log line may tell: only known fields, no telephone number, no address, no text of an error."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog import get_logger

from ops.logs import FIELDS, configure_logs, covered, described
from store.trace import adopt_trace, begin_trace, current_trace, new_trace, settle_trace, traced

ROOT = Path(__file__).parents[2]
CODE = ("assembly", "bot", "desk", "intake", "mail", "reports", "store", "ops", "classifier", "campaign", "app.py")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged in a test."""
    stream = io.StringIO()
    configure_logs(stream=stream)
    yield stream
    configure_logs()


def only(lines: io.StringIO) -> dict[str, object]:
    """The one line that was logged."""
    (line,) = lines.getvalue().splitlines()
    read: dict[str, object] = json.loads(line)
    return read


def test_every_field_in_the_code_is_one_that_may_be_logged() -> None:
    found = set()
    for part in CODE:
        for file in [ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*.py"):
            for call in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(call, ast.Call) and ast.unparse(call.func).startswith(("_log.", "log.")):
                    found |= {(keyword.arg, file.name) for keyword in call.keywords}
    assert len(found) > 30, "the log lines were not found"
    strange = {(name, file) for name, file in found if name not in FIELDS | {"exc_info", "extra", None}}
    assert strange == set(), "add them to ops.logs.FIELDS only if they never hold words, names or numbers"


def test_an_unknown_field_is_covered_and_a_known_one_cleaned(lines: io.StringIO) -> None:
    get_logger().info("tried", ticket=27, body="a app não abre", reason="de +258 84 000 0012, ver a@example.org")
    line = only(lines)
    assert (line["ticket"], line["body"], line["reason"]) == (27, "•••", "de •••, ver •••")


def test_a_library_s_line_has_the_same_form_and_no_number(lines: io.StringIO) -> None:
    logging.getLogger("urllib3").error("retrying %s", "/search?mobileNumber=840000012")
    line = only(lines)
    assert (line["logger"], line["level"], line["event"]) == ("urllib3", "error", "retrying /search?mobileNumber=•••")


@pytest.mark.parametrize("name", ["own", "library"])
def test_of_an_error_the_type_and_the_place_are_told_never_its_text(lines: io.StringIO, name: str) -> None:
    try:
        try:
            int("a senha é mosquito")
        except ValueError as error:
            raise RuntimeError("Celestino Amade") from error
    except RuntimeError:
        if name == "own":
            get_logger().exception("failed", row=3)
        else:
            logging.getLogger("flask.app").exception("Exception on %s", "/whatsapp/inbound")
    assert "mosquito" not in lines.getvalue()
    assert "Celestino" not in lines.getvalue()
    told = only(lines)["exception"]
    assert isinstance(told, list)
    assert [line.split(" < ")[0] for line in told] == ["RuntimeError", "ValueError"]
    assert "test_of_an_error" in told[0]


def test_an_error_that_causes_itself_is_told_once() -> None:
    error = RuntimeError()
    error.__cause__ = error
    assert described(error) == ["RuntimeError"]


@pytest.mark.parametrize(
    "text",
    ["whatsapp:+258840000012", "+258 84 000 0012", "258840000012", "84 000 0012", "840000012", "84-000-0012",
     "joao.m@example.org", "Basic dXNlcjpzZWNyZXQ=", "postgresql://u:secret@h/d"],
)  # fmt: skip
def test_numbers_addresses_and_credentials_are_covered(text: str) -> None:
    assert "•••" in covered(f"x {text} y")
    assert not any(part in covered(f"x {text} y") for part in ("0012", "joao", "dXNl", "secret"))


@pytest.mark.parametrize(
    "text",
    ["PGR-2027-01-14-001234", "SM00000000000000000000000000000012", "conversation:27", "twilio_63016", "2027-01-14",
     "http://127.0.0.1:8000", "/pgr-services/v2/request/_create"],
)  # fmt: skip
def test_what_an_operator_needs_stays(text: str) -> None:
    assert covered(text) == text


@given(st.integers(82, 87), st.integers(0, 9_999_999), st.sampled_from(["", " ", "-", "."]), st.booleans())
def test_no_number_of_mozambique_passes(prefix: int, rest: int, gap: str, is_whole: bool) -> None:
    digits = f"{rest:07}"
    number = gap.join((str(prefix), digits[:3], digits[3:]))
    assert digits[3:] not in covered(f"ligue {'+258' + gap if is_whole else ''}{number}, por favor")


def test_a_trace_gives_way_to_the_first_ticket_s_and_no_other() -> None:
    with traced(None):
        begin_trace(first := new_trace(), is_certain=False)
        assert current_trace() == first
        adopt_trace(None)
        assert current_trace() == first
        adopt_trace("ticket")
        adopt_trace("another")
        assert current_trace() == "ticket"
        begin_trace(first, is_certain=False)
        assert settle_trace() == first
        adopt_trace("ticket")
        assert current_trace() == first
        with traced("inner"):
            adopt_trace("ticket")
            assert current_trace() == "inner"
        assert current_trace() == first
    assert current_trace() is None
