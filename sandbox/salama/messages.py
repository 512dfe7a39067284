"""The localization service of the sandbox: Portuguese and English texts for types, statuses, actions and areas.

The codes are those that Salama's clients look up; the Portuguese texts are this sandbox's own.
Source: complaints API contract, section 17.
"""

from functools import cache

from sandbox.salama.boundaries import load_tree
from sandbox.salama.options import Json

PORTUGUESE, ENGLISH = "pt_MZ", "en_MZ"
_MODULE = "rainmaker-pgr"
_APP_MODULE = "hcm-base-complaintflow-bednets"

_TYPES = {
    "TechnicalIssues": ("TECHNICAL_ISSUES", "Problemas técnicos", "Technical issues"),
    "UserAccountIssues": ("USER_ACCOUNT_ISSUES", "Problemas de conta de utilizador", "User account issues"),
    "DataIssues": ("DATA_ISSUES", "Problemas de dados", "Data issues"),
    "SecurityIssues": ("SECURITY_ISSUES", "Problemas de segurança", "Security issues"),
    "PerformanceIssue": ("PERFORMANCE_ISSUE", "Problema de desempenho", "Performance issue"),
    "LackOfInternet": ("LACK_OF_INTERNET", "Falta de internet", "Lack of internet"),
    "Other": ("OTHER", "Outro", "Other"),
}
_STATUSES = {
    "PENDING_ASSIGNMENT": ("Pendente de atribuição", "Pending assignment"),
    "RESOLVED": ("Resolvido", "Resolved"),
    "REJECTED": ("Rejeitado", "Rejected"),
    "CANCELLED": ("Cancelado", "Cancelled"),
    "PENDINGFORASSIGNMENT": ("Pendente de atribuição", "Pending assignment"),
    "PENDINGATLME": ("Atribuído", "Assigned"),
    "PENDINGFORREASSIGNMENT": ("Pendente de nova atribuição", "Pending reassignment"),
    "CLOSEDAFTERRESOLUTION": ("Fechado após resolução", "Closed after resolution"),
    "CLOSEDAFTERREJECTION": ("Fechado após rejeição", "Closed after rejection"),
}
_ACTIONS = {
    "CREATE": ("Registado", "Registered"),
    "APPLY": ("Registado", "Registered"),
    "ASSIGN": ("Atribuído", "Assigned"),
    "REASSIGN": ("Devolvido para nova atribuição", "Sent back for reassignment"),
    "RESOLVE": ("Resolvido", "Resolved"),
    "REJECT": ("Rejeitado", "Rejected"),
    "REOPEN": ("Reaberto", "Reopened"),
    "RATE": ("Avaliado", "Rated"),
}
_REASONS = {
    "REASON1": ("Inválido", "Invalid"),
    "REASON2": ("Mal encaminhado", "Misdirected"),
    "REASON3": ("Duplicado", "Duplicate"),
    "REASON4": ("Resolvido por outra via", "Resolved through alternate channels"),
    "REASON5": ("Informação insuficiente", "Insufficient information"),
}


def search(locale: str, modules: list[str], codes: list[str]) -> list[Json]:
    """The messages of a locale, cut down to modules and codes where they are given."""
    return [
        message
        for message in _messages(locale)
        if (not modules or message["module"] in modules) and (not codes or message["code"] in codes)
    ]


def say(code: str, language: str) -> str:
    """One text for the inbox page, `language` being `pt` or `en`; the code itself when there is none."""
    return _by_code(ENGLISH if language == "en" else PORTUGUESE).get(code, code)


@cache
def _by_code(locale: str) -> dict[str, str]:
    return {message["code"]: message["message"] for message in _messages(locale)}


@cache
def _messages(locale: str) -> tuple[Json, ...]:
    if locale not in (PORTUGUESE, ENGLISH):
        return ()
    column = 0 if locale == PORTUGUESE else 1
    entries = [(_MODULE, code, texts[column]) for code, texts in _desk_texts()]
    entries += [(_APP_MODULE, code, texts[1 + column]) for code, texts in _TYPES.items()]
    for boundary in load_tree().all():
        entries += [
            (module, boundary.code, boundary.name) for module in ("hcm-boundary-admin", "rainmaker-boundary-admin")
        ]
    return tuple({"code": code, "message": text, "module": module, "locale": locale} for module, code, text in entries)


def _desk_texts() -> list[tuple[str, tuple[str, str]]]:
    found: list[tuple[str, tuple[str, str]]] = []
    for code, (app_code, portuguese, english) in _TYPES.items():
        found += [(key, (portuguese, english)) for key in (f"SERVICEDEFS.{code.upper()}", app_code)]
    for status, texts in _STATUSES.items():
        found += [(f"{prefix}_{status}", texts) for prefix in ("WF_INBOX", "COMPLAINTS_STATUS", "CS_COMMON")]
    found += [(f"WF_PGR_{action}", texts) for action, texts in _ACTIONS.items()]
    return found + [(f"CS_REJECTION_{reason}", texts) for reason, texts in _REASONS.items()]
