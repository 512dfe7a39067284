"""Templates: their texts obey WhatsApp's rules, and what is put into their places does too."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.templates import VALUE, templates_for, value
from campaign import load_campaign
from campaign.templates import LANGUAGES, _fault, template_texts
from intake.access_facts import AccessAsked, AccessGranted
from intake.closing_facts import TicketRejected, TicketSolved
from intake.facts import Concern, Fact, StaffWords, StatusChanged, TicketAlert, TicketClaimed, TicketConcern
from intake.shift_facts import ShiftAsked
from tests.journeys.player import PHRASES

CAMPAIGN = load_campaign()
TEXTS = template_texts(CAMPAIGN.templates)
NOW = datetime(2027, 2, 3, 8, 0, tzinfo=UTC)
FACTS: list[tuple[Fact, str]] = [
    (StatusChanged(27, "PGR-1", "RESOLVE", "RESOLVED", "", "Ofélia", "", True, 0), "spaq_pedido_resolvido"),
    (StatusChanged(27, "PGR-1", "REJECT", "REJECTED", "x", "Ofélia", "", True, 0), "spaq_pedido_encerrado"),
    (TicketAlert(27, 2, "technical", "", "a app", "Celestino"), "spaq_l2_novo"),
    (TicketClaimed(27, "Ofélia"), "spaq_pedido_estado"),
    (TicketSolved(27, ""), "spaq_pedido_resolvido"),
    (TicketRejected(27, "invalid", ""), "spaq_pedido_encerrado"),
    (StaffWords(27, "Ofélia", "Que erro?", is_question=True), "spaq_pedido_pergunta"),
    (TicketConcern(27, Concern.UNCLAIMED, 1, "security", "", "", NOW), "spaq_l2_escalada"),
    (AccessAsked(12, "Maria Alberto", "monitora local", "Memba", "+258840000099"), "spaq_l2_inscricao"),
    (AccessGranted("Maria Alberto", is_new=True), "spaq_inscricao"),
    (ShiftAsked(3, NOW, "06–15"), "spaq_turno"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("fact", "name"), FACTS)
def test_a_fact_has_the_fitting_template_with_a_value_for_each_place(fact: Fact, name: str, language: str) -> None:
    voice = PHRASES.voice(language)
    found = templates_for(fact, 27, "Pedido #27: Ofélia está a tratar.", voice, CAMPAIGN)
    assert found[0].name == name
    assert found[-1].name == "spaq_pedido_estado"
    for template in found:
        text = TEXTS[template.name]
        assert len(template.values) == len(text.samples)
        assert all(template.values)
        assert "{{" not in text.text(language, template.values)


@given(st.text(max_size=400))
def test_any_text_becomes_a_value_that_twilio_takes(text: str) -> None:
    made = value(text, PHRASES.voice("pt"))
    assert 0 < len(made) <= VALUE
    assert made == " ".join(made.split())


@pytest.mark.parametrize(
    ("body", "samples"),
    [
        ("{{1}} é o seu pedido, obrigado", 1),
        ("O seu pedido é o {{1}}.", 1),
        ("Um {{1}} {{2}} dois três quatro cinco seis", 2),
        ("O pedido {{1}} foi {{3}} pelo helpdesk da campanha", 2),
        ("Curto {{1}} e {{2}} fim", 2),
        ("x" * 1100, 0),
    ],
)
def test_a_body_that_whatsapp_would_refuse_is_told(body: str, samples: int) -> None:
    assert _fault(body, samples)
