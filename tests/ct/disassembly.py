#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The machine code of the kernels, as built: no branch, no address and no count depends on what was loaded.

For what valgrind and MSan cannot run. flow.py follows values through each function; disassembly.txt lists, with a
reason, the loads whose result is public. Everywhere in the core: nothing that was calculated in vector registers
decides a jump or an address, no gather or scatter, no division but core/otp/step.cpp's. An instruction that the
tables do not know is a fault. --compilers compiles the kernels once more with each compiler named, at -O2, -O3, -Os.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import fnmatch
import functools
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import commands
import listing
from divisions import ALLOWED as DIVIDES
from flow import COPIES, Finding, Function

LEVELS = ("-O2", "-O3", "-Os")
LIST = "tests/ct/disassembly.txt"
# What kernels consist of: everything in core/hmac but the choice among them and HMAC around them, which memcheck runs.
NOT_KERNELS = ("core/hmac/bulk.cpp", "core/hmac/hmac.cpp", "core/hmac/kernel.cpp")
CALLABLE = (*COPIES, "__stack_chk_fail")
RULES = {
    "branch": "branch on loaded data",
    "address": "address from loaded data",
    "count": "length from loaded data",
    "target": "jump or call to loaded data",
}
RULES_OF_VECTORS = {"branch": "mask-to-flag", "address": "address from a vector", "count": "length from a vector"}


@dataclasses.dataclass(frozen=True)
class Entry:
    """One line of the list: what functions load there is public."""

    source: str
    function: str
    origin: str
    builds: str  # "all", or patterns of the builds that need it
    number: int

    def is_for(self, build: str) -> bool:
        patterns = self.builds.replace("all", "*").split(",")
        return any(fnmatch.fnmatchcase(build.split()[0], pattern) for pattern in patterns)

    def fits(self, source: str, function: str) -> bool:
        return fnmatch.fnmatchcase(source, self.source) and function == self.function


def entries(path: Path, faults: list[str]) -> list[Entry]:
    found = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line and not line.startswith("#"):
            place, origin, builds, *reason = line.split()
            source, _, function = place.partition(":")
            found.append(Entry(source, function, origin, builds, number))
            if len(reason) < 2:
                faults.append(f"{LIST}:{number}: no reason")
    return found


def is_kernel(source: str) -> bool:
    return source.startswith("core/hmac/") and source not in NOT_KERNELS


def judge(finding: Finding, allowed: Iterable[str], strict: bool) -> str | None:
    """The rule that is broken, or None."""
    secret = {o for o in finding.origins if o not in allowed}
    if finding.rule not in RULES:
        return finding.rule if secret else None
    if "vector" in secret:
        return RULES_OF_VECTORS.get(finding.rule, RULES[finding.rule])
    return RULES[finding.rule] if secret and strict else None


def call_faults(function: Function, functions: dict[str, Function]) -> Iterable[tuple[Finding, str]]:
    """Calls of a kernel: only of its own file, of what copies and clears, and with public numbers and addresses."""
    for instruction, values in function.calls:
        target = instruction.op.target
        if target == "*":
            continue  # "target" says whether it is public
        if target in functions:
            passed = [function.processor.arguments[n] for n in functions[target].used]
        elif target in COPIES:
            passed = list(function.processor.arguments[: 3 - 2 * ("memset" in target)])
            passed += [function.processor.arguments[2]]
        else:
            passed = []
            if target not in CALLABLE:
                yield Finding(instruction, "call", frozenset()), f"calls {target}"
        for register in passed:
            yield Finding(instruction, "target", values[register].origins), "secret argument by value"


def faults_of(obj: Path, source: str, known: list[Entry], objdump: str = "objdump") -> tuple[list[str], set[int], int]:
    """(faults as "function+offset: instruction: rule", list lines that were needed, instructions)."""
    strict = is_kernel(source)
    used: set[int] = set()

    def allowed(function: str) -> dict[str, int]:
        return {e.origin: e.number for e in known if e.fits(source, function)}

    functions = listing.functions_of(obj, objdump, lambda name: allowed(name).__contains__)
    faults = []
    for function in functions.values():
        name = listing.short(function.name)
        public = allowed(name)
        if source == DIVIDES:
            public["division"] = 0
        found = [(f, judge(f, public, strict)) for f in function.findings]
        if strict:
            found += [(f, rule if not f.origins <= public.keys() or f.rule == "call" else None)
                      for f, rule in call_faults(function, functions)]  # fmt: skip
        for finding, rule in found:
            used |= {public[o] for o in finding.origins & public.keys()}
            if rule:
                at = finding.instruction
                text = re.sub(r" <.*", "", at.text)
                origins = ", ".join(sorted(finding.origins - public.keys())) if finding.rule in RULES else ""
                line = f"{name}+{at.address:#x}: {text}: {rule}" + (f" ({origins})" if origins else "")
                if line not in faults:
                    faults.append(line)
    return faults, used, sum(len(f.instructions) for f in functions.values())


@dataclasses.dataclass(frozen=True)
class Job:
    build: str  # what the report calls it
    source: str
    obj: Path
    argv: tuple[str, ...] = ()  # compiles it first


def run(job: Job, known: list[Entry], objdump: str) -> tuple[Job, list[str], set[int], int]:
    if job.argv:
        status, output = commands.run(job.argv)
        if status != 0:
            return job, [f"does not compile: {output[:500]}"], set(), 0
    faults, used, n = faults_of(job.obj, job.source, [e for e in known if e.is_for(job.build)], objdump)
    if job.argv:
        job.obj.unlink()
    return job, faults, used, n


def rebuilt(command: commands.Command, compiler: str, level: str, root: Path, folder: str) -> Job:
    obj = Path(folder) / f"{compiler}{level}-{Path(command.source).stem}.o"
    argv = command.rebuilt(root, root, obj, [level, "-g0", "-w"], drop=r"-O.*|-g.*|-Werror.*|-fno-schedule-insns2")
    start = next(i for i, word in enumerate(argv) if re.search(r"(\+\+|cc|clang)(-[\d.]+)?$", word))
    if "g++" in compiler and "bulk_avx512" in command.source:
        argv.append("-fno-schedule-insns2")
    return Job(version_of(compiler) + level, command.source, obj, (compiler, *argv[start + 1 :]))


def report(jobs: list[Job], known: list[Entry], objdump: str) -> list[str]:
    """Faults of all jobs; prints a line for each build."""
    faults = []
    used_in: dict[str, set[int]] = {}
    counts: dict[str, list[int]] = {}
    jobs = sorted(jobs, key=lambda job: "bulk" not in job.source)  # long ones first
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for job, found, used, n in pool.map(functools.partial(run, known=known, objdump=objdump), jobs):
            faults += [f"{job.build}: {job.source}: {fault}" for fault in found]
            used_in.setdefault(job.build, set()).update(used)
            count = counts.setdefault(job.build, [0, 0, 0])
            count[:] = [count[0] + 1, count[1] + n, count[2] + len(found)]
    for build, (objects, n, found_here) in counts.items():
        print(f"{build}: {objects} objects, {n} instructions, {found_here} faults")
        sources = {job.source for job in jobs if job.build == build}
        for e in known:
            if (
                e.is_for(build)
                and e.number not in used_in[build]
                and any(fnmatch.fnmatchcase(s, e.source) for s in sources)
            ):
                faults.append(f"{build}: {LIST}:{e.number}: nothing needs {e.source}:{e.function} {e.origin}")
        if n < 10000:
            faults.append(f"{build}: only {n} instructions: the check is blind")
    return faults


@functools.cache
def version_of(compiler: str) -> str:
    """gcc12, clang16."""
    _, output = commands.run([compiler, "--version"])
    clang = re.search(r"clang version (\d+)", output)
    gcc = re.search(r"(\d+)\.\d+\.\d+", output)
    return f"clang{clang[1]}" if clang else f"gcc{gcc[1] if gcc else ''}"


def as_built(build: Path, command: commands.Command) -> str:
    level = next((word for word in reversed(command.argv) if word.startswith("-O")), "-O0")
    return f"{version_of(commands.cache(build, 'CMAKE_CXX_COMPILER'))}{level} as built"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=Path)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--compilers", nargs="*", default=[])
    parser.add_argument("--levels", nargs="*", default=LEVELS)
    args, _ = parser.parse_known_args()
    objdump = commands.cache(args.build, "CMAKE_OBJDUMP")
    faults: list[str] = []
    known = entries(args.source / LIST, faults)
    core = commands.of_target(args.build, args.source, "counterseal_core")
    jobs = [Job(as_built(args.build, c), c.source, c.object) for c in core]
    with tempfile.TemporaryDirectory() as folder:
        jobs += [
            rebuilt(c, compiler, level, args.source, folder)
            for compiler in args.compilers
            for level in args.levels
            for c in core
            if is_kernel(c.source)
        ]
        faults += report(jobs, known, objdump)
    print("\n".join(faults))
    print(f"{len(jobs)} objects: {len(faults)} faults")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
