#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No object of the core divides, but core/otp/step.cpp, whose operands are public; nor does the C ABI as it was built.

The build may be one for another CPU, and one of the pure core alone.

A division's time depends on its operands, and memcheck does not see that. Compilers emit one for `% 10` only at some
levels, so the objects of the build are disassembled, and then all sources of the core are compiled once more at each
level. step.cpp must divide everywhere: a scan that does not see that division is blind.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import commands

ALLOWED = "core/otp/step.cpp"
LEVELS = ("-O0", "-O1", "-O2", "-O3", "-Os", "-Oz")
# x86: div, idiv and the floating-point kinds; ARM: udiv, sdiv.
INSTRUCTION = re.compile(r"(?:^|\s)(i?div[bwlq]?|v?(?:div|sqrt)[sp][sdh]|fi?divr?p?[sl]?|[us]div)(?:\s|$)")
HELPER = re.compile(r"__u?(div|mod|divmod)[sdt]i\d|__aeabi_\w*div\w*|(l|ll|imax)?div|f?mod[fl]?|remainder[fl]?")


def divisions_in(obj: Path, objdump: str = "objdump") -> list[str]:
    """Where an object divides: "function: instruction"."""
    status, listing = commands.run([objdump, "--disassemble", "--no-show-raw-insn", "--demangle", obj])
    if status != 0 or "<" not in listing:
        raise SystemExit(f"cannot disassemble {obj}:\n{listing[:500]}")
    found = []
    function = "?"
    for line in listing.splitlines():
        if head := re.match(r"[0-9a-f]+ <(.*)>:$", line):
            function = head.group(1)
        elif "\t" in line and INSTRUCTION.search(line.split("\t", 1)[1].partition("#")[0]):
            found.append(f"{function}: {line.split(chr(9), 1)[1].strip()}")
    _, undefined = commands.run(["nm", "--undefined-only", obj])
    found += [f"calls {name}" for name in undefined.split() if HELPER.fullmatch(name)]
    return found


def fault_of(source: str, level: str, obj: Path, objdump: str = "objdump") -> str | None:
    """None, or what is wrong with this object."""
    found = divisions_in(obj, objdump)
    if source == ALLOWED:
        return None if found else f"{source} {level}: no division found where one must be: the scan is blind"
    return f"{source} {level}: " + "; ".join(found[:3]) if found else None


def rebuild_and_scan(
    command: commands.Command, level: str, root: Path, new_root: Path, folder: str, objdump: str
) -> str | None:
    obj = Path(folder) / f"{command.source.replace('/', '_')}{level}.o"
    # Warnings are the build's business: some come only at -O0, which _FORTIFY_SOURCE dislikes.
    argv = command.rebuilt(
        root, new_root, obj, [level, "-g0", "-w"], drop=r"-O.*|-g.*|-Werror.*|-[DU]_FORTIFY_SOURCE.*"
    )
    status, output = commands.run(argv)
    if status != 0:
        return f"{command.source} {level}: does not compile:\n{output}"
    fault = fault_of(command.source, level, obj, objdump)
    obj.unlink()
    return fault


def scan_levels(
    to_scan: Iterable[commands.Command],
    root: Path,
    new_root: Path,
    levels: Sequence[str] = LEVELS,
    objdump: str = "objdump",
) -> list[str]:
    """Faults of the commands' sources below `new_root`, at each level."""
    # Long compilations first, so that no core idles at the end.
    jobs = sorted(((c, level) for c in to_scan for level in levels), key=lambda job: "/hmac/" not in job[0].source)
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda job: rebuild_and_scan(job[0], job[1], root, new_root, folder, objdump), jobs)
        return [fault for fault in results if fault]


def subject(build: Path, source: Path) -> tuple[list[commands.Command], list[commands.Command]]:
    """(core, C ABI): what may not divide. Pages of key tables are divided by their public size, and passkeys have no
    secret on this side."""
    is_pure = commands.cache(build, "COUNTERSEAL_PURE") == "ON"
    core = commands.of_target(build, source, "counterseal_core")
    return core, [] if is_pure else commands.of_target(build, source, "counterseal_capi")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=Path)
    parser.add_argument("--build", required=True, type=Path)
    args, _ = parser.parse_known_args()
    objdump = commands.cache(args.build, "CMAKE_OBJDUMP")
    core, capi = subject(args.build, args.source)
    faults = [f for c in core + capi if (f := fault_of(c.source, "as built", c.object, objdump))]
    if sum(c.source == ALLOWED for c in core) != 1:
        faults.append(f"{ALLOWED} is not among the objects")
    # The build's own level was just looked at.
    built_at = next((word for word in reversed(core[0].argv) if word.startswith("-O")), "-O0")
    others = [level for level in LEVELS if level != built_at]
    faults += scan_levels(core, args.source, args.source, others, objdump)
    print("\n".join(faults))
    print(f"{len(core + capi)} objects as built ({built_at}), {len(core)} at {' '.join(others)}: {len(faults)} faults")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
