# SPDX-License-Identifier: Apache-2.0
"""What `make soak` says of parts that end well, badly, or not at all. The parts here only print."""

from __future__ import annotations

import argparse
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parents[2] / "tools/soak.py"
PATCHES = SOAK.parents[1] / "tests/planted"
RUNNER = re.compile(r"^Red: (engine|store|races|model|fault|threads)\b", re.MULTILINE)
GOOD = {
    "faults": "faults: power cuts 5, messages cut 7; violations 0",
    "rotation": "rotation: 9 factors, 19 rows moved; 4 codes checked meanwhile (2 a second); violations 0; left 0",
    "model": "model: sequences 3, calls 90, let in 2, in 1 s; violations 0",
    "threads": "100% tests passed, 0 tests failed out of 31",
    "races": "races: campaigns 6, codes 8; violations 0",
    "planted-engine": "planted 2 caught 2",
    "planted-log": "planted 3 caught 3",
    "planted-model": "planted 4 caught 4",
    "planted-store": "planted 5 caught 5",
}
TWICE = "factors rotated 9, codes meanwhile 4, factors rotated 9, codes meanwhile 4"
ALL = "faults, rotation, model, threads, races, planted-engine, planted-log, planted-model, planted-store"
COUNTS = (
    f"power cuts 5, messages cut 7, {TWICE}, sequences 3, calls 90, tests under ThreadSanitizer 31, "
    "campaigns 6, codes 8"
)
OWED = "--images 5 --factors 18 --sequences 3 --codes 8"

# Runs main() with what each part prints in place of its commands.
INSTEAD = """
import dataclasses, runpy, sys
soak = runpy.run_path(sys.argv[1])
arguments = sys.argv[3].split()
said = dict(line.split("=", 1) for line in sys.argv[4:])
known = soak["parts"]
def parts(given):
    for part in known(given):
        line = said[part.name]
        command = [sys.executable, "-c", f"print({line!r}); raise SystemExit({'ENDS BADLY' in line})"]
        if line == "KILLS":
            command[-1] = "import os; os.kill(os.getppid(), 9)"
        yield dataclasses.replace(part, commands=[command for _ in part.commands])
soak["main"].__globals__["parts"] = lambda given: list(parts(given))
soak["main"].__globals__["commit_of_now"] = lambda commit=sys.argv[2]: commit
soak["main"].__globals__["is_as_on"] = lambda on, files, now=sys.argv[2]: on == now or "tests/races" not in files
soak["main"].__globals__["is_built"] = lambda build, said=sys.argv[2]: said != "no build"
sys.argv[1:] = arguments
soak["main"]()
"""


def soak(build: Path, *arguments: str, commit: str = "c0ffee", **said: str) -> tuple[int, list[str]]:
    lines = [f"{name}={line}" for name, line in (GOOD | said).items()]
    command = [sys.executable, "-c", INSTEAD, str(SOAK), commit, " ".join((OWED, *arguments, str(build)))]
    done = subprocess.run([*command, *lines], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_the_last_line_has_every_count(tmp_path: Path) -> None:
    status, lines = soak(tmp_path)
    assert status == 0
    assert lines[-1] == f"soak of {ALL}: {COUNTS}; violations 0; planted 14 caught 14"


def test_the_last_line_says_which_parts_ran(tmp_path: Path) -> None:
    assert soak(tmp_path, "--parts races")[1][-1] == "soak of races: campaigns 6, codes 8; violations 0"
    last = "soak of planted-log, planted-store: violations 0; planted 8 caught 8"
    assert soak(tmp_path, "--parts planted-log,planted-store")[1][-1] == last


def test_pieces_are_put_together(tmp_path: Path) -> None:
    for part in ALL.split(", "):
        status, lines = soak(tmp_path, "--sum")
        assert (status, f"RED   {part}: it did not run" in lines) == (1, True)
        assert soak(tmp_path, f"--parts {part}")[0] == 0
    status, lines = soak(tmp_path, "--sum")
    assert status == 0
    assert lines == [f"soak of {ALL}: {COUNTS}; violations 0; planted 14 caught 14"]


def test_what_files_that_have_changed_showed_is_worth_nothing(tmp_path: Path) -> None:
    assert soak(tmp_path)[0] == 0
    status, lines = soak(tmp_path, "--sum", commit="facade")
    red = [line for line in lines if line.endswith("it ran on c0ffee, and files have changed")]
    assert (status, [line.split()[1] for line in red]) == (1, ["rotation:", "races:"])
    assert soak(tmp_path, "--parts races,rotation", commit="facade")[0] == 0
    assert soak(tmp_path, "--sum", commit="facade")[0] == 0


def test_files_are_those_of_a_commit_or_not() -> None:
    is_as_on = runpy.run_path(str(SOAK))["is_as_on"]
    git = ["git", "-C", str(SOAK.parent)]
    if subprocess.run([*git, "rev-parse", "HEAD~1"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no history here")
    said = subprocess.run([*git, "diff", "--name-only", "HEAD~1"], capture_output=True, text=True, check=True)
    if changed := said.stdout.splitlines():  # it may be an empty one
        assert not is_as_on("HEAD~1", tuple(changed[:1]))
    assert is_as_on("HEAD~1", ("no/such/file",))
    assert not is_as_on("HEAD and changes", ("LICENSE",))


def test_pieces_of_what_is_random_add_up(tmp_path: Path) -> None:
    assert soak(tmp_path, "--parts races,model,faults")[0] == 0
    assert soak(tmp_path, "--parts races,model,faults", races="races: campaigns 1, codes 10; violations 0")[0] == 0
    counted = soak(tmp_path, "--sum")[1][-1]
    assert "power cuts 5, messages cut 7, sequences 6, calls 180, campaigns 7, codes 18; violations 0" in counted
    soak(tmp_path, "--parts races", races="races: campaigns 1, codes 2; violations 1")
    status, lines = soak(tmp_path, "--sum")
    assert (status, "campaigns 8, codes 20; violations 1" in lines[-1]) == (1, True)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("--images 6", "faults: fewer power cuts than 6"),
        ("--factors 19", "rotation: fewer factors rotated than 19"),
        ("--sequences 4", "model: fewer sequences than 4"),
        ("--codes 9", "races: fewer codes than 9"),
    ],
)
def test_a_piece_that_was_asked_for_less_is_not_enough(more: str, fault: str, tmp_path: Path) -> None:
    assert soak(tmp_path)[0] == 0
    status, lines = soak(tmp_path, f"--sum {more}")
    assert (status, [line for line in lines if line.startswith("RED")]) == (1, [f"RED   {fault}"])


def test_a_red_piece_makes_a_red_sum(tmp_path: Path) -> None:
    soak(
        tmp_path,
        races="races: campaigns 6, codes 8; violations 3",
        threads="100% tests passed, 0 tests failed out of 0",
    )
    status, lines = soak(tmp_path, "--sum")
    assert status == 1
    assert "RED   threads: a count of zero" in lines
    assert "; violations 3; planted 14 caught 14" in lines[-1]


@pytest.mark.parametrize("part", ["model", "faults"])
def test_a_piece_that_broke_off_is_not_forgotten(part: str, tmp_path: Path) -> None:
    soak(tmp_path)
    assert soak(tmp_path, f"--parts {part}", **{part: "no last line"})[0] == 1
    assert f"RED   {part}: it did not come to its end" in soak(tmp_path, "--sum")[1]


def test_a_piece_that_was_ended_is_not_forgotten(tmp_path: Path) -> None:
    soak(tmp_path)
    assert soak(tmp_path, "--parts races", races="KILLS")[0] < 0
    (red,) = [line for line in soak(tmp_path, "--sum")[1] if line.startswith("RED")]
    place = re.fullmatch(r"RED   races: it was ended, and (\S+) says so until it is removed", red)
    assert place
    Path(place[1]).unlink()
    assert soak(tmp_path, "--sum")[0] == 0


def test_what_cannot_be_built_is_not_run(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INSTEAD, str(SOAK), "no build", f"{OWED} {tmp_path}"]
    done = subprocess.run(
        [*command, *(f"{name}={line}" for name, line in GOOD.items())], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "cannot be built" in done.stderr
    assert not (tmp_path / "soak").exists()


@pytest.mark.parametrize(
    ("name", "line", "fault", "end"),
    [
        ("faults", "faults: power cuts 5, messages cut 7; violations 1", None, "violations 1; planted 14 caught 14"),
        ("races", "races: campaigns 6, codes 0; violations 0", "races: a count of zero", "violations 0"),
        ("races", "races: campaigns 6, codes 7; violations 0", "races: fewer codes than 8", "violations 0"),
        ("model", "model: seed 7", "model: it did not come to its end", "violations 0"),
        ("model", f"{GOOD['model']}\nENDS BADLY", "model: ended with 1", "violations 0"),
        ("threads", "98% tests passed, 2 tests failed out of 31", None, "violations 2"),
        ("planted-log", "planted 3 caught 2", "planted-log: one was missed", "planted 14 caught 13"),
        ("planted-log", "planted 0 caught 0", "planted-log: a count of zero", "planted 11 caught 11"),
        ("planted-log", "red without any fault", "planted-log: it did not come to its end", "planted 11 caught 11"),
    ],
)
def test_one_bad_part_is_red(name: str, line: str, fault: str | None, end: str, tmp_path: Path) -> None:
    status, lines = soak(tmp_path, **{name: line})
    assert status == 1
    assert fault is None or f"RED   {fault}" in lines
    assert end in lines[-1]


def test_every_planted_fault_of_engine_and_stores_is_planted() -> None:
    names = {one.stem for one in PATCHES.glob("*.patch") if RUNNER.search(one.read_text())}
    parts = runpy.run_path(str(SOAK))["parts"]
    given = argparse.Namespace(build=Path(), images=1, factors=1, sequences=1, seconds=1, codes=1)
    planted = [name for part in parts(given) if part.name.startswith("planted-") for name in part.commands[0][3:]]
    assert names - set(planted) == set()
    assert len(planted) == len(set(planted)) > 100


def test_a_part_of_no_name_is_refused() -> None:
    command = [sys.executable, str(SOAK), "--parts", "races,rases", "build"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there is no rases" in done.stderr
