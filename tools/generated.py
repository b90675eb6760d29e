# SPDX-License-Identifier: Apache-2.0
"""Generated files are committed; a generator either writes them or, with --check, fails when one is not current."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path


class Outputs:
    def __init__(self, root: Path, generator: str) -> None:
        self._root = root
        self._generator = generator
        self._texts: dict[str, str] = {}

    def add(self, path: str, text: str) -> None:
        self._texts[path] = text

    def finish(self, *, check: bool) -> None:
        stale = False
        for path, text in self._texts.items():
            file = self._root / path
            old = file.read_text() if file.exists() else ""
            if old == text:
                continue
            if check:
                stale = True
                new = f"{path} (generated)"
                diff = difflib.unified_diff(old.splitlines(), text.splitlines(), path, new, lineterm="")
                print("\n".join(list(diff)[:30]))
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
                print(f"wrote {path}")
        if stale:
            sys.exit(f"generated files are not current: run {self._generator}")
