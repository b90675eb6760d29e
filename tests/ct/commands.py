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
        self,
        root: Path,
        new_root: Path,
        output: Path,
        extra: Iterable[str] = (),
        drop: str = r"(?!)",
        compiler: str | None = None,
    ) -> list[str]:
        """The command with the repository at `new_root`, another output, options matching `drop` left out."""
        argv = [compiler or self.argv[0]]
        skip = False
        for word in self.argv[1:]:
            if skip or re.fullmatch(drop, word):
                skip = False
            elif word in ("-o", "-MT", "-MF"):
                skip = True
            elif word not in ("-MD", "-c", str(root / self.source)):
                argv.append("-I" + str(new_root) + word[2 + len(str(root)) :] if word.startswith(f"-I{root}") else word)
        return [*argv, *extra, "-c", str(new_root / self.source), "-o", str(output)]


def of_target(build: Path, root: Path, target: str) -> list[Command]:
    """The commands of a CMake target's objects."""
    return _with_output_in(build, root, f"/{target}.dir/")


def of_folder(build: Path, root: Path, folder: str) -> list[Command]:
    """The commands of all targets of a folder that has a CMakeLists.txt."""
    return _with_output_in(build, root, f"/{folder}/CMakeFiles/")


def _with_output_in(build: Path, root: Path, part: str) -> list[Command]:
    found = []
    for entry in json.loads((build / "compile_commands.json").read_text()):
        argv = tuple(shlex.split(entry["command"]))
        output = Path(entry["directory"]) / argv[argv.index("-o") + 1]
        if part in str(output):
            found.append(Command(os.path.relpath(entry["file"], root), output, argv))
    if not found:
        raise SystemExit(f"the build in {build} compiles nothing into {part}")
    return found


def cache(build: Path, name: str, default: str | None = None) -> str:
    """A value of CMakeCache.txt."""
    found = re.search(rf"^{name}:\w+=(.*)$", (build / "CMakeCache.txt").read_text(), flags=re.MULTILINE)
    if found is not None:
        return found.group(1)
    if default is None:
        raise SystemExit(f"{name} is not in the cache of {build}")
    return default


def included_by(root: Path, source: str, seen: set[str] | None = None) -> set[str]:
    """The repository's files that a source consists of, itself among them."""
    seen = set() if seen is None else seen
    seen.add(source)
    for name in re.findall(r'^\s*#\s*include\s+"([^"]+)"', (root / source).read_text(), flags=re.MULTILINE):
        for base in (root / source).parent, root, root / "capi/include":
            if (base / name).exists():
                path = os.path.relpath(base / name, root)
                if path not in seen:
                    included_by(root, path, seen)
                break
    return seen


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
