"""The closed sets the classifier answers with: what a message is about, and whose task it is."""

from enum import StrEnum


class Label(StrEnum):
    """What a message is about (SOP, "Ticket categories", and the kinds that open no ticket)."""

    TECHNICAL = "technical"
    USER_ACCOUNT = "user_account"
    DATA_CONTENT = "data_content"
    SECURITY = "security"
    PERFORMANCE = "performance"
    PROGRAMMATIC = "programmatic"
    HOW_TO = "how_to"
    CHANGE_REQUEST = "change_request"
    STATUS_QUERY = "status_query"
    CHITCHAT = "chitchat"


class Scope(StrEnum):
    """Who has to act on a message: the helpdesk, NMCP, both in turn, or nobody."""

    HELPDESK = "helpdesk"
    NMCP = "nmcp"
    BOTH = "both"
    NONE = "none"


SCOPE_OF: dict[Label, Scope] = {
    Label.TECHNICAL: Scope.HELPDESK,
    Label.USER_ACCOUNT: Scope.HELPDESK,
    Label.DATA_CONTENT: Scope.HELPDESK,
    Label.SECURITY: Scope.HELPDESK,
    Label.PERFORMANCE: Scope.HELPDESK,
    Label.PROGRAMMATIC: Scope.NMCP,
    Label.HOW_TO: Scope.HELPDESK,
    Label.CHANGE_REQUEST: Scope.HELPDESK,
    Label.STATUS_QUERY: Scope.HELPDESK,
    Label.CHITCHAT: Scope.NONE,
}
"""The scope of a label alone; a lost or stolen device is `Scope.BOTH` whatever this says."""
