# SPDX-License-Identifier: Apache-2.0
"""x86-64 instructions, as objdump prints them in Intel's syntax, in the terms of flow.py.

Each instruction that is known stands in a table here. One that does not is a fault: it might do anything.
"""

from __future__ import annotations

import re

from flow import Memory, Op, Processor

_GENERAL: dict[str, tuple[str, int]] = {}  # by any of its names: the whole register, and how many bytes are meant
for _names in (
    "rax eax ax al ah",
    "rbx ebx bx bl bh",
    "rcx ecx cx cl ch",
    "rdx edx dx dl dh",
    *(f"r{n} e{n} {n} {n}l" for n in ("si", "di", "bp", "sp")),
    *(f"r{n} r{n}d r{n}w r{n}b" for n in range(8, 16)),
):
    for _name, _width in zip(_names.split(), (8, 4, 2, 1, 1), strict=False):
        _GENERAL[_name] = (_names.split()[0], _width)

AFTER_RELOCATION = 4  # a jump's relocation counts from its operand, the jump from behind it
VECTORS = tuple(f"v{i}" for i in range(32))
PROCESSOR = Processor(
    stack="rsp",
    frame="rbp",
    arguments=("rdi", "rsi", "rdx", "rcx", "r8", "r9"),
    result=("rax",),
    clobbered=frozenset(("rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "flags", *VECTORS))
    | frozenset(f"k{i}" for i in range(8)),
    stack_arguments=8,
    entry_vectors=VECTORS[:8],
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOTHING = _words("nop endbr64 vzeroupper")
MOVES = _words("mov movabs movzx movsx movsxd")
# Result into the first operand, from all of them; these set flags as well.
WITH_FLAGS = _words("add sub and or xor inc dec neg imul shl sal shr sar rol ror shld shrd andn blsr blsi blsmsk bzhi")
WITH_CARRY = _words("adc sbb rcl rcr")
WITHOUT_FLAGS = _words("not bswap rorx shlx shrx sarx pext pdep popcnt")
COMPARISONS = _words("cmp test bt")
CONDITIONS = "(?:n?[abgl]e?|n?[cosze]|n?p|p[eo])"
# Memory and registers of vectors, where nothing is calculated: what goes in comes out, perhaps elsewhere.
VECTOR_MOVES = _words(
    "movdqa movdqu movaps movups movapd movupd movd movq movss movsd lddqu movhps movlps movhpd movlpd"
)
VECTOR_MOVES |= _words("pshufd pshuflw pshufhw movddup movshdup movsldup")
VECTOR_MOVES |= _words("movdqa32 movdqa64 movdqu8 movdqu16 movdqu32 movdqu64")
VECTOR_MOVES |= _words("pbroadcastb pbroadcastw pbroadcastd pbroadcastq broadcastss broadcastsd broadcasti128")
VECTOR_MOVES |= _words("broadcastf128 pmovqd pmovqw pmovqb pmovdw pmovdb")
VECTOR_MOVES |= frozenset(f"pmov{x}x{a}{b}" for x in "sz" for a in "bwd" for b in "wdq")
VECTOR_MOVES |= _words("permq permpd") | frozenset(
    f"{a}{b}{n}x{m}" for a in ("broadcast", "extract") for b in "fi" for n in (32, 64) for m in (2, 4, 8)
)
VECTOR_MOVES |= _words("extracti128 extractf128 pextrb pextrw pextrd pextrq extractps")
VECTOR_SHUFFLES = _words("punpcklbw punpckhbw punpcklwd punpckhwd punpckldq punpckhdq punpcklqdq punpckhqdq unpcklps")
VECTOR_SHUFFLES |= _words(
    "unpckhps unpcklpd unpckhpd palignr pinsrb pinsrw pinsrd pinsrq pblendw pblendd blendps blendpd"
)
VECTOR_SHUFFLES |= _words("insertps inserti128 insertf128 perm2i128 perm2f128 shufps shufpd movhlps movlhps psrldq")
VECTOR_SHUFFLES |= _words(
    "pslldq permd permps pshufb permilps permilpd permt2d permt2q permi2d permi2q permt2ps permt2pd"
)
VECTOR_SHUFFLES |= _words(
    "permi2ps permi2pd alignd alignq pblendvb blendvps packusdw packuswb packssdw packsswb blendmps"
)
VECTOR_SHUFFLES |= _words(
    "pblendmd pblendmq blendmpd blendvpd permw permb permt2w permt2b permi2w permi2b"
) | frozenset(f"{a}{b}{n}x{m}" for a in ("insert", "shuf") for b in "fi" for n in (32, 64) for m in (2, 4, 8))
VECTOR_ARITHMETIC = frozenset(
    f"p{name}{size}"
    for name, sizes in {
        "add": "bwdq", "sub": "bwdq", "sll": "wdq", "srl": "wdq", "sra": "wdq", "sllv": "wdq", "srlv": "wdq",
        "srav": "wdq", "rol": "dq", "ror": "dq", "rolv": "dq", "rorv": "dq", "ternlog": "dq", "cmpeq": "bwdq",
        "cmpgt": "bwdq", "minu": "bwdq", "maxu": "bwdq", "mins": "bwdq", "maxs": "bwdq", "abs": "bwdq",
        "mull": "wdq", "and": ["", "d", "q"], "andn": ["", "d", "q"], "or": ["", "d", "q"], "xor": ["", "d", "q"],
        "shldv": "wdq", "shrdv": "wdq", "shld": "wdq", "shrd": "wdq",
    }.items()
    for size in sizes
)  # fmt: skip
VECTOR_ARITHMETIC |= _words("pmuludq pmuldq pmulhuw pmulhw pmaddwd pmaddubsw andps andpd andnps andnpd orps orpd xorps")
VECTOR_ARITHMETIC |= _words("xorpd sha1rnds4 sha1nexte sha1msg1 sha1msg2 sha256rnds2 sha256msg1 sha256msg2")
# Into a mask register or a general one: one bit a lane.
VECTOR_ARITHMETIC |= _words(
    "pmovmskb movmskps movmskpd pmovd2m pmovq2m pmovb2m pmovw2m pmovm2d pmovm2q pmovm2b pmovm2w"
)
VECTOR_COMPARISON = re.compile(r"vp(cmp(n?eq|n?lt|n?le|gt|)|testn?m)u?[bwdq]")
MASKED_MOVES = re.compile("vp?maskmov(p[sd]|[dq])")
MASKS = re.compile(r"k(mov|and|andn|or|xor|xnor|not|add|shiftl|shiftr|unpck)[bwdq]{1,2}")
VECTOR_TO_FLAGS = _words("ptest vptest testps testpd vtestps vtestpd")
VECTOR_TO_FLAGS |= frozenset(f"{v}{u}comis{s}" for v in ("", "v") for u in ("", "u") for s in "sd")
MASK_TO_FLAGS = re.compile(r"k(or)?test[bwdq]")
READS_FIRST = re.compile(r"vp(ternlog|ermt2|ermi2|sh[lr]dv).*")
PREFIXES = _words("data16 cs ds es ss bnd notrack")
GATHERS = re.compile(r"v?p?(gather|scatter).*")
DIVISIONS = re.compile(r"i?div|v?(?:div|sqrt)[sp][sdh]|f.*(div|sqrt).*")
ONES = re.compile(r"v?pcmpeq[bwdq]")
ZEROS = re.compile(r"v?p?xor[dq]?|v?p?sub[bwdq]?|v?xorp[sd]|sbb")
SIZES = {"BYTE": 1, "WORD": 2, "DWORD": 4, "QWORD": 8, "XMMWORD": 16, "OWORD": 16, "YMMWORD": 32, "ZMMWORD": 64}


def _register(text: str) -> tuple[str, int] | None:
    name = text.partition("{")[0]
    if name in _GENERAL:
        return _GENERAL[name]
    if found := re.fullmatch(r"([xyz])mm(\d+)", name):
        return "v" + found[2], {"x": 16, "y": 32, "z": 64}[found[1]]
    return (name, 8) if re.fullmatch(r"k[0-7]", name) else None


def _memory(text: str) -> Memory | None:
    found = re.fullmatch(r"(?:(\w+) (?:PTR|BCST) )?(?:([defgs]s):)?(?:\[(.*)\]|(0x[0-9a-f]+))(?:\{.*\})*", text)
    if not found or not (found[2] or found[3]):
        return None
    width = SIZES.get(found[1] or "", 8)
    base, index, offset = None, [], 0
    for sign, part in re.findall(r"([+-]?)([^+-]+)", found[3] or ""):
        if part.startswith("0x"):
            offset += (-1 if sign == "-" else 1) * int(part, 16)
        elif "*" in part:
            index.append((_register(part.partition("*")[0]) or ("", 0))[0])
        elif part == "rip":
            return Memory(None, (), 0, width, constant=True)
        elif base is None and part in _GENERAL:
            base = _GENERAL[part][0]
        else:
            index.append((_register(part) or ("unknown", 0))[0])
    offset = (offset + (1 << 63)) % (1 << 64) - (1 << 63)
    return Memory(base, tuple(i for i in index if i), offset, width, constant=found[2] == "fs")


def operands(text: str) -> list[str]:
    return re.findall(r"(?:\[[^\]]*\]|[^,\[])+", text)


def _source(words: list[str]) -> tuple[tuple[str, ...], Memory | None]:
    registers, memory = [], None
    for word in words:
        if found := _register(word):
            registers.append(found[0])
        else:
            memory = memory or _memory(word)
        registers += re.findall(r"\{(k[1-7])\}", word)
    return tuple(registers), memory


def _into(
    words: list[str],
    reads_first: bool,
    kind: str,
    extra: tuple[str, ...] = (),
    vector: bool = False,
    blends: bool = False,
) -> Op:
    """The first operand becomes what is calculated from the others, and from itself where it is read."""
    first = _register(words[0])
    sources, memory = _source(words if reads_first else words[1:])
    keeps = "{k" in words[0] and "{z}" not in words[0] and not blends
    if not reads_first:
        sources += tuple(re.findall(r"\{(k[1-7])\}", words[0]))
    kept = first[:1] if first and not reads_first and (keeps or first[1] < 4) else ()
    sources += extra
    if len(sources) + len(kept) + (memory is not None) != 1:
        kind = "op"
    if first:
        return Op(kind, (first[0],), sources, load=memory, keeps=kept, is_vector=vector)
    into = _memory(words[0])
    return Op(kind, (), sources, load=into if keeps else memory, store=into, is_vector=vector)


def _flags_too(op: Op) -> Op:
    op.dst += ("flags",)
    return op


def _vector(name: str, words: list[str]) -> Op | None:
    stem = name.removeprefix("v")
    is_legacy = stem == name
    same = len(set(words[-2:])) == 1 and len(words) > 1
    if same and (ZEROS.fullmatch(name) or ONES.fullmatch(name)) and _register(words[0]):
        return Op("op", (_register(words[0]) or ("", 0))[:1])
    if name.startswith("vpternlog") and words[-1] in ("0x0", "0xff") and _register(words[0]):
        return Op("op", (_register(words[0]) or ("", 0))[:1])
    if stem in VECTOR_MOVES:
        if is_legacy and stem in ("movhps", "movlps", "movhpd", "movlpd", "movss", "movsd") and _register(words[0]):
            return _into(words, True, "op")
        return _into(words, False, "move")
    if name in VECTOR_TO_FLAGS:
        return Op("op", ("flags",), *_source(words), is_vector=True)
    if stem in VECTOR_SHUFFLES or stem in VECTOR_ARITHMETIC:
        reads_first = bool(is_legacy or READS_FIRST.fullmatch(name))
        if name.startswith(("vpabs", "vpmovm")) or "movmsk" in name:
            reads_first = False
        extra = ("v0",) if name in ("sha256rnds2", "pblendvb", "blendvps", "blendvpd") else ()
        # The mask of a blend chooses between its sources; nothing of what was there stays.
        return _into(words, reads_first, "op", extra, stem in VECTOR_ARITHMETIC, "blendm" in name)
    if MASKED_MOVES.fullmatch(name):  # which bytes are touched must be public as well
        op = _into([words[0], words[2]], False, "move")
        mask = (_register(words[1]) or ("",))[0]
        if op.load:
            op.load = op.load._replace(indexes=(*op.load.indexes, mask))
        if op.store:
            op.store = op.store._replace(indexes=(*op.store.indexes, mask))
        return op
    return _into(words, False, "op", vector=True) if VECTOR_COMPARISON.fullmatch(name) else None


def _general(name: str, words: list[str]) -> Op | None:
    first = _register(words[0]) if words else None
    if name in NOTHING or (name == "xchg" and len(set(words)) == 1):
        return Op("nop")
    if name in MOVES:
        return _into(words, False, "move")
    if name == "lea":
        op = _into(words, False, "move")
        op.address_only = True
        return op
    if name in ("add", "sub", "inc", "dec") and first and first[1] == 8:
        number = 1 if name in ("inc", "dec") else int(words[1], 16) if words[1].startswith("0x") else None
        if number is not None:
            number = (number + (1 << 63)) % (1 << 64) - (1 << 63)
            return _flags_too(Op("add", first[:1], first[:1], number=-number if name in ("sub", "dec") else number))
    if name == "and" and words[0] == "rsp":
        return _flags_too(Op("align", ("rsp",), ("rsp",)))
    if name in ("xor", "sub") and len(set(words)) == 1:
        return Op("op", (first[0] if first else "", "flags"))
    if name == "sbb" and len(set(words)) == 1:
        return Op("op", (first[0] if first else "", "flags"), ("flags",))
    if name in WITH_FLAGS or name in WITH_CARRY:
        reads_first = len(words) < 3 or name.startswith("sh")
        extra = ("flags",) if name in WITH_CARRY else ()
        if name == "imul" and len(words) == 1:
            return Op("op", ("rax", "rdx", "flags"), (*_source(words)[0], "rax"), _source(words)[1])
        op = _flags_too(_into(words, reads_first, "op", extra))
        if "fs:" in words[-1]:  # the stack protector compares with its own value
            op.dst, op.src, op.load = ("flags",), (), None
        return op
    if name == "mul":
        return Op("op", ("rax", "rdx", "flags"), (*_source(words)[0], "rax"), _source(words)[1])
    if name == "mulx":
        return Op("op", _source(words[:2])[0], (*_source(words[2:])[0], "rdx"), _source(words[2:])[1])
    if name in WITHOUT_FLAGS:
        return _into(words, len(words) == 1, "op")
    if name in COMPARISONS:
        sources, memory = _source(words)
        return Op("op", ("flags",), () if any("fs:" in w for w in words) else sources, memory)
    if re.fullmatch("cmov" + CONDITIONS, name):
        return _into(words, True, "op", ("flags",))
    if re.fullmatch("set" + CONDITIONS, name):
        return Op("op", _source(words)[0], ("flags",), keeps=_source(words)[0], store=_memory(words[0]))
    if name == "xchg" and first and (second := _register(words[1])):
        return Op("op", (first[0], second[0]), (first[0], second[0]))
    if name in ("cdq", "cqo", "cdqe", "cwde"):
        return Op("move", ("rdx" if name in ("cdq", "cqo") else "rax",), ("rax",))
    return None


def _control(name: str, words: list[str], target: str) -> Op | None:
    if name == "push":
        sources, memory = _source(words)
        return Op("move", (), sources, memory, Memory("rsp", (), -8, 8), moves=(("rsp", -8),))
    if name == "pop":
        return Op("move", _source(words)[0], (), Memory("rsp", (), 0, 8), moves=(("rsp", 8),))
    if name == "leave":
        return Op("move", ("rsp",), ("rbp",), moves=(("rsp", 8), ("rbp", 0)))
    if name in ("call", "jmp"):
        kind = "call" if name == "call" else "jump"
        sources, memory = _source(words)
        if target:
            return Op(kind, target=target)
        if memory is None:
            return Op(kind, asks=sources, target="*")
        return Op(kind, load=memory, asks=tuple(r for r in (memory.base, *memory.indexes) if r), target="*")
    if re.fullmatch("j" + CONDITIONS, name):
        return Op("branch", asks=("flags",), target=target)
    if name in ("jrcxz", "jecxz", "loop"):
        return Op("branch", asks=("rcx",), target=target)
    if name in ("ret", "ud2", "hlt", "int3"):
        return Op("return" if name == "ret" else "stop")
    return None


def op_of(name: str, rest: str, target: str) -> Op:
    """What an instruction does; `target` names where it goes, where that is fixed."""
    words = operands(rest)
    while name in PREFIXES and rest:
        name, _, rest = rest.partition(" ")
        words = operands(rest.strip())
    if name in ("rep", "repz"):
        name, _, rest = rest.partition(" ")
        if name in ("movs", "stos"):
            to = Memory("rdi", ("rcx",), 0, 8)
            if name == "stos":
                return Op("string", (), ("rax",), store=to, asks=("rcx", "rdi"))
            return Op("string", (), (), Memory("rsi", ("rcx",), 0, 8), to, asks=("rcx", "rdi", "rsi"))
        if name != "ret":
            return Op("stop", fault="string instruction")
    if GATHERS.fullmatch(name):
        op = _into(words[:2], False, "move")
        if memory := op.load:
            mask = _source(words[2:])[0]
            op.load = memory._replace(indexes=(*memory.indexes, *mask))
        op.fault = "gather or scatter"
        return op
    if name in ("cpuid", "xgetbv"):
        return Op("op", ("rax", "rbx", "rcx", "rdx") if name == "cpuid" else ("rax", "rdx"))
    if DIVISIONS.fullmatch(name):
        return Op("op", ("rax", "rdx", "flags"), fault="division")
    if MASK_TO_FLAGS.fullmatch(name):
        return Op("op", ("flags",), *_source(words), is_vector=True)
    if re.fullmatch("kx(n?or)[bwdq]", name) and words[1] == words[2]:
        return Op("op", (words[0],))
    if MASKS.fullmatch(name):
        return _into(words, False, "move" if name.startswith("kmov") else "op", vector=not name.startswith("kmov"))
    known = _control(name, words, target) or _general(name, words) or (_vector(name, words) if words else None)
    return known or Op("op", fault="unknown instruction")
