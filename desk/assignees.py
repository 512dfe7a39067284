"""Finds out whether Salama would take somebody as the assignee of a complaint (complaints API contract, 10.3, 20.3)."""

from intake.phones import PhoneNumber
from intake.ports import Employee, NotEntitled, WorkflowApi
from store.people import Person


class Unassignable(Exception):
    """Salama would refuse this assignee; `reason` is `staff` or `department`, `department` the one that it wants."""

    def __init__(self, reason: str, department: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.department = department


def assignee_of(api: WorkflowApi, person: Person | None, service_code: str) -> Employee:
    """The person on Salama's staff list, if their department may have complaints of this type.

    Raises Unassignable, and DeliveryError when Salama does not answer.
    """
    try:
        found = employee_of(api, person) if person else None
    except NotEntitled:
        found = None
    if found is None:
        raise Unassignable("staff")
    department = api.department(service_code)
    if department is not None and department not in found.departments:
        raise Unassignable("department", department)
    return found


def employee_of(api: WorkflowApi, person: Person) -> Employee | None:
    """Somebody on Salama's staff list: by number, told apart by user name (numbers repeat there), else by user name."""
    found = api.employees(national_number=PhoneNumber(person.phone).national)
    named = [one for one in found if person.username and one.username == person.username]
    if named or len(found) == 1:
        return (named or found)[0]
    if not person.username:
        return None
    return next(iter(api.employees(username=person.username)), None)
