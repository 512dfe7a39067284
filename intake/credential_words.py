"""How people speak of passwords: the words that announce one, and the words that only mention one; patterns only.

Every pattern is for folded text (see `intake.evenly`) in which a lone "é" stands as "="; NAMED alone needs capitals.
Source: helpdesk requirements, "Vocabulary of field teams".
"""

import re

_KEYS = (
    r"palavras?[ _-]?(?:de[ _-])?passes?|palavra[ _-]?chave|[sc]e[nm]+h+as?|senahs?|snhas?|senhs?|sehnas?"
    r"|pas+[ _-]?wo?r?ds?|pas+w|pwds?|pw|ps+wd?|passwrods?|pass[ _-]?(?:codes?|phrases?)|passe?"
    r"|pins?(?: codes?)?|puks?|otp"
    r"|codigos? (?:de |do |da )?(?:acesso|pin|secreto|seguranca|verificacao|confirmacao|desbloqueio|entrada|sms)"
    r"|(?:access|security|verification|confirmation|unlock|secret|login|sms) codes?"
)
KEY = re.compile(rf"(?<![a-z0-9])(?:{_KEYS})(?=\d{{4}}|[^a-z0-9]|$)")
# "a antiga era … e a nova é …": the noun is not repeated.
ELLIPSIS = re.compile(
    r"(?<![a-z0-9])(?:nova|antiga|outra|actual|new one|old one|other one)(?=\s*(?:[:=]|eh |era |is |was ))"
)
_IS = r"(?:eh|is|was|era|foi|sao|are|eram|ficou|fica|sera|should be|tem de ser|passou a ser|virou)"
LINK = re.compile(
    rf"(?<=\s)(?P<copula>{_IS})(?=[\s:\"'*«“])|(?P<equals>=(?!>))|(?P<colon>\s?(?::|[-=]+>|→))"
    r"|(?<=\s)(?P<unaccented>e)(?=\s)|(?<=\s)(?P<weak>pra|para|to|[-–—])(?=\s)"
)  # fmt: skip
FILLER = re.compile(
    r"(?:[\s:,]*(?:a seguinte|o seguinte|the following|esta aqui|sempre|mesmo|ainda|agora|actualmente|so|esta|essa|este"
    r"|assim|tipo|still|now|this|that|just|only)(?![a-z0-9]))?[\s:>-]*"
)
QUALIFIERS = re.compile(
    r"(?:['’]s)?(?:\s+(?:d[ae]l[ae]s?|minha|meu|sua|seu|nov[ao]|antig[ao]|velh[ao]|actual|temporari[ao]|provisori[ao]"
    r"|inicial|cert[ao]|correct[ao]|agora|hoje|new|old|temporary|current|default|padrao|geral|number|numero"
    r"|do (?:telefone|telemovel|tablet|tlf|salama|app|cartao|sim|chip)|da (?:app|aplicacao|conta)|de (?:acesso|entrada)"
    r"|que(?:\s+[a-z]+){1,3}))*\s*"
)
NAMED = re.compile(r"\s+(?:d[aeo]|of|for|para)\s+(?:[ao]\s+)?[A-ZÁÉÍÓÚÂÊÔÃÕÇ][\w.]+(?:\s+[A-ZÁÉÍÓÚÂÊÔÃÕÇ][\w.]+)?\s+")
OTHER_SUBJECT = re.compile(
    r"(?<!do )(?<!da )(?<!de )(?<!the )(?<!of )(?<!for )"
    r"\b(?:user\w*|utilizador\w*|usuari\w*|login|telefone|telemovel|tlf|tel|numero|num|nr|contacto|contact|phone|number"
    r"|nome|name|lotes?|batch|versao|version|erro|error|codigo|code|data|date|hora|local|aldeia|distrito|village"
    r"|district|mensagem|message|registos|records|device|dispositivo|tablet|imei|pedido|ticket|ref\w*)\b"
)
PROBLEM_INSIDE = re.compile(
    r"\b(?:nao|not|n|never|nunca|errad\w+|wrong|invalid\w*|problem\w*|bloque\w+|locked|expir\w+|esquec\w+)\b"
)
WANTED = re.compile(
    r"\b(?:esque[cs]\w*|perd\w+|lembr\w+|record\w+|precis\w+|quer\w*|ped\w+|peco|solicit\w+|necessit\w+|falta\w*|sem|reset\w*"
    r"|redefin\w+|recuper\w+|criar|gerar|forg[eo]t\w*|lost|los[et]\w*|need\w*|want\w*|request\w*|recover\w*|remember\w*|without"
    r"|problem\w*|issues?|assunto|err(?:ou|ei|aram|ar)|trocar|mudar|alterar|change|no)\b"
    r"(?:[\s,]+(?:[aos]|as|os|d[aeo]s?|dos|com|na|no|um|uma|uns|nova|novo|sua|seu|minha|meu|outra|outro|e|ou|the|my|his|her|their|our"
    r"|of|for|with|your|a|an|new|and|or|user\w*|utilizador|usuario|nome|login|por favor|pf|please|mais|password"
    r"|senha))*\s*$"
)
COUNTED = re.compile(
    r"\s*(?:registos?|registros?|records?|vezes|times|digit\w*|caracter\w*|char\w*|tentativas?|attempts?|pessoas|people|equipas?"
    r"|teams?|telefones?|phones?|telemoveis|horas?|hours?|dias?|days?|minut\w+|agregados?|households?|casas?|criancas|children"
    r"|registador\w*|distribuidor\w*|utilizadores|users|colegas|meticais|mt|mzn|blisters?|comprimidos|doses|aldeias|villages)\b"
)
STOP = re.compile(r"\s*(?:[.,;!?)\n/|\"'”»*]|$|(?:e|mas|and|but|ou|or|para|com|pf|obrigad[oa]|please|thanks)\b)")
LINE_END = re.compile(r"[ \t]*[.!]?[ \t]*(?:\n|$)")
QUOTED = re.compile(r"[*_(]*([\"“”«'‘`])\s*(?P<inside>[^\"“”«»'’`\n]{3,40}?)\s*[\"“”»'’`]")
_NUMBER_WORD = r"(?:zero|um|dois|tres|quatro|cinco|seis|sete|oito|nove|one|two|three|four|five|six|seven|eight|nine)"
SPELT = re.compile(
    rf"(?:[a-z0-9][ .-]){{4,15}}[a-z0-9](?![a-z0-9])|\d(?:[ .-]\d){{3,11}}(?![ ]?\d)"
    rf"|{_NUMBER_WORD}(?:[ ,-]+{_NUMBER_WORD}){{3,11}}(?![a-z])"
)  # fmt: skip
PHRASE = re.compile(r"[a-z@]{4,20} \d{2,6}(?=\s*(?:[.,;!)\n]|$))")
WORD = re.compile(r"[*_~(\[<]*(?P<word>[^\s,;\"“”«»()\[\]<>]+)")
BETWEEN = re.compile(r"\s*(?:,|/|;|\|)?\s*(?:ou|e|or|and|depois|then)?\s+")
REVERSED = re.compile(
    rf"(?<!\S)(?P<word>[^\s,;\"“”«»()]{{4,64}})[\"”»]?\s+(?:(?:=|eh|is|era|was|foi)\s+|(?P<como>como|as)\s+)"
    rf"(?:(?:a|o|the|my|his|her|minha|meu|sua|seu|nova|novo|new|actual)\s+){{0,3}}(?:{_KEYS})(?![a-z0-9])"
)
LOGIN = re.compile(
    r"(?<![a-z0-9])(?P<opener>entr(?:a|o|ar|am|ei|ou)\s+com|log(?:a|ar|o|in|ou)?\s*(?:in\s+)?(?:com|with)|sign in with"
    r"|log ?in|credencia(?:l|is)|credentials?|dados de acesso|user ?(?:name)?|utilizador|usuario|usr"
    r"|nome de utilizador)"
    r"(?:\s+(?:d[eo]l[ea]|da|do|sao|are|eh|is|o|a|the|user|utilizador|usuario|conta|account))*\s*[:=]?\s*"
    r"(?P<name>[a-z0-9][\w.@-]*)(?P<between>\s*[/|+;,:]\s*|\s+(?:e|and|com|with|-)\s+|\s+)(?P<word>[^\s,;]+)"
)
AFTER_USER = re.compile(
    r"\b(?:user\w*|utilizador|usuario|usr|login|conta)\s*[:=]?\s*[\w.@-]+[\s,;/|]*(?:e\s+|and\s+)?(?:[ao]\s+)?$"
)
LETTERS_THEN_DIGITS = re.compile(r"[a-z]{3,}\d{3,}|\d{3,}[a-z]{3,}")
ROLE = re.compile(
    r"\b(?:registador\w*|distribuidor\w*|monitor\w*|supervisor\w*|equipas?|teams?|users?|utilizador\w*|usuario\w*|contas?"
    r"|telefone|telemovel|tablet|phone|numero|number|posto|distrito|aldeia|village|district)\b"
)
PHRASE_SIGNS = re.compile(r"[a-z].*\d|\d.*[a-z]")
