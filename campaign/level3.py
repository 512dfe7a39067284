"""What a campaign decides about level 3, the remote engineers."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from campaign.nodes import Nodes


@dataclass(frozen=True, slots=True)
class Level3Rules:
    """`prefix` begins every subject, as in `[SPAQ-27]`; `zone` is the engineers' clock, shown beside ours.

    `addresses` get the mail when nobody of level 3 who is on call has an address. `acknowledge` is how soon they answer
    while they are on shift; `automatic` how many mails an hour may go out by themselves about one ticket.
    """

    prefix: str
    zone: ZoneInfo
    addresses: tuple[str, ...]
    acknowledge: timedelta
    automatic: int


def read_level3(nodes: Nodes, node: yaml.Node) -> Level3Rules:
    """The section `helpdesk.level3` of a campaign file. Raises CampaignInvalid."""
    parts = nodes.mapping(node, {"prefix", "zone", "acknowledge", "automatic"}, {"addresses"})
    return Level3Rules(
        prefix=nodes.attempt(lambda: read_prefix(nodes, parts["prefix"]), ""),
        zone=nodes.attempt(lambda: _zone(nodes, parts["zone"]), ZoneInfo("UTC")),
        addresses=nodes.each(parts.get("addresses"), lambda item: _address(nodes, item)),
        acknowledge=nodes.minutes(parts["acknowledge"]),
        automatic=nodes.integer(parts["automatic"], 1, 20),
    )


def read_prefix(nodes: Nodes, node: yaml.Node) -> str:
    """A short word that may begin a mail's subject or a template's name."""
    prefix = nodes.scalar(node)
    if not prefix.isalnum() or not prefix.isascii() or len(prefix) > 16:
        nodes.note(node, "a prefix is a short word of letters and digits, such as SPAQ")
    return prefix


def _zone(nodes: Nodes, node: yaml.Node) -> ZoneInfo:
    try:
        return ZoneInfo(nodes.scalar(node))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise nodes.fault(node, "a time zone such as Asia/Kolkata is expected here") from error


def _address(nodes: Nodes, node: yaml.Node) -> str:
    address = nodes.scalar(node)
    if "@" not in address or len(address.split()) != 1:
        nodes.note(node, "a mail address such as team@example.org is expected here")
    return address
