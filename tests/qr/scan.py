#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every kind of QR code is read by a scanner of other people (zbar), and what it reads is the text, byte for byte.

SVG is drawn by librsvg; terminal text is turned into pixels here, from its half blocks and colours. The last line is
`N codes read, M failed`.
"""

from __future__ import annotations

import argparse
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
START = f"otpauth://totp/Praxis:nurse1?secret={SECRET}&issuer="
TEXTS = {
    "short": f"otpauth://totp/a?secret={SECRET}",
    "200 characters": START + "x" * (200 - len(START)),
    "600 characters": START + "x" * (600 - len(START)),
    "digits": "4081" * 20,
    "umlauts": f"otpauth://totp/Hausarztpraxis Müller:Jörg Weiß?secret={SECRET}",
    "japanese": f"otpauth://totp/北診療所:看護師?secret={SECRET}",
    "emoji": f"otpauth://totp/🔒 Praxis:👩‍⚕️?secret={SECRET}",
    "percent": f"otpauth://totp/M%C3%BCller%20%26%20S%C3%B6hne:a%40b?secret={SECRET}&issuer=M%C3%BCller",
}
LEVELS = {"L": 0, "M": 1, "Q": 2, "H": 3}
# What a half block draws: the upper and the lower module.
CELLS = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}
COLOURS = re.compile(r"\x1b\[38;5;16;48;5;231m(.*)\x1b\[0m")


def draw(program: str, text: str, kind: str, level: int, scale: int = 8, quiet: int = 4) -> bytes:
    command = [program, kind, str(level), str(scale), str(quiet)]
    return subprocess.run(command, input=text.encode(), check=True, capture_output=True).stdout


def pixels_of_terminal(text: str) -> bytes:
    """A picture (PGM) of what a dark terminal, or one of any colour, shows; 4 pixels a module."""
    assert text.endswith("\n")
    rows: list[list[int]] = []
    for line in text[:-1].split("\n"):
        drawn, undrawn = 255, 0  # light characters on a dark terminal
        if match := COLOURS.fullmatch(line):
            line, drawn, undrawn = match[1], 0, 255
        halves = [CELLS[cell] for cell in line]
        rows += [[drawn if half[i] else undrawn for half in halves for _ in range(4)] for i in (0, 1) for _ in range(4)]
    assert len({len(row) for row in rows}) == 1
    return b"P5 %d %d 255\n" % (len(rows[0]), len(rows)) + bytes(pixel for row in rows for pixel in row)


def check_png(png: bytes) -> None:
    """The container by the book: sizes, checksums, and as many pixels as it says."""
    at, data = 8, b""
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length) == (zlib.crc32(kind + body),)
        if kind == b"IHDR":
            width, height, depth = struct.unpack_from(">IIB", body)
            assert depth == 1
        data += body if kind == b"IDAT" else b""
        at += 12 + length
    rows = zlib.decompress(data)
    assert len(rows) == height * (1 + (width + 7) // 8)


def picture(kind: str, file: bytes, folder: Path) -> Path:
    if kind == "png":
        check_png(file)
        path = folder / "code.png"
        path.write_bytes(file)
    elif kind == "svg":
        path = folder / "svg.png"
        subprocess.run(["rsvg-convert", "--output", path], input=file, check=True)
    else:
        path = folder / "code.pgm"
        path.write_bytes(pixels_of_terminal(file.decode()))
    return path


def scan(path: Path) -> bytes:
    """What zbar reads, as bytes: without -Sbinary it guesses character sets."""
    command = ["zbarimg", "--quiet", "--raw", "--nodbus", "-Sbinary", path]
    return subprocess.run(command, check=False, capture_output=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draw", required=True, help="the program of draw.cpp")
    program = parser.parse_args().draw
    rows = [(name, kind, level, 8, 4) for name in TEXTS for kind in ("svg", "png", "text", "ansi") for level in "LMQH"]
    rows += [("short", "png", "M", scale, 4) for scale in (2, 3, 5, 12, 40)]
    rows += [("600 characters", "png", "M", scale, 4) for scale in (3, 13)]
    rows += [("short", kind, "M", 8, quiet) for kind in ("svg", "png", "text", "ansi") for quiet in (1, 2, 7, 16)]
    failed = 0
    with tempfile.TemporaryDirectory() as name_of_folder:
        for name, kind, level, scale, quiet in rows:
            file = draw(program, TEXTS[name], kind, LEVELS[level], scale, quiet)
            read = scan(picture(kind, file, Path(name_of_folder)))
            if read != TEXTS[name].encode():
                failed += 1
                print(f"{name}, {kind}, {level}, scale {scale}, margin {quiet}: {read!r}")
    print(f"{len(rows)} codes read, {failed} failed")
    sys.exit(failed != 0)


main()
