"""Twilio's error answers: the codes, their HTTP status and their words."""

import json

from flask import Response

_ERRORS: dict[int, tuple[int, str]] = {
    20001: (400, "Unknown parameters"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20409: (409, "The resource is in a state that does not allow this"),
    20422: (400, "Invalid Parameter"),
    20429: (429, "Too Many Requests"),
    21211: (400, "Invalid 'To' Phone Number"),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number provided is not a valid, message-capable phone number for this destination."),
    21609: (400, "The 'StatusCallback' URL is not a valid URL."),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21619: (400, "A text message body or media urls must be specified."),
    21620: (400, "Invalid media URL(s)"),
    21654: (400, "The ContentSid parameter is required when ContentVariables are sent."),
    21655: (400, "The ContentSid Parameter is Invalid"),
    21656: (400, "The ContentVariables Parameter is invalid"),
    21701: (404, "The Messaging Service resource does not exist"),
}


class ApiError(Exception):
    """The request is refused with one of Twilio's codes; `detail` is added to the words."""

    def __init__(self, code: int, detail: str = "") -> None:
        self.status, words = _ERRORS[code]
        super().__init__(f"{words} {detail}".strip())
        self.code = code


def json_answer(data: object, status: int = 200) -> Response:
    """A JSON answer with the keys in the given order."""
    return Response(json.dumps(data, ensure_ascii=False), status, content_type="application/json")


def error_answer(error: ApiError) -> Response:
    """The error in Twilio's JSON form."""
    more = f"https://www.twilio.com/docs/errors/{error.code}"
    answer = json_answer(
        {"code": error.code, "message": str(error), "more_info": more, "status": error.status}, error.status
    )
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return answer
