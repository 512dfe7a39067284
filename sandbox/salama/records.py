"""What the sandbox remembers: the complaints table, the workflow table, files; written late on purpose, journalled.

A write becomes visible when its time has come, as behind the platform's message queue, and a row that the database
would refuse never does. With a journal every write is one JSON line, and starting again replays them.
Source: complaints API contract, sections 8.1, 8.2, 10.1 and 13.
"""

import heapq
import json
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sandbox.salama.options import Json

_UPDATED = (
    "serviceCode",
    "rating",
    "serviceRequestId",
    "description",
    "accountId",
    "additionalDetail",
    "applicationStatus",
    "selfComplaint",
)


class Journal:
    """An append-only file of JSON lines; without a path it forgets everything."""

    def __init__(self, path: Path | None) -> None:
        self._file: IO[str] | None = None
        self._path = path

    def replay(self, take: Callable[[Json], None]) -> None:
        """Hand over every complete line and open the file for more; half a line at its end is cut off."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        content = self._path.read_bytes() if self._path.exists() else b""
        complete = content[: content.rfind(b"\n") + 1]
        for line in complete.splitlines():
            take(json.loads(line))
        if complete != content:
            self._path.write_bytes(complete)
        self._file = self._path.open("a", encoding="utf-8")

    def append(self, record: Json) -> None:
        """Write one line through to the file."""
        if self._file is not None:
            self._file.write(json.dumps(record, separators=(",", ":")) + "\n")
            self._file.flush()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


class Tables:
    """Both tables and the writes that are still on their way; not thread-safe, its owner holds the lock."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._pending: list[tuple[int, int, Json]] = []
        self._counter = 0
        self.complaints: dict[str, Json] = {}
        self.entries: dict[str, list[Json]] = {}
        self.lost: list[str] = []
        self.last_number = 0
        self._id_by_number: dict[str, str] = {}
        # (createdTime, order of arrival, id), ascending: the order of most searches.
        self._by_time: list[tuple[int, int, str]] = []

    def write(self, kind: str, data: Json, due_ms: int) -> None:
        """Queue a write of kind `insert`, `update`, `entry` or `lost`, visible from `due_ms` on."""
        record = {"kind": kind, "due": due_ms, "data": data}
        self._journal.append(record)
        self.enqueue(record)

    def enqueue(self, record: Json) -> None:
        """Queue a write that is in the journal already."""
        self._counter += 1
        heapq.heappush(self._pending, (record["due"], self._counter, record))
        number = record["data"].get("serviceRequestId") or record["data"].get("businessId") or ""
        tail = number.rpartition("-")[2]
        if tail.isdigit():
            self.last_number = max(self.last_number, int(tail))

    def settle(self, now_ms: int) -> None:
        """Apply every write whose time has come."""
        while self._pending and self._pending[0][0] <= now_ms:
            _, _, record = heapq.heappop(self._pending)
            getattr(self, f"_apply_{record['kind']}")(record["data"])

    def pending_inserts(self) -> list[Json]:
        """Complaints that are accepted but not yet visible."""
        return [record["data"] for _, _, record in sorted(self._pending) if record["kind"] == "insert"]

    def by_number(self, number: str) -> Json | None:
        """The visible complaint of that number."""
        return self.complaints.get(self._id_by_number.get(number, ""))

    def in_window(self, start_ms: int | None, end_ms: int | None) -> list[Json]:
        """Visible complaints by createdTime ascending, both ends included, None for no bound."""
        low = 0 if start_ms is None else bisect_left(self._by_time, (start_ms,))
        high = len(self._by_time) if end_ms is None else bisect_right(self._by_time, (end_ms + 1,))
        return [self.complaints[identity] for _, _, identity in self._by_time[low:high]]

    def last_entry(self, number: str) -> Json | None:
        """The newest visible workflow entry of a ticket."""
        found = self.entries.get(number)
        return found[-1] if found else None

    def _apply_insert(self, service: Json) -> None:
        self.complaints[service["id"]] = service
        self._id_by_number[service["serviceRequestId"]] = service["id"]
        insort(self._by_time, (service["auditDetails"]["createdTime"], len(self._by_time), service["id"]))

    def _apply_update(self, service: Json) -> None:
        row = self.complaints[service["id"]]
        if self._id_by_number.get(row["serviceRequestId"]) == row["id"]:
            del self._id_by_number[row["serviceRequestId"]]
        row.update({key: service[key] for key in _UPDATED})
        row["auditDetails"] = {
            **row["auditDetails"],
            "lastModifiedBy": service["auditDetails"]["lastModifiedBy"],
            "lastModifiedTime": service["auditDetails"]["lastModifiedTime"],
        }
        address = service["address"]
        if address["id"] == row["address"]["id"]:
            row["address"] = address
        self._id_by_number[str(row["serviceRequestId"])] = row["id"]

    def _apply_entry(self, entry: Json) -> None:
        self.entries.setdefault(entry["businessId"], []).append(entry)

    def _apply_lost(self, service: Json) -> None:
        self.lost.append(service["serviceRequestId"])
