#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""disassembly.py on pieces of assembly: each rule finds what it must, and nothing in what is sound.

One line a piece: name, instructions, and the rule that is broken ("-" for none). The first argument is in rdi.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

import commands
import disassembly

SOURCE = "core/hmac/pieces.cpp"
PIECES = """
counter          | 1: mov eax, [rdi]; add rdi, 4; dec rsi; jne 1b | -
spilled          | mov [rsp-8], rdx; mov rax, [rsp-8]; test rax, rax; jne 1f; 1: nop | -
spilled_vector   | vmovq xmm0, rsi; vmovq rax, xmm0; test rax, rax; jne 1f; 1: nop | -
on_the_stack     | mov rax, [rsp+8]; test rax, rax; jne 1f; 1: nop | -
conditional_move | cmp dword ptr [rdi], 7; cmove eax, ecx; mov [rsi], eax | -
zero_register    | mov eax, [rdi]; xor eax, eax; je 1f; 1: nop | -
zero_vector      | movdqu xmm0, [rdi]; pxor xmm0, xmm0; movd eax, xmm0; test eax, eax; je 1f; 1: nop | -
all_ones         | vpternlogd zmm3, zmm3, zmm3, 0xff; vmovd eax, xmm3; mov eax, [rdi+rax] | -
all_registers    | vpternlogd zmm3, zmm3, zmm3, 0x96; vmovd eax, xmm3; mov eax, [rdi+rax] | address from a vector
blended          | vpbroadcastq zmm1, rsi; vpblendmq zmm2{k1}, zmm1, zmm1; vmovq rax, xmm2; mov eax, [rdi+rax] | -
constants        | lea rax, table[rip]; mov eax, [rax+4]; test eax, eax; je 1f; 1: nop | -
listed           | mov rax, [rdi]; mov eax, [rax]; mov [rsi], eax | -
copies           | sub rsp, 8; call memcpy@PLT; add rsp, 8 | -
clears           | mov rcx, rsi; xor eax, eax; rep stosb | -
guarded          | mov rax, fs:[40]; mov [rsp-8], rax; sub rax, fs:[40]; je 1f; call __stack_chk_fail@PLT; 1: nop | -
counts_lanes     | vpbroadcastd ymm0, esi; vpcmpeqd ymm1, ymm0, ymm0; vpmovmskb eax, ymm1; test eax, eax; \
                   je 1f; 1: nop | -
branches         | cmp dword ptr [rdi], 0; jne 1f; 1: nop | branch on loaded data
twice_loaded     | mov rax, [rdi]; cmp dword ptr [rax], 0; jne 1f; 1: nop | address from loaded data; \
                   branch on loaded data
listed_once      | mov rax, [rdi]; cmp dword ptr [rax], 0; jne 1f; 1: nop | branch on loaded data
moves_then_jumps | cmp dword ptr [rdi], 7; cmove eax, ecx; test eax, eax; jne 1f; 1: nop | branch on loaded data
sets_then_jumps  | cmp dword ptr [rdi], 7; sete al; test al, al; jne 1f; 1: nop | branch on loaded data
subtracts        | mov eax, [rdi]; sub eax, esi; sbb ecx, ecx; test ecx, ecx; jne 1f; 1: nop | branch on loaded data
second_round     | xor eax, eax; 1: test eax, eax; jne 2f; mov eax, [rdi]; dec rsi; jne 1b; \
                   2: nop | branch on loaded data
spilled_secret   | mov eax, [rdi]; mov [rsp-8], eax; mov ecx, [rsp-8]; test ecx, ecx; jne 1f; \
                   1: nop | branch on loaded data
overwritten      | mov dword ptr [rsp-16], 0; lea rdx, [rsp-16]; mov eax, [rdi]; mov [rdx+rsi*4], eax; \
                   mov eax, [rsp-16]; test eax, eax; jne 1f; 1: nop | branch on loaded data
fills            | mov [rdi], esi | -
filled           | sub rsp, 24; mov dword ptr [rsp], 0; mov rdi, rsp; call fills; mov eax, [rsp]; test eax, eax; \
                   jne 1f; 1: add rsp, 24 | branch on loaded data
callee_kept      | sub rsp, 8; call counter; test ecx, ecx; jne 1f; 1: add rsp, 8 | -
callee_lost      | sub rsp, 8; call other@PLT; test ecx, ecx; jne 1f; 1: add rsp, 8 | branch on loaded data; calls other
mask_to_flag     | vmovdqu ymm0, [rdi]; vpcmpeqd ymm0, ymm0, ymm1; vpmovmskb eax, ymm0; test eax, eax; jne 1f; \
                   1: nop | \
                   mask-to-flag
mask_register    | vpcmpeqd k1, zmm0, [rdi]; kortestw k1, k1; jne 1f; 1: nop | mask-to-flag
mask_moved       | vptestmd k1, zmm0, zmm0; kmovw eax, k1; test eax, eax; jne 1f; 1: nop | mask-to-flag
vector_test      | vmovdqu xmm0, [rdi]; vptest xmm0, xmm0; jne 1f; 1: nop | mask-to-flag
float_compare    | movss xmm0, [rdi]; comiss xmm0, xmm1; jne 1f; 1: nop | mask-to-flag
lane_to_flag     | movdqu xmm0, [rdi]; paddd xmm0, xmm0; pextrd eax, xmm0, 1; test eax, eax; jne 1f; \
                   1: nop | mask-to-flag
table_index      | mov eax, [rdi]; and eax, 15; lea rdx, table[rip]; mov eax, [rdx+rax*4] | address from loaded data
byte_index       | mov al, [rdi+19]; and eax, 15; mov eax, [rdi+rax] | address from loaded data
store_index      | mov eax, [rdi]; mov [rsi+rax], cl | address from loaded data
lane_index       | movdqu xmm0, [rdi]; psrld xmm0, 28; movd eax, xmm0; mov eax, [rdi+rax] | address from a vector
hidden_in_flags  | mov eax, [rdi]; cmp eax, 5; adc rsi, 0; mov eax, [rsi] | address from loaded data
gathers          | vpgatherdd zmm1{k1}, [rdi+zmm0*4] | address from loaded data; gather or scatter
gathers_public   | vpbroadcastd zmm0, esi; kxnorw k1, k1, k1; vpgatherdd zmm1{k1}, [rdi+zmm0*4] | gather or scatter
gathers_avx2     | vpxor xmm0, xmm0, xmm0; vpcmpeqd ymm2, ymm2, ymm2; vpgatherdd ymm1, [rdi+ymm0*4], ymm2 | \
                   gather or scatter
scatters         | kxnorw k1, k1, k1; vpscatterdd [rsi+zmm0*4]{k1}, zmm1 | address from loaded data; gather or scatter
divides          | mov eax, esi; xor edx, edx; div ecx | division
divides_signed   | cdq; idiv dword ptr [rdi] | division
divides_floats   | vdivps ymm0, ymm1, ymm2 | division
copies_secretly  | mov ecx, [rdi]; rep movsb | address from loaded data; length from loaded data
compares_strings | mov rcx, rdx; repe cmpsb | string instruction
calls            | sub rsp, 8; call other@PLT; add rsp, 8 | calls other
copies_some      | sub rsp, 8; mov edx, [rdi]; call memcpy@PLT; add rsp, 8 | secret argument by value
passes_secret    | sub rsp, 8; mov esi, [rdi]; call counter; add rsp, 8 | secret argument by value
calls_loaded     | mov rax, [rdi]; jmp rax | jump or call to loaded data
switches         | mov eax, [rdi]; lea rdx, table[rip]; movsxd rax, dword ptr [rdx+rax*4]; add rax, rdx; jmp rax | \
                   address from loaded data; jump or call to loaded data
unknown          | bsf eax, esi | unknown instruction
unknown_vector   | pcmpistri xmm0, xmm1, 12 | unknown instruction
"""
LINES = (
    "core/hmac/pieces.cpp:listed arg0[8] all a pointer to the row",
    "core/hmac/pieces.cpp:listed_once arg0[8] all a pointer to the row",
)


def pieces() -> dict[str, tuple[str, list[str]]]:
    found = {}
    for line in PIECES.replace("\\\n", "").strip().splitlines():
        name, code, rules = (part.strip() for part in line.split("|"))
        found[name] = code, [] if rules == "-" else [r.strip() for r in rules.split(";")]
    return found


def main() -> None:
    assembler = shutil.which("as")
    if assembler is None:
        sys.exit("there is no assembler")
    expected = pieces()
    text = [".intel_syntax noprefix", ".text"]
    for name, (code, _) in expected.items():
        text += [f".type {name},@function", f"{name}:", *(part.strip() for part in code.split(";")), "ret"]
    text += [".section .rodata", "table: .long 1, 2, 3, 4"]
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        source, obj, listed = (Path(folder) / name for name in ("pieces.s", "pieces.o", "list.txt"))
        source.write_text("\n".join(text) + "\n")
        status, output = commands.run([assembler, "--64", source, "-o", obj])
        if status != 0:
            sys.exit(output)
        listed.write_text("\n".join((*LINES, "core/hmac/pieces.cpp:calls arg5[8] all nothing needs this", "x:y z all")))
        complaints: list[str] = []
        known = disassembly.entries(listed, complaints)
        faults, used, _ = disassembly.faults_of(obj, SOURCE, known)
        elsewhere, _, _ = disassembly.faults_of(obj, "core/otp/pieces.cpp", known)
    found: dict[str, set[str]] = {name: set() for name in expected}
    for fault in faults:
        name, rule = re.match(r"(\w+)\+0x[0-9a-f]+: .*: ([^:(]*)", fault).groups()  # type: ignore[union-attr]
        found[name].add(rule.strip())
    for name, (code, rules) in expected.items():
        if found[name] != set(rules):
            wrong.append(f"{name}: {code}\n  expected {rules}, found {sorted(found[name])}")
    if complaints != [f"{disassembly.LIST}:4: no reason"]:
        wrong.append(f"a line without a reason: {complaints}")
    if used != {1, 2}:
        wrong.append(f"lines that are needed: {used}")
    # Outside the kernels loads may decide, but no vector, and no division.
    names = {fault.partition("+")[0] for fault in elsewhere}
    if "branches" in names or not {"mask_to_flag", "divides", "gathers", "unknown"} <= names:
        wrong.append(f"outside the kernels: {sorted(names)}")
    print("\n".join(wrong))
    print(f"{len(expected)} pieces, {len(wrong)} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
