# SPDX-License-Identifier: Apache-2.0
"""bench/plot.py: a mark for each row, where its figure says, in an SVG that is well-formed."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
SIZES = {f"totp_verify_size/{n}": rate for n, rate in ((16, 18e6), (1, 6e6), (65536, 41e6), (2, 6.5e6), (256, 38e6))}
TARGETS = {"totp_verify_target/sha1/portable": 6e6, "totp_verify_target/sha1/avx2": 12e6}
NOT_RUN = "totp_verify_target/sha512/avx512"
OTHERS = {"totp_verify/sha1/prepared/counterseal": 7e6, "hotp_verify_batch/sha1": 90e6}


def entries(rates: dict[str, float], not_run: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """As Google Benchmark writes them: three repetitions whose median is the rate, and what it makes of them."""
    made: list[dict[str, Any]] = []
    for name, rate in rates.items():
        for repetition in (0.5 * rate, rate, 1.1 * rate):
            made.append({"run_name": name, "run_type": "iteration", "items_per_second": repetition})
        made.append({"run_name": name, "run_type": "aggregate", "items_per_second": 1.0})
    made += [
        {"run_name": name, "run_type": "iteration", "error_occurred": True, "error_message": "not run: no such kernel"}
        for name in not_run
    ]
    return made


def plot(folder: Path, found: list[dict[str, Any]], cpu: str = "a CPU") -> subprocess.CompletedProcess[str]:
    results = {"context": {"date": "2026-11-25T04:30:39+00:00", "cpu_model": cpu}, "benchmarks": found}
    (folder / "bench.json").write_text(json.dumps(results))
    command = [sys.executable, str(ROOT / "bench/plot.py"), str(folder / "bench.json"), str(folder / "made.svg")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def drawn(folder: Path, found: list[dict[str, Any]], cpu: str = "a CPU") -> ElementTree.Element:
    done = plot(folder, found, cpu)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"plot: {folder / 'made.svg'}\n"
    return ElementTree.parse(folder / "made.svg").getroot()


def marks(picture: ElementTree.Element) -> dict[str, ElementTree.Element]:
    """By what they are titled: the name of the row and its rate."""
    found = [element for element in picture.iter() if element.get("class") == "mark"]
    named = {element.findtext(f"{SVG}title", ""): element for element in found}
    assert len(named) == len(found)
    return named


def number(element: ElementTree.Element, name: str) -> float:
    return float(element.attrib[name])


def test_a_mark_for_each_row(tmp_path: Path) -> None:
    picture = drawn(tmp_path, entries(SIZES | TARGETS | OTHERS, (NOT_RUN,)))
    assert picture.tag == f"{SVG}svg"
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == "TOTP verifications per second, by batch size and by target"
    assert set(marks(picture)) == {f"{name}: {rate:,.0f}/s" for name, rate in (SIZES | TARGETS).items()}
    texts = [element.text for element in picture.iter(f"{SVG}text")]
    assert texts.count("not run") == 1
    assert texts.count("verifications per second") == 2
    for words in ("rows in the batch, logarithmic", "65,536", "single calls: 7.0 M", "12 M", "SHA-512", "avx512"):
        assert words in texts


def test_figures_are_where_they_belong(tmp_path: Path) -> None:
    found = marks(drawn(tmp_path, entries(SIZES | TARGETS)))
    circles = sorted(
        (int(re.findall(r"/(\d+):", title)[0]), number(mark, "cx"), number(mark, "cy"))
        for title, mark in found.items()
        if mark.tag == f"{SVG}circle"
    )
    across = [x for _, x, _ in circles]
    assert across == sorted(across)
    assert across[2] - across[0] == pytest.approx(
        (across[4] - across[0]) / 4, abs=0.2
    )  # 16 of 65,536: 4 of 16 doublings
    # A rate is a height above 0, which two of them give away.
    rates = [SIZES[f"totp_verify_size/{size}"] for size, _, _ in circles]
    heights = [y for _, _, y in circles]
    scale = (heights[0] - heights[-1]) / (rates[-1] - rates[0])
    assert [heights[0] - y for y in heights] == pytest.approx([(r - rates[0]) * scale for r in rates], abs=0.2)
    bars = {title.split(":")[0]: number(mark, "width") for title, mark in found.items() if mark.tag == f"{SVG}rect"}
    assert bars["totp_verify_target/sha1/avx2"] == pytest.approx(2 * bars["totp_verify_target/sha1/portable"], abs=0.2)


@pytest.mark.parametrize("rates", [{"totp_verify_size/1": 5.0}, {"totp_verify_target/sha1/avx2": 7e9}, SIZES, TARGETS])
def test_all_marks_lie_inside(tmp_path: Path, rates: dict[str, float]) -> None:
    picture = drawn(tmp_path, entries(rates))
    _, _, width, height = map(float, picture.attrib["viewBox"].split())
    found = marks(picture)
    assert len(found) == len(rates)
    for mark in found.values():
        x, y = (number(mark, name) for name in (("cx", "cy") if mark.tag == f"{SVG}circle" else ("x", "y")))
        assert 0 < x < x + float(mark.get("width", 0)) + 1 < width
        assert 0 < y < y + float(mark.get("height", 0)) + 1 < height


def test_names_are_text(tmp_path: Path) -> None:
    picture = drawn(tmp_path, entries(SIZES), cpu="</text><script>1 & 2")
    assert any("</text><script>1 & 2" in (element.text or "") for element in picture.iter(f"{SVG}text"))


@pytest.mark.parametrize("found", [[], entries(OTHERS), entries({}, (NOT_RUN,))], ids=["none", "others", "not run"])
def test_nothing_to_draw(tmp_path: Path, found: list[dict[str, Any]]) -> None:
    done = plot(tmp_path, found)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "plot: nothing to draw, for no row by batch size or target ran\n"
    assert not (tmp_path / "made.svg").exists()
