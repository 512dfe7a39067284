"""Text that is safe for every generation of the complaints service, and its limits."""

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.ports import ComplaintRejected, Party
from intake.salama.text import NAMELESS, clean, clean_name, cut, detail_text, utf16_length
from intake.salama.wire import additional_detail, create_body, description
from tests.contract.salama_client_support import OUR_UUID, new_complaint

# Complaints API contract, 8.5: what a name may not hold.
FORBIDDEN_IN_NAMES = set('\\$"<>?~`!@#%^()+={}[]*,:;\u201c\u201d\u2018\u2019')
anything = st.text(st.characters(), max_size=300)
nasty = st.text(st.sampled_from("<>&;#ab1 \n\t\r\x00\x0b\x85\ud83d\U0001f600é&&<\u2019"), max_size=200)


def is_safe(text: str) -> bool:
    """The strictest reading of the contract's table in 9.1."""
    controls = [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    return not controls and "<" not in text and re.search(r"&(?!&*([ \t\n]|\Z))", text) is None


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(anything | nasty)
def test_cleaned_text_passes_the_strict_checker_and_cleaning_again_changes_nothing(text: str) -> None:
    assert is_safe(clean(text))
    assert clean(clean(text)) == clean(text)


@given(anything | nasty)
def test_lengths_are_those_of_java(text: str) -> None:
    assert utf16_length(text) == utf16(text)


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("gosto <3 muito", "gosto ‹3 muito"),
        ("a & b", "a & b"),
        ("AT&T", "AT＆T"),
        ("&lt; &#39; a&;b", "＆lt; ＆#39; a＆;b"),
        ("fim &", "fim &"),
        ("a && b", "a && b"),
        ("5 > 3 -> ok", "5 > 3 -> ok"),
        ("um\r\ndois\rtrês\x00\x07", "um\ndois\ntrês"),
        ("col\tuna 😀 ção", "col\tuna 😀 ção"),
    ],
)
def test_only_what_a_generation_refuses_is_replaced(raw: str, safe: str) -> None:
    assert clean(raw) == safe


@given(anything | nasty)
def test_a_name_fits_the_user_service_and_is_never_empty(text: str) -> None:
    name = clean_name(text)
    assert name.strip()
    assert utf16(name) <= 50
    assert not FORBIDDEN_IN_NAMES & set(name)
    assert is_safe(name)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("  Amélia   Cossa ", "Amélia Cossa"),
        ("Amina (registadora) <Angoche>", "Amina registadora Angoche"),
        ("", NAMELESS),
        ("???", NAMELESS),
        ("...", NAMELESS),
        ("N’gola", "N'gola"),
        ("João " * 20, "João João João João João João João João João João"[:50]),
    ],
)
def test_a_name_keeps_what_it_can(raw: str, name: str) -> None:
    assert clean_name(raw) == name.strip()


@given(anything | nasty, st.integers(0, 400))
def test_a_cut_keeps_to_its_limit_and_short_text_is_untouched(text: str, limit: int) -> None:
    shorter = cut(text, limit)
    assert utf16(shorter) <= limit
    if utf16(text) <= limit:
        assert shorter == text
    else:
        assert limit == 0 or shorter.endswith("…")


def test_a_cut_ends_at_a_word_and_never_halves_an_emoji() -> None:
    assert cut("a aplicação não abre", 16) == "a aplicação não…"
    assert cut("a aplicação não abre", 15) == "a aplicação…"
    assert cut("😀😀😀", 4) == "😀…"
    assert cut("x" * 200, 100) == "x" * 99 + "…"


@given(anything | nasty, anything | nasty, st.sampled_from(["840000002", None, ""]))
def test_additional_detail_keeps_to_600_and_always_carries_the_reference(name: str, other: str, number: str) -> None:
    complaint = new_complaint(supervisor=Party(name, number), other_description=other * 5, reference="wa-01HS3Q9K7T")
    text = additional_detail(complaint)
    assert utf16(text) <= 600
    assert json.loads(text)["bridgeRef"] == "wa-01HS3Q9K7T"
    assert list(json.loads(text)) == [
        "supervisorName",
        "supervisorContactNumber",
        "otherComplaintDescription",
        "bridgeRef",
    ]


def test_additional_detail_is_written_with_real_characters() -> None:
    text = additional_detail(new_complaint(supervisor=Party("Tomás Muianga", "840000002"), other_description="ção 😀"))
    assert "Tomás Muianga" in text
    assert "ção 😀" in text
    assert "\\u" not in text


def test_the_description_is_spent_before_the_supervisors_name() -> None:
    text = additional_detail(new_complaint(supervisor=Party("Tomás", "840000002"), other_description='"' * 900))
    details = json.loads(text)
    assert details["supervisorName"] == "Tomás"
    assert details["otherComplaintDescription"].endswith("…")


def test_details_that_cannot_be_cut_are_an_error() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        detail_text({"a": "x" * 700}, limit=600, spare=())


@given(anything | nasty, anything | nasty, st.sampled_from(["840000001", None]))
def test_a_description_keeps_to_1000_is_safe_and_names_the_reporter(text: str, name: str, number: str | None) -> None:
    written = description(new_complaint(description=text * 6, reporter=Party(name, number)))
    assert utf16(written) <= 1000
    assert is_safe(written)
    first_name = clean_name(name).split()[0]
    assert any(first_name in line and (number or "") in re.sub(r"[^0-9]", "", line) for line in written.split("\n"))


@given(anything | nasty)
def test_a_comment_keeps_to_1000_and_is_safe(text: str) -> None:
    body = create_body(new_complaint(comment=text * 6), tenant_id="mz", filer_uuid=OUR_UUID)
    workflow = body["workflow"]
    assert isinstance(workflow, dict)
    assert utf16(workflow["comments"]) <= 1000
    assert is_safe(workflow["comments"])


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Reportado por Amélia Cossa (840000001)", "840000001"),
        ("Reportado por WhatsApp: Amélia Cossa, +258 84 000 0001. Pedido #27, gravidade 2.", "840000001"),
        ("Reportado por WhatsApp: Amélia Cossa, sem número. Pedido #27, gravidade 2.", None),
    ],
)
def test_a_description_that_names_the_reporter_is_left_as_it_is(line: str, number: str | None) -> None:
    text = f"Não abre.\n{line}"
    assert description(new_complaint(description=text, reporter=Party("Amélia Cossa", number))) == text


def test_a_named_reporter_who_is_cut_away_is_named_again() -> None:
    written = description(new_complaint(description="palavra " * 200 + "\nAmélia Cossa 840000001"))
    assert written.endswith("…\nReportado via WhatsApp por: Amélia Cossa, 840000001. Área: Angoche.")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"boundary_code": ""}, "BOUNDARY_UNFIT"),
        ({"boundary_code": "  "}, "BOUNDARY_UNFIT"),
        ({"boundary_code": "x" * 513}, "BOUNDARY_UNFIT"),
        ({"boundary_code": "a\x00b"}, "BOUNDARY_UNFIT"),
        ({"service_code": ""}, "SERVICE_CODE_UNFIT"),
        ({"service_code": "It's"}, "SERVICE_CODE_UNFIT"),
        ({"service_code": "x" * 257}, "SERVICE_CODE_UNFIT"),
    ],
)
def test_what_salama_would_lose_silently_is_refused_here(change: dict[str, str], code: str) -> None:
    with pytest.raises(ComplaintRejected) as caught:
        create_body(new_complaint(**change), tenant_id="mz", filer_uuid=OUR_UUID)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "change", [{"reference": ""}, {"reference": "ção"}, {"reference": "x" * 65}, {"created_ms": 0}]
)
def test_a_reference_or_time_that_could_not_be_found_again_is_an_error(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"reference|created_ms"):
        create_body(new_complaint(**change), tenant_id="mz", filer_uuid=OUR_UUID)
