# SPDX-License-Identifier: Apache-2.0
"""What flows where in the machine code of one function: a fixpoint over its basic blocks, for any processor.

A value knows its origins, which are the loads that it depends on: "arg0[8]" is what 8 bytes loaded through the first
argument hold, "arg0[8][16]" what was loaded through that, "frame[4]" what lies in the function's own memory where
nobody can tell which bytes were read. No origin: arguments themselves, immediate numbers, addresses, constant tables,
and what is calculated from those. Slots of the frame at known places keep the value that was stored there, so that a
counter which was spilled is still a counter.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable
from typing import NamedTuple

from values import CONSTANT, PUBLIC, UNKNOWN_RESULT, Place, Value, joined, loaded, mixed, moved

COPIES = tuple(
    f"{under}{name}{end}" for name in ("memcpy", "memmove", "memset") for under, end in (("", ""), ("__", "_chk"))
)


class Memory(NamedTuple):
    """A memory operand; `indexes` lists registers whose value moves the address in a way that is not followed."""

    base: str | None
    indexes: tuple[str, ...]
    offset: int
    width: int
    constant: bool = False  # a table of the program, or memory of the thread that the compiler itself uses


@dataclasses.dataclass
class Op:
    """What one instruction does, in the terms of all processors."""

    kind: str  # op move add align nop string jump branch call return stop
    dst: tuple[str, ...] = ()
    src: tuple[str, ...] = ()
    load: Memory | None = None
    store: Memory | None = None
    number: int = 0  # of "add", "align"
    moves: tuple[tuple[str, int], ...] = ()  # registers that change by so much, after the memory access
    target: str = ""  # of a jump, branch or call
    fault: str = ""  # what is wrong with it wherever it stands
    is_vector: bool = False  # arithmetic in vector registers
    keeps: tuple[str, ...] = ()  # registers of which a part stays as it was
    asks: tuple[str, ...] = ()  # registers that decide where a branch goes or how much is copied
    address_only: bool = False


@dataclasses.dataclass
class Instruction:
    address: int
    text: str
    op: Op
    next: list[int] = dataclasses.field(default_factory=list)  # indexes


@dataclasses.dataclass
class Processor:
    stack: str
    frame: str
    arguments: tuple[str, ...]
    result: tuple[str, ...]
    clobbered: frozenset[str]  # by a call
    stack_arguments: int  # of the first one on the stack, from the stack pointer at entry
    entry_vectors: tuple[str, ...]


class State:
    """Registers, and the slots of the frame in units of four bytes."""

    __slots__ = ("registers", "slots")

    def __init__(self, registers: dict[str, Value], slots: dict[tuple[int, int], Value]) -> None:
        self.registers = registers
        self.slots = slots

    def copy(self) -> State:
        return State(dict(self.registers), dict(self.slots))

    def merge(self, other: State) -> bool:
        """Joins the other state into this one; whether that changed it. What only one of them knows, nobody knows."""
        changed = False
        for name, mine in self.registers.items():
            theirs = other.registers.get(name, PUBLIC)
            if theirs != mine and (both := joined(mine, theirs)) != mine:
                self.registers[name] = both
                changed = True
        for name, theirs in other.registers.items():
            if name not in self.registers:
                self.registers[name] = theirs
                changed = True
        for slot, mine in list(self.slots.items()):
            found = other.slots.get(slot)
            if found is None:
                del self.slots[slot]
                changed = True
            elif found != mine and (both := joined(mine, found)) != mine:
                self.slots[slot] = both
                changed = True
        return changed


class Finding(NamedTuple):
    instruction: Instruction
    rule: str
    origins: frozenset[str]


@dataclasses.dataclass
class Function:
    """`clobbers` gives the registers that a call of this name may change; `arity` the arguments that it takes."""

    name: str
    instructions: list[Instruction]
    processor: Processor
    clobbers: Callable[[str], frozenset[str]]
    result_of: Callable[[str], Value]
    allowed: Callable[[str], bool] = lambda _: False  # origins that are public, as somebody has stated
    numbers: frozenset[int] = frozenset()  # the arguments that are no pointers, by the function's signature
    findings: list[Finding] = dataclasses.field(default_factory=list)
    calls: list[tuple[Instruction, dict[str, Value]]] = dataclasses.field(default_factory=list)
    # By base, the lowest place in the frame whose address is in use: no pointer goes below it.
    taken: dict[int, int] = dataclasses.field(default_factory=dict)
    objects: set[tuple[int, int]] = dataclasses.field(
        default_factory=set
    )  # slots that are no spilled general registers
    returned: Value = UNKNOWN_RESULT
    used: set[int] = dataclasses.field(default_factory=set)  # the arguments that it reads

    def entry(self) -> State:
        registers = {
            r: Value(to=frozenset({f"arg{i}"} - {f"arg{n}" for n in self.numbers}))
            for i, r in enumerate(self.processor.arguments)
        }
        for i, r in enumerate(self.processor.entry_vectors):
            registers[r] = Value(frozenset({f"vector{i}"}), frozenset({f"vector{i}"}))
        registers[self.processor.stack] = Value(to=frozenset({"frame"}), place=Place(0, 0, exact=True))
        self.entry_values = dict(registers)
        return State(registers, {})

    def analyse(self) -> None:
        """Fixpoint, then one pass that looks at every instruction with what is known before it."""
        leaders = self._leaders()
        while True:
            before = dict(self.taken), len(self.objects)
            states = self._states(leaders)
            if before == (self.taken, len(self.objects)):
                break
        for start, state in sorted(states.items()):
            self._run(start, state.copy(), leaders, look=True)

    def _is_secret(self, v: Value) -> bool:
        return any(not self.allowed(origin) for origin in v.origins)

    def _states(self, leaders: set[int]) -> dict[int, State]:
        """What is known before each block."""
        states = {0: self.entry()}
        waiting = [0]
        while True:
            while waiting:
                start = waiting.pop()
                state, ends = self._run(start, states[start].copy(), leaders, look=False)
                for i in ends:
                    if i not in states:
                        states[i] = state.copy()
                        waiting.append(i)
                    elif states[i].merge(state) and i not in waiting:
                        waiting.append(i)
            unseen = self._unseen(states, leaders)
            if unseen is None:
                return states
            # Behind a jump by table: whatever reaches any part of the function may reach it.
            states[unseen] = functools.reduce(_all_of, states.values()).copy()
            waiting.append(unseen)

    def _leaders(self) -> set[int]:
        found = {0, len(self.instructions)}
        for i, instruction in enumerate(self.instructions):
            if instruction.next != [i + 1]:
                found |= {i + 1, *instruction.next}
        return found

    def _unseen(self, states: dict[int, State], leaders: set[int]) -> int | None:
        """The beginning of a block that nothing was seen to reach, other than padding."""
        for start in sorted(leaders - states.keys()):
            i = start
            while i < len(self.instructions) and self.instructions[i].op.kind == "nop":
                i += 1
            if i < len(self.instructions) and (i == start or i not in leaders):
                return start
        return None

    def _run(self, i: int, state: State, leaders: set[int], look: bool) -> tuple[State, list[int]]:
        while True:
            instruction = self.instructions[i]
            self._step(instruction, state, look)
            if instruction.next != [i + 1] or i + 1 in leaders:
                return state, [n for n in instruction.next if n < len(self.instructions)]
            i += 1

    def _find(self, instruction: Instruction, rule: str, values: Iterable[Value] = ()) -> None:
        self.findings.append(Finding(instruction, rule, frozenset().union(*(v.origins for v in values))))

    def _step(self, instruction: Instruction, state: State, look: bool) -> None:
        op, registers = instruction.op, state.registers

        def value(name: str) -> Value:
            return registers.get(name, PUBLIC)

        if look:
            self._look(instruction, state)
            if op.kind == "return":
                returns = value(self.processor.result[0])
                self.returned = UNKNOWN_RESULT if self._is_secret(returns) else Value()
        result = None
        if op.kind in ("move", "op", "add", "align", "string"):
            sources = [value(r) for r in op.src]
            # What a call left in a register is no value: nobody reads the part of it that stays.
            sources += [v._replace(origins=v.origins - {"clobbered", "result"}) for r in op.keeps if (v := value(r))]
            if op.load:
                sources.append(CONSTANT if op.address_only and op.load.constant else self._read(op, state))
            if op.kind == "move" and len(sources) == 1:
                result = sources[0]
            elif op.kind == "add" and len(sources) == 1:
                result = moved(sources[0], op.number)
            elif op.kind == "align":
                place = Place(instruction.address, 0, exact=True)
                result = sources[0]._replace(place=place) if sources[0].place else sources[0]
            else:
                result = mixed(tuple(sources), op.is_vector and any(map(self._is_secret, sources)))
            for r in op.dst:
                registers[r] = result
                if result.place and result.place.exact and r not in (self.processor.stack, self.processor.frame):
                    self._take(result.place)
        if op.store:
            self._write(op, mixed((), False) if result is None else result, state)
        if op.kind == "string":
            for r in op.asks:
                registers[r] = mixed((value(r), PUBLIC), False)
        if op.kind == "call":
            self._call(op, state)
        for r, by in op.moves:
            registers[r] = moved(value(r), by)

    def _look(self, instruction: Instruction, state: State) -> None:
        op, registers = instruction.op, state.registers
        memories = [m for m in (op.load, op.store) if m]
        for r in {*op.src, *op.asks, *(r for m in memories for r in (m.base, *m.indexes) if r)}:
            if r in self.processor.arguments:
                n = self.processor.arguments.index(r)
                if registers[r] == self.entry_values[r]:
                    self.used.add(n)
        if op.fault:
            self._find(instruction, op.fault, [Value(frozenset({op.fault.partition(" ")[0]}))])
        for memory in memories:
            if not op.address_only:
                used = [registers.get(r, PUBLIC) for r in (memory.base, *memory.indexes) if r]
                self._find(instruction, "address", used)
        if op.asks and not (op.kind == "branch" and self._is_guard(instruction)):
            rules = {"branch": "branch", "string": "count"}
            self._find(instruction, rules.get(op.kind, "target"), [registers.get(r, PUBLIC) for r in op.asks])
        if op.kind in ("call", "jump") and op.target:
            self.calls.append((instruction, {r: registers.get(r, PUBLIC) for r in self.processor.arguments}))

    def _take(self, place: Place) -> None:
        self.objects.add((place.base, place.at // 4))
        self.taken[place.base] = min(place.at, self.taken.get(place.base, place.at))

    def _is_guard(self, branch: Instruction) -> bool:
        """Whether this is the stack protector: one side ends the process."""
        for i in branch.next:
            while i < len(self.instructions) and self.instructions[i].op.kind == "nop":
                i += 1
            if i < len(self.instructions) and self.instructions[i].op.target == "__stack_chk_fail":
                return True
        return False

    def _address(self, memory: Memory, state: State, op_reads: bool = True) -> Value:
        base = state.registers.get(memory.base, PUBLIC) if memory.base else PUBLIC
        if base.place and not base.place.exact and memory.offset < 0 and op_reads:
            base = base._replace(place=base.place._replace(at=base.place.at + memory.offset))
        else:
            base = moved(base, memory.offset)
        if not memory.indexes:
            return base
        if base.place and base.place.exact:
            self._take(base.place)
        return mixed((base, *(state.registers.get(r, PUBLIC) for r in memory.indexes)), False)

    def _read(self, op: Op, state: State) -> Value:
        memory = op.load
        assert memory
        address = self._address(memory, state, not op.address_only)
        if op.address_only:
            return address
        if memory.constant:
            return CONSTANT
        place = address.place
        if place and place.exact:
            if memory.width > 8:
                self.objects.update((place.base, s) for s in _slots(place.at, memory.width))
            found = [state.slots.get((place.base, s)) for s in _slots(place.at, memory.width)]
            values = tuple(v for v in found if v)
            if len(values) == len(found):
                return values[0] if len(set(values)) == 1 else mixed(values, False)
            if place.base == 0 and place.at >= self.processor.stack_arguments:
                n = len(self.processor.arguments) + (place.at - self.processor.stack_arguments) // 8
                return Value(to=frozenset({f"arg{n}"}))
        # What lies at a secret address is a secret, also in a constant table.
        found_there = loaded(address.to, memory.width)
        return found_there._replace(origins=found_there.origins | address.origins)

    def _write(self, op: Op, v: Value, state: State) -> None:
        memory = op.store
        assert memory
        is_vector = memory.width > 8
        place = self._address(memory, state).place
        if place is None:
            return
        if place.exact:
            if is_vector:
                self.objects.update((place.base, s) for s in _slots(place.at, memory.width))
            for s in _slots(place.at, memory.width):
                if memory.width < 4 and (place.base, s) in state.slots:
                    state.slots[place.base, s] = mixed((state.slots[place.base, s], v), False)
                else:
                    state.slots[place.base, s] = v
        elif self._is_secret(v):
            lowest = max(place.at, self.taken.get(place.base, place.at))
            hit = [s for s in state.slots if s[0] == place.base and 4 * s[1] + 3 >= lowest]
            for slot in hit:
                if slot in self.objects or not is_vector:
                    del state.slots[slot]  # now it is memory of which nothing is known

    def _call(self, op: Op, state: State) -> None:
        first = state.registers[self.processor.arguments[0]]
        # The callee may have written to an object that it was given: what is known from there on, without a gap.
        for p in {p for r in self.processor.arguments if (p := state.registers[r].place)}:
            at = p.at // 4
            while (p.base, at) in self.objects and (p.base, at) in state.slots:
                del state.slots[p.base, at]
                at += 1
        for r in self.clobbers(op.target) & (self.processor.clobbered | frozenset(state.registers)):
            state.registers[r] = Value(frozenset({"clobbered"}), frozenset({"clobbered"}))
        for r in self.processor.result:
            state.registers[r] = first if op.target in COPIES else self.result_of(op.target)


def _slots(at: int, width: int) -> range:
    return range(at // 4, (at + max(width, 1) + 3) // 4)


def _all_of(a: State, b: State) -> State:
    both = a.copy()
    both.merge(b)
    return both
