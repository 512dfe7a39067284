"""How the helpdesk stands, for whoever asks: `ESTAT` (helpdesk requirements, d6)."""

from collections.abc import Mapping

from bot.staff.bench import Answer, Bench, Handler
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from bot.staff.summaries import summary
from classifier.text import fold
from reports.summaries import Summaries

_WEEK = ("semana", "week")


def stats(bench: Bench, order: Order) -> Answer:
    """`ESTAT` is about today, `ESTAT semana` about seven days; three letters will do."""
    summaries = Summaries(bench.kit.calendar, bench.kit.campaign.rules.targets)
    asked, connection = fold(order.text).strip(), bench.session.connection()
    is_week = len(asked) >= 3 and any(word.startswith(asked) for word in _WEEK)
    if is_week:
        return Answer(summary(summaries.week(connection, bench.now), bench.voice))
    return Answer(summary(summaries.today(connection, bench.now, part="today"), bench.voice))


HANDLERS: Mapping[Verb, Handler] = {Verb.STATS: stats}
