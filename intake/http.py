"""HTTP sessions to one service each."""

import requests
from requests.adapters import HTTPAdapter


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
