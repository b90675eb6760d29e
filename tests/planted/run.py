#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants each fault of this folder in a copy of the tree, builds, runs what should notice, and expects it to turn red.

A patch starts with a `Why:` line and a `Red:` line that names one of RUNNERS. A patch that does not apply, does not
build, leaves its runner green or keeps it from ending counts as missed; a runner that is red without any fault ends all
of it. The last line is `planted N caught N`. Arguments: names of patches, or --one-of-each for the first of each runner
that needs no further language; none means all.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COPY = ROOT / "build/planted/tree"
BUILD = COPY / "build/dev"
LOG = ROOT / "build/planted/log"
# Seconds that a runner has; the slowest takes some minutes, and more where the machine has other work.
LIMIT = 1800
# Seconds that one which has to be ended has for stopping servers of its own.
PATIENCE = 20


@dataclass(frozen=True)
class Runner:
    targets: list[str]  # of the build
    command: list[str]
    red: str  # what the output must hold when a test failed, so that a runner that cannot start has caught nothing
    is_quick: bool = True  # needs no Python module, no addon, no other CPU


def ctest(name: str, *targets: str) -> Runner:
    command = ["ctest", "--test-dir", str(BUILD), "--no-tests=error", "--output-on-failure", "--stop-on-failure"]
    command += ["-j", str(os.cpu_count()), "-R", rf"^{name}(\.|$)"]
    return Runner([*targets], command, r"[1-9]\d* tests failed out of")


def script(name: str, red: str) -> Runner:
    return Runner([], [".venv/bin/python", name, "--check"], red)


RUNNERS = {
    "unit": ctest("unit", "unit_tests", "webauthn_tests"),
    "vectors": ctest("vectors", "vectors_tests", "webauthn_vectors_tests", "vectors_c"),
    "cases": ctest("cases", "cases_tests"),
    "selftest": ctest(r"abi.c.selftest", "abi_selftest_test"),
    "wipe": ctest("wipe", "wipe_test"),
    "abi.c": ctest("abi.c", "abi_c_tests"),
    "fuzz": ctest("fuzz", "fuzz_targets"),
    "store": ctest(r"store.pgbouncer", "store_tests"),
    "store.sqlite": ctest(r"store.sqlite", "store_tests"),
    "engine": ctest(r"engine.sqlite", "engine_tests"),
    "engine.memory": ctest(r"engine.memory", "engine_tests"),  # and what asks for a machine of its own
    "engine.postgres": ctest(r"engine.postgres", "engine_tests"),  # what needs two writers at once
    "races": Runner(
        ["races"],
        [".venv/bin/python", "tests/races/races.py", "--quick", str(BUILD / "tests/races/races")],
        r"; violations [1-9]",
    ),
    "model": Runner(
        ["_native"],
        [
            *("env", f"PYTHONPATH={BUILD / 'bindings/python'}", ".venv/bin/python", "tests/model/run.py"),
            *("--sequences", "800", "--until-red"),
        ],
        r"; violations [1-9]",
        False,
    ),
    "fault.inject": ctest(r"fault\.inject_sqlite", "fault_walk"),
    "fault.inject_postgres": ctest(r"fault\.inject_postgres", "fault_walk"),
    "fault.crash": ctest(r"fault\.crash_sqlite", "crash_target"),
    "fault.crash_postgres": ctest(r"fault\.crash_postgres", "crash_target"),
    "fault.rotation": ctest(r"fault\.rotation_sqlite", "crash_target"),
    "fault.rotation_postgres": ctest(r"fault\.rotation_postgres", "crash_target"),
    "fault.flips": ctest(r"fault\.flips", "fault_flips"),
    "fault.cut": ctest(r"fault\.cut", "fault_walk"),
    "fault.nomem": ctest(r"fault\.nomem", "fault_nomem"),
    "fault.norandom": ctest(r"fault\.norandom", "fault_norandom"),
    "threads.tsan": ctest(r"threads\.tsan", "threads_tsan"),
    "fault.images": ctest(r"fault\.images", "fault_images"),
    # Where the self-test finds the fault first, the package does not even load.
    "pytest": Runner(
        ["_native"], ["tools/pytest", str(BUILD), "bindings/python/tests"], r"[1-9]\d* failed|self-test failed", False
    ),
    "cli": Runner(
        ["counterseal_cli", "_native"],
        ["tools/pytest", str(BUILD), "tests/cli", "-k", "not installed_tree"],
        r"[1-9]\d* failed",
        False,
    ),
    "node": Runner(["counterseal_node_prebuild"], ["npm", "test"], r"^(# |ℹ )fail [1-9]", False),
    "diff": Runner(
        ["webauthn_messages", "_native"], ["tools/pytest", str(BUILD), "tests/diff"], r"[1-9]\d* failed", False
    ),
    "browser": Runner(
        ["_native", "counterseal_node_prebuild"],
        [
            "env",
            "PYTHON=.venv/bin/python",
            f"PYTHONPATH={BUILD}/bindings/python",
            "node",
            "tests/browser/walk.mjs",
            "--short",
        ],
        r"^browser: \d+ passed, [1-9]\d* failed",
        False,
    ),
    "check_tree": script("tools/check_tree.py", r"may not include"),
    "gen_status": script("tools/gen_status.py", r"not current"),
    "api": script("tools/api.py", r"its comment has no|has no comment|is a word of C|not current"),
    "arm64": Runner(
        [],
        [".venv/bin/python", "tests/arm64/run.py", "cortex-a53"],
        r"FAILED TESTS|failed with status|must run every kernel|SHA instructions met",
        False,
    ),
    "abi": Runner([], [".venv/bin/python", "tools/abi.py", "check"], r"^abi: (CHANGED|INCOMPATIBLE)"),
}


@dataclass(frozen=True)
class Fault:
    patch: Path
    runner: Runner

    @classmethod
    def read(cls, patch: Path) -> Fault:
        match = re.match(r"Why: .+\nRed: (\S+)\n", patch.read_text())
        if match is None or match[1] not in RUNNERS:
            sys.exit(f"{patch.name}: no Why: and Red: lines at its start, or no such runner")
        return cls(patch, RUNNERS[match[1]])


def run(command: list[str], limit: float | None = None) -> tuple[int | None, str]:
    """(exit status, output); no status where it was ended, with all that it started, after so many seconds."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=COPY, stdout=pipe, stderr=pipe, text=True, errors="replace", start_new_session=True
    ) as running:
        try:
            said = "".join(running.communicate(timeout=limit))
        except subprocess.TimeoutExpired:
            return None, f"{end(running)}\nended after {limit} seconds\n"
        except BaseException:
            end(running)
            raise
        return running.returncode, said


def end(running: subprocess.Popen[str]) -> str:
    """Asks a command and all that it started to stop, then makes them; what it had said."""
    said = ""
    for how in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(running.pid, how)
        with suppress(subprocess.TimeoutExpired):
            said = "".join(running.communicate(timeout=PATIENCE)) or said
    return said


def build(targets: list[str]) -> tuple[int | None, str]:
    return run(["cmake", "--build", str(BUILD), "--target", *targets]) if targets else (0, "")


def copy_tree() -> None:
    """Brings the copy up to date; files that did not change keep their time, so that little is built again."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    wanted = {name for name in names if (ROOT / name).is_file()}
    for name in wanted:
        source, target = ROOT / name, COPY / name
        if not target.exists() or source.read_bytes() != target.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    for path in COPY.rglob("*"):
        inside = path.relative_to(COPY)
        kept = inside.parts[0] in {".git", "build", ".venv", "node_modules"} or "prebuilds" in inside.parts
        if path.is_file() and not kept and str(inside) not in wanted:
            path.unlink()
    for name in (".venv", "node_modules"):
        if not (COPY / name).exists():
            (COPY / name).symlink_to(ROOT / name)
    run(["git", "init", "--quiet"])  # the checks ask git which files there are


def configure() -> None:
    """Without optimisation: a fault shows as well, and the copy is built much sooner."""
    cmakedir = run([".venv/bin/python", "-m", "pybind11", "--cmakedir"])[1].strip()
    options = [
        "-DCMAKE_BUILD_TYPE=Debug",
        "-DCMAKE_CXX_FLAGS_DEBUG=-O0",
        "-DCMAKE_C_FLAGS_DEBUG=-O0",
        "-DCOUNTERSEAL_PYTHON=ON",
        "-DCOUNTERSEAL_NODE=ON",
        "-DCOUNTERSEAL_CLI=ON",
        f"-DPython_EXECUTABLE={COPY}/.venv/bin/python",
        f"-Dpybind11_DIR={cmakedir}",
    ]
    status, output = run(["cmake", "--preset", "dev", "-B", str(BUILD), *options])
    if status != 0:
        sys.exit(output)


def patch(fault: Fault, *options: str) -> bool:
    return run(["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch", "-s", *options, "-i", str(fault.patch)])[0] == 0


def miss(fault: Fault, why: str, output: str) -> bool:
    print(f"  MISSED {fault.patch.stem}: {why}", flush=True)
    (LOG / f"{fault.patch.stem}.log").write_text(output)
    return False


def is_caught(fault: Fault) -> bool:
    if not patch(fault):
        return miss(fault, "the patch does not apply", "")
    try:
        status, output = build(fault.runner.targets)
        if status != 0:
            return miss(fault, "the tree with the fault does not build", output)
        status, output = run(fault.runner.command, LIMIT)
        if status is None:
            return miss(fault, "its runner did not end", output)
        if status == 0 or re.search(fault.runner.red, output, re.MULTILINE) is None:
            return miss(fault, "nothing turned red", output)
    finally:
        patch(fault, "-R")
    print(f"  caught {fault.patch.stem}", flush=True)
    return True


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # with what it runs, and no fault left
    patches = sorted(Path(__file__).parent.glob("*.patch"))
    faults = [Fault.read(p) for p in patches]
    if sys.argv[1:] == ["--one-of-each"]:
        faults = list({id(f.runner): f for f in reversed(faults) if f.runner.is_quick}.values())
    elif sys.argv[1:]:
        faults = [f for f in faults if f.patch.stem in sys.argv[1:]]
    if not faults:
        sys.exit("no planted fault of that name")
    LOG.mkdir(parents=True, exist_ok=True)
    copy_tree()
    configure()
    for runner in {id(f.runner): f.runner for f in faults}.values():
        for status, output in (build(runner.targets), run(runner.command, LIMIT)):
            if status != 0:
                sys.exit(f"red without any fault: {' '.join(runner.command)}\n{output[-3000:]}")
    # Faults of one runner in a row: what was built for one serves the next.
    faults.sort(key=lambda f: list(RUNNERS.values()).index(f.runner))
    caught = sum(is_caught(fault) for fault in faults)
    print(f"planted {len(faults)} caught {caught}")
    sys.exit(caught != len(faults))


if __name__ == "__main__":
    main()
