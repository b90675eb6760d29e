#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds the pure core and its tests for 64-bit ARM, runs them under qemu on CPUs with more and with fewer
instructions, and says which kernels ran on which. Red where a test fails, or where a kernel did not run that the CPU
has the instructions for. The last line is `arm64: N tests passed ...`. Arguments: names of CPUs; none means all.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build/arm64"
PROGRAMS = ("tests/unit/unit_tests", "tests/vectors/vectors_tests")
QEMU = ("qemu-aarch64", "-L", "/usr/aarch64-linux-gnu")
PORTABLE = {"portable_sha1", "portable_sha256", "portable_sha512"}
# A kernel by its name in the tests, and the instructions that it alone uses.
INSTRUCTIONS = {"armv8_sha1": "sha1", "armv8_sha256": "sha256", "armv8_sha512": "sha512"}

CTEST_LINE = re.compile(r" Test +#\d+: (\S+) \.+ *(Passed|\*\*\*Skipped)")
GTEST_LINE = re.compile(r"\[ +(OK|SKIPPED) \] (\S+?)(?:, where .*| \(\d+ ms\))$")
KERNEL = re.compile(r"/([a-z]\w*_sha\d+)$")


ran_anywhere: set[str] = set()


@dataclass(frozen=True)
class Cpu:
    name: str
    options: tuple[str, ...]
    lacks: frozenset[str]  # kernels that cannot run on it
    without: str = ""  # tests that it is not asked for


CPUS = (
    Cpu("cortex-a53", ("-cpu", "cortex-a53"), frozenset({"armv8_sha512"})),
    Cpu(
        "without-sha",
        ("-cpu", "cortex-a53", "-E", f"LD_PRELOAD={BUILD}/tests/arm64/libwithout_sha.so"),
        frozenset(INSTRUCTIONS),
        "cpu.agrees_with_linux",  # which asks the system by another way
    ),
)


def run(command: Iterable[object]) -> str:
    """The output, or the end of this program."""
    argv = [str(word) for word in command]
    print("$", *argv, flush=True)
    done = subprocess.run(
        argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False
    )
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\nfailed with status {done.returncode}")
    return done.stdout


def passed_tests(cpu: str, lacks: frozenset[str], results: Iterable[tuple[str, bool]]) -> int:
    """Says which kernels ran, and ends this program unless they are those that this CPU can run."""
    ran: set[str] = set()
    skipped: set[str] = set()
    n_passed = 0
    for test, passed in results:
        n_passed += passed
        if kernel := KERNEL.search(test):
            (ran if passed else skipped).add(kernel[1])
    print(f"{cpu}: run: {' '.join(sorted(ran))}; not run: {' '.join(sorted(skipped)) or 'none'}", flush=True)
    if skipped != lacks or not ran >= (PORTABLE | set(INSTRUCTIONS)) - lacks or ran & skipped:
        sys.exit(f"{cpu} must run every kernel but {sorted(lacks)}")
    ran_anywhere.update(ran)
    return n_passed


def by_ctest() -> int:
    output = run(("ctest", "--preset", "arm64"))
    return passed_tests("max", frozenset(), ((test, how == "Passed") for test, how in CTEST_LINE.findall(output)))


def by_hand(cpu: Cpu) -> int:
    """Whole programs, since an emulator takes its time to start; they leave a list of the instructions they met."""
    results: list[tuple[str, bool]] = []
    met: set[str] = set()
    for program in PROGRAMS:
        trace = BUILD / f"tests/arm64/{Path(program).name}.{cpu.name}.asm"
        argv = (*QEMU, *cpu.options, "-d", "in_asm", "-D", trace, BUILD / program, f"--gtest_filter=-{cpu.without}")
        found = [GTEST_LINE.match(line) for line in run(argv).splitlines()]
        # Skipped tests come once more in the list at the end.
        results += sorted({(line[2], line[1] == "OK") for line in found if line})
        met |= {kind[1] for kind in re.finditer(r"^0x\w+: .*?\t?\b(sha\d+)\w* ", trace.read_text(), re.MULTILINE)}
        trace.unlink()
    n_passed = passed_tests(cpu.name, cpu.lacks, results)
    must = {kind for kernel, kind in INSTRUCTIONS.items() if kernel not in cpu.lacks}
    if met != must:
        sys.exit(f"{cpu.name}: SHA instructions met {sorted(met)}, but of its kernels {sorted(must)}")
    return n_passed


def main() -> None:
    looks: dict[str, Callable[[], int]] = {"max": by_ctest} | {cpu.name: partial(by_hand, cpu) for cpu in CPUS}
    names = sys.argv[1:] or [*looks]
    if unknown := set(names) - set(looks):
        sys.exit(f"there is no CPU {' '.join(unknown)}; there are {' '.join(looks)}")
    run(("cmake", "--preset", "arm64"))
    run(("cmake", "--build", "--preset", "arm64"))
    counts = {name: looks[name]() for name in names}
    each = ", ".join(f"{count} on {name}" for name, count in counts.items())
    print(f"arm64: {sum(counts.values())} tests passed ({each}); kernels run: {' '.join(sorted(ran_anywhere))}")


if __name__ == "__main__":
    main()
