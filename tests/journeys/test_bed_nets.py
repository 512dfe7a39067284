"""The next campaign is a file: bed nets in Tete, from the first message to NMCP's answer, in Portuguese and English."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.book import judge_of, read_campaign_and_book
from campaign.templates import template_texts
from classifier import classify
from locales import Voice, messages
from tests.journeys.bed_nets import (
    ALDA,
    CAMPAIGNS,
    DULCE,
    FILE,
    MAPUTO,
    PETER,
    ROSA,
    TITO,
    Morning,
    as_markdown,
    bed_net_morning,
    play,
)

PAGE = Path(__file__).parents[2] / "docs" / "campaign-bed-nets.md"
ELSEWHERE = re.compile(
    r"\bspaq|blister|\bsmc\b|\bqsm\b|comprimid|\bdose|nampula|angoche|\baube\b|memba|namaponda", re.IGNORECASE
)
"""Words of the other campaign that nobody may read here."""


@pytest.fixture(scope="module")
def morning() -> Iterator[Morning]:
    """The morning as it was."""
    with bed_net_morning() as played:
        play(played)
        yield played


def test_a_report_of_missing_nets_is_filed_and_reaches_the_contact_of_its_district(morning: Morning) -> None:
    assert morning.world.ticket(1).kind == "stock"
    number = morning.world.ticket(1).number
    assert number is not None
    assert morning.world.salama.ticket(number).status == "RESOLVED"
    (alert,) = morning.heard(ALDA, "pedido #1 · REDES EM FALTA · G2")
    assert "Tipo de rede: de casal · Resta: 120 · Precisa: 900" in alert
    assert morning.heard(DULCE, "Alda Fictícia")
    assert morning.heard(DULCE, "Saem hoje 900 redes do armazém provincial")


def test_one_in_english_is_asked_in_english_and_goes_to_the_province(morning: Morning) -> None:
    assert morning.heard(PETER, "1) Which batch is on the bale's label?")
    assert morning.world.ticket(2).kind == "quality"
    assert morning.heard(ROSA, "pedido #2 · QUALIDADE DAS REDES")
    assert not morning.heard(ALDA, "#2")
    assert morning.heard(PETER, "Request #2: with Rosa Fictícia, NMCP")


def test_skin_and_eyes_come_first_and_do_not_wait(morning: Morning) -> None:
    (first,) = morning.heard(DULCE, "Primeiro a pessoa")
    assert first.startswith("Primeiro a pessoa: vá já à unidade sanitária")
    assert (morning.world.ticket(3).kind, morning.world.ticket(3).severity) == ("reaction", 1)
    assert morning.heard(TITO, "O #3 foi para o PNCM automaticamente")


def test_the_telephone_network_is_no_bed_net(morning: Morning) -> None:
    assert (morning.world.ticket(4).category, morning.world.ticket(4).kind) == ("performance", "network")


def test_nothing_that_people_read_is_of_another_campaign(morning: Morning) -> None:
    for at, who, _, text in morning.said():
        assert not ELSEWHERE.search(text), (at, who, text)
    campaign, book = read_campaign_and_book(FILE)
    shown = re.sub(r"^vocabulary:\n(?:  .*\n)+", "", FILE.read_text("utf-8"), flags=re.MULTILINE)
    spoken = [line for line in shown.splitlines() if re.search(r'\b(?:pt|en): "', line)]
    assert len(spoken) > 100
    assert [line for line in spoken if ELSEWHERE.search(line.split(": {")[-1])] == []
    texts = [text for template in template_texts(campaign.templates).values() for text in template.body.values()]
    assert [text for text in texts if ELSEWHERE.search(text)] == []
    assert campaign.faq is not None
    rows = list(csv.DictReader(campaign.faq.read_text("utf-8").splitlines()))
    assert len(rows) > 50
    assert [row["id"] for row in rows if ELSEWHERE.search(" ".join(row.values()))] == []
    for voice in (Voice("pt", MAPUTO, book), Voice("en", MAPUTO, book)):
        assert [said for each in messages() if ELSEWHERE.search(said := voice.gettext(each))] == []


def test_everything_is_said_in_both_languages() -> None:
    campaign, _ = read_campaign_and_book(FILE)
    kinds = [kind for category in campaign.categories.values() for kind in category.kinds]
    words = [row.title for row in campaign.menu] + [row.description for row in campaign.menu]
    words += [each for kind in kinds for each in (kind.because, kind.first, kind.playbook.self_help) if each]
    words += [each for kind in kinds for question in kind.questions for each in (question.ask, question.label)]
    assert all(each.get("pt") and each.get("en") for each in words)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("we ran out of nets", "programmatic"),
        ("the nets are torn", "programmatic"),
        ("faltam redes mosquiteiras", "programmatic"),
        ("faltam 40 fardos no armazém", "programmatic"),
        ("sem rede desde ontem", "performance"),
        ("no network in Songo since yesterday", "performance"),
        ("a app fecha sozinha", "technical"),
    ],
)
def test_what_the_campaign_calls_its_goods_is_judged_as_goods(text: str, label: str) -> None:
    campaign, _ = read_campaign_and_book(FILE)
    judgement = judge_of(campaign, classify)(text)
    assert judgement.label == label
    assert not any("spaq" in reason for reason in judgement.evidence), "people are shown their own words"


def test_the_page_in_the_documentation_is_this_morning(morning: Morning) -> None:
    """Written anew by `python -m tests.journeys.bed_nets > docs/campaign-bed-nets.md`."""
    assert PAGE.read_text("utf-8") == as_markdown(morning)


def test_the_areas_lie_in_one_tree() -> None:
    rows = list(csv.DictReader((CAMPAIGNS / "itn-tete-areas.csv").read_text("utf-8").splitlines()))
    codes = {row["code"] for row in rows}
    assert all(row["parent_code"] in codes for row in rows if row["type"] != "Country")
    assert {row["name"] for row in rows if row["type"] == "Province"} == {"Tete"}
