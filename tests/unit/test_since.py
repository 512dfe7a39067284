"""Since when, out of what people write."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.since import read_since

ZONE = ZoneInfo("Africa/Maputo")
NOW = datetime(2027, 2, 3, 9, 30, tzinfo=ZONE)  # a Wednesday

SAID = {
    "desde ontem": (2, 6, 0),
    "desde ontem de manha": (2, 6, 0),
    "ontem à noite": (2, 18, 0),
    "desde ontem as 15h30": (2, 15, 30),
    "desde anteontem": (1, 6, 0),
    "desde hoje cedo": (3, 6, 0),
    "desde manha": (3, 6, 0),
    "desde as 8h": (3, 8, 0),
    "desde as 8": (3, 8, 0),
    "ha 2 horas": (3, 7, 30),
    "há uma hora": (3, 8, 30),
    "this morning": (3, 6, 0),
    "since yesterday": (2, 6, 0),
    "last night": (2, 18, 0),
    "since Monday": (1, 6, 0),
    "desde segunda-feira": (1, 6, 0),
    "desde segunda a tarde": (1, 13, 0),
    "two days ago": (1, 9, 30),
    "for 2 days": (1, 9, 30),
    "since 7:45": (3, 7, 45),
    "desde o dia 1": (1, 6, 0),
    "desde 02/02": (2, 6, 0),
}


@pytest.mark.parametrize("words", SAID)
def test_what_people_write_is_an_instant_of_mozambique(words: str) -> None:
    day, hour, minute = SAID[words]
    assert read_since(words, NOW, ZONE) == datetime(2027, 2, day, hour, minute, tzinfo=ZONE)


def test_spans_and_weekdays_go_back_over_the_month() -> None:
    assert read_since("há 3 dias", NOW, ZONE) == NOW - timedelta(days=3)
    assert read_since("since last week, 1 week ago", NOW, ZONE) == NOW - timedelta(days=7)
    assert read_since("desde quarta", NOW, ZONE) == datetime(2027, 1, 27, 6, tzinfo=ZONE)
    assert read_since("desde o dia 30", NOW, ZONE) == datetime(2027, 1, 30, 6, tzinfo=ZONE)


@pytest.mark.parametrize("words", ["", "não sei", "a app não abre", "desde sempre", "3 telefones", "desde as 99h"])
def test_what_tells_no_time_is_none(words: str) -> None:
    assert read_since(words, NOW, ZONE) is None


def test_what_was_not_yet_today_was_yesterday() -> None:
    early = NOW.replace(hour=5)
    assert read_since("desde a tarde", early, ZONE) == datetime(2027, 2, 2, 13, tzinfo=ZONE)
    assert read_since("desde as 22h", early, ZONE) == datetime(2027, 2, 2, 22, tzinfo=ZONE)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=ZONE))


@given(moments, st.one_of(st.sampled_from(sorted(SAID)), st.text(max_size=40), st.from_regex(r"desde (as )?\d{1,2}h?")))
def test_an_instant_is_never_in_the_future(now: datetime, words: str) -> None:
    found = read_since(words, now, ZONE)
    assert found is None or (found <= now and found.tzinfo is not None)


@given(moments, st.integers(1, 99), st.sampled_from(["minutos", "horas", "dias"]))
def test_spans_are_counted_back_from_now(now: datetime, count: int, unit: str) -> None:
    length = {"minutos": timedelta(minutes=1), "horas": timedelta(hours=1), "dias": timedelta(days=1)}[unit]
    assert read_since(f"há {count} {unit}", now, ZONE) == now - count * length
