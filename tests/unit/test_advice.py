"""The guard against advice that loses records: what it sees, and what it lets pass, in both languages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.advice import risky_advice


@pytest.mark.parametrize(
    "text",
    [
        "Desinstale a app e instale outra vez.",
        "Reinstale o Salama",
        "Limpe os dados da app",
        "limpe a cache do Salama",
        "Apague os dados da aplicação nas definições",
        "Actualize a app na Play Store",
        "Atualize o aplicativo",
        "Faça a actualização da app",
        "Instale a nova versão",
        "Descarregue a versão mais recente",
        "Se não funcionar desinstale a app",
        "Se não der, desinstale",
        "Não se esqueça de actualizar a app",
        "Não se preocupe, limpe os dados",
        "Reponha as definições de fábrica",
        "formate o telefone",
        "Vá à Play Store e actualize",
        "Remova a app",
        "Pode desinstalar sem medo",
        "Uninstall the app and install it again",
        "Reinstall Salama",
        "Clear the app data",
        "clear cache and storage",
        "Wipe the data",
        "Please update to the latest version",
        "Install the new version",
        "Download the latest update",
        "Do a factory reset",
        "If it does not work uninstall the app",
        "Don't worry, clear the data",
        "Do not forget to update the app",
        "Do not uninstall the app and clear its data",
        "If not uninstall it",
        "Delete the app",
        "upgrade Android",
        "Faça um reset ao telefone",
        "Reset the tablet",
        "Restaure as definições do telefone",
        "Apague a app e volte a instalar",
        "Tire a app e instale a versão nova",
    ],
)
def test_advice_that_loses_records_is_seen(text: str) -> None:
    advice = risky_advice(text)
    assert advice
    assert risky_advice(text.upper()) == advice


@pytest.mark.parametrize(
    "text",
    [
        "Não desinstale a app nem limpe os dados: pode perder registos.",
        "Do not uninstall the app or clear its data: records may be lost.",
        "Nunca actualize a app durante a campanha.",
        "Never update the app",
        "Não precisa de desinstalar",
        "Evite actualizar a app",
        "Sem desinstalar nada, reinicie o telefone",
        "Do not try to reinstall the app",
        "You should never clear the data",
        "Don’t uninstall it",
        "Limpe a lente da câmara",
        "Apague fotografias na galeria",
        "Delete your own photos",
        "Reset the password in user management",
        "Vamos repor a senha da registadora",
        "Reinicie o telefone e sincronize",
        "Restart the phone and sync again",
        "Clear the text in the field and type again",
        "Descarregue a aldeia antes de sair",
        "Download the area while connected",
        "Actualize a página do painel",
        "O painel mostra os números depois de sincronizar",
        "",
    ],
)
def test_what_forbids_it_or_means_something_else_is_fine(text: str) -> None:
    assert risky_advice(text) == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_the_guard_reads_any_text(text: str) -> None:
    assert risky_advice(f"{text}\nDesinstale a app")[-1:] == ["desinstale a app"]


def test_every_piece_of_risky_advice_is_named() -> None:
    text = "Não precisa de desinstalar. Limpe os dados da app, depois actualize o Salama."
    assert risky_advice(text) == ["limpe os dados da app", "actualize o salama"]
    assert risky_advice("Uninstall the app. Then clear the cache.") == ["uninstall the app", "clear the cache"]
