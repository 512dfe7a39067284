"""NMCP's topics and contacts in the campaign file: read whole, and every fault is named with its line."""

from datetime import timedelta
from pathlib import Path

import pytest

from campaign import Campaign, CampaignInvalid, load_campaign

DEFAULT = (Path(__file__).parents[2] / "campaigns" / "smc-nampula.yaml").read_text("utf-8")
CONTACT = """    contacts:
      - topics: [stock, logistics]
        districts: [Angoche]
        name: Rosa Fictícia
        phone: "84 000 0061"
        function: ponto focal de logística
        hours: "06:00-22:30"
        deputy: {name: Abel Fictício, phone: "+258840000062", language: en}
"""


def campaign_with(tmp_path: Path, contacts: str) -> Campaign:
    path = tmp_path / "mine.yaml"
    path.write_text(DEFAULT.replace("    contacts: []\n", contacts), "utf-8")
    return load_campaign(path)


def test_the_default_names_nobody_and_every_kind_of_nmcp_has_a_topic() -> None:
    campaign = load_campaign()
    rules = campaign.rules.nmcp
    named = {kind for topic in rules.topics for kind in topic.kinds + topic.shared}
    marked = {
        f"{category.id}.{kind.id}" for category in campaign.categories.values() for kind in category.kinds if kind.nmcp
    }
    assert rules.contacts == ()
    assert named == marked
    assert rules.topic_of("programmatic", "unheard_of").id == "process"
    assert [topic.id for topic in rules.topics if topic.is_safety] == ["reaction", "quality"]


def test_a_contact_has_a_number_hours_and_a_deputy(tmp_path: Path) -> None:
    rules = campaign_with(tmp_path, CONTACT).rules.nmcp
    (contact,) = rules.contacts
    assert contact.topics == ("stock", "logistics")
    assert contact.official.phone == "+258840000061"
    assert contact.official.hours == (360, 1350)
    assert rules.official("+258840000062") is contact.deputy
    assert contact.deputy is not None
    assert contact.deputy.hours is None
    assert rules.confirm == timedelta(minutes=15)
    assert rules.acknowledge[1] == timedelta(hours=1)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[stock, logistics]", "[stok]", "there is no topic «stok»"),
        ('"84 000 0061"', '"84 000"', "a telephone number"),
        ('"06:00-22:30"', '"22:00-06:00"', "hours such as"),
        ('"06:00-22:30"', '"06:75-22:30"', "hours such as"),
        ("name: Rosa Fictícia", 'name: ""', "a name is expected"),
        ("language: en", "language: fr", "a language is pt or en"),
        ("        name: Rosa Fictícia\n", "", "«name» is missing"),
    ],
)
def test_a_fault_in_a_contact_is_named_with_its_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(CampaignInvalid, match=r"mine\.yaml, line \d+: ") as raised:
        campaign_with(tmp_path, CONTACT.replace(old, new, 1))
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("kinds: [programmatic.stock]", "kinds: [programmatic.stok]", "there is no kind «programmatic.stok»"),
        ("kinds: [programmatic.stock]", "kinds: [programmatic.process]", "belongs to two topics"),
        ("confirm_minutes: 15", "confirm_minutes: 0", "a whole number from 1"),
        ("acknowledge: {1: 60, 2: 60, 3: 240, 4: 240}", "acknowledge: {1: 60}", "minutes are needed"),
        ("acknowledge: {1: 60,", "acknowledge: {7: 60,", "a severity is 1, 2, 3 or 4"),
    ],
)
def test_a_fault_in_the_rules_is_named_with_its_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in DEFAULT
    path = tmp_path / "mine.yaml"
    path.write_text(DEFAULT.replace(old, new, 1), "utf-8")
    with pytest.raises(CampaignInvalid, match=r"mine\.yaml, line \d+: ") as raised:
        load_campaign(path)
    assert complaint in str(raised.value)
