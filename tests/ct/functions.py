#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every C function that takes a secret has an entry in ct_test, and that entry taints each of its secret arguments.

Secret is what goes in by pointer (to const, to a handle, to void) in the public headers, unless public_inputs.txt names
it. Red: a secret argument that no entry taints, an entry or a public line that fits nothing in the headers.
"""

from __future__ import annotations

import argparse
import fnmatch
import pathlib
import sys
import tempfile

import commands

try:
    from pycparser import c_ast, c_parser
except ImportError:
    sys.exit(
        f"{sys.executable} has no pycparser: run tools/setup, or configure with -DPython_EXECUTABLE=.venv/bin/python"
    )

INTEGERS = {
    "int8_t": "signed char",
    "int16_t": "short",
    "int32_t": "int",
    "int64_t": "long",
    "uint8_t": "unsigned char",
    "uint16_t": "unsigned short",
    "uint32_t": "unsigned",
    "uint64_t": "unsigned long",
}


def parsed(source: pathlib.Path, build: pathlib.Path) -> c_ast.FileAST:
    """All public headers as one syntax tree; only our own two standard headers, which is all that they may include."""
    include = source / "capi/include"
    with tempfile.TemporaryDirectory() as folder:
        fake = pathlib.Path(folder)
        (fake / "stdint.h").write_text("".join(f"typedef {c} {name};\n" for name, c in INTEGERS.items()))
        (fake / "stddef.h").write_text("typedef unsigned long size_t;\n#define NULL ((void *)0)\n")
        for name in ("stdint.h", "stddef.h"):
            (fake / name).write_text("#pragma once\n" + (fake / name).read_text())
        unit = fake / "all.c"
        unit.write_text("".join(f'#include "counterseal/{h.name}"\n' for h in sorted(include.glob("counterseal/*.h"))))
        status, text = commands.run(
            [
                commands.cache(build, "CMAKE_C_COMPILER"),
                "-E",
                "-P",
                "-std=c11",
                "-U__GNUC__",
                "-nostdinc",
                "-I",
                fake,
                "-I",
                include,
                unit,
            ]
        )
    if status != 0:
        sys.exit(f"the headers do not pass the preprocessor:\n{text}")
    return c_parser.CParser().parse(text)


def is_input(pointer: c_ast.Node, handles: set[str]) -> bool:
    """Whether something goes in through this parameter, which is a pointer or an array."""
    to = pointer.type
    if isinstance(to, c_ast.TypeDecl):
        name = " ".join(to.type.names) if isinstance(to.type, c_ast.IdentifierType) else ""
        return "const" in to.quals or name in handles or name == "void"
    return "const" in getattr(to, "quals", [])  # an array of pointers; what is behind `T **` comes out


def pointer_inputs(tree: c_ast.FileAST) -> tuple[set[str], int]:
    """{"function.argument"} of all declared functions, and the number of those functions."""
    structs = {
        d.name
        for d in tree.ext
        if isinstance(d, c_ast.Typedef) and isinstance(d.type.type, c_ast.Struct) and d.type.type.decls
    }
    handles = {
        d.name
        for d in tree.ext
        if isinstance(d, c_ast.Typedef) and isinstance(d.type.type, c_ast.Struct) and d.name not in structs
    }
    functions = [d for d in tree.ext if isinstance(d, c_ast.Decl) and isinstance(d.type, c_ast.FuncDecl)]
    inputs = set()
    for function in functions:
        for parameter in function.type.args.params if function.type.args else []:
            if isinstance(parameter.type, (c_ast.PtrDecl, c_ast.ArrayDecl)) and is_input(parameter.type, handles):
                inputs.add(f"{function.name}.{parameter.name}")
    return inputs, len(functions)


def public_inputs(path: pathlib.Path, faults: list[str]) -> set[str]:
    """The names and patterns of the list; lines without a reason and doubles are added to the faults."""
    listed: set[str] = set()
    for line in path.read_text().splitlines():
        name, _, reason = line.partition(" ")
        if line and not line.startswith("#"):
            if len(reason.split()) < 2:
                faults.append(f"{name} is listed as public without a reason")
            if name in listed:
                faults.append(f"{name} is listed twice")
            listed.add(name)
    return listed


def check(source: pathlib.Path, build: pathlib.Path, listing: str) -> tuple[list[str], str]:
    """(faults, the last line) for the headers and lists below `source` and the output of ct_test --list."""
    faults: list[str] = []
    inputs, n_functions = pointer_inputs(parsed(source, build))
    listed = public_inputs(source / "tests/ct/public_inputs.txt", faults)
    matched = {line: set(fnmatch.filter(inputs, line)) for line in listed}
    public = set().union(*matched.values())
    tested = {
        f"{line.split()[0]}.{argument}"
        for line in listing.splitlines()
        if line.startswith("cseal_")
        for argument in line.split()[1:]
    }
    secret = inputs - public
    faults += [f"{name} is secret and no entry of ct_test taints it" for name in secret - tested]
    faults += [f"{name} is tainted by ct_test but is no input in the headers" for name in tested - inputs]
    faults += [f"{name} is tainted by ct_test and listed as public" for name in tested & public]
    faults += [
        f"{line} is listed as public but is no pointer input in the headers" for line in listed if not matched[line]
    ]
    if n_functions < 20 or not secret:
        faults.append(f"only {n_functions} functions found: the parser is blind")
    functions = {name.partition(".")[0] for name in secret}
    covered = {f for f in functions if all(n in tested for n in secret if n.partition(".")[0] == f)}
    return sorted(faults), f"functions {len(covered)}/{len(functions)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--ct-test", required=True)
    args = parser.parse_args()
    status, listing = commands.run([args.ct_test, "--list"])
    if status != 0:
        sys.exit(f"ct_test --list failed:\n{listing}")
    faults, summary = check(args.source, args.build, listing)
    print("\n".join([*faults, summary]))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
