"""Typed passwords: what is covered, what only speaks of passwords and stays."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.credential_shapes import is_user_name
from intake.credentials import COVER, mask
from intake.evenly import fold, tidy

EXAMPLES = Path(__file__).parents[2] / "classifier" / "examples"

# The sentence, and what in it is the password; the rest must stay as it was typed.
TYPED_PASSWORDS = [
    ("a senha é Salama@2024", "Salama@2024"),
    ("A senha é: Salama@2024", "Salama@2024"),
    ("senha: 1234abc", "1234abc"),
    ("Senha:1234abc", "1234abc"),
    ("senha=1234abc", "1234abc"),
    ("senha - 1234abc", "1234abc"),
    ("senha -> 1234abc", "1234abc"),
    ("senha 1234abc", "1234abc"),
    ("SENHA 1234ABC", "1234ABC"),
    ("senha 12345", "12345"),
    ("senha12345", "12345"),
    ("pass dele eh nampula123", "nampula123"),
    ("pass dela e nampula123", "nampula123"),
    ("a senha e Mosquito9", "Mosquito9"),
    ("a minha senha e Mosquito9.", "Mosquito9"),
    ("a pass da Amina é nampula123", "nampula123"),
    ("a senha da Amina Sitoe é 4821", "4821"),
    ("a senha da Amina abc12345", "abc12345"),
    ("a senha do registador 0231 é xpto9876", "xpto9876"),
    ("a nova senha dele é 246810", "246810"),
    ("a senha nova ficou Monapo2024", "Monapo2024"),
    ("a senha que me deram é campo77aa", "campo77aa"),
    ("a senha que uso é nampula", "nampula"),
    ("minha senha é ilhademoz, não entra", "ilhademoz"),
    ("a senha é salama", "salama"),
    ("senha: mucubela", "mucubela"),
    ("a senha não é 1234567", "1234567"),
    ("a senha é 840000001", "840000001"),
    ("a senha é REG-014", "REG-014"),
    ("a senha é «lua de mel 22»", "lua de mel 22"),
    ('senha "chuva2024"', "chuva2024"),
    ("senha 'mucubela'", "mucubela"),
    ("senha *chuva2024*", "chuva2024"),
    ("senha (chuva2024)", "chuva2024"),
    ("a senha é 1 2 3 4 5 6", "1 2 3 4 5 6"),
    ("a senha é um dois tres quatro", "um dois tres quatro"),
    ("pin 4821", "4821"),
    ("PIN: 4821", "4821"),
    ("o pin do telefone é 4821", "4821"),
    ("o PIN do tablet 4821", "4821"),
    ("puk 12345678", "12345678"),
    ("código de acesso: 77812", "77812"),
    ("o codigo de verificacao 482193 chegou por sms", "482193"),
    ("user REG-014 senha 12345", "12345"),
    ("user: REG-014\nsenha: 12345", "12345"),
    ("user REG-014\nsenha\nabc123", "abc123"),
    ("nao consigo entrar, user USR-006051 senha mz2024cc", "mz2024cc"),
    ("utilizador REG-014 e senha nampula123", "nampula123"),
    ("user REG-014 senha mucubela", "mucubela"),
    ("login monapo01 pass Kju78hy", "Kju78hy"),
    ("palavra-passe: Zambeze88", "Zambeze88"),
    ("a palavra passe é Zambeze88.", "Zambeze88"),
    ("palavrapasse Zambeze88", "Zambeze88"),
    ("entra com USR-1 / abc12345", "abc12345"),
    ("entra com USR-1/abc12345", "abc12345"),
    ("entrar com monapo01 e abc12345", "abc12345"),
    ("entra com REG-014 / 998877", "998877"),
    ("credenciais: REG-014 / abc12345", "abc12345"),
    ("login: REG-014 | abc12345", "abc12345"),
    ("user REG-014 Salama@2024 nao entra", "Salama@2024"),
    ("Salama@2024 é a senha dele", "Salama@2024"),
    ("usei 1234abc como senha", "1234abc"),
    ("pus 482110 como pin", "482110"),
    ("mudei a senha para mucubela777", "mucubela777"),
    ("tentei a senha Salama@2024 e nao entra", "Salama@2024"),
    ("com a senha 12345 nao entra", "12345"),
    ("a registadora esqueceu a senha Salama@2024", "Salama@2024"),
    ("tentei com a senha varias vezes, primeiro Salama@2024 e nada", "Salama@2024"),
    ("snha: 1234abc", "1234abc"),
    ("cenha e 1234abc", "1234abc"),
    ("senah 1234abc", "1234abc"),
    ("a senha e' 1234abc", "1234abc"),
    ("A SENHA É 1234ABC!", "1234ABC!"),
    ("my password is Salama2024", "Salama2024"),
    ("her password is nampula123 and it fails", "nampula123"),
    ("password: sunshine9", "sunshine9"),
    ("pwd=sunshine9", "sunshine9"),
    ("pw sunshine9", "sunshine9"),
    ("the password for Amina is sunshine9", "sunshine9"),
    ("password is mucubela", "mucubela"),
    ("the PIN is 4821, please reset", "4821"),
    ("passcode 482193", "482193"),
    ("I changed the password to sunshine999", "sunshine999"),
    ("sunshine9 is my password", "sunshine9"),
    ("log in with USR-1 / abc12345", "abc12345"),
    ("the new password was still sunshine9", "sunshine9"),
    ("pasword: sunshine9", "sunshine9"),
    ("my pin's 4821", "4821"),
    ("dei a senha Flor_1990 ao monitor", "Flor_1990"),
    ("o registador entra com USR-006053 e a senha ribaue10", "ribaue10"),
    ("Login: USR-006053 Pass: Qwe!234", "Qwe!234"),
    ("a pass é a seguinte: tigre2020", "tigre2020"),
    ("the user is amina01 and the password is Tigre55", "Tigre55"),
]

MENTIONS = [
    "esqueci a senha e Mosquito9",
    "a senha para reg014 nao funciona",
    "esqueceu a senha",
    "esqueci a minha senha, podem ajudar?",
    "a senha não entra",
    "senha errada 3 vezes",
    "preciso de nova senha para o registador João",
    "Preciso de senha: Amina, Namaponda",
    "senha de 6 dígitos",
    "a senha tem de ter 8 caracteres",
    "a senha é difícil",
    "a senha é a mesma de sempre",
    "a senha é pessoal, não se partilha",
    "a senha é obrigatória?",
    "a senha é dele",
    "a senha foi alterada ontem",
    "a senha foi bloqueada",
    "a senha: não funciona",
    "senha expirou em 12/01/2024",
    "senha expirada desde 14h30",
    "senha inválida",
    "SENHA NAO ENTRA!!! ja tentei 3x",
    'aparece a mensagem "senha errada"',
    'a app diz senha "invalida"',
    "o botão «Esqueci a senha» não faz nada",
    "sem senha não dá para trabalhar",
    "esqueceu a senha 840000001",
    "esqueceu a senha: 840000001",
    "esqueceu a senha, ligar 84 000 0001",
    "senha 84 000 0001",
    "reset da senha do USR-006051",
    "senha do REG-014 não entra",
    "senha do utilizador REG-014 bloqueada",
    "esqueceu a senha o user monapo01",
    "recuperar senha monapo01",
    "senha do registador 0231 não entra",
    "senha da equipa 4 não entra",
    "a senha não entra em 1200 telefones",
    "senha e 1234 registos por sincronizar",
    "perdeu a senha e o telefone 14",
    "pedido #27 da senha, já está?",
    "senha, ver PGR-2024-02-03-001234",
    "a senha que me deram não dá",
    "a senha está certa, mas demora 12 minutos",
    "deram-me o telefone e a senha e já entrei",
    "não tem utilizador nem senha",
    "user REG-014 senha esquecida",
    "user REG-014, senha nao entra",
    "utilizador REG-014 e REG-015 bloqueados",
    "user REG-014 / REG-015 não entram",
    "utilizador monapo01, monapo02 e monapo03",
    "utilizador USR-006051 tem 56 registos",
    "login REG-014, lote AB1234",
    "user REG-014 tablet 12",
    "user REG-014 840000001",
    "user REG-014 versao 2.1.0",
    "entra com o utilizador da Amina",
    "entra com erro 403",
    "o pin do mapa está errado",
    "pin 12",
    "código do produto SPAQ2",
    "código inválido 403",
    "a app pede PIN",
    "a palavra-passe: ●●●●",
    "a palavra-passe é ****",
    "senha: ...",
    "palavra-passe: …",
    "forgot the password",
    "the password does not work since Monday",
    "wrong password 3 times",
    "my password is wrong",
    "the password is not accepted",
    "password is expired",
    "I need a new password for user monapo01",
    "need password reset for REG-014",
    "the password must have 8 characters",
    "nobody remembers the password",
    "please pass the phone to Amina",
    "pass 1200 records to the dashboard",
    "password reset took 6 hours",
    "got a link asking for password, is it from u?",
    "a senha é urgente, temos 4 equipas paradas",
    "senha: Amina João, registadora, Lumbo",
    "troca de senha para o monitor",
    "mudar a senha para o utilizador amina01",
    "a senha chegou às 14:30 e funcionou",
    "como mudo a senha na versão 1.4.2?",
    "a senha do wifi não é convosco",
    "mandem a senha para o número 84 000 0001",
    "Local: Angoche. Problema: senha. Contacto: 840000001",
    "PIN bloqueado, tablet 14, IMEI 356789104567890",
    "credenciais: preciso para USR-006051 e USR-006052",
    "utilizador amina01 / Angoche / equipa 7",
    "password keyboard does not open on Samsung A03",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "password"), TYPED_PASSWORDS)
def test_a_typed_password_is_covered_and_the_rest_stays(typed: str, password: str) -> None:
    assert mask(typed).text == typed.replace(password, COVER)
    assert mask(typed).found


@pytest.mark.parametrize("typed", MENTIONS)
def test_a_text_that_only_speaks_of_passwords_stays(typed: str) -> None:
    assert mask(typed).text == typed
    assert not mask(typed).found


@pytest.mark.parametrize(("typed", "password"), TYPED_PASSWORDS)
def test_a_password_is_covered_within_a_longer_report(typed: str, password: str) -> None:
    report = f"Bom dia. A app não abre em Namaponda desde ontem.\n{typed}\nSão 3 telefones, ligar 84 000 0001."
    covered = mask(report).text
    assert password not in covered
    assert covered.startswith("Bom dia. A app não abre em Namaponda desde ontem.\n")
    assert covered.endswith("\nSão 3 telefones, ligar 84 000 0001.")


def test_both_passwords_of_a_sentence_are_covered() -> None:
    assert mask("a senha é abc123 ou Abc123").text == f"a senha é {COVER} ou {COVER}"
    assert mask("senha 1234 ou 4321").text == f"senha {COVER} ou {COVER}"
    assert mask("a senha antiga era abc123 e a nova é xyz789").text == f"a senha antiga era {COVER} e a nova é {COVER}"
    assert mask("user REG-014 senha abc123, user REG-015 senha xyz789").text == (
        f"user REG-014 senha {COVER}, user REG-015 senha {COVER}"
    )


def test_accents_typed_as_two_signs_and_invisible_marks_hide_nothing() -> None:
    assert mask("a senha e\u0301 Salama2024").text == f"a senha é {COVER}"
    assert mask("se\u200bnha: Salama2024").text == f"senha: {COVER}"
    assert mask("ｓｅｎｈａ: Salama2024").text == f"ｓｅｎｈａ: {COVER}"


def test_nothing_is_covered_in_what_people_report() -> None:
    """The classifier's examples hold no passwords, and hundreds of them speak of passwords, users and codes."""
    texts: list[str] = []
    for file in sorted(EXAMPLES.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            texts += [row["text"] for row in csv.DictReader(lines)]
    assert len(texts) > 1000
    assert [text for text in texts if mask(text).found] == []


def test_a_long_hostile_text_is_read_in_time() -> None:
    for part in ("senha é ", "user a/b ", "senha a b c d ", "entra com ", "a@", "1 2 3 4 "):
        mask(part * (4000 // len(part)))


SPOKEN = (
    "senha pin password pass é e : = / , a da user REG-014 entra com abc123 Salama@2024 4821 840000001 não esqueceu "
    'para nova antiga ou ●●●● « » " ( ) 1 2 3 4 como is the my \n . ! amina nampula login ? era x9x9 foo'
)
WORDS = st.sampled_from(SPOKEN.split(" "))
TRIGGERS = re.compile(
    r"[cs]e[nm]+h|s[e]?nh|senah|sehn|pas+|pw|pswd?|pins?|puk|otp|codigo|code|log|entr|cred|user|usr|usu|util|dados|sign"
)


@given(st.one_of(st.text(), st.lists(WORDS, max_size=25).map(" ".join), st.lists(WORDS, max_size=25).map("".join)))
def test_any_text_is_covered_once_and_for_all(text: str) -> None:
    once = mask(text)
    assert mask(once.text).text == once.text
    assert once.found == (COVER in once.text and once.text != text)
    assert once.found or once.text == text


@given(
    st.one_of(st.text(), st.lists(WORDS, max_size=25).map(" ".join)).filter(
        lambda text: not TRIGGERS.search(fold(tidy(text)))
    )
)
def test_nothing_is_covered_where_no_word_announces_a_password(text: str) -> None:
    assert not mask(text).found


INVENTED = st.from_regex(r"[A-Za-z]{4,10}[0-9]{3,5}[@$]?", fullmatch=True).filter(
    lambda word: not is_user_name(word.lower())
)


@given(INVENTED, st.sampled_from(["a senha é {}", "password: {}", "my pin is {}"]))
def test_any_invented_password_is_covered(password: str, sentence: str) -> None:
    assert mask(sentence.format(password)).text == sentence.format(COVER)
