"""The state of one sandbox: its switches, clock, people and tables, behind one lock."""

import random
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta, timezone

from sandbox.salama.accounts import User, seed_users
from sandbox.salama.boundaries import BoundaryTree, load_tree
from sandbox.salama.catalogue import service_definitions
from sandbox.salama.directory import Directory
from sandbox.salama.options import Clock, GatewayStyle, Generation, Json, WorkflowVariant, epoch_ms
from sandbox.salama.records import Journal, Tables
from sandbox.salama.workflow import Workflow, workflow_of

# The identifier service writes dates in India's time, whatever the tenant's zone; contract, section 8.7.
INDIA = timezone(timedelta(hours=5, minutes=30))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of the file store."""

    id: str
    name: str
    content_type: str
    content: bytes


@dataclass(slots=True)
class World:
    """Everything the services share; every access to tables and directory happens under `lock`."""

    generation: Generation
    gateway: GatewayStyle
    variant: WorkflowVariant
    clock: Clock
    rng: random.Random
    journal: Journal
    pgr_delay: timedelta = timedelta()
    workflow_delay: timedelta = timedelta()
    workflow_page: int = 100
    max_file_bytes: int = 6 * 1024 * 1024
    definitions: list[Json] = field(default_factory=service_definitions)
    files: dict[str, StoredFile] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    tree: BoundaryTree = field(default_factory=load_tree)
    directory: Directory = field(init=False)
    tables: Tables = field(init=False)
    workflow: Workflow = field(init=False)

    def __post_init__(self) -> None:
        self.workflow = workflow_of(self.variant)
        self.tables = Tables(self.journal)
        self.directory = Directory(
            seed_users(self.variant), lambda record: self.journal.append({"kind": "user", "data": record})
        )

    def now_ms(self) -> int:
        """The services' clock in epoch milliseconds."""
        return epoch_ms(self.clock())

    def settle(self) -> None:
        """Let every write appear whose time has come."""
        self.tables.settle(self.now_ms())

    def new_id(self) -> str:
        """A random UUID as text."""
        while True:
            found = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
            # A seeded random source starts again with the demo, the journal does not.
            if found not in self.tables.complaints and found not in self.files:
                return found

    def next_number(self) -> str:
        """The next ticket number; its date is India's."""
        self.tables.last_number += 1
        return f"PGR-{self.clock().astimezone(INDIA):%Y-%m-%d}-{self.tables.last_number:06d}"

    def people(self, uuids: list[str]) -> list[User]:
        """The users of these uuids, unknown ones left out."""
        return [user for user in map(self.directory.find, uuids) if user is not None]


def open_journal(world: World, take_file: Callable[[Json], None]) -> None:
    """Replay the world's journal into it; `take_file` receives the files."""

    def take(record: Json) -> None:
        if record["kind"] == "user":
            world.directory.restore(record["data"])
        elif record["kind"] == "file":
            take_file(record["data"])
        else:
            world.tables.enqueue(record)

    world.journal.replay(take)
    world.settle()
