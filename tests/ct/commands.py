# SPDX-License-Identifier: Apache-2.0
"""How the build compiles: its own commands, read from compile_commands.json, so that the checks use the same flags."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterable
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Command:
    """One compilation of the build; `source` is relative to the repository."""

    source: str
    object: Path
    argv: tuple[str, ...]

    def rebuilt(
        self, root: Path, new_root: Path, output: Path, extra: Iterable[str] = (), drop: str = r"(?!)"
    ) -> list[str]:
        """The command with the repository at `new_root`, another output, options matching `drop` left out."""
        argv = []
        skip = False
        for word in self.argv:
            if skip or re.fullmatch(drop, word):
                skip = False
            elif word in ("-o", "-MT", "-MF"):
                skip = True
            elif word not in ("-MD", "-c", str(root / self.source)):
                argv.append("-I" + str(new_root) + word[2 + len(str(root)) :] if word.startswith(f"-I{root}") else word)
        return [*argv, *extra, "-c", str(new_root / self.source), "-o", str(output)]


def of_target(build: Path, root: Path, target: str) -> list[Command]:
    """The commands of a CMake target's objects."""
    found = []
    for entry in json.loads((build / "compile_commands.json").read_text()):
        argv = tuple(shlex.split(entry["command"]))
        output = Path(entry["directory"]) / argv[argv.index("-o") + 1]
        if f"/{target}.dir/" in str(output):
            found.append(Command(os.path.relpath(entry["file"], root), output, argv))
    if not found:
        raise SystemExit(f"the build in {build} has no target {target}")
    return found


def cache(build: Path, name: str) -> str:
    """A value of CMakeCache.txt."""
    found = re.search(rf"^{name}:\w+=(.*)$", (build / "CMakeCache.txt").read_text(), flags=re.MULTILINE)
    if found is None:
        raise SystemExit(f"{name} is not in the cache of {build}")
    return found.group(1)


def run(argv: Iterable[object]) -> tuple[int, str]:
    """(exit status, output with errors)."""
    done = subprocess.run(
        [str(a) for a in argv],
        check=False,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.returncode, done.stdout
