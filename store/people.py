"""People who may write to the helpdesk, and the administrative areas; tables and their queries."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant


class Role(StrEnum):
    """What a person may do; the names are those of the people file."""

    FIELD = "FIELD"
    L1 = "L1"
    L2 = "L2"
    L2_LEAD = "L2_LEAD"
    L3 = "L3"
    NMCP = "NMCP"
    ADMIN = "ADMIN"


class Person(Base):
    """An enrolled person; `language` is `pt` or `en`.

    `phone` is E.164, with `#2` behind it for the second who shares it (desk.sharing).
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    phone: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16), index=True)
    language: Mapped[str] = mapped_column(String(8))
    province: Mapped[str] = mapped_column(String(200), default="")
    district: Mapped[str] = mapped_column(String(200), default="")
    boundary_code: Mapped[str | None] = mapped_column(ForeignKey("boundaries.code"), index=True)
    username: Mapped[str | None] = mapped_column(String(100), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    is_active: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def number(self) -> str:
        """The telephone number in E.164; `phone` has a mark behind it where several people share one handset."""
        return self.phone.partition("#")[0]


class Boundary(Base):
    """An administrative area of Salama; `code` is opaque, `type` one of Country … Village."""

    __tablename__ = "boundaries"

    code: Mapped[str] = mapped_column(String(128), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(32))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("boundaries.code"), index=True)


def find_person(session: Session, phone: str) -> Person | None:
    """The active person with this E.164 number, or None."""
    return session.scalar(select(Person).where(Person.phone == phone, Person.is_active))


def find_person_by_account(session: Session, *, phone: str | None, username: str | None) -> Person | None:
    """The active person behind a Salama user, by telephone number (E.164) first, else by user name."""
    person = find_person(session, phone) if phone else None
    if person is None and username:
        person = session.scalar(select(Person).where(Person.username == username, Person.is_active).limit(1))
    return person


def add_person(session: Session, name: str, phone: str, role: Role, language: str, now: datetime) -> Person:
    """Enrol somebody who is not enrolled, active or not."""
    person = Person(name=name, phone=phone, role=role.value, language=language, updated_at=now)
    session.add(person)
    session.flush()
    return person


def districts(session: Session) -> list[str]:
    """The districts that active people are enrolled for."""
    return list(session.scalars(select(Person.district).where(Person.is_active, Person.district != "").distinct()))


def get_people(session: Session, phones: Iterable[str]) -> dict[str, Person]:
    """People by E.164 number, active or not."""
    wanted = list(phones)
    return {p.phone: p for p in session.scalars(select(Person).where(Person.phone.in_(wanted)))}


def all_boundaries(session: Session) -> list[Boundary]:
    """Every boundary, in no particular order."""
    return list(session.scalars(select(Boundary)))


def boundary_path(session: Session, code: str) -> list[Boundary]:
    """The area of this code and those that it lies in, the smallest first; nothing when nobody knows it."""
    path: list[Boundary] = []
    area = session.get(Boundary, code)
    while area is not None and area not in path:
        path.append(area)
        area = session.get(Boundary, area.parent_code) if area.parent_code else None
    return path


def district_named(session: Session, name: str) -> Boundary:
    """The district of this name. Raises NoResultFound."""
    return session.scalars(select(Boundary).where(Boundary.type == "District", Boundary.name == name).limit(1)).one()
