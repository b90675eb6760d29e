#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of the tree that no compiler checks: who may include whom, what the pure core may use, how files look."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The arrows of the layers: a folder of core may include itself and these.
PURE = {
    "base": set(),
    "ct": {"base"},
    "codec": {"base", "ct"},
    "hmac": {"base", "ct", "codec"},
    "otp": {"base", "ct", "codec", "hmac"},
}
# The folders above it may use heap, exceptions and libraries, but OpenSSL is included in one of them only.
ABOVE = {
    "bulk": {*PURE},
    "machine": {"base"},
    "crypto": {*PURE, "machine"},
    "enroll": {*PURE, "crypto"},
    "store": {*PURE, "machine"},
    "audit": {*PURE, "crypto", "enroll"},
    "engine": {*PURE, "audit", "bulk", "crypto", "enroll", "machine", "store", "webauthn", "yubico"},
    "yubico": {*PURE, "crypto"},
    "selftest": {*PURE, "crypto", "yubico"},
    "webauthn": {*PURE, "crypto", "enroll"},
}
# What the pure core may take from the standard library: nothing that allocates, throws, reads a clock or does I/O.
PURE_STANDARD = {
    *("algorithm", "array", "bit", "cstddef", "cstdint", "cstring", "limits", "span", "string_view"),
    *("type_traits", "utility"),
    *("immintrin.h", "cpuid.h", "arm_neon.h"),
}
EXCEPTIONS = {
    ("core/base/cpu.cpp", "atomic"),  # the one relaxed atomic
    ("core/base/cpu.cpp", "sys/auxv.h"),  # what the system says of the CPU, read from memory
    ("core/ct/taint.hpp", "valgrind/memcheck.h"),  # the taint build only
    ("core/ct/taint.hpp", "sanitizer/msan_interface.h"),
    ("core/ct/mask.hpp", "sanitizer/msan_interface.h"),
}
# Two spellings of a variable-time comparison, and calls with no place in a verifier. A word of its own is meant.
BANNED = {
    r"\bmemcmp\s*\(": "memcmp leaves early: compare with is_equal()",
    r"\bstrcmp\s*\(": "strcmp leaves early",
    r"\brand\s*\(": "rand() is no random",
    r"\bgetenv\s*\(": "the environment is no input",
    r"\btime\s*\(": "time is an argument",
    r"\bprintf\s*\(": "the core prints nothing",
}
# In core and capi, but for core/machine: else no simulator could stand in.
MACHINES_OWN = {
    r"_clock\s*::\s*now\b|\bclock_gettime\b": "the time is asked of this_machine()",
    r"\bsleep_(for|until)\b|\b(u|nano)sleep\b": "rest is asked of this_machine()",
    r"\brandom_device\b|\bRAND_\w*bytes\b|\bgetrandom\b": "random numbers are asked of crypto::random()",
}
PURE_BANNED = {
    r"\b(new|delete)\b(?!\s*;)": "the pure core allocates nothing",
    r"\bthrow\b": "the pure core throws nothing",
}
# Paths of somebody's machine and hosts of package registries; in brackets, so that this line does not find itself.
STRANGE = re.compile(r"/[r]oot/|/[h]ome/|[r]egistry\.npmjs|[p]ypi\.org")
MAX_LINES = 400
MAX_COLUMNS = 120
SOURCE = {".c", ".h", ".cpp", ".hpp", ".py", ".pyi", ".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".cmake", ".sh"}
# Bytes that are fed to parsers, and no text of ours.
INPUTS = (Path("tests/fuzz/seeds"), Path("tests/fuzz/regressions"))
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def tracked() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    files = [Path(name) for name in names if (ROOT / name).is_file()]
    if Path("VERSION") not in files:
        sys.exit("git does not list the files of this tree")
    return files


def without_comments(text: str) -> str:
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', "", text, flags=re.DOTALL)


def include_faults(path: Path, text: str) -> Iterator[str]:
    folder = path.parts[0]
    for name in INCLUDE.findall(text):
        layer = name.split("/")[1] if name.startswith("core/") else None
        if folder == "core":
            own = path.parts[1]
            if layer is not None:
                if layer not in (PURE | ABOVE)[own] | {own}:
                    yield f"core/{own} may not include {name}"
            elif name.startswith("openssl/") and own != "crypto":
                yield f"core/crypto alone includes OpenSSL, not {name}"
            elif own in ABOVE:
                continue
            elif name not in PURE_STANDARD and (str(path), name) not in EXCEPTIONS:
                yield f"the pure core may not include <{name}>"
        elif path.is_relative_to("capi/include"):
            if not name.startswith("counterseal/") and name not in {"stddef.h", "stdint.h"} and path.suffix == ".h":
                yield f"a public C header includes only <stddef.h> and <stdint.h>, not {name}"
            if layer is not None:
                yield f"a public header may not include {name}"
        elif folder == "capi" and "bindings" in name:
            yield f"capi may not include {name}"
        elif folder in {"bindings", "cli", "examples"}:
            if layer is not None or name.startswith("capi/"):
                yield f"a binding sees counterseal.hpp and nothing below it, not {name}"
            if name.startswith("counterseal/") and name != "counterseal/counterseal.hpp":
                yield f"a binding includes counterseal/counterseal.hpp, not {name}"


def core_faults(path: Path, text: str) -> Iterator[str]:
    if path.parts[0] not in {"core", "capi"} or path.suffix not in {".cpp", ".hpp"}:
        return
    banned = dict(BANNED) if path.parts[0] == "core" else {}
    if path.parts[1] in PURE:
        banned |= PURE_BANNED
    if path.parts[:2] != ("core", "machine"):
        banned |= MACHINES_OWN
    code = without_comments(text)
    for pattern, why in banned.items():
        if re.search(pattern, code):
            yield why


def look_faults(path: Path, text: str) -> Iterator[str]:
    lines = text.splitlines()
    is_source = path.suffix in SOURCE or (path.suffix == "" and text.startswith("#!"))
    if is_source:
        if len(lines) > MAX_LINES and path.suffix != ".pyi":  # a module has one stub
            yield f"{len(lines)} lines, more than {MAX_LINES}: one idea a file"
        if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:3]):
            yield "no SPDX line at the top"
        if path.name not in {"status.h", "status.cpp", "_status.py"}:
            for number, line in enumerate(lines, 1):
                if len(line) > MAX_COLUMNS:
                    yield f"line {number} has {len(line)} columns, more than {MAX_COLUMNS}"
    if text and not text.endswith("\n"):
        yield "no newline at the end"
    if strange := STRANGE.search(text):
        yield f"names a place outside the project: {strange[0]}"


def readme_faults(files: list[Path]) -> Iterator[str]:
    folders = {file.parts[0] for file in files if len(file.parts) > 1 and not file.parts[0].startswith(".")}
    for file in files:
        if file.parts[0] in {"core", "bindings", "tests"} and len(file.parts) > 2:
            folders.add(str(Path(*file.parts[:2])))
    for folder in sorted(folders):
        if Path(folder, "README.md") not in files:
            yield f"{folder}: no README.md that says what lives here"


def main() -> None:
    files = tracked()
    faults = list(readme_faults(files))
    n_read = 0
    for path in files:
        if any(path.is_relative_to(folder) for folder in INPUTS):
            continue
        data = (ROOT / path).read_bytes()
        if b"\0" in data:
            continue
        text = data.decode()
        n_read += 1
        for check in (include_faults, core_faults, look_faults):
            faults += [f"{path}: {fault}" for fault in check(path, text)]
    if faults:
        sys.exit("\n".join(faults))
    print(f"tree: {n_read} files follow the rules")


if __name__ == "__main__":
    main()
