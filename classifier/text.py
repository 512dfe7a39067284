"""Folding of what people type: case, accents, digits and message spellings.

It knows words, not meanings: nothing here says what a message is about.
"""

import re
import unicodedata
from functools import cache, lru_cache

_KEEP_ONE = re.compile(r"([a-z])\1{2,}")
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})

# Helpdesk requirements, "Vocabulary of field teams": short forms expanded before anything is judged.
_PORTUGUESE = {
    "n": "nao", "naum": "nao", "nau": "nao", "nn": "nao", "num": "nao",
    "s": "sim", "ss": "sim",
    "tb": "tambem", "tbm": "tambem", "tmb": "tambem", "tambm": "tambem",
    "pq": "porque", "pk": "porque", "pke": "porque", "pqe": "porque", "prq": "porque", "porq": "porque",
    "q": "que", "k": "que", "ke": "que", "qe": "que",
    "vc": "voce", "vcs": "voces", "voc": "voce",
    "msm": "mesmo", "msma": "mesma", "msmo": "mesmo", "mm": "mesmo",
    "hj": "hoje", "hje": "hoje", "oje": "hoje",
    "amnh": "amanha", "amh": "amanha", "amnha": "amanha", "ont": "ontem", "ontm": "ontem", "onte": "ontem",
    "td": "tudo", "tds": "todos", "tdos": "todos", "tdo": "todo", "tda": "toda",
    "cmg": "comigo", "ctg": "contigo",
    "sup": "supervisor", "sups": "supervisores", "reg": "registador", "regs": "registadores", "mon": "monitor",
    "dists": "distribuidores", "sd": "supervisor distrital", "ml": "monitor local", "pf": "por favor",
    "bd": "bom dia", "bdia": "bom dia", "bt": "boa tarde", "bn": "boa noite",
    "pfv": "por favor", "pff": "por favor", "pfvr": "por favor", "sff": "se faz favor", "fv": "favor",
    "obg": "obrigado", "obrig": "obrigado", "obgd": "obrigado", "brigado": "obrigado", "obrigadu": "obrigado",
    "d": "de", "p": "para", "pra": "para", "pro": "para o", "pros": "para os", "pras": "para as", "c": "com",
    "cm": "com", "ta": "esta", "tao": "estao", "tamos": "estamos", "tava": "estava", "to": "estou", "tou": "estou",
    "qd": "quando", "qdo": "quando", "qnd": "quando", "kd": "quando", "kuando": "quando",
    "qts": "quantos", "qtos": "quantos", "qtas": "quantas", "qto": "quanto", "qt": "quanto", "kuantos": "quantos",
    "nd": "nada", "mt": "muito", "mto": "muito", "mts": "muitos", "mta": "muita", "mtas": "muitas", "mtos": "muitos",
    "dps": "depois", "dpois": "depois", "depoix": "depois", "aki": "aqui", "akilo": "aquilo", "kero": "quero",
    "keria": "queria", "qro": "quero", "qria": "queria", "kual": "qual", "ql": "qual", "kem": "quem",
    "blz": "beleza", "vlw": "valeu", "agr": "agora", "dsd": "desde", "desd": "desde",
    "smp": "sempre", "cnt": "conta", "user": "utilizador", "usuario": "utilizador", "users": "utilizadores",
    "usr": "utilizador", "username": "utilizador", "fzr": "fazer", "dzr": "dizer", "ms": "mas",
    "oq": "o que", "oke": "o que", "neh": "ne", "min": "minutos", "mins": "minutos", "hrs": "horas", "h": "horas",
    "seg": "segundos", "dto": "distrito", "pmt": "pagamento", "hlpdesk": "helpdesk", "resp": "resposta",
    "lg": "logo", "gnt": "gente", "pess": "pessoa", "cça": "crianca", "cca": "crianca",
    "crc": "crianca", "crcs": "criancas", "us": "unidade sanitaria", "cs": "centro de saude", "loc": "localidade",
    "af": "agregado", "afs": "agregados", "med": "medicamento",
}  # fmt: skip
_ENGLISH = {
    "u": "you", "ur": "your", "r": "are", "n": "and", "y": "why", "2": "to", "4": "for", "pls": "please",
    "plz": "please", "pliz": "please", "plse": "please", "thx": "thanks", "thnx": "thanks", "tnx": "thanks",
    "ty": "thank you", "cant": "can't", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "isnt": "isn't",
    "wont": "won't", "hvnt": "haven't", "havent": "haven't", "wats": "what is", "whats": "what is", "wat": "what",
    "hw": "how", "shld": "should", "wud": "would", "wld": "would", "cud": "could", "cld": "could", "frm": "from",
    "abt": "about", "bcoz": "because", "bcz": "because", "coz": "because", "cuz": "because", "w": "with",
    "wth": "with", "wthout": "without", "yest": "yesterday", "yday": "yesterday", "tmrw": "tomorrow",
    "tmr": "tomorrow", "2day": "today", "2moro": "tomorrow", "hv": "have", "hav": "have", "im": "i am",
    "ive": "i have", "gd": "good", "gm": "good morning", "nite": "night", "hr": "hour", "hrs": "hours",
    "min": "minutes", "mins": "minutes", "gv": "give", "dat": "that", "dis": "this", "da": "the", "ppl": "people",
    "nd": "and", "tho": "though", "b4": "before", "wen": "when", "wher": "where", "plis": "please", "k": "ok",
    "kk": "ok", "pic": "photo", "pics": "photos", "info": "information", "asap": "urgent",
    "rly": "really", "dnt": "don't", "nt": "not", "cn": "can", "hlp": "help", "usr": "user",
}  # fmt: skip
# The same thing whichever language surrounds it.
_SHARED = {
    "tlf": "telefone", "tel": "telefone", "cel": "telefone", "tlm": "telefone", "tlms": "telefones",
    "tlfs": "telefones", "tels": "telefones", "telef": "telefone", "tlmv": "telefone", "fone": "telefone",
    "telfone": "telefone", "cell": "phone", "fon": "phone", "fones": "telefones", "celular": "telefone",
    "celulares": "telefones", "telemovel": "telefone", "telemoveis": "telefones", "tab": "tablet", "tabs": "tablets",
    "pass": "password", "pwd": "password", "pw": "password", "psw": "password", "pswd": "password",
    "pasword": "password", "passwd": "password", "passw": "password", "passwrd": "password", "passwords": "password",
    "psswd": "password", "senhas": "senha", "sinc": "sincronizar", "sincr": "sincronizar", "sincro": "sincronizar",
    "synk": "sync", "synch": "sync", "aplic": "aplicacao", "aplicativo": "aplicacao", "apps": "app",
    "spac": "spaq", "spak": "spaq", "spaqs": "spaq", "spaq1": "spaq 1", "spaq2": "spaq 2", "msg": "mensagem",
    "msgs": "mensagens", "sms": "mensagem", "dash": "dashboard", "db": "dashboard", "tkt": "ticket", "tiket": "ticket",
    "tikt": "ticket", "dashbord": "dashboard", "meds": "medicamentos",
    "supv": "supervisor", "regist": "registador", "distr": "distribuidor",
    "ctr": "centro", "hf": "health facility", "agreg": "agregado",
    "hh": "household", "hhs": "households", "vill": "village",
}  # fmt: skip


def word_set(listed: str) -> frozenset[str]:
    """The words of a list written as one text."""
    return frozenset(listed.split())


_BEFORE_A_PERSON = word_set("o um novo cada ao pelo este esse meu")


class _Folding(dict[int, str | None]):
    """What becomes of each character, found out once: the table that `str.translate` reads."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        folded = None if unicodedata.combining(char) or _is_invisible(char) else _digit(char)
        if len(self) < _MOST_CHARACTERS:
            self[code] = folded
        return folded


_MOST_CHARACTERS = 5000
_FOLDING = _Folding()


@lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """`text` without accents and case, digits of any script as 0-9, every run of blanks one blank."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    return " ".join(plain.translate(_FOLDING).split())


@lru_cache(maxsize=1024)
def normalise(text: str, language: str | None = None) -> str:
    """`fold(text)` with message spellings written out; `language` "en" prefers the English ones."""
    folded = _KEEP_ONE.sub(r"\1", fold(text))
    table = _spellings(language == "en")
    words: list[str] = []

    def expand(match: re.Match[str]) -> str:
        word = match.group()
        written_out = table.get(word, word)
        if word == "dist":
            written_out = "distribuidor" if words and words[-1] in _BEFORE_A_PERSON else "distrito"
        words.append(word)
        return written_out

    return _WORD.sub(expand, folded)


@cache
def _spellings(is_english: bool) -> dict[str, str]:
    """The table for one language: its own short forms win over the shared ones."""
    return {**_SHARED, **(_ENGLISH if is_english else _PORTUGUESE)}


def _digit(char: str) -> str:
    """A decimal digit of any script as ASCII; every other character as it is."""
    return str(unicodedata.digit(char)) if char.isdecimal() and not char.isascii() else char


def _is_invisible(char: str) -> bool:
    """Marks that chat programs copy along: joiners, direction marks, variation selectors, the soft hyphen."""
    return unicodedata.category(char) in {"Cf", "Cc"} and not char.isspace()
