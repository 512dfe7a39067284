"""What staff see of how a ticket was judged: why it is so grave, and the words that decided its type."""

from tests.world import Chat, World


def test_a_ticket_keeps_why_it_is_grave_and_why_it_was_taken_for_what_it_is(world: World, chat: Chat) -> None:
    chat.says("a app não sincroniza em Namaponda, erro de rede, 3 telefones, 20 registos, 3 equipas paradas")
    chat.says("enviar")
    world.settle()
    ticket = world.ticket(1)
    assert ticket.severity == 1
    assert ticket.details["severity_reason"] == {"pt": "3 equipas paradas", "en": "3 teams stopped"}
    assert ticket.details["label"] == "technical"
    assert 0.4 < ticket.details["confidence"] <= 1
    assert 1 <= len(ticket.details["evidence"]) <= 4
    assert {"app", "sincroniza", "erro"} & set(" ".join(ticket.details["evidence"]).split())
