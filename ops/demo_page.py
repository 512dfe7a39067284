"""The demo's page of matters for NMCP, with the rows of `bridge nmcp list --all`: none of them is dropped."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask, render_template, request
from sqlalchemy import select

from bot.notices import state_words
from campaign import words_in
from locales import LANGUAGES, Voice
from store.tickets import Ticket

if TYPE_CHECKING:
    from assembly import Bridge

COMMAND = "BRIDGE_DATABASE_URL=sqlite:///var/demo/bridge.db bridge nmcp list --all"
_MARKED = select(Ticket).where(Ticket.for_nmcp).order_by(Ticket.is_open.desc(), Ticket.severity, Ticket.id)
_WORDS: dict[str, Mapping[str, str]] = {
    "pt": {
        "title": "Assuntos para o PNCM",
        "lead": "Pedidos sobre stock, qualidade, logística e telefones, marcados para o PNCM.",
        "caption": "Os abertos e mais graves primeiro",
        "empty": "Ainda não há nenhum. Escreva num telemóvel, por exemplo: «não temos SPAQ para amanhã».",
        "ticket": "Pedido",
        "matter": "Assunto",
        "place": "Local",
        "state": "Estado",
        "opened": "Registado",
        "severity": "gravidade",
        "command": "A mesma lista num terminal, na pasta desta demonstração:",
        "phones": "Telemóveis",
        "other": "English",
    },
    "en": {
        "title": "Matters for NMCP",
        "lead": "Requests about stock, quality, logistics and devices, marked for NMCP.",
        "caption": "Open ones first, the most severe on top",
        "empty": "None yet. Write on a phone, for example: “we have no SPAQ for tomorrow”.",
        "ticket": "Request",
        "matter": "Matter",
        "place": "Place",
        "state": "State",
        "opened": "Registered",
        "severity": "severity",
        "command": "The same list in a terminal, in the folder of this demo:",
        "phones": "Phones",
        "other": "Português",
    },
}


def nmcp_page(parts: "Bridge") -> Flask:
    """An application with that one page at its root, to be mounted beside the phones and Salama."""
    app = Flask(__name__)

    def draw(template: str) -> str:
        asked = request.args.get("lang")
        language = asked if asked in LANGUAGES else "pt"
        with parts.sessions() as session:
            rows = [_row(parts, ticket, language) for ticket in session.scalars(_MARKED)]
        return render_template(template, t=_WORDS[language], rows=rows, language=language, command=COMMAND)

    app.add_url_rule("/", "page", lambda: draw("nmcp.html"))
    app.add_url_rule("/rows", "rows", lambda: draw("nmcp_rows.html"))
    return app


def _row(parts: "Bridge", ticket: Ticket, language: str) -> dict[str, object]:
    voice = Voice(language, parts.settings.timezone)
    known = parts.campaign.categories.get(ticket.category)
    return {
        "ticket": ticket,
        "title": words_in(known.title, language) if known else ticket.category,
        "state": state_words(ticket, voice),
        "opened": voice.moment(ticket.opened_at, parts.clock()),
    }
