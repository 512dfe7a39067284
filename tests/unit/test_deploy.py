"""The files in deploy/ and the Containerfile name only commands, settings and addresses that exist, and are locked."""

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from app import cli
from bot.pictures import PATH as PICTURES
from bot.webhooks import STATUS
from settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
VARIABLES = {item.metadata["variable"] for item in fields(Settings)}
OPEN_TO_THE_WORLD = {"/whatsapp/inbound", STATUS, PICTURES, "/healthz"}
_VARIABLE = re.compile(r"\b(?:BRIDGE|TWILIO|SALAMA|SMTP|IMAP|MAIL)_[A-Z_]+\b")
_OF_THE_PROXY = {"BRIDGE_HOST", "BRIDGE_UPSTREAM"}


def compose() -> dict[str, Any]:
    """The compose file, its anchors resolved."""
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text("utf-8"))
    return read


def manifests() -> list[dict[str, Any]]:
    """All objects of the Kubernetes folder."""
    folder = DEPLOY / "kubernetes"
    named = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))["resources"]
    assert sorted(named) == sorted(p.name for p in folder.glob("*.yaml") if p.name != "kustomization.yaml")
    return [each for name in named for each in yaml.safe_load_all((folder / name).read_text("utf-8"))]


def exists(words: list[str]) -> bool:
    """Whether these words begin with a command of ours."""
    command: click.Command = cli
    for word in words:
        if not isinstance(command, click.Group):
            break
        found = command.commands.get(word)  # asking the group would start an application
        if found is None:
            return False
        command = found
    return not isinstance(command, click.Group)


def deployed() -> list[Path]:
    """Every text that an operator copies commands or settings from."""
    texts = [ROOT / "Containerfile", *(p for p in DEPLOY.rglob("*") if p.is_file())]
    return [*texts, *(p for p in (ROOT / "docs").rglob("operators.md"))]


@pytest.mark.parametrize("file", deployed(), ids=lambda file: str(file.relative_to(ROOT)))
def test_commands_and_settings_exist(file: Path) -> None:
    text = file.read_text("utf-8")
    unknown = {name for name in _VARIABLE.findall(text) if name not in VARIABLES | _OF_THE_PROXY}
    assert {name for name in unknown if name.removesuffix("_FILE") not in VARIABLES} == set()
    for line in text.splitlines():
        for found in re.finditer(r"/opt/bridge/\.venv/bin/bridge ([a-z -]+)|^\s*(?:\$ )?bridge ([a-z -]+)", line):
            words = (found[1] or found[2]).split(" -")[0].split()
            assert exists(words), line


def test_the_commands_of_containers_exist() -> None:
    found = [service["command"] for service in compose()["services"].values() if "command" in service]
    pods = [each["spec"]["template"]["spec"] for each in manifests() if each["kind"] == "Deployment"]
    found += [one["command"] for pod in pods for one in (*pod["initContainers"], *pod["containers"])]
    ours = [words for words in found if words[0] == "bridge"]
    assert len(ours) >= 6
    for words in ours:
        assert exists([word for word in words[1:] if not word.startswith("-")][:2]), words
    web = [words for words in found if words[0] == "gunicorn"]
    assert len(web) == 2
    assert all(words[-1] == "app:create_app()" for words in web)


def test_containers_write_nothing_and_are_nobody() -> None:
    for name, service in compose()["services"].items():
        if name in ("database", "backup"):
            continue
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
    for each in manifests():
        if each["kind"] != "Deployment":
            continue
        pod = each["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for one in (*pod["initContainers"], *pod["containers"]):
            closed = one["securityContext"]
            assert closed["readOnlyRootFilesystem"] is True
            assert closed["allowPrivilegeEscalation"] is False
            assert closed["capabilities"] == {"drop": ["ALL"]}
            assert {"requests", "limits"} <= one["resources"].keys()


def test_the_image_runs_as_nobody_and_copies_what_there_is() -> None:
    lines = (ROOT / "Containerfile").read_text("utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER")]
    assert users == ["10001:10001"]
    assert lines.index("USER 10001:10001") > max(i for i, line in enumerate(lines) if line.startswith(("RUN", "COPY")))
    assert (ROOT / "requirements" / "run.txt").exists()
    ignored = (ROOT / ".containerignore").read_text("utf-8")
    assert ignored == (ROOT / ".dockerignore").read_text("utf-8")
    assert {".env", ".git", "var"} <= set(ignored.split())


def test_only_what_twilio_calls_is_open_to_the_world() -> None:
    caddy = (DEPLOY / "compose" / "Caddyfile").read_text("utf-8")
    [public] = re.findall(r"@public path (.+)", caddy)
    assert {path.removesuffix("*") for path in public.split()} == OPEN_TO_THE_WORLD
    [ingress] = [each for each in manifests() if each["kind"] == "Ingress"]
    paths = {one["path"] for rule in ingress["spec"]["rules"] for one in rule["http"]["paths"]}
    assert paths == OPEN_TO_THE_WORLD
    ports = {name: service["ports"] for name, service in compose()["services"].items() if "ports" in service}
    assert set(ports) == {"proxy"}
    assert compose()["networks"]["inside"]["internal"] is True


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_name_programs_that_exist(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text("utf-8")
    for line in re.findall(r"^Exec\w+=(.+)$", text, re.MULTILINE):
        program = shlex.split(line)[0]
        if program.startswith("/opt/bridge/.venv/bin/"):
            assert Path(sys.executable).with_name(Path(program).name).exists(), line
    if "[Service]" in text:
        assert "\nUser=bridge\n" in text
        assert "ProtectSystem=strict" in text
        assert "NoNewPrivileges=yes" in text
    if tool := shutil.which("systemd-analyze"):
        # Every unit, since they name each other; the programs are those of this environment.
        for each in UNITS:
            programs = each.read_text("utf-8").replace("/opt/bridge/.venv/bin", str(Path(sys.executable).parent))
            (tmp_path / each.name).write_text(programs, "utf-8")
        done = subprocess.run([tool, "verify", str(tmp_path / unit.name)], capture_output=True, text=True, check=False)
        said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or unit.name in line]
        assert said == []


def test_the_labels_of_kubernetes_fit_together() -> None:
    objects = manifests()
    pods = {
        each["metadata"]["name"]: each["spec"]["template"]["metadata"]["labels"]
        for each in objects
        if each["kind"] == "Deployment"
    }
    selectors = [each["spec"]["selector"] for each in objects if each["kind"] == "Service"]
    selectors += [each["spec"]["podSelector"]["matchLabels"] for each in objects if each["kind"] == "NetworkPolicy"]
    selectors += [
        each["spec"]["selector"]["matchLabels"]
        for each in objects
        if each["kind"] in ("Deployment", "PodDisruptionBudget")
    ]
    assert all(any(selector.items() <= labels.items() for labels in pods.values()) for selector in selectors)
