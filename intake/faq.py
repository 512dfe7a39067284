"""The best answer to a how-to question (pure: entries are handed in).

Every question and every keyword phrase of an entry is one phrasing of it. A message is compared with all of them by the
rare words they share (inverse frequency, both languages at once) and, for the few best, letter by letter. Below the
threshold nothing is offered, since a wrong answer costs the person more than none.
Sources: helpdesk requirements, R14 and R15.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

THRESHOLD = 0.5
"""The lowest score at which an answer is offered; scores lie between 0 and 1."""

_LONGEST, _MOST_WORDS = 300, 40  # of a rambling message; more would cost time and tell nothing
_FINALISTS = 6
# Chosen on our own example messages: many how-to questions find their entry, hardly any greeting or report finds one.
_LETTERS_COUNT = 0.2  # against the words
_PHRASING_COUNTS = 0.65  # against how much of the message the whole entry knows
_UNKNOWN_COUNTS = 0.75  # the weight of a word that no entry has, against the rarest that one has
_ONE_WORD_COUNTS = 0.55  # what is left of the score when message and phrasing share a single word
_ALIKE_AT, _MISSPELT_AT = 80, 84  # of 100, for whole texts and for words
_WORD = re.compile(r"[a-z][a-z0-9]+")
# One ending of either language, taken off as long as four letters stay.
_ENDING = re.compile(
    "(?<=[a-z]{4})(?:amos|aram|eram|iram|ando|endo|indo|[ai]d[ao]s?|ing|ed|[aei]r|ou|ei|am|em|[aeio]?s|[aeio])$"
)
_LOG = re.compile(r"\b(?:log|sign)(?:ged|ging|ing|s)?[ -](in|out|on|off)\b")
# Words that say that something is asked, not what; and the small words of both languages.
_SMALL_WORDS = """
a o os as um uma uns umas de da das do dos na nas nos no em ao aos para pra p por pelo pela com c sem e ou mas se
que q qual quais quando quantos quantas quanto onde como porque pq quem isso isto este esta esse essa aquele aquela
eu ele ela eles elas vos me lhe meu minha meus minhas seu sua seus suas nosso nossa ja so tambem tb ha sao ser foi
era estar estao estou fica ficam ter tem tenho temos posso pode podem podemos devo deve devemos quero queria preciso
precisa precisamos faco faz fazer fazem consigo sei saber diga dizer explica explique bom boa dia tarde noite ola oi
favor pf pff colega obrigado obrigada ai la aqui ali agora hoje entao ne d n eh nao sim tudo todo toda todos todas
mais menos muito muita outro outra outros outras mesmo mesma certo ainda depois antes coisa passos carrego clico toco ok
the an of to in on at is are was be been am i you he she it we they my your his her its our their this that these
those and or but not no yes if when where what which who whom why how can could should would will may do does did
done have has had for by from with so up out there here us please pls hello hi good morning thanks thank need want
get know tell explain steps step many much more everyone everything all any some other another same just only now
"""
# Words of one meaning, the groups parted by |; those of five letters and more stand for all that begin with them.
_SAME_MEANING = """
telefone telemovel telef tlf tlm celular aparelho tablet dispositivo phone device |
senha senhas password pass pw passe | utilizador usuario user users username |
sincron sinc sincro sync synch syncing synced | regist registar record enter entry entries lancar lanco |
agregado agreg familia casa casas familie household house houses home |
crianca bebe menino menina filho filha child baby babies kid newborn | aldeia povoado village |
painel dashboard dash dashbord | stock inventari inventory | armazem warehouse store | rede sinal network signal |
internet net online | mega megas pacote bundle airtime | dose doses toma tomas | lingua idioma linguag language |
ecra ecras tela screen | bateria battery | localiz gps location | camara camera | reclama queixa complain |
recusa recuso refus | mudar mudo muda mude trocar troco troca alterar change changing switch |
corrig corrij editar edito edita correct edit | apagar apago eliminar remover delete remove |
enviar envio enviad enviei mandar mando send sent upload | descarreg download baixar | devolv devoluc return |
receber receb recepc receive receipt | perdi perdid perder perda lost loss | roubo rouba roubar stolen steal theft |
ajuda help | erro erros error | lento lenta lentid demora demorar slow | sair logout logoff |
entrar entro entra login | esquec esqueci forgot forget | reaccao reacca reaction advers |
elegiv elegibi eligib | idade idades age ages | nome nomes name names |
versao versoes version
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A question and its answer in Portuguese and, if translated, English; `keywords` holds phrases parted by `;`."""

    id: str
    category: str
    question_pt: str
    answer_pt: str
    question_en: str = ""
    answer_en: str = ""
    keywords: str = ""

    def question(self, language: str) -> str:
        """The question in `language`; empty when it is not translated."""
        return self.question_en if language == "en" else self.question_pt

    def answer(self, language: str) -> str:
        """The answer in `language`; empty when it is not translated."""
        return self.answer_en if language == "en" else self.answer_pt


@dataclass(frozen=True, slots=True)
class Match:
    """The entry that fits a question best, and how well (0 to 1)."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class _Phrasing:
    """One way to ask for the entry at `owner`: folded text, the terms in it, and the length of their vector."""

    owner: int
    text: str
    terms: frozenset[str]
    length: float


class FaqIndex:
    """Entries made ready for look-ups; built once, never changed, safe to share between threads."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Cut every phrasing into terms and weigh these by how few entries use them."""
        self.entries = tuple(entries)
        texts = [(owner, text) for owner, entry in enumerate(self.entries) for text in _phrasings(entry)]
        terms = [(owner, text, frozenset(_term(word) for word in _words(text))) for owner, text in texts]
        self._of_entry: dict[int, set[str]] = defaultdict(set)
        for owner, _, found in terms:
            self._of_entry[owner] |= found
        counts = Counter(term for found in self._of_entry.values() for term in found)
        self._weights = {term: math.log(1 + len(self.entries) / count) for term, count in counts.items()}
        self._unknown = _UNKNOWN_COUNTS * math.log(1 + len(self.entries))
        self._phrasings = [_Phrasing(owner, text, found, self._length(found)) for owner, text, found in terms if found]
        self._postings: dict[str, list[int]] = defaultdict(list)
        for number, phrasing in enumerate(self._phrasings):
            for term in phrasing.terms:
                self._postings[term].append(number)
        self._spelt: dict[str, list[str]] = defaultdict(list)
        for word in sorted({word for _, text in texts for word in _words(text) if len(word) > 4}):
            self._spelt[word[0]].append(word)
        self._asked = [[fold(each) for each in (e.question_pt, e.question_en) if each] for e in self.entries]

    def rank(self, question: str) -> list[Match]:
        """The entries nearest to `question`, best first, whatever their score; at most six."""
        text = fold(question)
        terms = frozenset(self._read(word) for word in _words(text)[:_MOST_WORDS])
        near = self._by_terms(text, terms)
        finalists = sorted(near, key=lambda owner: (-near[owner], owner))[:_FINALISTS]
        ranked = [
            (1 - _LETTERS_COUNT) * near[owner] + _LETTERS_COUNT * self._letters(text, owner) for owner in finalists
        ]
        matches = [Match(self.entries[owner], score) for owner, score in zip(finalists, ranked, strict=True)]
        return sorted(matches, key=lambda match: -match.score)

    def _by_terms(self, text: str, terms: frozenset[str]) -> dict[int, float]:
        """For every entry that shares a term: its best phrasing's cosine, and how much of the question it knows."""
        length, total = self._length(terms), sum(self._weight(term) for term in terms)
        best: dict[int, float] = defaultdict(float)
        for number in {number for term in terms & self._weights.keys() for number in self._postings[term]}:
            phrasing = self._phrasings[number]
            shared = terms & phrasing.terms
            cosine = sum(self._weights[term] ** 2 for term in shared) / (length * phrasing.length)
            known = sum(self._weight(term) for term in terms & self._of_entry[phrasing.owner]) / total
            score = _PHRASING_COUNTS * cosine + (1 - _PHRASING_COUNTS) * known
            if len(shared) == 1 and fuzz.token_sort_ratio(text[:_LONGEST], phrasing.text) < _ALIKE_AT:
                score *= _ONE_WORD_COUNTS  # one word in common says little
            best[phrasing.owner] = max(best[phrasing.owner], score)
        return best

    def _letters(self, text: str, owner: int) -> float:
        asked = self._asked[owner]
        return max((fuzz.token_sort_ratio(text[:_LONGEST], each) for each in asked), default=0) / 100

    def _read(self, word: str) -> str:
        """The word's term; a long word that no entry knows may be a misspelling of one that some entry does."""
        term = _term(word)
        if term in self._weights or len(word) < 5:
            return term
        spelt = self._spelt.get(word[0], [])
        found = process.extractOne(word, spelt, scorer=fuzz.ratio, score_cutoff=_MISSPELT_AT)
        return _term(found[0]) if found else term

    def _weight(self, term: str) -> float:
        return self._weights.get(term, self._unknown)

    def _length(self, terms: Iterable[str]) -> float:
        return math.sqrt(sum(self._weight(term) ** 2 for term in terms)) or 1.0


def best_answer(question: str, entries: FaqIndex, language: str) -> Match | None:
    """The entry that answers `question` and is written in `language` (`pt` or `en`), or None when none is near enough.

    The question may be in either language or a mixture of both.
    """
    ranked = (match for match in entries.rank(question) if match.entry.answer(language))
    best = next(ranked, None)
    return best if best is not None and best.score >= THRESHOLD else None


def fold(text: str) -> str:
    """`text` without accents and case."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if not unicodedata.combining(char))


def _phrasings(entry: Entry) -> list[str]:
    raw = [entry.question_pt, entry.question_en, *entry.keywords.split(";")]
    return [text for each in raw if (text := fold(each).strip())]


def _words(folded: str) -> list[str]:
    joined = _LOG.sub(r"log\1", folded).replace("palavra-passe", "senha").replace("palavra passe", "senha")
    return [word for word in _WORD.findall(joined) if word not in SMALL_WORDS]


def _term(word: str) -> str:
    """What words are compared by: the first of their group of equal meanings, else the word without its ending."""
    if word in _MEANINGS:
        return _MEANINGS[word]
    for end in range(min(len(word) - 1, 12), 4, -1):
        if word[:end] in _MEANINGS:
            return _MEANINGS[word[:end]]
    return _ENDING.sub("", word)[:6]


SMALL_WORDS = frozenset(_SMALL_WORDS.split())
_MEANINGS = {word: group.split()[0] for group in _SAME_MEANING.split("|") for word in group.split()}
