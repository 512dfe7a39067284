"""The campaign file is complete, and whoever changes it is told the line and what is wrong."""

from pathlib import Path

import pytest

from bot.dialogue.report import danger_in, kind_of
from campaign import CampaignInvalid, load_campaign, words_in

DEFAULT = Path(__file__).parents[2] / "campaigns" / "smc-nampula.yaml"
CAMPAIGN = load_campaign()


def test_the_default_speaks_both_languages_everywhere() -> None:
    kinds = [kind for category in CAMPAIGN.categories.values() for kind in category.kinds]
    texts = [row.title for row in CAMPAIGN.menu] + [row.description for row in CAMPAIGN.menu]
    texts += [category.title for category in CAMPAIGN.categories.values()]
    texts += [words for kind in kinds for words in (kind.because, kind.first) if words]
    texts += [words for kind in kinds for q in kind.questions for words in (q.ask, q.label)]
    assert all(set(words) == {"pt", "en"} for words in texts)
    assert words_in({"pt": "olá"}, "en") == "olá"


def test_portuguese_texts_are_mozambican() -> None:
    text = DEFAULT.read_text("utf-8").lower()
    for brazilian in ("usuário", "tela ", "celular ", "cadastr", "você", "arquivo", "sincronizando"):
        assert brazilian not in text


@pytest.mark.parametrize(
    ("category", "report", "kind"),
    [
        ("technical", "o painel solar não carrega o telefone", "broken_device"),
        ("technical", "o painel não carrega os dados", "dashboard"),
        ("technical", "a app fecha", "app"),
        ("user_account", "substituir a registadora Amina", "new_user"),
        ("user_account", "perdi o papel da senha", "access"),
        ("data_content", "a equipa está no campo e falta a aldeia", "village"),
        ("data_content", "apagar a aldeia Nacuca", "deletion"),
        ("data_content", "uma opção da pergunta está errada", "form"),
        ("data_content", "a meta do distrito está errada", "content"),
        ("security", "perdi o telefone", "lost_device"),
        ("security", "entraram na minha conta", "misuse"),
        ("performance", "acabaram os megas", "bundle"),
        ("performance", "a net está sem sinal", "network"),
        ("performance", "tudo muito lento", "slow"),
        ("programmatic", "blisters molhados", "quality"),
        ("programmatic", "n recebemos tlm ainda", "not_received"),
        ("programmatic", "acabou o spaq", "stock"),
        ("programmatic", "o carro não tem combustível", "logistics"),
        ("programmatic", "roubaram o tablet da equipa", "lost_device"),
        ("programmatic", "os líderes recusam a campanha", "process"),
    ],
)
def test_the_kind_is_told_by_its_words(category: str, report: str, kind: str) -> None:
    assert kind_of(CAMPAIGN.category(category), report).id == kind


def test_a_swollen_battery_is_no_danger() -> None:
    assert danger_in("a bateria inchou", CAMPAIGN) is None
    assert danger_in("a criança inchou", CAMPAIGN) is not None


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("severity: 1\n", "severity: 7\n", "a whole number from 1 to 4"),
        ('ask: {pt: "Desde quando?"', 'ask: {pt: "Desde quando"', "must end with a question mark"),
        ("questions: [error, phones", "questions: [eror, phones", "there is no question «eror»"),
        ("  - id: technical\n", "  - id: tecnical\n", "neither a category nor one of"),
        ("file_as: security.lost_device", "file_as: security.gone", "there is no «security.gone»"),
        ('title: {pt: "App ou telefone", en: "App or phone"}', 'title: {en: "App or phone"}', "at least Portuguese"),
        ('{pt: "Segurança", en: "Security"}', '{pt: "Segurança da app e do telefone", en: "Security"}', "at most 24"),
        ("desk:", "deks:", "«deks» is not known here"),
        ("    service: technical\n", "", "«service» is missing"),
        ("menu:\n", "menu: 3\nx:\n", "is not known here"),
        ("id: smc-nampula", "id: [1", "not valid YAML"),
        ("  - {impact: stopped, severity: 2}", "  - {impact: stopt, severity: 2}", "there is no impact «stopt»"),
        ("  - {impact: none, severity: 4}\n", "", "no row fits the impact «none»"),
        ("  - {teams: 2, severity: 2, because", "  - {severity: 2, because", "a row names an impact"),
        ("evidence: [works_again,", "evidence: [works_agan,", "there is no evidence «works_agan»"),
        ("owner: l2", "owner: l9", "«l9» is not one of l2, lead, egov, l3, nmcp"),
        ("      escalation: [egov, l3]\n", "", "«escalation» is missing"),
        ('ask: {pt: "Qual é o utilizador?"', 'ask: {pt: "O utilizador"', "must end with a question mark"),
        ('        because: {pt: "dúvida", en: "question"}\n', "", "severity and because go together"),
        (
            "        playbook: {evidence: [loaded",
            "        playbook: {evidense: [loaded",
            "«evidense» is not known here",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = DEFAULT.read_text("utf-8")
    assert old in text
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CampaignInvalid, match=r"mine\.yaml") as raised:
        load_campaign(path)
    assert complaint in str(raised.value) or (
        complaint.startswith("«deks»") and "«desk» is missing" in str(raised.value)
    )


def test_a_file_that_is_not_there_is_named_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(CampaignInvalid, match=r"BRIDGE_CAMPAIGN_FILE: gone\.yaml cannot be read"):
        load_campaign(tmp_path / "gone.yaml")


def test_what_may_wake_a_lead_and_who_must_be_there_are_rules() -> None:
    rules = CAMPAIGN.rules
    assert rules.night.covers("security", "lost_device")
    assert rules.night.covers("programmatic", "reaction")
    assert not rules.night.covers("programmatic", "stock")
    assert not rules.night.agreed
    assert (rules.cover.least, rules.cover.peak_least) == (1, 2)
    assert (rules.cover.peak_from, rules.cover.peak_to) == (17 * 60, 21 * 60)


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("matters: [security, ", "matters: [secrets, ", "a category such as security"),
        ("agreed: []", "agreed: [84 000 0011]", "a number such as"),
        ('peak: "17:00-21:00"', 'peak: "21:00-17:00"', "the peak ends after it begins"),
        ('peak: "17:00-21:00"', 'peak: "17-21"', "a time of day"),
    ],
)
def test_wrong_rules_about_people_are_named_with_their_line(tmp_path: Path, right: str, wrong: str, what: str) -> None:
    text = DEFAULT.read_text("utf-8")
    assert text.count(right) == 1
    changed = tmp_path / "campaign.yaml"
    changed.write_text(text.replace(right, wrong), "utf-8")
    line = text[: text.index(right)].count("\n") + 1
    with pytest.raises(CampaignInvalid, match=f"line {line}: {what}"):
        load_campaign(changed)
