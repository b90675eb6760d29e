# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`-m packaging` needs no build folder: files that import the module of one are left alone."""
    if config.getoption("markexpr") == "packaging" and collection_path.suffix == ".py":
        return collection_path.name not in {"conftest.py", "test_wheel.py"}
    return None
