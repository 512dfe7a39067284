"""How grave a report is, and why, by the campaign's table, its kinds and its playbooks. Pure.

Source: helpdesk requirements, "Impact to severity" and R3.
"""

from dataclasses import dataclass

from bot.dialogue.draft import Draft
from bot.dialogue.impact import read_teams
from bot.dialogue.model import Context
from bot.dialogue.report import kind_in, said
from campaign import SeverityRow, Words, words_in

LEAST = 4


@dataclass(frozen=True, slots=True)
class Severity:
    """1 (worst) to 4, and the reason in words for people; no words when nothing was said that would be one."""

    level: int
    reason: Words


def severity_of(draft: Draft, context: Context) -> Severity:
    """The gravest of what the table says of impact, teams and urgency, and of what the report's kind is by itself.

    A kind of severity 4 (a question, a wish) is never graver, unless the person says that it is urgent. Without a word
    on the impact the playbook's severity counts.
    """
    kind = kind_in(draft, context)
    told = _told(draft, context)
    if draft.is_urgent and told is not None:
        return told
    own = Severity(kind.severity, kind.because or {}) if kind.severity is not None else None
    if own is not None and (own.level == LEAST or told is None or own.level < told.level):
        return own
    return told or Severity(kind.playbook.severity, {})


def _told(draft: Draft, context: Context) -> Severity | None:
    """What the table makes of the report; None when no row fits, as nothing was said."""
    teams, is_exact = read_teams(said(draft), draft.answer("teams"))
    for row in context.campaign.severities:
        if row.fits(impact=draft.impact, teams=teams, is_urgent=draft.is_urgent):
            return Severity(row.severity, _reason(row, draft, teams if is_exact else None, context))
    return None


def _reason(row: SeverityRow, draft: Draft, teams: int | None, context: Context) -> Words:
    words = row.because or (context.campaign.impact(draft.impact).title if draft.impact else {})
    counted = context.campaign.terms["several_teams" if teams is None else "team" if teams == 1 else "teams"]
    return {
        language: text.replace("{teams}", words_in(counted, language).replace("{count}", str(teams)))
        for language, text in words.items()
    }
