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
    prefix = nodes.scalar(parts["prefix"])
    if not prefix.isalnum() or not prefix.isascii() or len(prefix) > 16:
        raise nodes.fault(parts["prefix"], "a prefix is a short word of letters and digits, such as SPAQ")
    try:
        zone = ZoneInfo(nodes.scalar(parts["zone"]))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise nodes.fault(parts["zone"], "a time zone such as Asia/Kolkata is expected here") from error
    addresses = []
    for item in nodes.items(parts.get("addresses")):
        address = nodes.scalar(item)
        if "@" not in address or len(address.split()) != 1:
            raise nodes.fault(item, "a mail address such as team@example.org is expected here")
        addresses.append(address)
    return Level3Rules(
        prefix=prefix,
        zone=zone,
        addresses=tuple(addresses),
        acknowledge=nodes.minutes(parts["acknowledge"]),
        automatic=nodes.integer(parts["automatic"], 1, 20),
    )
