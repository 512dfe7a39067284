"""Reads the form under a chat: text, a file, something from the menu, or a tap on a button or row."""

from collections.abc import Mapping

from flask import abort
from werkzeug.datastructures import FileStorage

from sandbox.whatsapp.inbound import Draft
from sandbox.whatsapp.samples import ANGOCHE, sample_photo, sample_voice_note
from sandbox.whatsapp.state import State
from sandbox.whatsapp.values import Button, Contact, ListItem, Media, Message


def draft_from(form: Mapping[str, str], file: FileStorage | None, state: State) -> Draft | None:
    """What the composer, a button or a list row sent; None for an empty composer, 404 for a choice nobody offered."""
    text, reply_to, action = (form.get("text", "").strip()[:1600], form.get("reply_to", ""), form.get("action", ""))
    origin_sid, _, payload = form.get("tap", "").partition("|")
    if origin_sid:
        return _tap(state.find(origin_sid), payload)
    if action == "photo":
        return Draft(text=text, media=sample_photo(), reply_to=reply_to)
    if action == "voice":
        return Draft(media=sample_voice_note(), reply_to=reply_to)
    if action == "location":
        return Draft(location=ANGOCHE, reply_to=reply_to)
    if action == "contact":
        return Draft(contact=Contact("Amina Saide", "+258840000003"), reply_to=reply_to)
    if file is not None and file.filename:
        return Draft(text=text, media=_uploaded(file), reply_to=reply_to)
    return Draft(text=text, reply_to=reply_to) if text else None


def _uploaded(file: FileStorage) -> Media:
    content_type = (file.content_type or "application/octet-stream").partition(";")[0]
    return Media(file.read(), content_type, file.filename or "")


def _tap(origin: Message | None, payload: str) -> Draft:
    if origin is None:
        abort(404)
    for button in origin.buttons:
        if button.id == payload:
            return Draft(button=Button(button.id, button.title), reply_to=origin.sid)
    for row in origin.menu.items if origin.menu else ():
        if row.id == payload:
            return Draft(list_choice=ListItem(row.id, row.title, row.description), reply_to=origin.sid)
    abort(404)
