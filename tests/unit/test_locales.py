"""The catalogues are complete and true, and instants read as people say them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from locales import Voice
from locales.extraction import problems

MAPUTO = ZoneInfo("Africa/Maputo")
PT, EN = Voice("pt", MAPUTO), Voice("en", MAPUTO)
NOW = datetime(2027, 2, 3, 10, 0, tzinfo=UTC)


def test_the_catalogues_are_complete() -> None:
    assert list(problems()) == []


def test_times_are_those_of_maputo() -> None:
    assert PT.clock(NOW) == "12:00"
    assert PT.day(NOW) == "03/02"


def test_moments_are_told_from_now() -> None:
    assert PT.moment(NOW, NOW) == "hoje às 12:00"
    assert PT.moment(datetime(2027, 2, 2, 16, 20, tzinfo=UTC), NOW) == "ontem às 18:20"
    assert EN.moment(datetime(2027, 2, 2, 22, 30, tzinfo=UTC), NOW) == "today at 00:30"
    assert EN.moment(datetime(2027, 1, 31, 8, 0, tzinfo=UTC), NOW) == "31/01 10:00"


def test_the_greeting_follows_the_hour() -> None:
    assert PT.part_of_day(datetime(2027, 2, 3, 4, 0, tzinfo=UTC)) == "Bom dia"
    assert PT.part_of_day(datetime(2027, 2, 3, 10, 0, tzinfo=UTC)) == "Boa tarde"
    assert EN.part_of_day(datetime(2027, 2, 3, 18, 0, tzinfo=UTC)) == "Good evening"


def test_plurals_follow_the_language() -> None:
    one, many = "{n} voice note", "{n} voice notes"
    assert PT.ngettext(one, many, 1).format(n=1) == "1 áudio"
    assert PT.ngettext(one, many, 2).format(n=2) == "2 áudios"


def test_an_unknown_language_speaks_portuguese() -> None:
    assert Voice("fr", MAPUTO).gettext("Changed.") == PT.gettext("Changed.")
    assert Voice("fr", MAPUTO).clock(NOW) == "12:00"
