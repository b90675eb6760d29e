# SPDX-License-Identifier: Apache-2.0
"""An object file as functions of instructions: what objdump prints, with its relocations."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import commands
from flow import Function, Instruction
from values import UNKNOWN_RESULT, Value
from x86 import AFTER_RELOCATION, PROCESSOR, op_of

NO_RETURN = ("__stack_chk_fail", "abort", "_ZSt9terminatev", "__clang_call_terminate")


@dataclasses.dataclass
class Line:
    section: str
    address: int
    text: str
    relocation: str = ""


def read(obj: Path, objdump: str = "objdump") -> dict[str, list[Line]]:
    """The lines of each function. The part that GCC calls cold belongs to its function."""
    status, output = commands.run([objdump, "-d", "-r", "-M", "intel", "--no-show-raw-insn", obj])
    if status != 0 or "file format elf64-x86-64" not in output:
        raise SystemExit(f"cannot disassemble {obj}:\n{output[:500]}")
    functions: dict[str, list[Line]] = {}
    section, lines = "", []
    for line in output.splitlines():
        if head := re.match(r"Disassembly of section (.*):$", line):
            section = head[1]
        elif head := re.match(r"([0-9a-f]+) <(.*)>:$", line):
            lines = functions.setdefault(re.sub(r"\.cold(\.\d+)?$", "", head[2]), [])
        elif relocation := re.match(r"\s+[0-9a-f]+: R_\w+\t(\S+)", line):
            lines[-1].relocation = relocation[1]
        elif found := re.match(r"\s*([0-9a-f]+):\t(.*)", line):
            lines.append(Line(section, int(found[1], 16), re.sub(r"\s+", " ", found[2]).strip()))
    return functions


def _placed(line: Line, starts: dict[str, tuple[str, int]]) -> tuple[str, tuple[str, int] | None]:
    """(name, place) of where a jump or call goes: by its relocation, else by the address it shows."""
    if line.relocation:
        found = re.fullmatch(r"(.*?)(?:([+-])0x([0-9a-f]+))?", line.relocation)
        assert found
        offset = int(found[3] or "0", 16) * (-1 if found[2] == "-" else 1) + AFTER_RELOCATION
        if found[1].startswith(".text"):
            return "", (found[1], offset)
        section, start = starts.get(found[1], ("", 0))
        return found[1], (section, start + offset) if section else None
    shown = re.search(r"(?:^|[ ,])([0-9a-f]+) <", line.text)
    return "", (line.section, int(shown[1], 16)) if shown else None


def demangled(names: Iterable[str]) -> dict[str, str]:
    names = list(names)
    done = subprocess.run(["c++filt"], input="\n".join(names), text=True, capture_output=True, check=True)
    return dict(zip(names, done.stdout.splitlines(), strict=True))


def without_templates(shown: str) -> str:
    shown = shown.replace("(anonymous namespace)::", "")
    while (shorter := re.sub(r"<[^<>]*>", "", shown)) != shown:
        shown = shorter
    return shown


def short(shown: str) -> str:
    """The last name of a function: no namespace, no class, no template arguments, no parameters."""
    return re.split(r"::| ", without_templates(shown).partition("(")[0])[-1]


def numbers(shown: str) -> frozenset[int]:
    """The parameters that are numbers; none where the compiler may have changed their order."""
    found = re.match(r"[^(]*\((.*)\)$", re.sub(r"\(&\) ?(\[\w*\])*", "&", without_templates(shown)))
    if not found or "[clone" in shown:
        return frozenset()
    return frozenset(i for i, p in enumerate(found[1].split(",")) if re.fullmatch(r" ?unsigned (int|long)", p))


def functions_of(
    obj: Path, objdump: str = "objdump", allowed: Callable[[str], Callable[[str], bool]] = lambda _: lambda _: False
) -> dict[str, Function]:
    """The functions of an object by name, analysed. `allowed` gives the public origins of a function, by its name."""
    by_name = read(obj, objdump)
    shown = demangled(by_name)
    starts = {name: (lines[0].section, lines[0].address) for name, lines in by_name.items() if lines}
    owner = {(line.section, line.address): name for name, lines in by_name.items() for line in lines}
    built: dict[str, Function] = {}
    clobbered: dict[str, frozenset[str]] = {}

    def clobbers(name: str) -> frozenset[str]:
        """GCC keeps values in registers that a function of the same file leaves alone."""
        if name not in built:
            return PROCESSOR.clobbered
        if name not in clobbered:
            clobbered[name] = frozenset()  # of a recursion, what it does besides
            own = {r for i in built[name].instructions for r in i.op.dst}
            for i in built[name].instructions:
                if i.op.kind == "call" or (i.op.kind == "jump" and i.op.target):
                    own |= clobbers(i.op.target)
            clobbered[name] = frozenset(own) & PROCESSOR.clobbered
        return clobbered[name]

    analysed: set[str] = set()

    def analyse(name: str) -> Value:
        if name in built and name not in analysed:
            analysed.add(name)
            built[name].analyse()
        return built[name].returned if name in built else UNKNOWN_RESULT

    for name, lines in by_name.items():
        at = {(line.section, line.address): i for i, line in enumerate(lines)}
        instructions = []
        for i, line in enumerate(lines):
            text = re.sub(r"\s*(#|//) .*", "", line.text)
            target, place = _placed(line, starts)
            if place in owner and not target:
                target = owner[place]
            mnemonic, _, rest = text.partition(" ")
            op = op_of(mnemonic, rest, target)
            instruction = Instruction(line.address - lines[0].address, text, op)
            if op.kind in ("jump", "branch"):
                inside = at.get(place) if place else None
                if inside is not None:
                    instruction.next.append(inside)
                    op.target = ""
                if op.kind == "branch":
                    instruction.next.append(i + 1)
            elif op.kind not in ("return", "stop") and not (op.kind == "call" and op.target in NO_RETURN):
                instruction.next.append(i + 1)
            instructions.append(instruction)
        if instructions:
            built[name] = Function(
                shown[name],
                instructions,
                PROCESSOR,
                clobbers,
                analyse,
                allowed(short(shown[name])),
                numbers(shown[name]),
            )
    for name in built:
        analyse(name)
    return built
