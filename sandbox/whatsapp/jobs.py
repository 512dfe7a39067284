"""A thread that does small jobs at their time, one after the other; knows nothing of what they do."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from typing import TypeAlias

Job: TypeAlias = Callable[[], object]


class Jobs:
    """A queue of jobs with a thread of its own; `is_held` stops the queue while it answers True."""

    def __init__(self, name: str, is_held: Callable[[], bool]) -> None:
        self._name = name
        self._is_held = is_held
        self._wake = threading.Condition()
        self._queue: list[tuple[float, int, Job]] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None
        self._stopping = False

    @property
    def is_running(self) -> bool:
        """Whether the thread lives."""
        return self._thread is not None

    def start(self) -> None:
        """Start the thread; does nothing when it runs already."""
        with self._wake:
            if self._thread is None:
                self._stopping = False
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread after the job that it is doing; what waits stays in the queue."""
        with self._wake:
            thread, self._thread, self._stopping = self._thread, None, True
            self._wake.notify_all()
        if thread is not None:
            thread.join()

    def add(self, job: Job, *, after_s: float = 0.0) -> None:
        """Do `job` when `after_s` seconds have passed; equal times keep their order."""
        with self._wake:
            heapq.heappush(self._queue, (time.monotonic() + after_s, next(self._numbers), job))
            self._wake.notify_all()

    def notice(self) -> None:
        """Look again whether the queue is held."""
        with self._wake:
            self._wake.notify_all()

    def run_pending(self) -> int:
        """Do every job in the calling thread, without waiting for its time; the number of jobs done."""
        done = 0
        while not self._is_held() and (job := self._pop()) is not None:
            job()
            done += 1
        return done

    def _pop(self) -> Job | None:
        with self._wake:
            return heapq.heappop(self._queue)[2] if self._queue else None

    def _run(self) -> None:
        while (job := self._next()) is not None:
            job()

    def _next(self) -> Job | None:
        """Wait for the next job that is due; None means that the thread shall end."""
        with self._wake:
            while not self._stopping:
                if self._is_held() or not self._queue:
                    self._wake.wait()
                elif (wait_s := self._queue[0][0] - time.monotonic()) > 0:
                    self._wake.wait(wait_s)
                else:
                    return heapq.heappop(self._queue)[2]
            return None
