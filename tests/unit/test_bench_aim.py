"""The load tool aimed at a bridge that runs: where it may go, and what it says of a run."""

import csv

import pytest

from bench.aim import Refused, aim, allow, figures_of, is_loopback, main, write_people
from bench.lines import Address
from bench.people import Times


def test_a_plain_address_leads_to_its_port_and_is_what_is_signed() -> None:
    address, caller = aim("http://127.0.0.1:8000/", "secret")
    assert address == Address("127.0.0.1", 8000)
    assert (caller.public_url, caller.prefix) == ("http://127.0.0.1:8000", "")


def test_behind_a_proxy_the_public_address_is_signed() -> None:
    address, caller = aim("https://ponte.example.org/b", "secret", public_url="https://x.example.org/")
    assert address == Address("ponte.example.org", 443, is_tls=True)
    assert (caller.public_url, caller.prefix) == ("https://x.example.org", "/b")


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://127.0.0.1", "http://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        aim(url, "secret")


@pytest.mark.parametrize(("host", "is_ours"), [("127.0.0.1", True), ("::1", True), ("192.0.2.1", False)])
def test_only_this_machine_counts_as_ones_own(host: str, is_ours: bool) -> None:
    assert is_loopback(host) is is_ours


def test_another_machine_is_refused_until_somebody_means_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--url", "http://192.0.2.1", "--token", "secret"]) == 2
    assert "--yes" in capsys.readouterr().err
    allow("192.0.2.1", is_sure=True)


def test_without_a_secret_nothing_is_posted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)
    assert main(["--url", "http://127.0.0.1:9"]) == 2
    assert "TWILIO_AUTH_TOKEN" in capsys.readouterr().err


def test_the_people_are_a_file_for_the_import(capsys: pytest.CaptureFixture[str]) -> None:
    write_people(2)
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["phone"] for row in rows] == ["+258840000001", "+258840000002"]
    assert {row["role"] for row in rows} == {"L1"}


def test_a_run_says_its_rates_and_every_status() -> None:
    times = Times([0.01, 0.03], [0.05, 0.07], [0.8], reports=1, seconds=2.0, settled_s=4.0)
    times.statuses.update({204: 1, 503: 1})
    turns, reply, reports = figures_of(times, 3)
    assert (turns.value, turns.more["statuses"]) == (1.0, {"204": 1, "503": 1})
    assert (reply.value, reports.value) == (70.0, 0.2)
