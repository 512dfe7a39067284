"""Recorded conversations as text files: read, played again, written.

A file begins with `# key: value` lines: `title`, `route` (clear, menu, urgent, person or open), `turns` (how many
messages from the person until the first ticket, 0 when none is filed) and, where they differ from the usual reporter's,
`name`, `language`, `home` (`-` for none), `gather` (seconds), `at` (the local hour of the beginning). Then:

    > a message from the person; `[foto]`, `[áudio]`, `[localização]` or `[toca] title` for other kinds
    < the bridge's reply
    | a further line of either
    > [cita 27] words      a message of ours about ticket 27 is quoted; `[reencaminha] words` is a forwarded message,
                           `[contacto] Name, number` a contact card
    ~ #27 fechado          staff closed the ticket
    ~ 3 h                  time passes (`min`, `h`); `~ silêncio`: nothing is written for the time of gathering
    = what was filed
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

from bot.dialogue.draft import Draft
from bot.dialogue.report import kind_in, place_label
from tests.journeys.player import PHRASES, Player, reporter

BUDGETS = {"clear": 3, "menu": 5, "urgent": 2, "person": 2}
"""The most messages a person needs until the ticket, by the way taken: the turn budget."""
_SPECIAL = re.compile(
    r"\[(cita \d+|quotes \d+|reencaminha|forwards|contacto|contact|foto|photo|documento|document|áudio|voice note|"
    r"localização|location|toca|taps)\]\s*(.*)",
    re.DOTALL,
)
_FILES = {
    "foto": "image/jpeg",
    "photo": "image/jpeg",
    "documento": "application/pdf",
    "document": "application/pdf",
    "áudio": "audio/ogg",
    "voice note": "audio/ogg",
}
_PAUSE = re.compile(r"(\d+) (min|h)")


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation as it is recorded: its header, and what the person did, in order (`>` or `~`, text)."""

    header: dict[str, str]
    moves: tuple[tuple[str, str], ...]

    @property
    def turns(self) -> int:
        """The number of messages until the first ticket that the header promises."""
        return int(self.header["turns"])


def read(path: Path) -> Transcript:
    """What a file records, without the replies."""
    header: dict[str, str] = {}
    moves: list[tuple[str, str]] = []
    sign = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# "):
            key, _, value = line[2:].partition(": ")
            header[key] = value
        elif line[:2] in {"> ", "~ "}:
            sign = line[0]
            moves.append((sign, line[2:]))
        elif line.startswith("| ") and sign == ">":
            moves[-1] = (">", f"{moves[-1][1]}\n{line[2:]}")
        else:
            sign = ""
    return Transcript(header, tuple(moves))


def play(transcript: Transcript) -> tuple[str, list[int]]:
    """Play a conversation; answers its text with the replies, and after how many messages each ticket was filed."""
    header = transcript.header
    home = header.get("home", "Angoche")
    person = reporter(
        header.get("name", "Celestino Amade"), language=header.get("language", "pt"), home="" if home == "-" else home
    )
    player = Player(person=person, gather_s=float(header.get("gather", "0")))
    if "at" in header:
        hour, minute = map(int, header["at"].split(":"))
        player.now = player.now.astimezone(PHRASES.zone).replace(hour=hour, minute=minute).astimezone(UTC)
    lines = [*(f"# {key}: {value}" for key, value in header.items()), ""]
    filed_after: list[int] = []
    messages = 0
    for sign, text in transcript.moves:
        known, added, reopened = len(player.filed), len(player.added), len(player.reopened)
        messages += sign == ">"
        lines += _block(sign, text)
        reply = _move(player, sign, text)
        lines += _block("<", reply) if reply else []
        lines += [f"= added to #{ticket}: {draft.report}" for ticket, draft in player.added[added:]]
        lines += [f"= goes on from #{ticket}: {draft.report}" for ticket, draft in player.reopened[reopened:]]
        for draft in player.filed[known:]:
            filed_after.append(messages)
            lines += [f"= {line}" for line in _filed(draft, player)]
        lines += [""] if reply else []
    return "\n".join(lines).rstrip() + "\n", filed_after


def _block(sign: str, text: str) -> list[str]:
    first, *rest = text.split("\n")
    return [f"{sign} {first}".rstrip(), *(f"| {line}".rstrip() for line in rest)]


def _move(player: Player, sign: str, text: str) -> str:
    if sign == "~":
        closed = re.fullmatch(r"#(\d+) (?:fechado|closed)", text)
        if closed is not None:
            player.closed.add(int(closed[1]))
            return ""
        pause = _PAUSE.fullmatch(text)
        if pause is None:
            return player.pauses()
        return player.waits(timedelta(minutes=int(pause[1])) if pause[2] == "min" else timedelta(hours=int(pause[1])))
    special = _SPECIAL.fullmatch(text)
    if special is None:
        return player.says(text)
    if special[1].startswith(("cita ", "quotes ")):
        return player.quotes(int(special[1].split()[1]), special[2])
    if special[1] in {"reencaminha", "forwards"}:
        return player.forwards(special[2])
    if special[1] in {"contacto", "contact"}:
        name, _, phone = special[2].partition(", ")
        return player.shares_contact(name, phone)
    if special[1] in {"toca", "taps"}:
        return player.taps(special[2])
    if special[1] in _FILES:
        return player.sends(_FILES[special[1]], special[2])
    return player.shares(-16.23, 39.91)


def _filed(draft: Draft, player: Player) -> Iterator[str]:
    context = player.context()
    kind = kind_in(draft, context)
    flags = (("NMCP", kind.nmcp), ("urgent", draft.is_urgent), ("person", draft.wants_person))
    signs = [sign for sign, is_set in flags if is_set]
    yield ", ".join([f"ticket: {draft.category}/{kind.id}", f"severity {player.severity(draft)}", *signs])
    yield f"place: {place_label(draft, context) or '-'}"
    if draft.affected is not None:
        yield "for: " + ", ".join(
            each for each in (draft.affected.name, draft.affected.role, draft.affected.phone) if each
        )
    if draft.impact:
        yield f"impact: {draft.impact}"
    yield from (f"{question}: {answer}" for question, answer in draft.answers)
    yield "report: " + " / ".join(draft.report.split("\n"))
    if draft.attachments or draft.latitude is not None:
        yield f"files: {len(draft.attachments)}, location: {'yes' if draft.latitude is not None else 'no'}"
