"""The machine's clock as the storm has it: one for all processes, faster than the real one, and moved by the hour."""

import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAYOUT = struct.Struct("dddd")


class SharedClock:
    """An aware UTC clock over a small file that every process maps; `steady` is the same without its jumps.

    The file holds, as doubles: seconds of the real monotonic clock at the last change, what `steady` said then, by how
    many seconds the epoch's time was ahead of it, and the speed.
    """

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _LAYOUT.size)

    @classmethod
    def create(cls, path: Path, at: datetime, speed: float) -> "SharedClock":
        """A new clock that stands at an instant and runs `speed` times as fast as the real one."""
        path.write_bytes(_LAYOUT.pack(time.monotonic(), 0.0, (at - EPOCH).total_seconds(), speed))
        return cls(path)

    def __call__(self) -> datetime:
        steady_s, ahead_s, _ = self._read()
        return EPOCH + timedelta(seconds=steady_s + ahead_s)

    def steady(self) -> float:
        """Seconds that passed, whatever the clock was set to; for differences only."""
        return self._read()[0]

    def jump(self, length: timedelta) -> None:
        """Somebody sets the clock forward or, by a negative length, back."""
        steady_s, ahead_s, speed = self._read()
        self._write(steady_s, ahead_s + length.total_seconds(), speed)

    def run_at(self, speed: float) -> None:
        """Let time pass faster or slower from now on."""
        steady_s, ahead_s, _ = self._read()
        self._write(steady_s, ahead_s, speed)

    def _read(self) -> tuple[float, float, float]:
        changed_s, steady_s, ahead_s, speed = _LAYOUT.unpack(self._map[: _LAYOUT.size])
        return steady_s + (time.monotonic() - changed_s) * speed, ahead_s, speed

    def _write(self, steady_s: float, ahead_s: float, speed: float) -> None:
        self._map[: _LAYOUT.size] = _LAYOUT.pack(time.monotonic(), steady_s, ahead_s, speed)
