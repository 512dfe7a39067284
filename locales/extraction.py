"""Keeps the message catalogues true to the program: `python -m locales.extraction [--check]`.

Without `--check` it writes messages.pot and brings the Portuguese catalogue up to date; with it, it only tells what is
wrong: messages that changed, are not translated or fuzzy, placeholders that differ, messages and button titles that are
too long.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent
SOURCES = ("bot", "intake", "locales", "reports")
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "_N": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
BUTTON_TITLE = 20
MESSAGE = 400
"""Longest message of the chat outside the summary (helpdesk requirements, d1)."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def extract() -> Catalog:
    """The messages in the program's text, in a stable order and without line numbers."""
    catalogue = Catalog(project="salama-helpdesk-bridge", charset="utf-8")
    for source in SOURCES:
        folder = ROOT.parent / source
        found = extract_from_dir(str(folder), keywords=KEYWORDS, comment_tags=("Translators:",))  # type: ignore[arg-type]
        for name, _line, message, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
            catalogue.add(message, None, [(f"{source}/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


def _written(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=110, omit_header=True, include_lineno=False, sort_output=False)
    return buffer.getvalue()


def update() -> None:
    """Write the template and merge it into the Portuguese catalogue."""
    fresh = extract()
    (ROOT / "messages.pot").write_bytes(_written(fresh))
    path = ROOT / "pt" / "LC_MESSAGES" / "messages.po"
    known = read_po(io.BytesIO(path.read_bytes()), locale="pt") if path.exists() else Catalog(locale="pt")
    known.update(fresh, no_fuzzy_matching=True)
    known.obsolete.clear()
    buffer = io.BytesIO()
    write_po(buffer, known, width=110, include_lineno=False)
    path.write_bytes(buffer.getvalue())


def problems() -> Iterator[str]:
    """Everything that keeps the catalogues from being complete and true."""
    if (ROOT / "messages.pot").read_bytes() != _written(extract()):
        yield "messages.pot is not what the program says; run: python -m locales.extraction"
    portuguese = read_po(io.BytesIO((ROOT / "pt" / "LC_MESSAGES" / "messages.po").read_bytes()), locale="pt")
    known = {(m.id if isinstance(m.id, str) else m.id[0], m.context): m for m in portuguese if m.id}
    for message in extract():
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            yield from _faults(message, known.get((key, message.context)))


def _faults(message: Message, translation: Message | None) -> Iterator[str]:
    name = message.id if isinstance(message.id, str) else message.id[0]
    if translation is None or not translation.string or (translation.pluralizable and not all(translation.string)):
        yield f"not translated: {name}"
        return
    if translation.fuzzy:
        yield f"fuzzy: {name}"
    texts = [translation.string] if isinstance(translation.string, str) else list(translation.string)
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = set(_PLACEHOLDER.findall(sources[-1]))
    if any(set(_PLACEHOLDER.findall(text)) != wanted for text in texts):
        yield f"placeholders differ: {name}"
    if message.context == "button" and any(len(text) > BUTTON_TITLE for text in [*texts, *sources]):
        yield f"a button title has at most {BUTTON_TITLE} characters: {name}"
    if any(len(text) > MESSAGE for text in [*texts, *sources]):
        yield f"a message of the chat has at most {MESSAGE} characters: {name}"


def main(arguments: list[str]) -> int:
    """The command line; answers the exit status."""
    if "--check" not in arguments:
        update()
    found = list(problems())
    for problem in found:
        sys.stderr.write(problem + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
