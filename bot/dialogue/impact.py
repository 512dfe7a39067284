"""Reads how work suffers: stopped, with difficulty, or not at all; and how many teams. Pure."""

import re

from classifier.text import fold, normalise, word_set

NUMBER_WORDS = {
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "nove": 9, "dez": 10, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10,
}  # fmt: skip
COUNT = r"\d{1,5}|" + "|".join(NUMBER_WORDS)

_STOPPED = re.compile(
    r"\b(?:trabalho|equipas?|campanha|tudo|estamos|esta|estao|ficou|ficaram|ficamos|ta|tao|tamos)\b[^.;\n]{0,25}"
    r"\bparad[oa]s?\b|^\W*(?:ja |sim )?(?:completamente |totalmente )?parad[oa]s?\W*$|\bparad[oa]s?\s*$"
    r"|\b(?:nao (?:conseguimos|conseguem|podemos|podem|consegue|pode|consigo|posso) (?:trabalhar|continuar|registar)|"
    r"sem trabalhar|paramos|pararam|parou tudo|parou o trabalho|o trabalho parou)\b"
    r"|\b(?:work (?:is|has) stopped|teams? (?:is|are) stopped|cannot work|can't work|cant work|"
    r"stopped working entirely|standstill|everything stopped|work stopped|all stopped|are stuck|"
    r"totally stopped|we have stopped|teams? (?:is|are) (?:idle|waiting|standing))\b"
)
_NOT_STOPPED = re.compile(
    r"\b(?:nao (?:esta |ta |estao |estamos |tao )?(?:tudo )?parad[oa]s?|nao parou|nao pararam|"
    r"(?:continu\w+|estamos|esta|estao) a (?:trabalhar|registar)|(?:trabalho|trabalhos) continua\w*|a trabalhar com|"
    r"com (?:alguma |muita )?dificuldades?|not stopped|still working|work goes on|work continues|with difficulty|"
    r"we can continue|can still work|slowly but)\b"
)
_NO_EFFECT = re.compile(
    r"\b(?:nao afect\w+|nao afet\w+|sem impacto|sem efeito|no effect|no impact|does not affect|nothing stopped)\b"
)
_YES = re.compile(r"(?:sim|yes|yep|s|y|ya|claro)(?: (?:esta|ta|it is|e|estamos|senhor|chefe|sim))?")
_NO = re.compile(r"(?:nao|no|n|nope)(?: (?:esta|ta|it is not|it isn't|estamos|senhor|chefe|nao))?")
_HINDERED = frozenset(
    {"dificuldade", "difficulty", "mais ou menos", "um pouco", "parcialmente", "partly", "more or less"}
)
_IMPACT_WORDS = word_set(
    """
    sim nao yes no yep claro esta estao estamos ta e o a as os the it is all tudo ja completamente totalmente parado
    parada parados paradas parou trabalho work stopped still working com dificuldade with difficulty afecta afeta mais
    ou menos partly nada none effect sem impacto not continua continuamos trabalhar chefe senhor goes on
    """
)
_TEAMS = re.compile(rf"\b(?:{COUNT})\s+(?:outras?\s+|more\s+|other\s+)?(?:equipas|equipes|teams)\b")
_BARE_COUNT = re.compile(rf"(?:umas?|uns|cerca de|about|around|mais ou menos)?\s*({COUNT})\W*")
_MANY_TEAMS = re.compile(
    r"\b(?:todas as equip\w+|as equip[ae]s|varias equip[ae]s|all (?:the )?teams|several teams|the teams)\b"
)


def read_impact(text: str) -> str | None:
    """`stopped`, `hindered` or `none`, when the text says how work goes on."""
    folded = normalise(text)
    if _NO_EFFECT.search(folded):
        return "none"
    if _NOT_STOPPED.search(folded):
        return "hindered"
    return "stopped" if _STOPPED.search(folded) else None


def read_impact_answer(text: str) -> str | None:
    """As `read_impact`, for a text that answers "is work stopped?" or names the impact."""
    folded = re.sub(r"\s+", " ", re.sub(r"[.!,;]+", " ", normalise(text))).strip()
    if _YES.fullmatch(folded):
        return "stopped"
    if _NO.fullmatch(folded) or folded in _HINDERED:
        return "hindered"
    if folded in {"nada", "nenhum", "none", "nao afecta", "nao afeta"}:
        return "none"
    said = read_impact(text)
    if said is None and re.match(r"(?:sim|yes)\b", folded) and len(folded.split()) <= 4:
        return "stopped"
    return said


def is_bare_answer(text: str) -> bool:
    """Whether a text is a plain yes or no, which by itself does not say what it answers."""
    folded = re.sub(r"[.!,;]+", "", normalise(text)).strip()
    return bool(_YES.fullmatch(folded) or _NO.fullmatch(folded))


def says_only_impact(text: str) -> bool:
    """Whether a text says how work suffers and nothing else, so that the reading holds all of it."""
    return all(word in _IMPACT_WORDS for word in re.findall(r"\w+", normalise(text)))


def is_no(text: str) -> bool:
    """Whether a text is a plain no."""
    return bool(_NO.fullmatch(re.sub(r"[.!,;]+", "", fold(text)).strip()))


def read_teams(text: str, answer: str = "") -> tuple[int, bool]:
    """How many teams a text speaks of, and whether that is the exact number; "several" is 2, none named is 0.

    `answer` is what the person said to "how many teams?", where a bare number is enough.
    """
    folded = fold(text)
    words = [found[0].split()[0] for found in _TEAMS.finditer(folded)]
    bare = _BARE_COUNT.fullmatch(fold(answer).strip())
    counts = [NUMBER_WORDS.get(word, 0) or int(word) for word in (*words, *([bare[1]] if bare else ()))]
    most = max(counts, default=0)
    return (2, False) if most < 2 and _MANY_TEAMS.search(folded) else (most, True)
