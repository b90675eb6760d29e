# SPDX-License-Identifier: Apache-2.0
"""A copy of the part of the tree that the generators read and write, and how a generator is run in it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    "VERSION",
    "capi",
    "docs",
    "tools",
    "bindings/python/src",
    "bindings/python/native/docs.hpp",
    "bindings/node/lib",
)


@dataclass
class Tree:
    root: Path

    def edit(self, file: str, old: str, new: str) -> None:
        text = (self.root / file).read_text()
        assert text.count(old) == 1, f"{file} has {text.count(old)} times: {old}"
        (self.root / file).write_text(text.replace(old, new))

    def read(self, file: str) -> str:
        return (self.root / file).read_text()

    def generate(self, *options: str) -> tuple[int, str]:
        """The status of tools/api.py and all it said."""
        command = [sys.executable, "-B", str(self.root / "tools/api.py"), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr
