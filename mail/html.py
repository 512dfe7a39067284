"""Reads the text out of an HTML mail: blocks become lines, quoted blocks lines with `>`. Pure."""

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "head", "title", "template"})
_LONGEST = 100_000
"""How much of the markup is read, in characters; the standard parser needs quadratic time for what is malformed."""
_OPEN = re.compile(r"<(?=[^<>]*(?:<|\Z))")
"""The beginning of a tag that never ends."""
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section", "pre"}
)  # fmt: skip


def text_of_html(source: str) -> str:
    """The words of an HTML mail as plain lines, whatever is wrong with its markup."""
    reader = _Reader()
    reader.feed(_without_comments(source[:_LONGEST]))
    reader.close()
    return reader.text()


def _without_comments(source: str) -> str:
    """The markup without comments and declarations, in one pass; one that is left open hides the rest.

    What only begins a tag becomes text.
    """
    kept, at = [], 0
    while (begins := source.find("<!", at)) >= 0:
        kept.append(source[at:begins])
        end = "-->" if source.startswith("<!--", begins) else ">"
        ends = source.find(end, begins + 2)
        if ends < 0:
            return "".join(kept)
        at = ends + len(end)
    return _OPEN.sub("&lt;", "".join([*kept, source[at:]]))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._silent = 0
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "blockquote":
            self._end_line()
            self._depth += 1
        elif tag == "li":
            self._end_line()
            self._line.append("- ")
        elif tag in _BLOCKS:
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "blockquote":
            self._end_line()
            self._depth = max(0, self._depth - 1)
        elif tag in _BLOCKS or tag == "li":
            self._end_line()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._line.append(data)

    def text(self) -> str:
        """What was read."""
        self._end_line()
        return "\n".join(self._lines).strip()

    def _end_line(self) -> None:
        words = " ".join("".join(self._line).split())
        self._line = []
        if words:
            self._lines.append(f"{'> ' * self._depth}{words}")
        elif self._lines and self._lines[-1]:
            self._lines.append("")
