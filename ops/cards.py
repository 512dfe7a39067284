"""The one-page cards for printing: one for supervisors with link and QR code, one for the helpdesk's staff.

HTML with everything in it, to be printed by any browser; Portuguese (helpdesk requirements R42, R67).
"""

from dataclasses import dataclass
from pathlib import Path

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined

from intake.phones import PhoneNumber

CARDS = ("supervisor", "staff")
GREETING = "Olá"
"""What the link puts into the message, so that one tap on send is enough."""
NAMES = {"supervisor": "cartao-supervisor.html", "staff": "cartao-helpdesk.html"}


@dataclass(frozen=True, slots=True)
class Contact:
    """The helpdesk's WhatsApp number as the cards show it; `number` is E.164."""

    number: str

    @property
    def shown(self) -> str:
        """As people write it, with the country's code, since SIMs of neighbours are common at the borders."""
        national = PhoneNumber.of(self.number).shown
        return national if national.startswith("+") else f"+{PhoneNumber.of(self.number).country_code} {national}"

    @property
    def link(self) -> str:
        """Opens the chat with the greeting already written."""
        return f"https://wa.me/{self.number.removeprefix('+')}?text=Ol%C3%A1"

    @property
    def code(self) -> str:
        """The link as a QR code, SVG; a quarter of it may be dirty or torn (level Q)."""
        made = segno.make(self.link, error="q", micro=False)
        svg: str = made.svg_inline(scale=1, border=4, omitsize=True, title=f"WhatsApp {self.shown}")
        return svg


def write_cards(folder: Path, *, number: str, desk: str, hours: str) -> list[Path]:
    """Write both cards for a helpdesk of this number (E.164), name and hours; answers the files."""
    environment = Environment(loader=PackageLoader("ops"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for card in CARDS:
        page = environment.get_template(f"card_{card}.html").render(contact=Contact(number), desk=desk, hours=hours)
        file = folder / NAMES[card]
        file.write_text(page, encoding="utf-8")
        written.append(file)
    return written
