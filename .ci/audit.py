"""Asks whether a version that we lock has a known weakness. Exits 1 if one has; says so if nobody could tell."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PINNED = Path(__file__).parents[1] / "requirements" / "run.txt"
PATIENCE_S = 120


def audited() -> list[dict[str, Any]] | None:
    """What the audit knows about each package; None when it could not be made."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    command += ["--format", "json", "--timeout", "10", "-r", str(PINNED)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return found


def main() -> int:
    """Print one line for each weakness, and how much was looked at; the exit code."""
    packages = audited() or []
    known = [each for each in packages if "vulns" in each]
    weak = [(each, weakness) for each in known for weakness in each["vulns"]]
    for each, weakness in weak:
        mended = ", ".join(weakness.get("fix_versions") or ["no version yet"])
        print(f"{each['name']} {each['version']}: {weakness['id']}, mended in {mended}")
    if not known:
        print("NOT AUDITED: no advisories can be reached from here. With a network: make check")
    else:
        print(f"{len(known)} of {len(packages)} locked packages audited, {len(weak)} known weaknesses")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
