"""The page of the mailbox: a list of mails, one mail with its headers, and a form to answer it.

Every address is made by url_for, so the page works under any prefix.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.mail.letters import Letter, Letters, parsed
from sandbox.mail.reply import answer_to, answers_go_to, text_of, words_of
from sandbox.mail.texts import LANGUAGES, say
from sandbox.origins import is_foreign

ANSWER_LIMIT = 4000
_CAT = timezone(timedelta(hours=2), "CAT")  # Mozambique has no summer time
_LOOKS = Path(__file__).parent.parent / "salama" / "static"
_POLICY = "default-src 'self'; frame-ancestors 'self'; form-action 'self'; base-uri 'none'"
_SHOWN_PICTURES = frozenset({"image/jpeg", "image/png"})


def mail_page(
    letters: Letters, owner: Address, deliver: Callable[[bytes], object], *, links: Sequence[tuple[str, str]] = ()
) -> Flask:
    """The application at whose root the page is; `deliver` takes every answer as it travels, headers and all."""
    app = Flask(__name__, static_folder=str(_LOOKS))
    page = _Page(letters, owner, deliver)
    app.before_request(_prepare)
    app.after_request(_guard)
    app.url_defaults(_keep_language)
    app.context_processor(lambda: {"t": _t, "language": g.language, "owner": owner, "links": links, "other": _other()})
    app.register_error_handler(404, lambda _error: (render_template("mail_missing.html"), 404))
    app.add_url_rule("/", "list", page.list)
    app.add_url_rule("/rows", "rows", page.rows)
    app.add_url_rule("/mails/<int:number>", "mail", page.mail)
    app.add_url_rule("/mails/<int:number>", "answer", page.answer, methods=["POST"])
    app.add_url_rule("/mails/<int:number>/files/<int:place>", "file", page.file)
    return app


class _Page:
    """The answers of the page."""

    def __init__(self, letters: Letters, owner: Address, deliver: Callable[[bytes], object]) -> None:
        self._letters = letters
        self._owner = owner
        self._deliver = deliver

    def list(self) -> str:
        return render_template("mails.html", lines=self._lines())

    def rows(self) -> str:
        """Only the rows, for the list's own refreshing."""
        return render_template("mail_rows.html", lines=self._lines())

    def mail(self, number: int) -> ResponseReturnValue:
        letter = self._find(number)
        if not letter.is_read:
            self._letters.was_read(number)
        return self._show(letter, notice=_t("sent") if "sent" in request.args else "")

    def answer(self, number: int) -> ResponseReturnValue:
        """Send an answer; without words the page comes back."""
        letter, text = self._find(number), request.form.get("text", "").strip()
        if not text or len(text) > ANSWER_LIMIT:
            return self._show(letter, error=_t("missing", limit=ANSWER_LIMIT), typed=text)
        raw = answer_to(letter.message, text, sender=self._owner, now=datetime.now(UTC)).as_bytes()
        self._deliver(raw)
        self._letters.answered(number, raw)
        return redirect(url_for("mail", number=number, sent=1), 303)

    def file(self, number: int, place: int) -> Response:
        """An attachment; only pictures are shown, everything else is a download."""
        files = _files(self._find(number).message)
        if place >= len(files):
            abort(404)
        part = files[place]
        response = Response(part.get_payload(decode=True), content_type=part.get_content_type())
        if part.get_content_type() not in _SHOWN_PICTURES:
            response.headers.set("Content-Disposition", "attachment", filename=part.get_filename() or "file")
        return response

    def _find(self, number: int) -> Letter:
        return self._letters.find(number) or abort(404)

    def _lines(self) -> Sequence[Mapping[str, object]]:
        return [_line(letter) for letter in self._letters.newest_first()]

    def _show(self, letter: Letter, *, notice: str = "", error: str = "", typed: str = "") -> str:
        mail = letter.message
        return render_template(
            "mail.html",
            number=letter.number,
            subject=str(mail["Subject"] or "") or _t("no_subject"),
            headers=_headers(mail),
            text=text_of(mail),
            files=[(part.get_filename() or "", part.get_content_type()) for part in _files(mail)],
            pictures=_SHOWN_PICTURES,
            answers=[(_date(each), *words_of(each, mail)) for each in map(parsed, letter.answers)],
            limit=ANSWER_LIMIT,
            notice=notice,
            error=error,
            typed=typed,
        )


def _line(letter: Letter) -> Mapping[str, object]:
    mail = letter.message
    state = "answered" if letter.answers else "read" if letter.is_read else "new"
    senders = mail["From"].addresses if mail["From"] else ()
    return {
        "number": letter.number,
        "subject": str(mail["Subject"] or "") or _t("no_subject"),
        "sender": (senders[0].display_name or senders[0].addr_spec) if senders else "",
        "files": len(_files(mail)),
        "state": state,
        "date": _date(mail),
    }


def _headers(mail: EmailMessage) -> Sequence[tuple[str, str]]:
    """What is shown above a mail, labelled."""
    values = {
        "sender": mail["From"],
        "receiver": mail["To"],
        "reply_to": answers_go_to(mail),
        "date": f"{_date(mail)} CAT",
        "message_id": mail["Message-ID"],
        "in_reply_to": mail["In-Reply-To"],
    }
    return [(_t(key), str(value)) for key, value in values.items() if value]


def _files(mail: EmailMessage) -> Sequence[Any]:
    return list(mail.iter_attachments()) if mail.is_multipart() else []


def _date(mail: EmailMessage) -> str:
    sent = mail["Date"].datetime if mail["Date"] else None
    return f"{sent.astimezone(_CAT):%d/%m/%Y %H:%M}" if sent else ""


def _t(key: str, **values: object) -> str:
    return say(key, g.language, **values)


def _other() -> str:
    return LANGUAGES[1 - LANGUAGES.index(g.language)]


def _prepare() -> ResponseReturnValue | None:
    asked = request.args.get("lang")
    g.language = asked if asked in LANGUAGES else LANGUAGES[0]
    if request.method == "POST" and is_foreign():
        abort(403)
    return None


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != "static":
        values.setdefault("lang", g.language)


def _guard(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response
