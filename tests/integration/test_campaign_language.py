"""A further language is a catalogue and a few lines of the campaign's file: no release, nobody's code."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.book import read_campaign_and_book
from campaign import CampaignInvalid
from ops.imports import BadRows, import_people, read_rows
from settings import Settings
from tests.databases import ONLY_SQLITE
from tests.world import World

SHIPPED = (Path(__file__).parents[2] / "campaigns" / "smc-nampula.yaml").read_text("utf-8")
FRENCH = """
languages:
  fr: {name: Français, locale: fr_FR, words: [fr, français, francais], catalogue: fr.po}
terms:
  district: {pt: distrito, en: district, fr: district}
"""
CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

msgid "From now on in English."
msgstr "À partir de maintenant en français."

msgid "What kind of problem is it? You can also just describe it."
msgstr "De quel problème s'agit-il ? Vous pouvez aussi simplement le décrire."

msgid "today at {time}"
msgstr "aujourd'hui à {time}"

msgctxt "button"
msgid "Send"
msgstr "Envoyer"
"""
PEOPLE = (
    "name,phone,role,language,province,district,boundary_code,username,email\nAwa,840000091,L1,fr,Nampula,Memba,,,\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A campaign that also speaks French, as far as its catalogue goes."""
    (tmp_path / "fr.po").write_text(CATALOGUE, "utf-8")
    text = SHIPPED.replace('pt: "Helpdesk SPAQ/Salama"', 'pt: "Helpdesk SPAQ/Salama", fr: "Assistance SPAQ/Salama"')
    text = text.replace('title: {pt: "App ou telefone"', 'title: {pt: "App ou telefone", fr: "App ou téléphone"', 1)
    path = tmp_path / "campaign.yaml"
    path.write_text(text + FRENCH, "utf-8")
    return path


@pytest.fixture
def settings(settings: Settings, file: Path) -> Settings:
    """The usual settings with the campaign's file."""
    return replace(settings, campaign_file=file)


@ONLY_SQLITE
def test_a_person_chooses_it_and_what_is_not_translated_is_said_in_portuguese(world: World) -> None:
    chat = world.chat()
    chat.asks("bom dia")
    answer = chat.asks("Français")
    assert "À partir de maintenant en français." in answer
    menu = chat.asks("menu")
    assert menu.startswith("De quel problème s'agit-il ?")
    assert "1. App ou téléphone\n2. Conta ou senha" in menu
    assert "PT, EN ou FR" in chat.asks("ajuda"), "the words that always work name it"
    asked = chat.asks("a app fecha sozinha em Aube")
    assert "App ou telefone" in asked or "App ou téléphone" in asked
    assert "Pedido #1" in chat.asks("urgente"), "whatever the catalogue lacks, the report is filed"


@ONLY_SQLITE
def test_people_are_enrolled_with_it_and_greeted_in_it(world: World, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    rows = read_rows(tmp_path / "people.csv")
    with world.bridge.sessions.begin() as session, pytest.raises(BadRows, match="use pt or en"):
        import_people(session, rows, world.clock())
    with world.bridge.sessions.begin() as session:
        import_people(session, rows, world.clock(), languages=tuple(world.bridge.campaign.languages))
    assert "Assistance SPAQ/Salama" in world.chat("+258840000091").asks("olá")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("locale: fr_FR", "locale: xx_YY", "is no locale that is known"),
        ("aujourd'hui à {time}", "aujourd'hui à {heure}", "places in braces that its message has not"),
        ('msgid "From', 'msgix "From', "this is no catalogue"),
    ],
)
def test_a_catalogue_with_a_fault_is_refused_by_its_name(file: Path, old: str, new: str, fault: str) -> None:
    for path in (file, file.with_name("fr.po")):
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(CampaignInvalid, match=rf"fr\.po: .*{fault}"):
        read_campaign_and_book(file)
