"""Portuguese or English, or undecided: told by the small words and endings of a message.

Made for short texts without accents; in a mixed text the language with more of the small words wins.
"""

import re
from functools import lru_cache
from typing import Literal

from .text import fold, word_set

Language = Literal["pt", "en"]

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")

# Words that carry the grammar of one language and do not occur in the other.
_PORTUGUESE = word_set(
    """
    a o os as um uma uns umas de da das dos na nas nos em ao aos para pra com sem por pela pelo pelas pelos que
    quem qual quais quando onde como porque e ou mas nem se ja nao sim mais menos muito muita muitos muitas
    este esta estes estas esse essa isso isto aquilo aquele aquela ele ela eles elas eu nos voce voces meu minha meus
    minhas seu sua seus suas nosso nossa nossos nossas lhe lhes ate desde depois antes ontem hoje amanha agora
    aqui ali la bom boa dia tarde noite obrigado obrigada ola oi favor preciso precisamos queria quero podem pode
    posso faz fazer foi sao estao estava estamos estou tem temos tenho ter ser era fica ficou ficam vai vou vamos
    tudo todos todas toda todo nada ninguem alguem algum alguma outro outra outros outras mesmo mesma ainda sempre so
    tambem chefe colega colegas equipa equipas crianca criancas senha conta aldeia aldeias telefone telemovel ecra
    rede dados registo registos registador registadora registadores distrito erro da falta faltam
    q n d p c tb tbm pq pk hj td vc vcs msm cmg obg pf pfv sff tlm tlf ta tao qd dps mt mto nd aki ke kd naum
    ruptura rotura caixas lote senhas utilizador acabou acabaram recebemos chegou chegaram roubaram perdi perdemos
    abre entra diz aparece quer dizer boas malta irmao irmaos sugestao novidades resposta carregar bateria
    """
)
_ENGLISH = word_set(
    """
    the an of to in on at is are was were be been being am i you he she it we they my your his her its our their this
    that these those and or but not no yes if when where what which who why how can could should would will shall may
    must do does did done have has had having with without from for by about after before since until into out up down
    over there here then than so too very just only still already again also all any some every each nothing nobody
    somebody anybody something please thanks thank hello hi hey good morning afternoon evening night today yesterday
    tomorrow now can't don't doesn't didn't isn't won't wasn't haven't hasn't i'm it's we're cannot
    pls plz thx u ur r cant dont doesnt didnt isnt wont wats hw shld wud frm team teams phone phones village villages
    child children household households screen need needs want wants get gets got works working missing wrong
    new old lost stolen slow locked forgot forgotten reset password login failed fails broken update
    """
) - {"no", "do", "password", "login"}
_PORTUGUESE_ENDING = re.compile(
    "(?:cao|coes|mente|dade|dades|agem|agens|inho|inha|ados|adas|idos|idas|aram|eram|iram|ava|avam|ando|endo|indo"
    "|amos|emos|imos|eira|eiro|orio|aria|ador|adora|adores|vel)$"
)
_ENGLISH_ENDING = re.compile(r"(?:ing|tion|tions|ness|ship|ful|less|ight|ough|ould|ck|sh|th|ly|ee|wn|'s|'t|'re|'ve)$")
_BORROWED = word_set("training stock sync online tablet smartphone roaming reset update")


@lru_cache(maxsize=256)  # asked several times in a message's turn
def language_of(text: str) -> Language | None:
    """The language most of `text` is written in; None when nothing in it tells."""
    words = _WORD.findall(fold(text))
    portuguese = sum(_weight(word, _PORTUGUESE, _PORTUGUESE_ENDING) for word in words)
    english = sum(_weight(word, _ENGLISH, _ENGLISH_ENDING) for word in words)
    if portuguese == english:
        return None
    return "pt" if portuguese > english else "en"


def _weight(word: str, small_words: frozenset[str], ending: re.Pattern[str]) -> float:
    """How much one word speaks for a language: a small word 1, a typical ending half of that."""
    if word in small_words:
        return 0.5 if word in _BORROWED or len(word) == 1 else 1.0
    return 0.5 if len(word) > 4 and word not in _BORROWED and ending.search(word) else 0.0
