#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws verifications per second by batch size and by target, from the JSON of bench/run, as an SVG.

Usage: bench/plot.py RESULTS.json PICTURE.svg

Plain text and no plotting library, which would be set up by everybody who runs the tests, for two panels.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from results import Results, Row, read

SIZE = "totp_verify_size/"
TARGET = "totp_verify_target/"
#: Drawn as lines across the sizes.
LEVELS = {
    "totp_verify/sha1/prepared/counterseal": "single calls",
    "totp_verify/sha1/raw/liboath": "liboath, single calls",
}
HASHES = {"sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
KERNELS = ("portable", "shani", "avx2", "avx512")

WIDTH, HEIGHT = 1040, 490
TOP, BOTTOM = 116, 420
LINE_LEFT, LINE_RIGHT = 80, 526
HASH_LEFT, BAR_LEFT, BAR_RIGHT = 578, 720, 966

# A card of its own, so that it can be read whatever page it lies on.
STYLE = """
  .card { fill: #ffffff; stroke: #d0d7de } text { fill: #1f2328; font: 13px system-ui, sans-serif }
  .title { font-size: 17px; font-weight: 600 } .panel { font-size: 14px; font-weight: 600 } .faint { fill: #59636e }
  .grid { stroke: #d8dee4 } .axis { stroke: #818b98 } .level { stroke: #9a6700; stroke-dasharray: 6 4 }
  .level-name { fill: #9a6700 } .curve { stroke: #0969da; fill: none; stroke-width: 2 } .mark { fill: #0969da }
  .end { text-anchor: end } .middle { text-anchor: middle }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d } text { fill: #f0f6fc } .faint { fill: #9198a1 } .grid { stroke: #262c34 }
    .axis { stroke: #656c76 } .level { stroke: #d29922 } .level-name { fill: #d29922 }
    .curve { stroke: #4493f8 } .mark { fill: #4493f8 }
  }
"""


def write(x: float, y: float, what: str, *classes: str) -> str:
    names = f' class="{" ".join(classes)}"' if classes else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{names}>{escape(what)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    return f'<line class="{name}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def mark(shape: str, row: Row) -> str:
    """What stands for a row, with its number for those who point at it."""
    return f'<{shape} class="mark"><title>{escape(row.name)}: {row.rate:,.0f}/s</title></{shape.split()[0]}>'


def millions(rate: float) -> str:
    if rate == 0:
        return "0"
    return f"{rate / 1e6:,.{1 if rate < 10e6 else 0}f} M"


def ticks(highest: float) -> list[float]:
    """Round numbers from 0 to at least the highest, four to six steps."""
    rough = highest / 5
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    return [i * step for i in range(math.ceil(highest / step) + 1)]


def size_of(row: Row) -> int:
    return int(row.name.removeprefix(SIZE))


def sizes(results: Results) -> Iterator[str]:
    rows = sorted((row for row in results.rows.values() if row.name.startswith(SIZE) and row.per_second), key=size_of)
    if not rows:
        return
    levels = {name: rate for name in LEVELS if (rate := results.rate(name)) is not None}
    scale = ticks(max([row.rate for row in rows] + list(levels.values())))
    span = math.log2(max(size_of(rows[-1]), 2))

    def x_of(size: int) -> float:
        return LINE_LEFT + 16 + math.log2(size) / span * (LINE_RIGHT - LINE_LEFT - 32)

    def y_of(rate: float) -> float:
        return BOTTOM - rate / scale[-1] * (BOTTOM - TOP)

    yield write(LINE_LEFT, TOP - 20, "By rows in a batch (SHA-1)", "panel")
    for rate in scale:
        yield line(LINE_LEFT, y_of(rate), LINE_RIGHT, y_of(rate), "grid" if rate else "axis")
        yield write(LINE_LEFT - 8, y_of(rate) + 4, millions(rate), "faint", "end")
    for power in range(0, int(span) + 1, 2):
        x = x_of(2**power)
        yield line(x, BOTTOM, x, BOTTOM + 5, "axis")
        yield write(x, BOTTOM + 20, f"{2**power:,}", "faint", "middle")
    yield write((LINE_LEFT + LINE_RIGHT) / 2, BOTTOM + 44, "rows in the batch, logarithmic", "middle")
    middle = (TOP + BOTTOM) / 2
    yield f'<text class="middle" transform="translate(30 {middle}) rotate(-90)">verifications per second</text>'
    for name, rate in levels.items():
        yield line(LINE_LEFT, y_of(rate), LINE_RIGHT, y_of(rate), "level")
        yield write(LINE_RIGHT - 4, y_of(rate) - 6, f"{LEVELS[name]}: {millions(rate)}", "level-name", "end")
    points = [(x_of(size_of(row)), y_of(row.rate)) for row in rows]
    yield f'<polyline class="curve" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'
    for row, (x, y) in zip(rows, points, strict=True):
        yield mark(f'circle cx="{x:.1f}" cy="{y:.1f}" r="4"', row)


def order(row: Row) -> tuple[int, int]:
    _, hash_name, kernel = row.name.split("/")
    return list(HASHES).index(hash_name), KERNELS.index(kernel)


def targets(results: Results) -> Iterator[str]:
    rows = sorted((row for row in results.rows.values() if row.name.startswith(TARGET)), key=order)
    rates = [row.rate for row in rows if row.per_second]
    if not rates:
        return
    highest = max(rates)
    n_groups = len({order(row)[0] for row in rows})
    pitch = (BOTTOM - TOP + 12) / (len(rows) + 0.5 * (n_groups - 1))
    yield write(HASH_LEFT, TOP - 20, "By target, batches of 65,536 rows", "panel")
    y = TOP - 6.0
    last = None
    for row in rows:
        _, hash_name, kernel = row.name.split("/")
        if hash_name != last:
            y += 0 if last is None else pitch / 2
            yield write(HASH_LEFT, y + pitch / 2 + 4, HASHES[hash_name])
            last = hash_name
        text_y = y + pitch / 2 + 4
        yield write(BAR_LEFT - 10, text_y, kernel, "faint", "end")
        if row.per_second:
            length = row.rate / highest * (BAR_RIGHT - BAR_LEFT)
            box = f'x="{BAR_LEFT}" y="{y + pitch * 0.14:.1f}" width="{length:.1f}" height="{pitch * 0.72:.1f}"'
            yield mark(f'rect {box} rx="2"', row)
            yield write(BAR_LEFT + length + 8, text_y, millions(row.rate))
        else:
            yield write(BAR_LEFT + 8, text_y, "not run", "faint")
        y += pitch
    yield line(BAR_LEFT, TOP - 6, BAR_LEFT, BOTTOM + 6, "axis")
    yield write((BAR_LEFT + BAR_RIGHT) / 2, BOTTOM + 44, "verifications per second", "middle")


def picture(results: Results, panels: list[str]) -> str:
    title = "TOTP verifications per second"
    cpu = results.context.get("cpu_model") or "unknown CPU"
    about = f"{cpu}, one thread; M: millions, each of three steps; medians"
    frame = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title"'
    body = "\n".join(panels)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {frame}>
<!-- SPDX-License-Identifier: Apache-2.0; drawn by bench/plot.py, measured {escape(results.context["date"][:10])} -->
<title id="title">{title}, by batch size and by target</title>
<style>{STYLE}</style>
<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="8"/>
{write(24, 34, title, "title")}
{write(24, 54, about, "faint")}
{body}
</svg>
"""


def main() -> None:
    source, made = (Path(argument) for argument in sys.argv[1:])
    results = read(source)
    panels = [*sizes(results), *targets(results)]
    if panels:
        made.write_text(picture(results, panels), encoding="utf-8")
        print(f"plot: {made}")
    else:
        print("plot: nothing to draw, for no row by batch size or target ran")


if __name__ == "__main__":
    main()
