"""The JSON schema of a campaign file, for editors: `python -m campaign.schema` writes `campaigns/campaign.schema.json`.

It says what stands where and of what shape; what refers to what (a kind to its questions, a topic to its kinds) only
the reader knows.
"""

import json
import sys
from pathlib import Path
from typing import Any, TypeAlias

from campaign.entries import CATEGORIES, DESCRIPTION, IMPACTS, MENU_ROWS, READERS, SERVICES, TITLE
from campaign.nmcp import SEVERITIES
from campaign.playbooks import PARTIES
from campaign.rules import RECIPIENTS
from campaign.speech import MESSAGE, TERMS

Schema: TypeAlias = dict[str, Any]
FILE = Path(__file__).parents[1] / "campaigns" / "campaign.schema.json"
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": ["string", "number", "boolean"]}
_FLAG: Schema = {"type": "boolean"}
_DAY: Schema = {"type": "string", "pattern": r"^\s*\d{4}-\d{2}-\d{2}\s*$"}
_HOURS: Schema = {"type": "string", "pattern": r"^\s*\d{1,2}:[0-5]\d\s*[-–]\s*\d{1,2}:[0-5]\d\s*$"}
_MINUTES: Schema = {"type": "integer", "minimum": 1, "maximum": 40_320}
_CODE: Schema = {"pattern": "^[a-z]{2,3}$"}
_WORDS: Schema = {"$ref": "#/$defs/words"}
_QUESTION: Schema = {"$ref": "#/$defs/question"}


def _whole(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map(values: Schema, keys: tuple[str, ...] = ()) -> Schema:
    """A mapping whose keys are the file's own, or some of `keys`."""
    made: Schema = {"type": "object", "additionalProperties": values}
    return made | ({"propertyNames": {"enum": list(keys)}} if keys else {})


def _record(required: Schema, optional: Schema | None = None, says: str = "") -> Schema:
    """A mapping with these keys and no other."""
    made: Schema = {
        "type": "object",
        "properties": required | (optional or {}),
        "required": sorted(required),
        "additionalProperties": False,
    }
    return made | ({"description": says} if says else {})


def _titled(words: int) -> Schema:
    """A text of at most so many characters in each language."""
    return {"allOf": [_WORDS, {"additionalProperties": {"maxLength": words}}]}


def _by_severity(values: Schema) -> Schema:
    names = [str(each) for each in SEVERITIES]
    return {
        "type": "object",
        "properties": dict.fromkeys(names, values),
        "required": names,
        "additionalProperties": False,
    }


def _helpdesk() -> Schema:
    person = {"name": {"type": "string", "minLength": 1}, "phone": _TEXT}
    more = {"function": _TEXT, "language": _TEXT, "hours": _HOURS}
    contact = {"topics": _list(_TEXT), "districts": _list(_LINE), "deputy": _record(person, more)}
    topic = _record({"title": _WORDS}, {"kinds": _list(_TEXT), "shared": _list(_TEXT), "safety": _FLAG})
    alert = _record({"after": _MINUTES, "to": {"enum": list(RECIPIENTS)}})
    target = _record({"claim": _MINUTES, "word": _MINUTES, "restore": _MINUTES}, {"alerts": _list(alert)})
    nmcp = {
        "confirm_minutes": _MINUTES,
        "acknowledge": _by_severity(_MINUTES),
        "topics": _map(topic) | {"minProperties": 1},
    }
    cycle = _record({"start": _DAY, "end": _DAY})
    level3 = {
        "prefix": {"type": "string", "pattern": "^[A-Za-z0-9]{1,16}$"},
        "zone": _TEXT,
        "acknowledge": _MINUTES,
        "automatic": _whole(1, 20),
    }
    return _record(
        {
            "windows": _record(
                {"lead_days": _whole(0, 60), "tail_days": _whole(0, 60), "cycles": _list(cycle)},
                says="Cycles of distribution; the helpdesk opens lead_days before each and stays tail_days after it.",
            ),
            "targets": _by_severity(target),
            "incidents": _record(
                {
                    "tickets": _whole(2, 100),
                    "minutes": _MINUTES,
                    "common_words": _whole(1, 100),
                    "same_kind": _list(_TEXT),
                }
            ),
            "nmcp": _record(nmcp, {"contacts": _list(_record(person, more | contact))}),
            "level3": _record(level3, {"addresses": _list({"type": "string", "pattern": r"^\s*\S+@\S*\s*$|@"})}),
            "night": _record(
                {
                    "agreed": _list({"type": "string", "pattern": r"^\s*\+\d{8,15}\s*$"}),
                    "matters": _list(_TEXT),
                }
            ),
            "cover": _record({"least": _whole(1, 20), "peak_least": _whole(1, 20), "peak": _HOURS}),
            "egov": _list(_TEXT),
        },
        {"hours": _HOURS | {"description": "When the helpdesk is open; without it BRIDGE_OPEN and BRIDGE_CLOSE."}},
    )


def _categories() -> Schema:
    playbook = {
        "owner": {"enum": list(PARTIES)},
        "severity": _whole(1, 4),
        "evidence": _list(_TEXT),
        "escalation": _list({"enum": list(PARTIES)}),
    }
    words = {"self_help": _WORDS, "canned": _map(_WORDS)}
    kind = _record(
        {},
        {
            "words": _list(_LINE),
            "questions": _list(_TEXT),
            "first": _WORDS,
            "nmcp": _FLAG,
            "severity": _whole(1, 4),
            "because": _WORDS,
            "file_as": _TEXT,
            "playbook": _record({}, playbook | words),
        },
    ) | {"dependentRequired": {"severity": ["because"], "because": ["severity"]}}
    category = _record(
        {
            "service": {"enum": list(SERVICES)},
            "title": _WORDS,
            "kinds": _map(kind) | {"minProperties": 1},
            "playbook": _record(playbook, words),
        },
        {"describe": _WORDS},
    )
    return _map(category) | {"required": list(CATEGORIES)}


def schema() -> Schema:
    """The schema, as JSON values."""
    reader = rf"^\s*({'|'.join(READERS)})(\|({'|'.join(READERS)}))*\s*$"
    row = {"id": _TEXT, "title": _titled(TITLE), "description": _titled(DESCRIPTION)}
    language = {"name": _TEXT, "locale": _TEXT, "words": _list(_LINE) | {"minItems": 1}, "catalogue": _TEXT}
    severity = {"impact": {"enum": list(IMPACTS)}, "teams": _whole(1, 10_000), "urgent": _FLAG, "because": _WORDS}
    urgent: Schema = {"required": ["urgent"], "properties": {"urgent": {"const": True}}}
    named = [{"required": ["impact"]}, {"required": ["teams"]}, urgent]
    required = {
        "id": _LINE,
        "desk": _WORDS | {"description": "What the helpdesk is called in the greeting."},
        "reporting": _WORDS | {"description": "What a first message could look like."},
        "templates": _record({"prefix": {"type": "string", "pattern": "^[a-z0-9]{1,16}$"}, "desk": _WORDS}),
        "impacts": _map(_record({"title": _WORDS}), IMPACTS) | {"required": list(IMPACTS)},
        "severities": _list(_record({"severity": _whole(1, 4)}, severity) | {"anyOf": named}),
        "helpdesk": _helpdesk(),
        "menu": _list(_record(row)) | {"minItems": 1, "maxItems": MENU_ROWS},
        "out_of_scope": _map(
            _record({"words": _list(_LINE) | {"minItems": 1}, "ask": _WORDS}, {"unless": _list(_LINE)})
        ),
        "questions": _map(
            _record({"ask": _QUESTION, "label": _WORDS}, {"reader": {"type": "string", "pattern": reader}})
        ),
        "evidence": _map(_record({"label": _WORDS, "ask": _QUESTION})),
        "categories": _categories(),
    }
    optional = {
        "languages": {
            "type": "object",
            "propertyNames": {"pattern": "^(?!(pt|en)$)[a-z]{2,3}$"},
            "additionalProperties": _record(language, {"template": _TEXT}),
            "description": "Languages besides Portuguese (pt) and English (en), each with its catalogue.",
        },
        "wording": _map(_map({"type": "string", "minLength": 1, "maxLength": MESSAGE}) | {"propertyNames": _CODE}),
        "vocabulary": _map(_list(_LINE)),
        "service_codes": _map({"type": "string", "pattern": r"^\s*\S+\s*$"}, SERVICES),
        "faq": _LINE | {"description": "Questions and answers for a database that has none, a CSV file beside this."},
        "terms": _map(_WORDS, tuple(TERMS)),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A campaign of the Salama helpdesk bridge",
        **_record(required, optional),
        "$defs": {
            "words": {
                "type": "object",
                "description": "A text by language: pt must be there; without another one the Portuguese is said.",
                "properties": {"pt": {"type": ["string", "number", "boolean"], "minLength": 1}},
                "additionalProperties": _LINE,
                "propertyNames": _CODE,
                "required": ["pt"],
            },
            "question": {"allOf": [_WORDS, {"additionalProperties": {"type": "string", "pattern": r"^$|\?\s*$"}}]},
        },
    }


def as_text() -> str:
    """The schema's file."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(as_text(), "utf-8")
    sys.stdout.write(f"{FILE.name} is written.\n")
