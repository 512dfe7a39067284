"""The answer to a mail, as mail programs write it (RFC 5322, 3.6.4): threaded, with the answered mail quoted. Pure."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid


def answer_to(mail: EmailMessage, text: str, *, sender: Address, now: datetime) -> EmailMessage:
    """An answer from `sender` to where the mail wants its answers."""
    answer = EmailMessage(policy=SMTP)
    answer["From"] = sender
    answer["To"] = answers_go_to(mail)
    subject = str(mail["Subject"] or "")
    answer["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    answer["Date"] = now
    answer["Message-ID"] = make_msgid(domain=sender.domain)
    if mail["Message-ID"]:
        chain = [*str(mail["References"] or mail["In-Reply-To"] or "").split(), str(mail["Message-ID"])]
        answer["In-Reply-To"] = chain[-1]
        answer["References"] = " ".join(chain)
    answer.set_content(f"{text}\n\n{_quoted(mail)}\n")
    return answer


def answers_go_to(mail: EmailMessage) -> str:
    """The address that answers go to."""
    return str(mail["Reply-To"] or mail["From"])


def text_of(mail: EmailMessage) -> str:
    """The words of a mail; empty when it has none in plain text."""
    part = mail.get_body(("plain",))
    return "\n".join(str(part.get_content()).splitlines()).strip() if part is not None else ""


def words_of(answer: EmailMessage, mail: EmailMessage) -> tuple[str, str]:
    """What an answer says, and the mail that it quotes below."""
    text, quote = text_of(answer), _quoted(mail).strip()
    return text.removesuffix(quote).strip(), quote


def _quoted(mail: EmailMessage) -> str:
    lines = [f"> {line}".rstrip() for line in text_of(mail).splitlines()]
    return "\n".join([f"On {mail['Date']}, {mail['From']} wrote:", *lines])
