# SPDX-License-Identifier: Apache-2.0
"""`make demo` ends well, and does not where a camera, a phone or a door says something else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import counterseal
import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(counterseal.__file__).resolve().parents[3]


def demo(path: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PATH": f"{path}:{os.environ['PATH']}"}
    command = [ROOT / "tools/demo", BUILD]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)


def test_demo() -> None:
    done = demo()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("as it should be") == 12
    assert "\x1b" not in done.stdout, "no terminal, no colours"
    assert done.stdout.endswith("demo: every door accepted the right code once and nothing else\n")


@pytest.mark.parametrize(
    ("tool", "script", "said"),
    [
        ("zbarimg", "cat > /dev/null; exit 4", "demo: zbarimg cannot read the QR code"),
        ("zbarimg", "cat > /dev/null; echo 'otpauth://totp/a?secret=AAAA'", "demo: zbarimg reads another text"),
        ("oathtool", "cat > /dev/null; echo 1234567", "demo: a door does not take the phone's code"),
        ("node", "cat > /dev/null; echo accepted, step 1", "demo: 3 answers were not what they should be"),
    ],
    ids=["blind camera", "other code", "other phone", "open door"],
)
def test_deviations_are_noticed(tmp_path: Path, tool: str, script: str, said: str) -> None:
    stand_in = tmp_path / tool
    stand_in.write_text(f"#!/bin/sh\n{script}\n")
    stand_in.chmod(0o755)
    done = demo(str(tmp_path))
    assert done.returncode == 1
    assert said in done.stdout + done.stderr
