"""HTTP sessions to one service each."""

from collections.abc import Mapping
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict


def session_to(base_url: str, *, connections: int = 1) -> requests.Session:
    """A session for one service that keeps up to `connections` open.

    What the environment says of the way there (proxies, certificates) is read once instead of at every request, which
    costs a third of one; a `.netrc` file is not looked at.
    """
    session = requests.Session()
    found = session.merge_environment_settings(base_url, {}, None, None, None)
    session.proxies, session.verify, session.trust_env = found["proxies"], found["verify"], False
    adapter = HTTPAdapter(pool_maxsize=connections)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def post_form(
    session: requests.Session,
    url: str,
    fields: Mapping[str, object],
    headers: Mapping[str, str],
    timeout_s: tuple[float, float],
) -> requests.Response:
    """POST a form as `session.post` does, without looking for cookies, hooks and redirects: at half the price.

    For an address that needs no escaping; `timeout_s` is for connecting and reading. Raises what `requests` raises.
    """
    request = requests.PreparedRequest()
    request.method, request.url, request.hooks = "POST", url, {}
    request.body = urlencode(fields, doseq=True).encode()
    length = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(request.body))}
    request.headers = CaseInsensitiveDict({**headers, **length})
    adapter, proxies = session.get_adapter(url), session.proxies
    verify = True if session.verify is None else session.verify
    answer = adapter.send(request, timeout=timeout_s, verify=verify, cert=session.cert, proxies=proxies)
    answer.content  # noqa: B018  read to its end, so that the connection is free again
    return answer
