"""WhatsApp's text formatting as HTML; knows nothing of bubbles.

Source: Twilio, WhatsApp message features (bold, italic, strike-through, monospace).
"""

import re

from markupsafe import Markup, escape

_MONO = re.compile(r"```(.+?)```", re.DOTALL)
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
# A marker counts only when it touches the text inside and stands free of letters outside.
_MARKS = tuple(
    (re.compile(rf"(?<![\w{sign}]){sign}(?=\S)([^\n]*?\S){sign}(?![\w{sign}])"), tag)
    for sign, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
)


def as_html(text: str) -> Markup:
    """`text` as a phone shows it: escaped, with its formatting, links and line breaks."""
    pieces = _MONO.split(text)
    return Markup("").join(_mono(piece) if place % 2 else _plain(piece) for place, piece in enumerate(pieces))


def _mono(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)


def _plain(text: str) -> Markup:
    """Links stay as they are written: an underscore in an address is no marker."""
    html, end = Markup(""), 0
    for link in _LINK.finditer(text):
        html += _marked(text[end : link.start()])
        html += Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(link[0])
        end = link.end()
    return html + _marked(text[end:])


def _marked(text: str) -> Markup:
    html = str(escape(text))
    for pattern, tag in _MARKS:
        html = pattern.sub(rf"<{tag}>\1</{tag}>", html)
    # Escaped above; only our own tags were added.
    return Markup(html)  # noqa: S704
