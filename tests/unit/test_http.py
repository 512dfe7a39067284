"""Sessions to one service: what the environment says of the way is kept, and read once."""

import pytest

from intake.http import session_to


def test_a_proxy_of_the_environment_is_used_except_for_hosts_that_it_excepts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "salama.example")
    assert session_to("https://api.twilio.example").proxies["https"] == "http://proxy.example:3128"
    assert "https" not in session_to("https://salama.example/pgr-services").proxies


def test_the_ministrys_own_certificates_are_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/misau.pem")
    assert session_to("https://salama.example").verify == "/etc/ssl/misau.pem"


def test_it_asks_the_environment_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    session = session_to("https://salama.example")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    found = session.merge_environment_settings("https://salama.example/x", {}, None, None, None)
    assert "https" not in found["proxies"]
    assert found["verify"] is True


def test_each_thread_that_sends_finds_a_connection() -> None:
    adapter = session_to("https://api.twilio.example", connections=16).get_adapter("https://api.twilio.example")
    assert adapter._pool_maxsize == 16  # type: ignore[attr-defined]
