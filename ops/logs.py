"""Structured logs: one JSON object a line on standard error. Never message texts, tokens, names or numbers.

What may stand in a line is listed here (`FIELDS`); anything else is left out, and what looks like a telephone number,
an e-mail address or an access token is covered wherever it turns up. Of an error its type, its code and the places in
the code are told, never its text, which may repeat what a person wrote. `trace` ties the lines of one matter together,
from the first message to the last reply (store.trace).
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from store.trace import current_trace

FIELDS = frozenset({
    "act", "action", "attachment", "by", "bytes", "category", "channel", "chore", "code", "conversation", "do",
    "district", "duty", "error", "file", "found", "inbound", "kind", "known", "left_out", "mail", "marker", "meaning",
    "means", "message", "number", "numbers", "page_size", "path", "reason", "receivers", "roles", "row", "s",
    "severity", "sid", "source", "status", "thread", "ticket", "timer", "told", "trace", "turns", "uid", "url",
})  # fmt: skip
"""What a line may tell. `message` and `sid` are Twilio's ids of a message, `number` is Salama's of a complaint, `by` is
our id of a member of staff. A new field goes in here once it is sure that it never holds words, a name or a number."""
_ALWAYS = frozenset({"event", "level", "timestamp", "logger", "exception"})
_NOISY = ("twilio.http_client", "apscheduler", "urllib3", "waitress.queue")

_COVERED = re.compile(
    r"(?<![\w.-])(?:\+\d[\d .()-]{6,18}\d|\d{9,15}|8[2-7][ .-]?\d(?:[ .-]?\d){6})(?![\w-])"  # telephone numbers
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|(?:Bearer|Basic)\s+[\w.~+/=-]{8,}|(?<=://)[^\s/@]+:[^\s/@]+(?=@)"
)


def covered(text: str) -> str:
    """`text` without telephone numbers, e-mail addresses and credentials, as they stand in libraries' own sentences."""
    return _COVERED.sub("•••", text)


def described(error: BaseException) -> list[str]:
    """An error and what caused it: of each the type, a code if it has one, and where in the code it happened.

    Newest first. The text is left out: a database repeats the row that it refuses, a parser the word it cannot read.
    """
    lines: list[str] = []
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        code = next((str(found) for name in ("code", "sqlstate", "errno") if (found := getattr(now, name, None))), "")
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(now.__traceback__)]
        name = f"{type(now).__module__}.{type(now).__qualname__}".removeprefix("builtins.")
        lines.append(" < ".join([name + (f" [{covered(code)}]" if code else ""), *reversed(places[-12:])]))
        now = now.__cause__ or now.__context__ or getattr(now, "orig", None)
    return lines


def _with_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    trace = current_trace()
    if trace:
        event["trace"] = trace
    return event


def _bare_errors(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["exception"] = described(error)
    return event


def _nothing_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if name not in FIELDS and name not in _ALWAYS:
            event[name] = "•••"
        elif name not in {"timestamp", "exception", "trace"}:
            event[name] = _clean(value)
    return event


def _clean(value: Any) -> Any:
    """Numbers and flags as they are; a text or a list of them without what must not stand there."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_clean(each) for each in value]
    return covered(str(value))


_SHARED: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _with_trace,
    _bare_errors,
)


def configure_logs(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Set up the logs of this process, also those of libraries, which only speak up from warnings on.

    `stream` is where they go, standard error if none is given. Calling it again replaces what was set up before.
    """
    target = stream or sys.stderr
    structlog.configure(
        processors=[*_SHARED, _nothing_personal, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Lines)]:
        root.removeHandler(handler)
    root.addHandler(_Lines(target))
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)


class _Lines(logging.StreamHandler[TextIO]):
    """What libraries log, as lines of the same kind."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setLevel(logging.WARNING)
        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[structlog.stdlib.add_logger_name, *_SHARED],
                processors=[_only_the_event, _nothing_personal, structlog.processors.JSONRenderer(ensure_ascii=False)],
            )
        )

    def format(self, record: logging.LogRecord) -> str:
        """The line; a record's own text of an error, made for other handlers, is not ours to repeat."""
        copy = logging.makeLogRecord(record.__dict__)
        copy.exc_text = copy.stack_info = None
        return super().format(copy)


def _only_the_event(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> EventDict:
    return {name: value for name, value in event.items() if not name.startswith("_")}


def log_dead_threads() -> None:
    """A thread that ends by an error leaves a line of this kind instead of Python's own trace with its text."""

    def tell(args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread else ""
        structlog.get_logger().error("thread_died", thread=name, exc_info=args.exc_value)

    threading.excepthook = tell
