"""Telephone numbers: what people type, what is kept, what logs show."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.phones import PhoneFault, PhoneNumber, PhoneNumberInvalid, find_in, from_whatsapp

AMINA = "+258840000001"
MOBILES = st.from_regex(r"8[2-9][0-9]{7}", fullmatch=True)


@pytest.mark.parametrize(
    "typed",
    [
        "84 000 0001",
        "840000001",
        "+258840000001",
        "+258 84 000 0001",
        "258840000001",
        "00258840000001",
        "00258 84 000 0001",
        "84.000.00.01",
        "84-000-0001",
        "(84) 000 0001",
        "\u202a+258 84 000 0001\u202c",
        "\u200e84\u00a0000\u00a00001",
        "84\u2011000\u20110001",
        "８４０００００01",
        "whatsapp:+258840000001",
        "tel:+258840000001",
        "  840000001\n",
    ],
)
def test_every_way_of_writing_a_number_is_the_same_number(typed: str) -> None:
    assert PhoneNumber.parse(typed).e164 == AMINA


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", PhoneFault.EMPTY),
        (" \u200e ", PhoneFault.EMPTY),
        ("Amina", PhoneFault.NOT_A_NUMBER),
        ("Amina 840000001", PhoneFault.NOT_A_NUMBER),
        ("84FLOWERS", PhoneFault.NOT_A_NUMBER),
        ("-", PhoneFault.NOT_A_NUMBER),
        ("8", PhoneFault.TOO_SHORT),
        ("8400000", PhoneFault.TOO_SHORT),
        ("84000000", PhoneFault.TOO_SHORT),
        ("+25884", PhoneFault.TOO_SHORT),
        ("8400000011", PhoneFault.TOO_LONG),
        ("0840000001", PhoneFault.TOO_LONG),
        ("840000001 / 840000002", PhoneFault.TOO_LONG),
        ("801234567", PhoneFault.NOT_ASSIGNED),
        ("+999840000001", PhoneFault.NOT_ASSIGNED),
    ],
)
def test_each_fault_has_its_own_reason(typed: str, fault: PhoneFault) -> None:
    with pytest.raises(PhoneNumberInvalid) as refused:
        PhoneNumber.parse(typed)
    assert refused.value.fault is fault


def test_an_error_never_shows_the_number() -> None:
    with pytest.raises(PhoneNumberInvalid) as refused:
        PhoneNumber.parse("8400000011")
    assert "84" not in str(refused.value)


@pytest.mark.parametrize("typed", ["881234567", "891234567"])
def test_prefixes_that_the_plan_does_not_know_yet_are_accepted(typed: str) -> None:
    assert PhoneNumber.parse(typed).national == typed


def test_a_fixed_line_is_a_number_but_no_mobile() -> None:
    number = PhoneNumber.parse("26 212 345")
    assert number.e164 == "+25826212345"
    assert not number.is_mozambican_mobile
    assert number.shown == "26 212 345"


def test_a_foreign_number_keeps_its_country() -> None:
    number = PhoneNumber.parse("+44 7911 123456")
    assert (number.national, number.shown, number.masked) == ("7911123456", "+44 7911 123456", "+44 79 *** **56")


def test_a_leading_zero_that_belongs_to_the_number_stays() -> None:
    assert PhoneNumber.parse("+39 06 6982").national == "066982"


def test_a_number_of_another_region_is_read_with_that_region() -> None:
    assert PhoneNumber.parse("07911 123456", region="GB").e164 == "+447911123456"


def test_all_forms_of_a_mozambican_number() -> None:
    number = PhoneNumber.parse("841234567")
    assert number.national == "841234567"
    assert number.shown == "84 123 4567"
    assert number.masked == "+258 84 *** **67"
    assert number.whatsapp == "whatsapp:+258841234567"


def test_a_number_in_a_log_line_or_a_representation_is_masked() -> None:
    number = PhoneNumber.parse("841234567")
    assert f"{number} {number!r}" == "+258 84 *** **67 PhoneNumber(+258 84 *** **67)"


def test_a_short_number_shows_only_its_end() -> None:
    assert PhoneNumber.parse("26212345").masked == "+258 *** **45"


@pytest.mark.parametrize("address", ["whatsapp:MZ.13491208655302741918", "whatsapp:", "", "whatsapp:+999123456789"])
def test_an_address_without_a_number_has_none(address: str) -> None:
    assert from_whatsapp(address) is None


def test_a_number_from_whatsapp_exists_whatever_the_plan_says() -> None:
    number = from_whatsapp("whatsapp:+447700900123")
    assert number is not None
    assert number == PhoneNumber.of("+447700900123")


@pytest.mark.parametrize("text", ["840000001", "+0258840000001", "+258 84 000 0001", "+25884000000111111", ""])
def test_only_e164_is_taken_as_stored(text: str) -> None:
    with pytest.raises(PhoneNumberInvalid):
        PhoneNumber.of(text)


@pytest.mark.parametrize(
    ("text", "e164", "rest"),
    [
        ("liga para 84 000 0001, obrigado", AMINA, "liga para, obrigado"),
        ("840000001", AMINA, ""),
        ("Amina Saide, registadora, 840000001.", AMINA, "Amina Saide, registadora,."),
        ("258840000001 Amina", AMINA, "Amina"),
        ("tel.84.000.00.01 ok", AMINA, "tel. ok"),
        ("840000001 ou 840000002", AMINA, "ou 840000002"),
        ("escritorio 26 212 345, telemovel 84 000 0001", AMINA, "escritorio 26 212 345, telemovel"),
        ("so 26 212 345", "+25826212345", "so"),
        ("lote 841234567, ligar 84 000 0001", AMINA, "lote 841234567, ligar"),
        ("Nome: Amina\nTel: \u202a+258 84 000 0001\u202c\nArea: Aube", AMINA, "Nome: Amina\nTel:\nArea: Aube"),
    ],
)
def test_the_first_number_is_taken_out_of_a_text(text: str, e164: str, rest: str) -> None:
    found = find_in(text)
    assert found is not None
    assert (found[0].e164, found[1]) == (e164, rest)


@pytest.mark.parametrize(
    "text",
    [
        "3 telefones, 42 registos",
        "lote 841234567",
        "Lote n.º 84 123 4567",
        "IMEI 356938035643809",
        "PGR-2024-02-03-001234",
        "20240203",
        "+44 7911 123456",
        "",
    ],
)
def test_other_digits_are_no_number(text: str) -> None:
    assert find_in(text) is None


@given(MOBILES)
def test_every_form_reads_back(national: str) -> None:
    number = PhoneNumber.parse(national)
    assert number.national == national
    for form in (number.e164, number.shown, number.national, number.whatsapp):
        assert PhoneNumber.parse(form) == number
    assert from_whatsapp(number.whatsapp) == number
    assert national[2:7] not in number.masked


@given(MOBILES, st.text(alphabet="abcç ,.;\n", max_size=20), st.text(alphabet="abcç ,.;\n", max_size=20))
def test_a_number_between_words_is_found_and_removed(national: str, before: str, after: str) -> None:
    found = find_in(f"{before} {national} {after}")
    assert found is not None
    assert found[0].national == national
    assert national not in found[1]


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    find_in(text)
    from_whatsapp(text)
    with suppress(PhoneNumberInvalid):
        number = PhoneNumber.parse(text)
        assert PhoneNumber.of(number.e164) == number
        assert PhoneNumber.parse(number.shown) == number
