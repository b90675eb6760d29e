# SPDX-License-Identifier: Apache-2.0
"""The types that users' checkers see are those of the running module."""

import os
import subprocess
import sys
from pathlib import Path

import counterseal

PACKAGE = Path(counterseal.__file__).parent
HERE = Path(__file__).parent


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(PACKAGE.parent), "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_mypy(tmp_path: Path) -> None:
    # No configuration file, so that a user's checker sees the same.
    mypy = ("mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}")
    run(tmp_path, *mypy, "-p", "counterseal")
    run(tmp_path, *mypy, str(HERE / "typing/usage.py"))


def test_stubtest(tmp_path: Path) -> None:
    # stubtest takes an alias of several literals for a union.
    known = tmp_path / "known"
    aliases = ("_status.Status", "_seeds._Format", "_decision._Reason", "_records._Type", "_records._State")
    passkeys = ("_Requirement", "_Attestation", "_Attachment", "_Hint")
    aliases += ("_webauthn_results._Trust", *(f"webauthn.{name}" for name in passkeys))
    aliases += ("_calls._Algorithm", "_log_calls._LogFormat")
    known.write_text("".join(f"counterseal.{alias}\n".replace(".", r"\.") for alias in aliases))
    assert "Success" in run(tmp_path, "mypy.stubtest", "counterseal", "--allowlist", str(known))


def test_py_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
