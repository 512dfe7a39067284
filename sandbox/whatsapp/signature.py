"""Signs a webhook as Twilio does; knows nothing of what is in it."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def signature(token: str, url: str, fields: Mapping[str, str]) -> str:
    """The value of `X-Twilio-Signature` for a form POST of `fields` to `url`.

    A fragment of the URL does not count; fields are taken in the order of their names, empty ones too.
    Source: Twilio, webhook signature, form POST.
    """
    text = url.partition("#")[0] + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
