"""The content templates of the demo's Twilio account, all approved or in no need of it."""

from itertools import product
from typing import Any

from campaign import load_campaign
from campaign.templates import LANGUAGES, template_texts
from sandbox.whatsapp import Content

REVIEW_PT, REVIEW_EN = "HX" + "0" * 31 + "1", "HX" + "0" * 31 + "2"


def contents() -> list[Content]:
    """The content templates of the demo's account, named as the settings name them."""
    return [*_review_contents(), *_templates()]


def _templates() -> list[Content]:
    """All approved templates, so that people who have not written for a day are reached."""
    made, texts = [], template_texts(load_campaign().templates).values()
    for number, (text, language) in enumerate(product(texts, LANGUAGES), 16):
        types: dict[str, Any] = {"twilio/text": {"body": text.body[language]}}
        if text.buttons:
            actions = [{"type": "QUICK_REPLY", "title": each.title[language], "id": each.id} for each in text.buttons]
            types = {"twilio/quick-reply": {"body": text.body[language], "actions": actions}}
        samples = {str(place): sample for place, sample in enumerate(text.samples, 1)}
        sid, name = f"HX{number:032x}", f"{text.name}_{language}"
        made.append(Content(sid, name, types, language=LANGUAGES[language], variables=samples))
    return made


def _review_contents() -> list[Content]:
    """The summary's buttons as content templates: variable 1 is the text, then title and id of each button."""
    action = [{"type": "QUICK_REPLY", "title": f"{{{{{n}}}}}", "id": f"{{{{{n + 1}}}}}"} for n in (2, 4, 6)]
    types: dict[str, Any] = {"twilio/quick-reply": {"body": "{{1}}", "actions": action}}
    samples = dict(zip("1234567", ("Texto", "Enviar", "a", "Corrigir", "b", "Cancelar", "c"), strict=True))
    return [
        Content(sid, name, types, language=language, variables=samples, approval="unsubmitted")
        for sid, name, language in ((REVIEW_PT, "review_pt", "pt_PT"), (REVIEW_EN, "review_en", "en"))
    ]
