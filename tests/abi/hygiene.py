#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the finished libraries show to the linker and the loader (Linux, ELF; binutils' readelf, nm and objdump)."""

from __future__ import annotations

import argparse
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterable

NEEDED_ALLOWED = re.compile(
    r"lib(c|m|stdc\+\+|crypto|expat|qrcodegencpp|sqlite3|utf8proc)\.so\.\d+|ld-linux[-\w]*\.so\.\d+"
)
faults: list[str] = []
n_checks = 0


def check(good: object, fault: str) -> None:
    global n_checks
    n_checks += 1
    if not good:
        faults.append(fault)


def run(*command: object) -> str:
    return subprocess.run([str(c) for c in command], check=True, text=True, stdout=subprocess.PIPE).stdout


def check_exports(so: pathlib.Path, map_text: str) -> None:
    node = (re.findall(r"^(\w[\w.]*)\s*\{", map_text, flags=re.MULTILINE) or ["no version node"])[0]
    wanted = set(re.findall(r"^\s*(\w+);", map_text, flags=re.MULTILINE))
    exported = set()
    for line in run("readelf", "--dyn-syms", "--wide", so).splitlines():
        fields = line.split()
        # Num: Value Size Type Bind Vis Ndx Name
        if len(fields) < 8 or fields[4] not in ("GLOBAL", "WEAK", "UNIQUE") or fields[6] in ("UND", "Ndx"):
            continue
        name, _, version = fields[7].partition("@@")
        if fields[6] == "ABS" and name == node:
            continue  # the version node itself
        exported.add(name)
        check(version == node, f"{name} stands under version node '{version}', not {node}")
        check(name.startswith("cseal_"), f"{name} is exported and does not start with cseal_")
        check(fields[3] == "FUNC", f"{name} is exported and is no function but {fields[3]}")
    check(exported == wanted, f"exports differ from the version script: {sorted(exported ^ wanted)}")
    check(len(wanted) > 0, "the version script names nothing")


def check_loading(so: pathlib.Path, soname: str) -> None:
    dynamic = run("readelf", "--dynamic", "--wide", so)
    check(f"Library soname: [{soname}]" in dynamic, f"the SONAME is not {soname}")
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    check(needed, "nothing is needed: is this a shared library?")
    for library in needed:
        check(NEEDED_ALLOWED.fullmatch(library), f"{library} is needed")
    check("TEXTREL" not in dynamic, "TEXTREL")
    check("(RPATH)" not in dynamic and "(RUNPATH)" not in dynamic, "RPATH or RUNPATH")
    check(re.search(r"\(FLAGS\).*BIND_NOW|\(FLAGS_1\).*NOW", dynamic), "no BIND_NOW")
    check("NODELETE" not in dynamic and "NOOPEN" not in dynamic, "cannot be opened or closed at run time")

    segments = run("readelf", "--program-headers", "--wide", so)
    check(re.search(r"GNU_RELRO", segments), "no RELRO")
    stack = re.search(r"GNU_STACK(?:\s+0x\w+){5}\s+([RWE ]+?)\s+0x", segments)
    check(stack and "E" not in stack.group(1), "an executable stack")
    for flags in re.findall(r"LOAD(?:\s+0x\w+){5}\s+([RWE ]+?)\s+0x", segments):
        check(not ("W" in flags and "E" in flags), "a segment that is both writable and executable")


def check_static_symbols(archive: pathlib.Path) -> None:
    ours = 0
    for line in run("nm", "-C", "--defined-only", "--extern-only", archive).splitlines():
        match = re.match(r"[0-9a-f]*\s*([A-Za-z])\s+(.*)", line)
        if not match:
            continue
        kind, name = match.groups()
        ours += 1
        # "vtable for counterseal::x" and the like belong to the namespace too
        bare = re.sub(r"^(vtable|typeinfo|typeinfo name|guard variable|non-virtual thunk to|VTT) for ", "", name)
        # A handle's own members, its destructor for one, carry its name.
        if not (
            re.match(r"cseal_\w+($|::~?\w+\()", name) or re.match(r"(\S.* )?counterseal(_nlohmann|_protozero)?::", bare)
        ):
            # Inline functions of the standard library are the same text everywhere and cannot collide.
            check(
                kind in "WVu" and re.search(r"\bstd::|__gnu_cxx::|^__clang_call_terminate$|^DW\.ref\.", name),
                f"{name} ({kind}) in {archive.name} is neither cseal_ nor in namespace counterseal",
            )
    check(ours > 20, f"{archive.name} has only {ours} symbols")


def check_kernel_objects(objects: Iterable[pathlib.Path]) -> None:
    """Kernels share no functions: the linker could keep the copy of a file that was compiled for other instructions."""
    special = [o for o in objects if re.match(r"(avx2|shani|avx512|sse\w*|armv8\w*)\.", o.name)]
    for obj in special:
        shared = [line for line in run("nm", "-C", "--defined-only", obj).splitlines() if " W " in line]
        check(not shared, f"{obj.name} defines what other files may share: {shared}")


# Object and name: what the CPU can, which never changes once it is known; what a handler of pthread_atfork works on.
GLOBALS = (
    r"cpu\.cpp\S*: counterseal::core::\(anonymous namespace\)::known_features",
    # What a simulator stands in for, and who does.
    r"machine\.cpp\S*: counterseal::core::\(anonymous namespace\)::(here|in_use)",
    r"fork_gate\.cpp\S*: (guard variable for )?counterseal::core::gates::all\(\)::only",
)


def check_globals(objects: Iterable[pathlib.Path]) -> None:
    mutable = set()
    for obj in objects:
        for line in run("objdump", "--syms", "--demangle", obj).splitlines():
            match = re.match(r"[0-9a-f]{8,} .{7} (\S+)\s+([0-9a-f]+)\s+(?:\.hidden |\.internal )?(.*)", line)
            if not match:
                continue
            section, size, name = match.groups()
            writable = re.match(r"\.(data|bss|tdata|tbss|ldata|lbss)\b|\*COM\*", section)
            # DW.ref.* are the compiler's own pointers to exception types, filled in by the loader.
            compilers_own = section.startswith(".data.rel.ro") or name.startswith("DW.ref.")
            if writable and not compilers_own and int(size, 16) != 0 and name != section:
                mutable.add((obj.name, name))
    found = sorted(f"{obj}: {name}" for obj, name in mutable)
    others = [one for one in found if not any(re.fullmatch(allowed, one) for allowed in GLOBALS)]
    check(not others, f"mutable globals: {others}")
    # Else the pattern above no longer reads what objdump says.
    check(any(re.fullmatch(GLOBALS[0], one) for one in found), f"what the CPU can is not among them: {found}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=pathlib.Path)
    parser.add_argument("--soname")
    parser.add_argument("--static", required=True, type=pathlib.Path)
    parser.add_argument("--map", required=True, type=pathlib.Path)
    parser.add_argument("--objects", required=True, help="separated by semicolons")
    args = parser.parse_args()
    objects = [pathlib.Path(o) for o in args.objects.split(";") if o]

    if args.shared:
        check_exports(args.shared, args.map.read_text())
        check_loading(args.shared, args.soname)
    check_static_symbols(args.static)
    check_kernel_objects(objects)
    check_globals(objects)
    print("\n".join(faults))
    print(f"{n_checks} checks, {len(faults)} failed")
    sys.exit(bool(faults))


main()
