"""A campaign's words for the chat: the catalogues of its languages, its own sentences, its names for things."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

from campaign import Campaign, CampaignInvalid, load_campaign
from classifier import Classification
from classifier.text import fold
from locales import Book, CatalogueInvalid, messages, read_catalogue

_Judged = TypeVar("_Judged")


def read_campaign_and_book(path: Path | None) -> tuple[Campaign, Book]:
    """The campaign of a file (None: the one that ships), and its words.

    Raises CampaignInvalid with every complaint; those of a catalogue name its file.
    """
    campaign = load_campaign(path, messages())
    catalogues, faults = {}, []
    for language in campaign.languages.values():
        if language.catalogue is None:
            continue
        try:
            catalogues[language.code] = read_catalogue(language.catalogue.read_bytes(), language.locale)
        except (CatalogueInvalid, OSError) as error:
            faults.append(f"{language.catalogue.name}: {error}")
    if faults:
        raise CampaignInvalid("\n".join(faults))
    locales = {code: language.locale for code, language in campaign.languages.items()}
    return campaign, Book(catalogues, locales, campaign.wording)


def files_of(campaign: Campaign, path: Path | None) -> tuple[Path, ...]:
    """The files that a campaign was read from: its own and its catalogues; none for the one that ships."""
    more = [language.catalogue for language in campaign.languages.values() if language.catalogue is not None]
    return () if path is None else (path, *more)


def judge_of(campaign: Campaign, classify: Callable[[str], _Judged]) -> Callable[[str], _Judged]:
    """The classifier for a campaign: what the campaign calls by another name is put into words that it knows.

    The classifier has learned from another campaign's messages; "faltam redes mosquiteiras" is to it what "falta SPAQ"
    is, once it is told so by the section `vocabulary`. The words that it names as its reasons are the campaign's again.
    """
    rules = [(known, _pattern(spoken)) for known, words in campaign.vocabulary.items() for spoken in words]
    if not rules:
        return classify

    def judge(text: str) -> _Judged:
        told = fold(text)
        said: dict[str, str] = {}
        for known, pattern in rules:
            for found in pattern.finditer(told):
                said.setdefault(known, found[0])
            told = pattern.sub(known, told)
        return _in_own_words(classify(told), said) if said else classify(text)

    return judge


def _in_own_words(judgement: _Judged, said: Mapping[str, str]) -> _Judged:
    """The judgement with what was said in its reasons, where another word was judged."""
    if not isinstance(judgement, Classification):
        return judgement
    reasons = []
    for reason in judgement.evidence:
        for known, spoken in said.items():
            reason = re.sub(rf"\b{re.escape(known)}\b", spoken.replace("\\", ""), reason)
        reasons.append(reason)
    return cast("_Judged", replace(judgement, evidence=tuple(reasons)))


@cache
def _pattern(spoken: str) -> re.Pattern[str]:
    """A word or phrase of the campaign; one that ends in `*` stands for all its endings."""
    folded = fold(spoken)
    ending = r"\w*" if folded.endswith("*") else ""
    return re.compile(rf"(?<!\w){re.escape(folded.removesuffix('*'))}{ending}(?!\w)")
