"""Long texts are cut where people would, and nothing of them is lost."""

from hypothesis import given
from hypothesis import strategies as st

from bot.messages import TEXT, split_text, units


@given(st.text(max_size=300), st.integers(8, 60))
def test_every_part_fits_and_all_words_are_there(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert parts
    assert all(units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_short_text_stays_whole() -> None:
    assert split_text("Bom dia") == ["Bom dia"]
    assert split_text("") == [""]


def test_a_cut_falls_between_sentences() -> None:
    text = "A app não abre. " * 120
    parts = split_text(text)
    assert len(parts) == 2
    assert all(part.endswith(".") and units(part) <= TEXT for part in parts)


def test_a_family_is_not_torn_apart() -> None:
    family = "\U0001f468‍\U0001f469‍\U0001f467"
    assert split_text("a" * 8 + family, 10) == ["a" * 8, family]


def test_signs_beyond_the_first_plane_count_twice() -> None:
    assert units("a👍") == 3
