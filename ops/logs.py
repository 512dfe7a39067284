"""Structured logs: one JSON object a line on standard error. Never message texts, tokens, names or numbers."""

import logging
import sys

import structlog


def configure_logs(level: int = logging.INFO) -> None:
    """Set up structlog once for the process; the libraries' own loggers only speak up from warnings on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    for name in ("twilio.http_client", "apscheduler", "urllib3", "waitress.queue"):
        logging.getLogger(name).setLevel(logging.ERROR)
