# SPDX-License-Identifier: Apache-2.0
"""What is made of abidiff's answers, on the committed baseline with a change in it; nothing is built."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import abi
import pytest

BASELINE = abi.BASELINE.read_text()
pytestmark = pytest.mark.skipif(shutil.which("abidiff") is None, reason="needs abigail-tools")
SYMBOL = re.compile(r"    <elf-symbol name='cseal_wipe'.*\n")
FUNCTION = re.compile(r"    <function-decl name='cseal_wipe'.*?</function-decl>\n", re.DOTALL)


def without_wipe(text: str) -> str:
    return FUNCTION.sub("", SYMBOL.sub("", text))


def check(monkeypatch: pytest.MonkeyPatch, folder: Path, new: str, baseline: str = BASELINE) -> None:
    """As `make abi-check`, had this tree's library that description."""
    (folder / "baseline.abi").write_text(baseline)
    monkeypatch.setattr(abi, "BASELINE", folder / "baseline.abi")
    monkeypatch.setattr(abi, "BUILD", folder)

    def described(_: Path | None) -> str:
        return new

    monkeypatch.setattr(abi, "described", described)
    abi.check(None)


def test_nothing_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(monkeypatch, tmp_path, BASELINE)
    assert re.search(r"abi: [1-9]\d* functions as in the baseline", capsys.readouterr().out)


def test_a_removed_function(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=r"INCOMPATIBLE: .* make abi-store"):
        check(monkeypatch, tmp_path, without_wipe(BASELINE))
    assert "1 Removed function" in capsys.readouterr().out


def test_an_added_function(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(monkeypatch, tmp_path, BASELINE, without_wipe(BASELINE))
    said = capsys.readouterr().out
    assert "1 Added function" in said
    assert said.endswith("run: make abi-store\n")
    assert "additions only" in said


def test_fields_that_changed_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    struct = re.search(r"<class-decl name='cseal_totp_options' size.*?</class-decl>", BASELINE, re.DOTALL)
    assert struct is not None
    moved = struct[0].replace("'past'", "'x'").replace("'future'", "'past'").replace("'x'", "'future'")
    assert moved != struct[0]
    with pytest.raises(SystemExit, match=r"CHANGED, and not by additions alone: .* make abi-store"):
        check(monkeypatch, tmp_path, BASELINE.replace(struct[0], moved))


def test_an_argument_of_another_width(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wide, narrow = (
        re.search(rf"<typedef-decl name='{name}'.* id='(\w+)'/>", BASELINE) for name in ("size_t", "uint32_t")
    )
    assert wide is not None
    assert narrow is not None
    function = FUNCTION.search(BASELINE)
    assert function is not None
    changed = BASELINE.replace(function[0], function[0].replace(wide[1], narrow[1]))
    assert changed != BASELINE
    with pytest.raises(SystemExit, match="CHANGED"):
        check(monkeypatch, tmp_path, changed)


def test_the_baseline_names_no_place() -> None:
    assert re.findall(r"(?:path|filepath|comp-dir-path)='(?!capi/|core/)[^']*'", BASELINE) == []


def test_the_baseline_knows_no_inside() -> None:
    handles = re.findall(r"<class-decl name='cseal_(?:otp_key|crypto|seed)'.*", BASELINE)
    assert len(handles) == 3
    assert all("is-declaration-only='yes'" in handle for handle in handles)
    assert "<namespace-decl" not in BASELINE
