# SPDX-License-Identifier: Apache-2.0
"""Every example of every page runs and does what it says."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import counterseal
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
#: The build whose module is under test: the C examples use its library.
BUILD = Path(counterseal.__file__).resolve().parents[3]
PAGES = sorted(
    page
    for page in [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("bindings/**/*.md"),
        *ROOT.glob("capi/*.md"),
    ]
    # The reference is generated: its blocks are signatures.
    if "node_modules" not in page.parts and not page.is_relative_to(ROOT / "docs/reference")
)
#: Commands that set up and build are the doors of the Makefile; CI goes through them. What the program does, with its
#: output, stands in `console` blocks, which are run.
NOT_RUN = {"sh", ""}


@dataclass
class Example:
    page: str
    line: int
    language: str
    code: str


def examples() -> list[Example]:
    found: list[Example] = []
    for page in PAGES:
        text = page.read_text()
        console: list[Example] = []
        for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, match.start()) + 1
            example = Example(str(page.relative_to(ROOT)), line, match[1], match[2])
            if example.language == "console" and console:
                console[0].code += example.code  # a page is one session: files of a block are there in the next one
                continue
            if example.language == "console":
                console.append(example)
            found.append(example)
    return found


def run(command: list[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_python(example: Example, folder: Path) -> None:
    file = folder / "example.py"
    file.write_text(example.code)
    run([sys.executable, "-W", "error", str(file)])


def run_js(example: Example, folder: Path) -> None:
    # Inside the package, so that its own name resolves as it does for a user.
    file = ROOT / "build" / f"example-{folder.name}.mjs"
    file.write_text(example.code)
    try:
        printed = run(["node", str(file)]).splitlines()
    finally:
        file.unlink()
    expected = re.findall(r"^ *console\.log\(.*\); // (.+)$", example.code, re.MULTILINE)
    assert printed == expected


def run_c(example: Example, folder: Path) -> None:
    source, program = folder / "example.c", folder / "example"
    source.write_text(example.code)
    flags = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT / 'capi/include'}"]
    library = BUILD / "capi"
    link = [f"-L{library}", "-lcounterseal", f"-Wl,-rpath,{library}"]
    run(["cc", *flags, str(source), "-o", str(program), *link])
    run([str(program)])


def run_sql(example: Example, folder: Path) -> None:
    """The update of the page lets the first request in and not the second one."""
    db = sqlite3.connect(folder / "example.db")
    create, update = (part for part in re.sub(r"--[^\n]*", "", example.code).split(";") if part.strip())
    db.execute(create)
    db.execute("INSERT INTO factor (id) VALUES (1)")
    assert [db.execute(update, {"step": 7, "id": 1}).rowcount for _ in range(2)] == [1, 0]


def run_console(example: Example, folder: Path) -> None:
    """Commands behind "$ ", each followed by exactly what it prints; "…" stands for what differs each time."""
    (folder / "tests").symlink_to(ROOT / "tests")
    steps = re.findall(r"^\$ (.+\n)((?:(?!\$ ).*\n)*)", example.code, re.MULTILINE)
    assert sum(1 + printed.count("\n") for _, printed in steps) == example.code.count("\n"), "text before a command"
    # Each command sees the exit status of the one before it; a byte that no command prints ends its output.
    script = "".join(f"(exit $status)\n{command}status=$?\nprintf '\\036'\n" for command, _ in steps)
    done = subprocess.run(
        ["bash", "-c", f"status=0\n{script}"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=os.environ | {"PATH": f"{BUILD / 'cli'}:{os.environ['PATH']}"},
    )
    for (command, printed), got in zip(steps, done.stdout.split("\x1e")[:-1], strict=True):
        pattern = ".+".join(re.escape(part) for part in printed.split("…"))
        assert re.fullmatch(pattern, got, re.DOTALL), f"$ {command}{got}"


RUN = {"python": run_python, "js": run_js, "c": run_c, "sql": run_sql, "console": run_console}


@pytest.mark.parametrize("example", examples(), ids=lambda e: f"{e.page}:{e.line}:{e.language}")
def test_example(example: Example, tmp_path: Path) -> None:
    if example.language in NOT_RUN:
        assert "import" not in example.code, "a block without a language looks like code"
        assert not re.search("^counterseal ", example.code, re.MULTILINE), "a console block would be run"
        return
    RUN[example.language](example, tmp_path)


def test_each_language_has_examples() -> None:
    assert set(RUN) <= {example.language for example in examples()}
