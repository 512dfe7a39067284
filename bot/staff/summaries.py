"""How the helpdesk stands, in words: the same five lines for the digest to the leads and for `ESTAT`."""

from intake.facts import HelpdeskSummed
from locales import Voice
from reports.cells import span


def summary(summed: HelpdeskSummed, voice: Voice) -> str:
    """Five lines: what came and ended, what is open, where it stands, and two times."""
    _, counts = voice.gettext, summed.counts
    severity = _("S{severity}")
    open_by = ", ".join(f"{severity.format(severity=each)} {count}" for each, count in enumerate(summed.severities, 1))
    lines = [
        _("{part}: received {received} ({phoned} by telephone), resolved {resolved}, rejected {rejected}"),
        _("Open {open} ({severities}) · overdue {overdue}"),
        _("Queue {queued} · being handled {held} · waiting for the reporter {asked} · NMCP {nmcp} · L3 {level3}"),
        _("First word, 7 days: {word}"),
        _("Work restored, 7 days: {restore}"),
    ]
    times = {name: _time(each, voice) for name, each in summed.times.items()}
    part = _part(summed, voice)
    return "\n".join(line.format(part=part, severities=open_by, **counts, **times) for line in lines)


def caption(summed: HelpdeskSummed, voice: Voice, desk: str) -> str:
    """What stands below the picture; `desk` is what the campaign calls the helpdesk."""
    text = voice.gettext("{desk}, {day} at {time}")
    return text.format(desk=desk, day=voice.day(summed.at), time=voice.clock(summed.at))


def _part(summed: HelpdeskSummed, voice: Voice) -> str:
    """What the figures are about."""
    _ = voice.gettext
    words = {
        "morning": _("Good morning. Since midnight"),
        "evening": _("The day {day}"),
        "today": _("Today until {time}"),
        "week": _("From {since} to {day}"),
    }[summed.part]
    return words.format(since=voice.day(summed.since), day=voice.day(summed.at), time=voice.clock(summed.at))


def _time(times: list[int | None], voice: Voice) -> str:
    _, (median, p90, share) = voice.gettext, times
    if median is None or p90 is None:
        return _("nothing yet")
    text = _("half within {median}, nine of ten within {p90}")
    if share is not None:
        text = _("half within {median}, nine of ten within {p90}; {share}% in time")
    return text.format(median=span(median), p90=span(p90), share=share)
