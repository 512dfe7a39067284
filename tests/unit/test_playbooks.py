"""Every matter has a way to be resolved: who owns it, what must be known before closing, who is asked next."""

import pytest

from campaign import Playbook
from intake.advice import risky_advice
from tests.journeys.player import CAMPAIGN

KINDS = [(category, kind.id) for category, each in CAMPAIGN.categories.items() for kind in each.kinds]


def texts(playbook: Playbook) -> list[str]:
    words = [playbook.self_help] if playbook.self_help else []
    words += [text for each in playbook.evidence for text in (each.label, each.ask)]
    return [text for each in [*words, *playbook.canned.values()] for text in (each["pt"], each["en"])]


@pytest.mark.parametrize(("category", "kind"), KINDS)
def test_every_kind_has_a_whole_playbook_in_both_languages(category: str, kind: str) -> None:
    playbook = CAMPAIGN.playbook(category, kind)
    assert playbook.owner
    assert playbook.escalation
    assert playbook.evidence
    assert 1 <= playbook.severity <= 4
    assert all(texts(playbook))


@pytest.mark.parametrize(("category", "kind"), KINDS)
def test_nothing_in_a_playbook_loses_records(category: str, kind: str) -> None:
    assert [text for text in texts(CAMPAIGN.playbook(category, kind)) if risky_advice(text)] == []


def test_the_five_categories_ask_for_what_the_sop_wants_before_closing() -> None:
    def wanted(category: str, kind: str) -> set[str]:
        return {each.id for each in CAMPAIGN.playbook(category, kind).evidence}

    assert "works_again" in wanted("technical", "app")
    assert {"username", "account_action", "told_by_voice"} <= wanted("user_account", "forgotten")
    assert "old_account" in wanted("user_account", "new_user")
    assert {"authority", "loaded", "seen_on_device"} <= wanted("data_content", "village")
    assert {"revoked_at", "unsynced_noted", "lead_told"} <= wanted("security", "misuse")
    assert "nmcp_outcome" in wanted("security", "lost_device")
    assert "nmcp_outcome" in wanted("programmatic", "stock")


def test_a_kind_replaces_parts_and_keeps_the_rest_of_its_category() -> None:
    app, broken = CAMPAIGN.playbook("technical", "app"), CAMPAIGN.playbook("technical", "broken_device")
    assert broken.escalation == ("egov", "nmcp")
    assert broken.self_help != app.self_help
    assert (broken.owner, broken.severity, broken.canned) == (app.owner, app.severity, app.canned)


def test_a_kind_that_the_file_no_longer_has_counts_as_the_categorys_last() -> None:
    assert CAMPAIGN.playbook("technical", "gone") is CAMPAIGN.playbook("technical", "app")
    with pytest.raises(KeyError):
        CAMPAIGN.playbook("gone", "app")
