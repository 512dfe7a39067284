"""The published FAQ as this process knows it; read again when an import or a lead has changed it."""

import threading
import time

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from intake.faq import Entry, FaqIndex, best_answer
from store.faq import FaqState, faq_entries, faq_version

_CHECK_S = 2.0
_FIELDS = ("id", "category", "question_pt", "answer_pt", "question_en", "answer_en", "keywords")


def read_index(session: Session) -> FaqIndex:
    """The published entries, made ready for look-ups."""
    rows = faq_entries(session, FaqState.PUBLISHED)
    return FaqIndex(Entry(**{name: getattr(row, name) for name in _FIELDS}) for row in rows)


class FaqCache:
    """Finds answers without a query a turn: asks the database for news at most every two seconds, when it is asked."""

    def __init__(self, reader: Engine) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._version: object = object()
        self._checked_s = float("-inf")
        self._index = FaqIndex(())

    def answer_to(self, question: str, language: str) -> Entry | None:
        """The entry that answers a question and is written in `language`, or None when none is near enough."""
        if time.monotonic() - self._checked_s >= _CHECK_S:
            self._refresh()
        match = best_answer(question, self._index, language)
        return match.entry if match else None

    def _refresh(self) -> None:
        with self._lock, Session(self._reader) as session:
            version = faq_version(session)
            if version != self._version:
                self._index = read_index(session)
                self._version = version
            self._checked_s = time.monotonic()
