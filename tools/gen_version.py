#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the version of VERSION wherever a format wants it spelled out (--check: fail if one is not current)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from generated import Outputs

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    version = (ROOT / "VERSION").read_text().strip()
    if re.fullmatch(r"\d+\.\d+\.\d+", version) is None:
        sys.exit(f"VERSION: not MAJOR.MINOR.PATCH: {version}")
    major, minor, patch = version.split(".")
    out = Outputs(ROOT, "tools/gen_version.py")
    out.add(
        "capi/include/counterseal/version.h",
        "\n".join(
            [
                "/* SPDX-License-Identifier: Apache-2.0 */",
                "/* Generated from VERSION by tools/gen_version.py; do not edit. */",
                "/* The version that a program is compiled with; cseal_version tells the one that runs. */",
                "#ifndef COUNTERSEAL_VERSION_H",
                "#define COUNTERSEAL_VERSION_H",
                "",
                "/* The three parts of the version, MAJOR.MINOR.PATCH. */",
                f"#define CSEAL_VERSION_MAJOR {major}U",
                f"#define CSEAL_VERSION_MINOR {minor}U",
                f"#define CSEAL_VERSION_PATCH {patch}U",
                "",
                "#endif",
                "",
            ]
        ),
    )
    for path in ("package.json", "package-lock.json"):
        text = (ROOT / path).read_text()
        # The first "version" of each file is the package's own; the lock file repeats it in its root package.
        count = 1 if path == "package.json" else 2
        out.add(path, re.sub(r'"version": "[^"]*"', f'"version": "{version}"', text, count=count))
    out.finish(check="--check" in sys.argv[1:])


if __name__ == "__main__":
    main()
