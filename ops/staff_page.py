"""Writes the page of the staff's commands out of the vocabulary itself, so that it cannot drift.

python -m ops.staff_page > docs/helpdesk.md
"""

import sys
from zoneinfo import ZoneInfo

from bot.staff.commands import COMMANDS, Command, Rank
from locales import Voice

_ZONE = ZoneInfo("Africa/Maputo")
_PT, _EN = Voice("pt", _ZONE), Voice("en", _ZONE)
_HEAD = """# The helpdesk's commands · Os comandos do helpdesk

Written by `python -m ops.staff_page > docs/helpdesk.md`; do not edit it.

A command's first letters are enough when no other begins like them; capitals, accents and a leading `/` do not matter,
and a mistyped word is only ever asked about. Instead of its number a ticket may be named by quoting a message about it,
and after `REPLY` or `ASK` plain words go to the reporter. `UNDO` takes the last change back within a minute, as long as
nobody else was told.

Bastam as primeiras letras de um comando, se nenhum outro começar assim; maiúsculas, acentos e a barra `/` não contam,
e uma palavra mal escrita é sempre perguntada. Em vez do número, pode citar uma mensagem sobre o pedido; depois de
`RESP` ou `PERG`, o que escrever vai para quem reportou. `DESFAZER` anula a última alteração durante um minuto, enquanto
mais ninguém tiver sido avisado.
"""


def page() -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *_part(_PT, "Português", "só chefia"), "", *_part(_EN, "English", "leads only"), ""])


def _part(voice: Voice, title: str, leads: str) -> list[str]:
    lines = [f"## {title}", "", "| | | |", "|---|---|---|"]
    return lines + [_row(command, voice, leads) for command in COMMANDS]


def _row(command: Command, voice: Voice, leads: str) -> str:
    effect = voice.gettext(command.effect) + (f" ({leads})" if command.rank is Rank.LEAD else "")
    return f"| **{command.word(voice.language)}** | {voice.gettext(command.usage)} | {effect} |"


if __name__ == "__main__":
    sys.stdout.write(page())
