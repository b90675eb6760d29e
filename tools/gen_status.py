#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes from capi/status.def every file that repeats a status number (--check: fail if one is not current)."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NamedTuple

from generated import Outputs

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r'^CSEAL_STATUS\((\w+), (-?\d+), ([01]), "([^"]+)"\)$')


class Status(NamedTuple):
    name: str
    number: int
    retryable: bool
    meaning: str

    @property
    def text(self) -> str:
        """The name in the bindings: 0 is said as "accepted", errors keep their C name."""
        return "accepted" if self.number == 0 else self.name.lower()


def read() -> list[Status]:
    rows: list[Status] = []
    for number, line in enumerate((ROOT / "capi/status.def").read_text().splitlines(), 1):
        if not line.startswith("CSEAL_STATUS"):
            continue
        match = ROW.match(line)
        if match is None:
            sys.exit(f"capi/status.def:{number}: not a row: {line}")
        rows.append(Status(match[1], int(match[2]), match[3] == "1", match[4]))
    names = [r.name for r in rows]
    numbers = [r.number for r in rows]
    for row in rows:
        if names.count(row.name) > 1 or numbers.count(row.number) > 1:
            sys.exit(f"capi/status.def: {row.name}: its name or number is used twice")
        if not -128 <= row.number <= 127:
            sys.exit(f"capi/status.def: {row.name}: {row.number} does not fit a row status")
        if row.name.startswith("E_") != (row.number < 0):
            sys.exit(f"capi/status.def: {row.name}: E_ names and negative numbers belong together")
    return rows


NOTE = "Generated from capi/status.def by tools/gen_status.py; do not edit."


def c_header(rows: list[Status]) -> str:
    lines = [
        "/* SPDX-License-Identifier: Apache-2.0 */",
        f"/* {NOTE} */",
        "",
        "/*",
        " * The answer of every call.",
        " *",
        " * 0 means accepted (from a verifier) or done (from any other call), and nothing else is 0: `== CSEAL_OK`",
        " * is the only test a caller needs. Positive: an answer that is not acceptance. Negative: misuse or failure.",
        " * Every value fits an int8_t, so a row of a batch is one byte.",
        " */",
        "#ifndef COUNTERSEAL_STATUS_H",
        "#define COUNTERSEAL_STATUS_H",
        "",
        "#include <stdint.h>",
        "",
        "typedef int32_t cseal_status;",
        "",
    ]
    width = max(len(r.name) for r in rows) + 6
    for r in rows:
        lines.append(f"#define {'CSEAL_' + r.name:<{width}} {f'({r.number})':<6} /* {r.meaning} */")
    lines += ["", "#endif", ""]
    return "\n".join(lines)


def core_header(rows: list[Status]) -> str:
    lines = [
        "// SPDX-License-Identifier: Apache-2.0",
        f"// {NOTE}",
        "#pragma once",
        "",
        "#include <cstdint>",
        "",
        "namespace counterseal::core {",
        "",
        "enum class status : std::int32_t {",
    ]
    lines += [f"    {r.name.lower()} = {r.number}," for r in rows]
    lines += [
        "};",
        "",
        "/// The number as an operand of select(). Only answers, not errors: those are never chosen by a mask.",
        "[[nodiscard]] constexpr std::uint64_t number(status s) noexcept",
        "{",
        "    return static_cast<std::uint64_t>(s);",
        "}",
        "",
        "/// The C name without its prefix, or nullptr for a number that is no status.",
        "[[nodiscard]] const char* name_of(std::int32_t number) noexcept;",
        "",
        "/// One sentence for a log, or nullptr.",
        "[[nodiscard]] const char* meaning_of(std::int32_t number) noexcept;",
        "",
        "}  // namespace counterseal::core",
        "",
    ]
    return "\n".join(lines)


def core_source(rows: list[Status]) -> str:
    def switch(function: str, value: str) -> list[str]:
        cases = [f'        case {r.number}: return "{getattr(r, value)}";' for r in rows]
        return [
            f"const char* {function}(std::int32_t number) noexcept",
            "{",
            "    switch (number) {",
            *cases,
            "        default: return nullptr;",
            "    }",
            "}",
            "",
        ]

    return "\n".join(
        [
            "// SPDX-License-Identifier: Apache-2.0",
            f"// {NOTE}",
            '#include "core/base/status.hpp"',
            "",
            "namespace counterseal::core {",
            "",
            *switch("name_of", "name"),
            *switch("meaning_of", "meaning"),
            "}  // namespace counterseal::core",
            "",
        ]
    )


def python_table(rows: list[Status]) -> str:
    answers = [r for r in rows if r.number >= 0]
    lines = [
        "# SPDX-License-Identifier: Apache-2.0",
        f'"""{NOTE}"""',
        "",
        "from typing import Final, Literal",
        "",
        "#: What ``Verdict.status`` may say.",
        "Status = Literal[",
        *[f'    "{r.text}",' for r in answers],
        "]",
        "",
        "#: C names of the statuses after which the same call may succeed later.",
        "RETRYABLE: Final = frozenset(",
        "    {",
        *[f'        "CSEAL_{r.name}",' for r in rows if r.retryable],
        "    }",
        ")",
        "",
    ]
    return "\n".join(lines)


def node_table(rows: list[Status]) -> str:
    lines = [
        "// SPDX-License-Identifier: Apache-2.0",
        f"// {NOTE}",
        '"use strict";',
        "",
        "/** Answers by number: what `check()` calls its status. */",
        "const STATUS_BY_NUMBER = Object.freeze({",
        *[f'  {r.number}: "{r.text}",' for r in rows if r.number >= 0],
        "});",
        "",
        "/** C names of the statuses after which the same call may succeed later. */",
        "const RETRYABLE = Object.freeze([",
        *[f'  "CSEAL_{r.name}",' for r in rows if r.retryable],
        "]);",
        "",
        "module.exports = { RETRYABLE, STATUS_BY_NUMBER };",
        "",
    ]
    return "\n".join(lines)


def node_types(rows: list[Status]) -> str:
    def union(names: list[str]) -> list[str]:
        members = [f'  | "{name}"' for name in names]
        return [*members[:-1], f"{members[-1]};"]

    lines = [
        "// SPDX-License-Identifier: Apache-2.0",
        f"// {NOTE}",
        "",
        "/** What `check()` may say. */",
        "export type Status =",
        *union([r.text for r in rows if r.number >= 0]),
        "",
        "/** What `CountersealError.code` may be. */",
        "export type ErrorCode =",
        # A file or a URI that cannot be read is malformed too, and there it is an error; so is what a rule denies where
        # nobody could look at an answer.
        *union([f"CSEAL_{r.name}" for r in rows if r.number < 0 or r.name in {"MALFORMED", "DENY"}]),
        "",
        "/** Answers by number. */",
        "export declare const STATUS_BY_NUMBER: Readonly<Record<number, Status>>;",
        "",
        "/** C names of the statuses after which the same call may succeed later. */",
        "export declare const RETRYABLE: readonly string[];",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    rows = read()
    out = Outputs(ROOT, "tools/gen_status.py")
    out.add("capi/include/counterseal/status.h", c_header(rows))
    out.add("core/base/status.hpp", core_header(rows))
    out.add("core/base/status.cpp", core_source(rows))
    out.add("bindings/python/src/counterseal/_status.py", python_table(rows))
    out.add("bindings/node/lib/status.cjs", node_table(rows))
    out.add("bindings/node/lib/status.d.cts", node_types(rows))
    out.finish(check="--check" in sys.argv[1:])


if __name__ == "__main__":
    main()
