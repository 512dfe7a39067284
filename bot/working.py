"""Which of those who work here a message is from, and what they are answered: staff, level 3, an official of NMCP."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.messages import InboundMessage
from bot.nmcp.chat import OfficialChat
from bot.notices import by_mail_only
from bot.staff.bench import Answer, is_staff
from bot.staff.reporting import is_reporting
from bot.staff.turn import StaffChat, is_no_order
from store.conversations import Conversation
from store.people import Person, Role


@dataclass(frozen=True, slots=True)
class AtWork:
    """Answers those who work on tickets; their messages change tickets, and are answered under the lock."""

    staff: StaffChat
    officials: OfficialChat

    def is_for(self, person: Person, message: InboundMessage) -> bool:
        """Whether a message may be one of somebody at work."""
        return is_staff(person) or person.role == Role.L3 or self.officials.is_for(person, message)

    def answer(
        self,
        session: Session,
        conversation: Conversation,
        person: Person,
        message: InboundMessage,
        now: datetime,
        *,
        has_aside: bool,
        saw_credential: bool,
    ) -> Answer | None:
        """What they are answered; None for those who report something or talk about a report of their own.

        `has_aside` when the message may belong to such a talk. The caller holds the conversation's lock and saves it.
        """
        if not self.is_for(person, message) or is_reporting(conversation, message):
            return None
        if person.role == Role.L3:
            voice = self.staff.kit.phrases.voice(conversation.language or person.language)
            return Answer(by_mail_only(voice))
        if self.officials.takes(session, person, message) and not (has_aside and self.officials.is_talk(message)):
            return self.officials.answer(session, conversation, person, message, now)
        if not is_staff(person) or (has_aside and is_no_order(session, conversation, person, message, now)):
            return None
        return self.staff.answer(session, conversation, person, message, now, saw_credential=saw_credential)
