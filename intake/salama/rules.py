"""What each of Salama's error codes means, as one table; the reading of an answer is in `intake.salama.errors`."""

from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What a failure means to the caller."""

    REJECTED = "rejected"
    NOT_ENTITLED = "not_entitled"
    NOT_READABLE = "not_readable"
    SERVER_FAILED = "server_failed"
    THROTTLED = "throttled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """Codes that match `pattern` as a whole mean `meaning`; `sentence` tells the operator, `{field}` is filled in."""

    pattern: str
    meaning: Meaning
    sentence: str = ""


_SETUP = "The Salama team must mend the set-up of its complaints module: "
_OURS = "Salama cannot read the bridge's request; report this with the code to the bridge's developers."
_PERSON = "Salama refuses the reporter's name or number ({field}); correct the person's record in the bridge."

# The first match decides. Complaints API contract: 7.3 (patterns), 7.4 (codes), 7.5 (what they mean), 18.2 (files).
RULES: tuple[Rule, ...] = (
    Rule(
        r"(Custom)?SafeHtml\..+",
        Meaning.REJECTED,
        "Salama takes a part of {field} for HTML; remove unusual signs from that text and file it again.",
    ),
    Rule(
        r"CharacterConstraint\..+",
        Meaning.REJECTED,
        "{field} is longer than Salama's 600 characters; shorten the supervisor's name or the further description.",
    ),
    Rule(
        r"[A-Z]\w+\.(serviceRequest|requestSearchCriteria|requestInfoWrapper)\..+|typeMismatch\..+",
        Meaning.REJECTED,
        "Salama does not accept {field}; correct it, or report it with the code to the bridge's developers.",
    ),
    Rule(
        r"INVALID_SOURCE",
        Meaning.REJECTED,
        _SETUP + "it no longer accepts service.source 'whatsapp'; ask for it to be allowed.",
    ),
    Rule(
        r"INVALID_SERVICECODE",
        Meaning.REJECTED,
        "service.serviceCode is not an active complaint type in Salama; map the category to an active one in "
        "SALAMA_SERVICE_CODES (`bridge check` compares them).",
    ),
    Rule(r"INVALID_REQUEST", Meaning.REJECTED, _PERSON.format(field="service.user")),
    Rule(r"INVALID_MOBILE_NUMBER", Meaning.REJECTED, _PERSON.format(field="service.user.mobileNumber")),
    Rule(
        r"INVALID_ACCOUNTID",
        Meaning.REJECTED,
        "Salama finds no active EMPLOYEE user for service.accountId; have the bridge's service account checked.",
    ),
    Rule(r"JsonParseException|JsonMappingException|MissingJsonException|UnsupportedMediaType", Meaning.REJECTED, _OURS),
    Rule(r"INVALID_SEARCH|INVALID SEARCH|EG_WF_CRITERIA_ERR|TENANT_ID_LIST_EMPTY", Meaning.REJECTED, _OURS),
    Rule(
        r"INVALID_TENANT_ID|Invalid_tenantId\..+",
        Meaning.REJECTED,
        "Salama does not know this tenant; correct SALAMA_TENANT_ID.",
    ),
    Rule(
        r"BUSINESSSERVICE_NOT_FOUND|BUSINESSSERVICE ERROR",
        Meaning.REJECTED,
        _SETUP + "the workflow PGR is not defined for the tenant.",
    ),
    Rule(
        r"INVALID ACTION|INVALID_ACTION",
        Meaning.REJECTED,
        _SETUP + "its workflow does not offer this workflow.action in the complaint's state.",
    ),
    Rule(
        r"INVALID DOCUMENT",
        Meaning.REJECTED,
        "Salama's workflow demands a document with workflow.verificationDocuments; attach one, or ask the Salama team.",
    ),
    Rule(
        r"DEPARTMENT_NOT_FOUND|INVALID_ASSIGNMENT|INVALID_ASSIGNEE",
        Meaning.REJECTED,
        "Salama does not accept workflow.assignes; the assignee's department or role does not fit the complaint type.",
    ),
    Rule(r"INVALID_UPDATE", Meaning.REJECTED, "Salama has no complaint with this service.id."),
    Rule(
        r"EG_FILESTORE_INVALID_INPUT|EG_FILESTORE_INPUT_ERROR|(File)?SizeLimitExceededException"
        r"|MaxUploadSizeExceededException",
        Meaning.REJECTED,
        "Salama's file store refuses the file for its type, its content or its size; file the ticket without it.",
    ),
    Rule(
        r"INVALID ROLE",
        Meaning.NOT_ENTITLED,
        "The workflow does not let the bridge's account do this; give it the role HELPDESK_USER in Salama.",
    ),
    Rule(
        r"ResourceNotFoundException",
        Meaning.REJECTED,
        "Salama's gateway does not know this address; check SALAMA_BASE_URL and the configured paths.",
    ),
    # Pages that fail as a whole (11.5); they are about reading, never an answer to `_create`.
    Rule(r"WORKFLOW_NOT_FOUND|USER_NOT_FOUND|INVALID UUID|INVALID USER", Meaning.NOT_READABLE),
    Rule(r"JSONPATH_ERROR|IDGEN ERROR", Meaning.SERVER_FAILED),
    # A full Java class name comes from the number generator's client, before anything is written; unhandled
    # exceptions carry the bare class name.
    Rule(r"(java|javax|jakarta|org|com|io|reactor)(\.\w+)+", Meaning.SERVER_FAILED),
    Rule(r"RateLimitExceededException", Meaning.THROTTLED),
)
