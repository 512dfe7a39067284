"""Sees that the campaign's file, or a catalogue that it names, has become another one."""

from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from time import monotonic

EVERY_S = 3.0
"""How often the files are looked at, at most."""
_Mark = tuple[tuple[int, int, int], ...]


class FileWatch:
    """Looks at some files, at most every `every_s` seconds; whoever asks in between costs nothing.

    A file counts as changed when it has other contents and has not been touched between two looks, so that one that is
    still being written is left alone. Not for several threads at once: the caller sees to it.
    """

    def __init__(
        self, paths: Iterable[Path], *, every_s: float = EVERY_S, seconds: Callable[[], float] = monotonic
    ) -> None:
        self._every_s = every_s
        self._seconds = seconds
        self._looked_at = seconds()
        self.rest(paths)

    def rest(self, paths: Iterable[Path]) -> None:
        """Take these files as they are now as the known ones."""
        self._paths = tuple(paths)
        self._mark = self._seen = self._marked()
        self._digest = self._contents()

    @property
    def is_due(self) -> bool:
        """Whether it is time to look again; `has_changed` looks."""
        return self._seconds() - self._looked_at >= self._every_s

    def has_changed(self) -> bool:
        """Look; True once for each new state of the files that has settled."""
        self._looked_at = self._seconds()
        before, self._seen = self._seen, self._marked()
        if self._seen == self._mark or self._seen != before:
            return False
        self._mark, known = self._seen, self._digest
        self._digest = self._contents()
        return self._digest != known

    @property
    def digest(self) -> str:
        """What the contents are known by."""
        return self._digest

    def _marked(self) -> _Mark:
        return tuple(_mark(path) for path in self._paths)

    def _contents(self) -> str:
        found = sha256()
        for path in self._paths:
            try:
                found.update(path.read_bytes())
            except OSError:
                found.update(b"\0missing\0")
        return found.hexdigest()


def _mark(path: Path) -> tuple[int, int, int]:
    """What changes with a file: its time, length and place on the disk; a link is followed."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0, 0
    return state.st_mtime_ns, state.st_size, state.st_ino
