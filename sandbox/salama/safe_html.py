"""Which texts the complaints service accepts as "safe HTML", by generation.

Generations B and C parse the text as an HTML fragment and refuse it when a parse error occurs or when anything lies
outside a small list of tags; generation A looks at elements only and has a longer list. This module is a reading
machine for exactly the constructs that can be accepted: everything else is a refusal, so it needs no error recovery.
Source: complaints API contract, section 9.1.
"""

import re
from dataclasses import dataclass, field
from html.entities import html5

from sandbox.salama.options import Generation

_BASIC = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "cite",
        "code",
        "dd",
        "dl",
        "dt",
        "em",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "u",
        "ul",
    ]
)
_BASIC_ATTRIBUTES = {"a": {"href"}, "blockquote": {"cite"}, "q": {"cite"}}
_LINK_SCHEMES = ("ftp:", "http:", "https:", "mailto:")
_BLOCKS = frozenset(["blockquote", "dl", "ol", "p", "pre", "ul"])
_ITEMS = frozenset(("dd", "dt", "li"))
_SPECIAL = _BLOCKS | _ITEMS
_IMPLIED_END = frozenset(("dd", "dt", "li", "p"))

_RELAXED = _BASIC | frozenset(
    [
        "caption",
        "col",
        "colgroup",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "img",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
    ]
)
_RELAXED_ATTRIBUTES = {
    "a": {"href", "title"},
    "blockquote": {"cite"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "img": {"align", "alt", "height", "src", "title", "width"},
    "ol": {"start", "type"},
    "q": {"cite"},
    "table": {"summary", "width"},
    "td": {"abbr", "axis", "colspan", "rowspan", "width"},
    "th": {"abbr", "axis", "colspan", "rowspan", "scope", "width"},
    "ul": {"type"},
}
_LINKS = frozenset(("href", "cite", "src"))

_TAG = re.compile(r"<(/?)([A-Za-z][^\s/><\x00]*)([^<>\x00]*)>")
_ATTRIBUTE = re.compile(
    r"""\s+([^\s"'<>/=\x00]+)(?:\s*=\s*(?:"([^"\x00]*)"|'([^'\x00]*)'|([^\s"'<>=`\x00]+)))?""", re.VERBOSE
)
_QUOTED_TAG = re.compile(
    r"""<(/?)([A-Za-z][^\s/><\x00]*)((?:\s+[^\s"'<>/=\x00]+(?:\s*=\s*(?:"[^"\x00]*"|'[^'\x00]*'|[^\s"'<>=`\x00]+))?)*)\s*(/?)>"""
)
_NAMED = re.compile(r"&([^\W\d_]*[0-9]*)(;?)")
_NUMERIC = re.compile(r"&#(?:[xX]([0-9A-Fa-f]*)|([0-9]*))(;?)")


def is_safe(text: str, generation: Generation) -> bool:
    """Whether the service of that generation accepts `text` in a checked field."""
    return _is_safe_old(text) if generation is Generation.A else _is_safe_strict(text)


def _is_safe_strict(text: str) -> bool:
    if "\x00" in text:
        return False
    tree = _Tree()
    position = 0
    while (start := text.find("<", position)) >= 0:
        match = _QUOTED_TAG.match(text, start)
        if match is None or not _references_pass(text[position:start], in_attribute=False):
            return False
        if not _tag_passes(match, tree):
            return False
        position = match.end()
    return _references_pass(text[position:], in_attribute=False)


def _tag_passes(match: re.Match[str], tree: "_Tree") -> bool:
    closing, name, attributes, slash = match[1], match[2].lower(), match[3], match[4]
    if name not in _BASIC:
        return False
    if closing:
        return not attributes.strip() and not slash and tree.close(name)
    if slash and name != "br":
        return False
    return _attributes_pass(name, attributes, _BASIC_ATTRIBUTES) and tree.open(name)


def _attributes_pass(name: str, attributes: str, allowed: dict[str, set[str]]) -> bool:
    seen: set[str] = set()
    for match in _ATTRIBUTE.finditer(attributes):
        key = match[1].lower()
        value = next((group for group in match.groups()[1:] if group is not None), "")
        if key in seen or key not in allowed.get(name, ()):
            return False
        if key in _LINKS and not value.strip().lower().startswith(_LINK_SCHEMES):
            return False
        if not _references_pass(value, in_attribute=True):
            return False
        seen.add(key)
    return True


def _references_pass(text: str, *, in_attribute: bool) -> bool:
    """Whether no `&` in this text is an erroneous character reference."""
    position = text.find("&")
    while position >= 0:
        if text.startswith("&#", position):
            if not _numeric_passes(text, position):
                return False
        elif not _named_passes(text, position, in_attribute=in_attribute):
            return False
        position = text.find("&", position + 1)
    return True


def _numeric_passes(text: str, position: int) -> bool:
    match = _NUMERIC.match(text, position)
    digits = match and (match[1] or match[2])
    if match is None or not digits or not match[3]:
        return False
    value = int(digits, 16 if match[1] else 10)
    # 0x80 to 0x9F are the Windows code page, which the parser corrects and reports.
    return value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF and not 0x80 <= value <= 0x9F


def _named_passes(text: str, position: int, *, in_attribute: bool) -> bool:
    match = _NAMED.match(text, position)
    name, semicolon = (match[1], match[2]) if match else ("", "")
    if semicolon:
        return f"{name};" in html5
    if name not in html5:
        return True
    following = text[position + 1 + len(name) : position + 2 + len(name)]
    # An old name such as `copy` counts without its semicolon, but not inside an address such as ?a=1&copy=2.
    return in_attribute and (following.isalnum() or following in ("=", "-", "_")) and following != ""


@dataclass(slots=True)
class _Tree:
    """The open elements, with the closing rules of HTML for the tags of the small list."""

    stack: list[str] = field(default_factory=list)

    def open(self, name: str) -> bool:
        if name == "br":
            return True
        if name == "a" and "a" in self.stack:
            return False
        if name in _ITEMS and not self._close_item(name):
            return False
        if name in _BLOCKS | _ITEMS and "p" in self.stack and not self.close("p"):
            return False
        self.stack.append(name)
        return True

    def close(self, name: str) -> bool:
        if name not in self.stack or name == "br" or not self._reachable(name):
            return False
        while self.stack[-1] != name and self.stack[-1] in _IMPLIED_END and name in _SPECIAL:
            self.stack.pop()
        if self.stack[-1] != name:
            return False
        self.stack.pop()
        return True

    def _reachable(self, name: str) -> bool:
        """An item does not close across the list that holds it."""
        if name != "li":
            return True
        inner = self.stack[len(self.stack) - 1 - self.stack[::-1].index("li") :]
        return "ul" not in inner and "ol" not in inner

    def _close_item(self, name: str) -> bool:
        siblings = ("li",) if name == "li" else ("dd", "dt")
        for open_name in reversed(self.stack):
            if open_name in siblings:
                return self.close(open_name)
            if open_name in _SPECIAL and open_name != "p":
                break
        return True


def _is_safe_old(text: str) -> bool:
    for match in _TAG.finditer(_without_comments(text)):
        closing, name, rest = match[1], match[2].lower(), match[3].rstrip("/ \t\r\n")
        if closing:
            continue
        if name not in _RELAXED or not _old_attributes_pass(name, rest):
            return False
    return True


def _old_attributes_pass(name: str, attributes: str) -> bool:
    for match in _ATTRIBUTE.finditer(attributes):
        key = match[1].lower()
        value = next((group for group in match.groups()[1:] if group is not None), "")
        if key not in _RELAXED_ATTRIBUTES.get(name, ()):
            return False
        if key in _LINKS and not value.strip().lower().startswith(_LINK_SCHEMES):
            return False
    return True


def _without_comments(text: str) -> str:
    return re.sub(r"<!--.*?-->|<[?!][^>]*>", "", text, flags=re.DOTALL)
