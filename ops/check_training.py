"""What `bridge check` says of the training, where anybody is trained."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ops.findings import Finding, fail, judged, note, ok
from store.delivery import DeliveryError
from store.schema import is_current

if TYPE_CHECKING:
    from assembly import Bridge


def training(parts: "Bridge") -> Iterator[Finding]:
    """Its database and its sandbox; and whose reports are not taken in earnest."""
    beside, settings = parts.training, parts.settings
    if beside is None:
        return
    current = is_current(beside.engine)
    yield judged("training database", current, "up to date", "is not the newest", "run: bridge db upgrade")
    try:
        beside.salama.service_codes()
    except DeliveryError as error:
        remedy = "start it with bridge sandbox; see BRIDGE_TRAINING_SALAMA_URL and BRIDGE_TRAINING_SALAMA_PASSWORD"
        yield fail("training sandbox", error.code, remedy)
    else:
        yield ok("training sandbox", settings.training_salama_url)
    if settings.training_numbers:
        says = f"{len(settings.training_numbers)} beginnings of numbers: nobody from there reports in earnest"
        yield note("training numbers", says, "empty BRIDGE_TRAINING_NUMBERS when the training is over")
