# SPDX-License-Identifier: Apache-2.0
"""The tests import the generators as these import each other: by their own names."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tools")]

from copied_tree import PARTS, ROOT, Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    for part in PARTS:
        source, target = ROOT / part, tmp_path / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return Tree(tmp_path)
