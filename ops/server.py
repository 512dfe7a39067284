"""Web and worker in one process behind waitress; starts, waits for a signal, stops within ten seconds."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Protocol
from wsgiref.types import WSGIApplication

from structlog import get_logger
from waitress.server import create_server

from ops.logs import log_dead_threads
from ops.worker import Worker

THREADS = 16
MAX_BODY, MAX_HEADERS = 256 * 1024, 32 * 1024
"""Bytes of a request that are taken in at all; the webhooks themselves take less (bot.webhooks)."""
CONNECTIONS = 500
_log = get_logger()


class Stoppable(Protocol):
    """Something that runs beside the server."""

    def stop(self) -> None:
        """End it."""


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers of one process, which start and stop together."""

    workers: Sequence[Worker]

    def start(self) -> None:
        """Start them all."""
        for worker in self.workers:
            worker.start()

    def stop(self, within_s: float) -> None:
        """Stop them all at the same time; what takes longer is left to whoever comes next."""
        threads = [threading.Thread(target=worker.stop, args=[within_s], daemon=True) for worker in self.workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(within_s + 1)


def _raise_exit(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _on_signals() -> None:
    signal.signal(signal.SIGTERM, _raise_exit)
    signal.signal(signal.SIGINT, _raise_exit)


def serve(
    wsgi: WSGIApplication,
    worker: Crew,
    *,
    host: str,
    port: int,
    warm_up: Callable[[], None],
) -> None:
    """Serve until SIGTERM or ctrl-C; what is under way is finished first.

    The socket is open before the worker starts, so that its first messages find their way back.
    """
    _on_signals()
    log_dead_threads()
    server = create_server(
        wsgi,
        host=host,
        port=port,
        threads=THREADS,
        ident="bridge",
        max_request_body_size=MAX_BODY,
        max_request_header_size=MAX_HEADERS,
        connection_limit=CONNECTIONS,
        channel_timeout=60,
    )
    # Twilio's messages may come at once; the first one would otherwise wait for the model.
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    worker.start()
    url = f"http://{host}:{server.effective_port}"  # type: ignore[union-attr]
    _log.info("serving", url=url)
    try:
        server.run()
    finally:
        server.close()  # a request that hangs had its five seconds by now
        _end(worker, within_s=4.0)


def run_worker(worker: Crew, warm_up: Callable[[], None]) -> None:
    """Run a worker alone until SIGTERM or ctrl-C."""
    _on_signals()  # as long as it waits for its database there is nothing to finish
    log_dead_threads()
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    try:
        worker.start()
    except SystemExit:  # stopped half way: what has begun already is left to the next process, as after a kill
        os._exit(0)
    is_over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: is_over.set())
    _log.info("working")
    # A signal that another thread caught, or that came just before a wait began, is seen when the wait ends.
    while not is_over.wait(0.5):
        pass
    _end(worker, within_s=8.0)


def _end(worker: Crew, *, within_s: float) -> None:
    """Stop the worker and leave at once.

    Python would wait for every thread that still hangs in a call to Salama, for over a minute; such a delivery goes on
    in the next process like any whose process was killed.
    """
    worker.stop(within_s)
    _log.info("stopped")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
