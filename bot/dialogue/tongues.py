"""Tells roughly whether a text is in a language that the bridge does not speak: French, Spanish or Emakhuwa. Pure.

It only decides whether to say which languages work; a report that is understood anyway is taken in any language.
"""

import re

from classifier.text import fold, word_set

_FOREIGN = word_set(
    """
    bonjour bonsoir salut je nous vous ne pas est sont avec depuis hier dans une les mon ma mes application fonctionne
    probleme merci aide s'il plait telephone hola buenos buenas dias tardes yo nosotros ustedes usted el los las del
    aplicacion funciona ayer desde necesito ayuda por muchas gracias telefono pero hay tengo puedo
    salamaleko salama ihali kinovela kinnivekela okhaliheriwa mwana mwanamwane eretta murima wira nnakhala kahikhala
    onamuna yoowo mahiku nihiku ashinene atthu mutthu kinnotthuna orera khaniphwanyeya oparela ehali moha
    """
)
_SHARED = word_set("application por desde funciona ma mes est el pero salama las")
"""Words of those languages that Portuguese or English texts may hold as well."""
_ENOUGH = 2


def is_foreign(text: str) -> bool:
    """Whether at least two words of a text, and a quarter of them, belong to a language that is not spoken here."""
    words = re.findall(r"[a-z']+", fold(text))
    telling = [word for word in words if word in _FOREIGN - _SHARED]
    return len(telling) >= _ENOUGH and 4 * len(telling) >= len(words)
