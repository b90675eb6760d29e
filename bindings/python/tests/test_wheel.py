# SPDX-License-Identifier: Apache-2.0
"""The distribution: an sdist that is enough to build from, a wheel with nothing too much, and an install that works."""

import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
VERSION = (ROOT / "VERSION").read_text().strip()
MODULE = r"counterseal/_native\.[\w.-]+\.(so|pyd)"
PYTHON = (
    *("__init__", "_answers", "_arguments", "_async_engine", "_async_log", "_async_tenant", "_call"),
    *("_calls", "_clock", "_completions", "_decision", "_engine", "_enrollment", "_errors", "_fake_keys"),
    *("_fake_passkey", "_log", "_log_calls", "_log_check", "_log_records", "_op", "_opening", "_operations"),
    *("_operator_log", "_own_thread", "_passkey_calls", "_passkey_records", "_pending", "_records", "_seeds"),
    *("_status", "_tenant", "_webauthn_imports", "_webauthn_results", "_webauthn_texts", "testing", "webauthn"),
)
WHEEL = [
    *(f"counterseal/{name}.py" for name in PYTHON),
    "counterseal/_native.pyi",
    "counterseal/py.typed",
    *(f"counterseal-{VERSION}.dist-info/{name}" for name in ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE")),
]
USE = """
import counterseal
assert counterseal.__version__ == "{version}"
totp = counterseal.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
verdict = totp.verify("287082", None, 59)
assert verdict and verdict.step == 1
assert totp.verify("287082", verdict.step, 59).status == "replayed"
print(counterseal.__file__)
"""

pytestmark = pytest.mark.packaging


def run(folder: Path, *command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was built from that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(ROOT, sys.executable, "-m", "build", "--outdir", folder, ROOT)
    return folder


def test_sdist(built: Path) -> None:
    with tarfile.open(built / f"counterseal-{VERSION}.tar.gz") as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    allowed = re.compile(
        r"(CMakeLists\.txt|LICENSE|PKG-INFO|README\.md|VERSION|pyproject\.toml"
        r"|(core|capi|tools/cmake|bindings/python/(native|src))"
        r"/.+\.(c|h|cpp|hpp|def|map|in|cmake|txt|md|py|pyi|typed|json))"
    )
    assert [name for name in names if allowed.fullmatch(name) is None] == []
    assert {"LICENSE", "VERSION", "core/otp/totp.cpp", "capi/include/counterseal/counterseal.hpp"} <= set(names)


def test_wheel(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    modules = [name for name in names if re.fullmatch(MODULE, name)]
    assert len(modules) == 1
    assert sorted(names) == sorted([*WHEEL, *modules])

    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv/bin/python"
    run(tmp_path, python, "-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check", wheel)
    used = run(tmp_path, python, "-I", "-W", "error", "-c", USE.format(version=VERSION))
    assert Path(used.strip()).is_relative_to(tmp_path / "venv")
