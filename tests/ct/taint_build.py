# SPDX-License-Identifier: Apache-2.0
"""ct_test made once more, with objects compiled by another compiler, at another level, or of other sources.

The commands are the build's own. What is not compiled again is taken from the build.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import commands

LIBRARIES = ("OPENSSL_CRYPTO_LIBRARY", "EXPAT_LIBRARY", "QRCODEGEN_LIBRARY")  # of the build's cache
# Options that are replaced, or that another compiler does not know. Warnings are the build's business.
REPLACED = r"-O.*|-g.*|-Werror.*|-fno-var-tracking|-fno-schedule-insns2"
# -g1: lines for reports. -gdwarf-4: valgrind 3.19 cannot read clang's default.
ADDED = ("-g1", "-gdwarf-4", "-w")


@dataclasses.dataclass(frozen=True)
class Way:
    """A compiler and what is said to it, e.g. of the text "clang++-16 -O1"."""

    compiler: str
    flags: tuple[str, ...]

    @staticmethod
    def of(text: str) -> Way:
        compiler, *flags = text.split()
        return Way(compiler, tuple(flags))

    def __str__(self) -> str:
        return " ".join((self.compiler, *self.flags))

    def argv(self, command: commands.Command, root: Path, tree: Path, output: Path) -> list[str]:
        return command.rebuilt(root, tree, output, (*ADDED, *self.flags), REPLACED, self.compiler)


class TaintBuild:
    """The taint runner of a build."""

    def __init__(self, root: Path, build: Path) -> None:
        self.root = root
        self.path = build
        self.commands = commands.of_folder(build, root, "tests/ct")
        self.files = {c.source: commands.included_by(root, c.source) for c in self.commands}
        self.launcher = [word for word in [commands.cache(build, "CMAKE_CXX_COMPILER_LAUNCHER", "")] if word]
        self._linker = commands.cache(build, "CMAKE_CXX_COMPILER")
        self._libraries = [commands.cache(build, name) for name in LIBRARIES]

    def claimed(self) -> list[commands.Command]:
        """The library's objects within the constant-time claim: all but core/enroll, which presents secrets."""
        return [c for c in self.commands if c.source.startswith(("core/", "capi/")) and "core/enroll/" not in c.source]

    def including(self, touched: set[str]) -> list[commands.Command]:
        """The objects in which these files are."""
        return [c for c in self.commands if self.files[c.source] & touched]

    def link(self, instead: Mapping[str, Path], output: Path, linker: Iterable[str] = ()) -> tuple[int, str]:
        """Links the runner with some objects, by source, in place of the build's.

        They come first: of an inline function that is not inlined, the linker takes the first copy.
        """
        rest = [c.object for c in self.commands if c.source not in instead]
        return commands.run([*(linker or [self._linker]), *instead.values(), *rest, *self._libraries, "-o", output])


def memcheck(ct_test: Path, only: Iterable[str] = ()) -> tuple[int, str]:
    return commands.run(["valgrind", "-q", "--error-exitcode=99", "--leak-check=no", ct_test, *only])


def passed(output: str) -> set[str]:
    """The entries that ran and were found good."""
    return set(re.findall(r"^ok    (\S+) ", output, flags=re.MULTILINE))


def levels(listing: str, good: set[str]) -> tuple[list[str], list[str]]:
    """(levels of which every kernel is good, levels of which one is missing), in the library's order."""
    kernels: dict[str, set[str]] = {}
    for name, level in re.findall(r"^((?:bulk_)?kernel:(\w+):\w+) ", listing, flags=re.MULTILINE):
        kernels.setdefault(level, set()).add(name)
    return [k for k, v in kernels.items() if v <= good], [k for k, v in kernels.items() if not v <= good]
