# SPDX-License-Identifier: Apache-2.0
"""What the package says about itself agrees with the rest of the repository."""

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import counterseal
import pytest
from counterseal import HOTP, OCRA, TOTP, YubicoOtp, _native, _status

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^CSEAL_STATUS\((\w+), (-?\d+), ([01]),", re.MULTILINE)


def test_version() -> None:
    assert counterseal.__version__ == (ROOT / "VERSION").read_text().strip()


def test_status_names() -> None:
    rows = [
        (name, int(number), retryable == "1")
        for name, number, retryable in ROW.findall((ROOT / "capi/status.def").read_text())
    ]
    assert rows
    answers = ["accepted" if number == 0 else name.lower() for name, number, _ in rows if number >= 0]
    assert list(get_args(_status.Status)) == answers
    assert {f"CSEAL_{name}" for name, _, retryable in rows if retryable} == _status.RETRYABLE


def test_public_names() -> None:
    types = {
        "AsyncEngine",
        "AsyncLog",
        "AsyncTenant",
        "BatchVerdict",
        "Change",
        "Checkpoint",
        "CheckpointMark",
        "CheckpointPage",
        "ClockChange",
        "ConfigError",
        "ConsistencyProof",
        "CountersealError",
        "Decision",
        "Engine",
        "EngineClosed",
        "Erasure",
        "Event",
        "Factor",
        "HOTP",
        "HOTPKeyTable",
        "Health",
        "ImportedFactor",
        "InclusionProof",
        "KeyCounts",
        "KeyRing",
        "KeyRingError",
        "KeyTable",
        "Log",
        "LogPart",
        "LogReport",
        "LogVerifier",
        "OCRA",
        "OfferedFactor",
        "OutcomeUnknown",
        "Page",
        "PasskeyEnrollment",
        "PasskeyOwner",
        "PasskeyQuestion",
        "Pending",
        "Policy",
        "Pool",
        "Resealed",
        "Reset",
        "SchemaMismatch",
        "Seed",
        "SeedFile",
        "SeedFileError",
        "SeedProblem",
        "StateFault",
        "StateReport",
        "StepUpRequired",
        "StoreCorrupt",
        "StoreRolledBack",
        "StoreUnavailable",
        "TOTP",
        "Tenant",
        "TotpEnrollment",
    }
    functions = {
        "export_migration",
        "export_seeds",
        "import_migration",
        "import_seeds",
        "verify_batch",
        "verify_hotp_batch",
        "verify_log",
    }
    assert set(counterseal.__all__) == types | functions | {"Verdict", "YubicoOtp", "__version__", "webauthn"}
    own = (
        "HOTP",
        "OCRA",
        "TOTP",
        "BatchVerdict",
        "HOTPKeyTable",
        "KeyRing",
        "KeyTable",
        "Seed",
        "Verdict",
        "YubicoOtp",
    )
    for name in own:
        assert getattr(counterseal, name).__module__ == "counterseal"
        assert getattr(counterseal, name) is getattr(_native, name)


def test_signatures_and_docstrings() -> None:
    verify = inspect.signature(TOTP.verify).parameters
    assert list(verify) == ["self", "code", "last_step", "at", "past", "future"]
    assert verify["last_step"].default is inspect.Parameter.empty
    assert (verify["at"].default, verify["past"].default, verify["future"].default) == (None, 1, 1)
    assert list(inspect.signature(TOTP).parameters)[:2] == ["secret", "algorithm"]
    batches = (counterseal.KeyTable, counterseal.HOTPKeyTable, counterseal.BatchVerdict)
    engine = (counterseal.Engine, counterseal.AsyncEngine, counterseal.Tenant, counterseal.AsyncTenant)
    logs = (counterseal.Log, counterseal.AsyncLog)
    engine_parts = (counterseal.KeyRing, counterseal.TotpEnrollment, counterseal.Pending)
    for kind in (
        TOTP,
        HOTP,
        OCRA,
        YubicoOtp,
        *batches,
        *engine,
        *logs,
        *engine_parts,
        counterseal.Verdict,
        counterseal.ConfigError,
    ):
        for name, member in vars(kind).items():
            if not name.startswith("_"):
                assert inspect.getdoc(member), f"{kind.__name__}.{name} has no docstring"
        assert inspect.getdoc(kind)


def test_nothing_but_the_standard_library_is_imported() -> None:
    script = """
import sys
sys.modules["numpy"] = None  # importing it fails
before = set(sys.modules)
from array import array
from counterseal import KeyTable, verify_batch
key = b"12345678901234567890"
table = KeyTable(key * 2, replay="this_process")
assert list(table.verify(table.at(59), 59).ok) == [True, True]
assert list(verify_batch(key, array("I", [287082]), 59, array("q", [-1])).steps) == [1]
brought = {name.partition(".")[0] for name in set(sys.modules) - before}
assert brought - sys.stdlib_module_names == {"counterseal"}, brought
"""
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="reads an ELF file")
def test_the_module_exports_nothing_but_itself() -> None:
    # Else the C ABI of this module and that of another Counterseal in the process would meet.
    nm = subprocess.run(
        ["nm", "-D", "--defined-only", str(_native.__file__)], capture_output=True, text=True, check=True
    )
    assert [line.split()[-1] for line in nm.stdout.splitlines()] == ["PyInit__native"]
