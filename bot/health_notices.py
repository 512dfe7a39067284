"""The words for facts about the helpdesk's own health."""

from bot.messages import OutboundMessage
from intake.health_facts import FilingLate, HealthFact
from locales import Voice


def health_notice(fact: HealthFact, voice: Voice) -> OutboundMessage:
    """What a person is told; for reporters in plain words, once."""
    _ = voice.gettext
    if isinstance(fact, FilingLate):
        text = _(
            "Salama is not answering at the moment. Your request #{ticket} is safe here, and the helpdesk works on it. "
            "I will send you Salama's number when it is back."
        )
        return OutboundMessage(text.format(ticket=fact.ticket))
    return OutboundMessage(_("The helpdesk's messages go through ({time}).").format(time=voice.clock(fact.at)))
