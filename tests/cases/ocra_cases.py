# SPDX-License-Identifier: Apache-2.0
"""Writes ocra.json: OCRA suites and inputs (RFC 6287) that readers get wrong, with right answers.

The codes are computed here once more, on Python's hmac and whole numbers, from the RFC's own words; faults of a suite
are written down by hand, with a ^ in front of what is wrong.
"""

import argparse
import hmac
import json
import re
import sys
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("ocra.json")
ABOUT = "OCRA suites and inputs, and the kind of fault behind each; codes by the oracle in tests/cases/ocra_cases.py"
Json = dict[str, Any]
KEYS = {"SHA1": b"12345678901234567890", "SHA256": b"1234567890" * 3 + b"12", "SHA512": b"1234567890" * 6 + b"1234"}
PIN = bytes.fromhex("7110eda4d09e062aa5e4a390b0a572ac0d2c0220")  # SHA-1 of "1234"
SUITE = re.compile(
    r"OCRA-1:HOTP-(?P<hash>SHA(?:1|256|512))-(?P<digits>[4-9]|10):(?P<counter>C-)?Q(?P<format>[ANH])[0-9]{2}"
    r"(?:-P(?P<pin>SHA(?:1|256|512)))?(?:-S(?P<session>[0-9]{3})?)?(?:-T(?P<step>[0-9]{1,2}[SMH]))?"
)
cases: list[Json] = []


def parts_of(suite: str) -> dict[str, str]:
    match = SUITE.fullmatch(suite)
    assert match is not None, suite
    return match.groupdict()


def seconds(step: str) -> int:
    return int(step[:-1]) * {"S": 1, "M": 60, "H": 3600}[step[-1]]


def question_field(kind: str, question: str) -> bytes:
    if kind == "A":
        return question.encode("ascii").ljust(128, b"\0")
    digits = f"{int(question):x}" if kind == "N" else question
    return bytes.fromhex(digits.ljust(256, "0"))


def code_of(case: Json, counter: int, step: int) -> str:
    parts = parts_of(case["suite"])
    message = case["suite"].encode("ascii") + b"\0"
    if parts["counter"]:
        message += counter.to_bytes(8, "big")
    message += question_field(parts["format"], case["question"])
    message += bytes.fromhex(case.get("pin_hash", "") + case.get("session", ""))
    if parts["step"]:
        message += step.to_bytes(8, "big")
    mac = hmac.digest(bytes.fromhex(case["key"]), message, parts["hash"].lower())
    offset = mac[-1] & 15
    value = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(value % 10 ** int(parts["digits"])).zfill(int(parts["digits"]))


def step_at(case: Json) -> int:
    step = parts_of(case["suite"])["step"]
    return case["time"] // seconds(step) if step else 0


def add(name: str, why: str, op: str, suite: str, expect: Json, source: str = "RFC 6287 s.5.1", **inputs: Any) -> None:
    case: Json = {"id": name, "source": source, "why": why, "op": op, "suite": suite}
    if op != "suite_error":
        case["key"] = KEYS[parts_of(suite)["hash"]].hex()
    for one in ("pin_hash", "session"):
        if one in inputs:
            inputs[one] = inputs[one].hex()
    case |= inputs | {"expect": expect}
    if isinstance(case.get("counter"), int) and case["counter"] > 2**53:
        case["counter"] = str(case["counter"])  # JavaScript's numbers end there
    assert name not in {other["id"] for other in cases}, name
    cases.append(case)


def makes(name: str, why: str, suite: str, right: str | None = None, **inputs: Any) -> str:
    """The code of a challenge; `right` is what somebody published."""
    add(name, why, "generate", suite, {}, **inputs)
    case = cases[-1]
    code = code_of(case, int(case.get("counter", 0)), step_at(case))
    assert right in (None, code), (name, code)
    case["expect"] = {"code": code}
    return code


def verifies(name: str, why: str, suite: str, status: str, code: str | None = None, **inputs: Any) -> None:
    """`made_at` (counter, step) says whose code is typed, unless `code` says it."""
    made_at = inputs.pop("made_at", None)
    window = {"look_ahead": 0, "past": 1, "future": 1}
    add(name, why, "verify", suite, {}, **(window | inputs))
    case = cases[-1]
    case["code"] = code_of(case, *made_at) if code is None else code
    case["expect"] = judged(case)
    assert case["expect"]["status"] == status, (name, case["expect"])


def judged(case: Json) -> Json:
    """What a verifier has to answer, by a search through all of the window."""
    parts = parts_of(case["suite"])
    folded = re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", case["code"].strip(" \t\r\n"))
    if not re.fullmatch(rf"[0-9]{{{parts['digits']}}}", folded):
        return {"status": "malformed"}
    first = case["counter"] if parts["counter"] else 0
    counters = range(first, first + (case["look_ahead"] if parts["counter"] else 0) + 1)
    now = step_at(case)
    steps = range(max(0, now - case["past"]), now + case["future"] + 1) if parts["step"] else range(1)
    hits = [(counter, step) for counter in counters for step in steps if code_of(case, counter, step) == folded]
    if not hits:
        return {"status": "wrong"}
    counter, step = (max(of) for of in zip(*hits, strict=True))
    last = case.get("last_step")
    if parts["step"] and last is not None and (step < last if parts["counter"] else step <= last):
        return {"status": "replayed"}
    stored: Json = {"next_counter": counter + 1} if parts["counter"] else {}
    return {"status": "accepted"} | stored | ({"step": step} if parts["step"] else {})


def questions() -> None:
    for question, right in (("00000000", "237653"), ("11111111", "243178"), ("99999999", "294470")):
        why = "An odd number of hex digits is filled on the right."
        makes(f"published-{question}", why, "OCRA-1:HOTP-SHA1-6:QN08", right, question=question)
    for hash_name in KEYS:
        for nibbles in (1, 2, 3, 4, 5, 6, 7, 15, 16, 17, 52, 53):
            number = str(16 ** (nibbles - 1) + 7).zfill(4)
            why = f"A number of {nibbles} hex digits starts on the left."
            makes(f"nibbles-{nibbles}-{hash_name}", why, f"OCRA-1:HOTP-{hash_name}-8:QN64", question=number)
        for length in (4, 64, 65, 128):
            why = "All lengths up to two challenges of 64."
            makes(f"nines-{length}-{hash_name}", why, f"OCRA-1:HOTP-{hash_name}-8:QN64", question="9" * length)
    numeric, hexadecimal, text = (f"OCRA-1:HOTP-SHA256-8:Q{f}08" for f in "NHA")
    same = {makes(f"zeros-{n}", "Zeros in front are no digits.", numeric, question="0" * n + "1234") for n in (0, 1, 4)}
    assert len(same) == 1
    same = {makes(f"hex-{q}", "Hex has no case.", hexadecimal, question=q) for q in ("abcdef0", "ABCDEF0", "aBcDeF0")}
    assert len(same) == 1
    other = [makes(f"hex-{q}", "Zeros behind are digits.", hexadecimal, question=q) for q in ("1000", "10001", "00010")]
    assert len(set(other)) == 3
    same = {
        makes(f"hex-{q}", "Zeros behind fill the field too.", hexadecimal, question=q) for q in ("12340", "1234000")
    }
    assert len(same) == 1
    other = [makes(f"text-{q}", "Text has a case.", text, question=q) for q in ("abcd", "ABCD", "aBcD")]
    assert len(set(other)) == 3
    makes("text-digits", "Digits in QA are characters.", text, question="1234")
    makes("hex-digits", "Digits in QH are hex digits.", hexadecimal, question="1234")


def parts() -> None:
    for digits in range(4, 11):
        makes(f"digits-{digits}", "Four to ten digits.", f"OCRA-1:HOTP-SHA1-{digits}:QN08", question="12345678")
    published = "65347737", "86775851"
    for counter in (0, 1, 255, 2**32, 2**53 + 1, 2**64 - 1):
        right = published[counter] if counter < 2 else None
        makes(f"counter-{counter}", "The counter is eight bytes.", "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", right,
              question="12345678", counter=counter, pin_hash=PIN)  # fmt: skip
    for pin, length in (("SHA1", 20), ("SHA256", 32), ("SHA512", 64)):
        for of in KEYS:
            makes(f"pin-{pin}-{of}", "The PIN's hash is the suite's second one.", f"OCRA-1:HOTP-{of}-8:QN08-P{pin}",
                  question="12345678", pin_hash=bytes(range(length)))  # fmt: skip
    for length in (1, 20, 64, 128, 256, 512):
        makes(f"session-{length}", "The session is as long as the suite says.", f"OCRA-1:HOTP-SHA1-8:QN08-S{length:03}",
              question="12345678", session=bytes(i % 251 for i in range(length)))  # fmt: skip
    makes("session-default", "S alone is 064.", "OCRA-1:HOTP-SHA1-8:QN08-S", question="12345678", session=b"s" * 64)
    for step in ("1S", "20S", "59S", "1M", "59M", "1H", "24H", "48H"):
        for time in (0, 1206446760, 10**11):
            makes(f"step-{step}-{time}", "Steps since 1970.", f"OCRA-1:HOTP-SHA512-8:QN08-T{step}",
                  question="12345678", time=time)  # fmt: skip
    makes("step-published", "Steps since 1970.", "OCRA-1:HOTP-SHA512-8:QN08-T1M", "95209754", question="00000000",
          time=0x132D0B6 * 60 + 59)  # fmt: skip


def counters() -> None:
    suite = "OCRA-1:HOTP-SHA1-6:C-QN08"
    ask: Json = {"question": "12345678", "counter": 5}
    for made, ahead, status in ((5, 0, "accepted"), (6, 0, "wrong"), (8, 3, "accepted"), (9, 3, "wrong"),
                                (4, 100, "wrong"), (105, 100, "accepted")):  # fmt: skip
        verifies(f"counter-{made}-{ahead}", "Look ahead, never back.", suite, status, made_at=(made, 0),
                 look_ahead=ahead, **ask)  # fmt: skip
    verifies("counter-again", "What was accepted is behind.", suite, "wrong", made_at=(5, 0), **(ask | {"counter": 6}))
    verifies("counter-question", "The answer to another challenge.", suite, "wrong",
             code=code_of(ask | {"suite": suite, "key": KEYS["SHA1"].hex(), "question": "12345679"}, 5, 0),
             **ask)  # fmt: skip
    for name, form, status in (("blanks", " {0} {1}\n", "accepted"), ("hyphen", "{0}-{1}", "accepted"),
                               ("two", "{0}  {1}", "malformed"), ("short", "{0}", "malformed"),
                               ("long", "{0}{1}0", "malformed"), ("empty", "", "malformed")):  # fmt: skip
        code = code_of(ask | {"suite": suite, "key": KEYS["SHA1"].hex()}, 5, 0)
        typed = form.format(code[:3], code[3:])
        verifies(f"typed-{name}", "Codes fold as those of TOTP.", suite, status, code=typed, **ask)


def times() -> None:
    suite = "OCRA-1:HOTP-SHA512-8:QN08-T1M"
    ask: Json = {"question": "12345678", "time": 659, "counter": None}
    del ask["counter"]
    for made, last, status in ((10, None, "accepted"), (10, 9, "accepted"), (10, 10, "replayed"), (9, 10, "replayed"),
                               (9, None, "accepted"), (11, 10, "accepted"), (8, None, "wrong"), (12, None, "wrong"),
                               (11, 1000, "replayed"), (10, 0, "accepted")):  # fmt: skip
        verifies(f"time-{made}-{last}", "A step is used once.", suite, status, made_at=(0, made), last_step=last, **ask)
    verifies("time-exact", "A window of one step.", suite, "wrong", made_at=(0, 9), last_step=None, past=0, future=0,
             **ask)  # fmt: skip
    verifies("time-zero", "Step 0 was used, which is not never.", suite, "replayed", made_at=(0, 0), last_step=0,
             question="12345678", time=59)  # fmt: skip
    verifies("time-start", "There is no step below 0.", suite, "accepted", made_at=(0, 0), last_step=None, past=20,
             future=0, question="12345678", time=60)  # fmt: skip
    both = "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1-T1H"
    ask = {"question": "12345678", "time": 36000, "counter": 5, "pin_hash": PIN, "look_ahead": 3}
    for counter, step, last, status in ((5, 10, None, "accepted"), (6, 10, 10, "accepted"), (8, 11, 10, "accepted"),
                                        (9, 10, None, "wrong"), (4, 10, None, "wrong"), (5, 9, 10, "replayed"),
                                        (5, 12, None, "wrong")):  # fmt: skip
        verifies(f"both-{counter}-{step}-{last}", "The counter tells codes of one step apart.", both, status,
                 made_at=(counter, step), last_step=last, **ask)  # fmt: skip
    plain = "OCRA-1:HOTP-SHA1-6:QN08"
    verifies("neither", "Nothing tells a second use: the challenge has to be gone.", plain, "accepted",
             code="237653", question="00000000")  # fmt: skip
    verifies("neither-wrong", "Another challenge.", plain, "wrong", code="237653", question="00000001")
    mutual = "OCRA-1:HOTP-SHA256-8:QA08"
    verifies("mutual", "Both challenges, one after another.", mutual, "accepted", code="28247970",
             question="CLI22220SRV11110")  # fmt: skip
    verifies("mutual-turned", "Their order counts.", mutual, "wrong", code="28247970", question="SRV11110CLI22220")


S1 = "OCRA-1:HOTP-SHA1-6:"
MALFORMED = [
    "^", "^ocra-1:HOTP-SHA1-6:QN08", "^ OCRA-1:HOTP-SHA1-6:QN08", "OCRA^1:HOTP-SHA1-6:QN08", "OCRA-^", "OCRA-^:HOTP",
    "OCRA-1^", "OCRA-1^HOTP-SHA1-6:QN08", "OCRA-1:^TOTP-SHA1-6:QN08", "OCRA-1:^hotp-SHA1-6:QN08",
    "OCRA-1:HOTP^_SHA1-6:QN08", "OCRA-1:HOTP-^sha1-6:QN08", "OCRA-1:HOTP-^-6:QN08", "OCRA-1:HOTP-SHA1^:QN08",
    "OCRA-1:HOTP-SHA1-^:QN08", "OCRA-1:HOTP-SHA1-^3:QN08", "OCRA-1:HOTP-SHA1-^11:QN08", "OCRA-1:HOTP-SHA1-^06:QN08",
    "OCRA-1:HOTP-SHA1-^00:QN08", "OCRA-1:HOTP-SHA1-^+6:QN08", "OCRA-1:HOTP-SHA1-^99999999999:QN08",
    "OCRA-1:HOTP-SHA1-6^;QN08", "OCRA-1:HOTP-SHA1-6^", f"{S1}^", f"{S1}^PSHA1", f"{S1}C^QN08", f"{S1}^c-QN08",
    f"{S1}C-^",
    f"{S1}C-^C-QN08", f"{S1}Q^", f"{S1}Q^08", f"{S1}Q^X08", f"{S1}Q^n08", f"{S1}QN^", f"{S1}QN^8", f"{S1}QN^008",
    f"{S1}QN^03", f"{S1}QN^00", f"{S1}QN^65", f"{S1}QN^8A", f"{S1}QN08^ ", f"{S1}QN08^\n", f"{S1}QN08^\0",
    f"{S1}QN08^-",
    f"{S1}QN08^-C", f"{S1}QN08^-X", f"{S1}QN08^-QN08", f"{S1}QN08^,OCRA-1", f"{S1}QN08-P^", f"{S1}QN08-P^-S064",
    f"{S1}QN08-P^sha1", f"{S1}QN08-S^64", f"{S1}QN08-S^000", f"{S1}QN08-S^513", f"{S1}QN08-S^0064", f"{S1}QN08-S^ABC",
    f"{S1}QN08-T^", f"{S1}QN08-T^M", f"{S1}QN08-T^0S", f"{S1}QN08-T^0M", f"{S1}QN08-T^60S", f"{S1}QN08-T^60M",
    f"{S1}QN08-T^49H", f"{S1}QN08-T1^", f"{S1}QN08-T1^D", f"{S1}QN08-T1^m", f"{S1}QN08-T^01M", f"{S1}QN08-T^00H",
    f"{S1}QN08-T^100S", f"{S1}QN08-T^-1M", f"{S1}QN08-T1M^M", f"{S1}QN08-T1M^-T1M", f"{S1}QN08-T1M^-S064",
    f"{S1}QN08-S064^-PSHA1", f"{S1}QN08-T1M^-PSHA1",
]  # fmt: skip
UNSUPPORTED = [
    "OCRA-^2:HOTP-SHA1-6:QN08", "OCRA-^0:HOTP-SHA1-6:QN08", "OCRA-^12:HOTP-SHA1-6:QN08", "OCRA-1:HOTP-^MD5-6:QN08",
    "OCRA-1:HOTP-^SHA224-6:QN08", "OCRA-1:HOTP-^SHA3-256-6:QN08", "OCRA-1:HOTP-^SHA-256-6:QN08",
    "OCRA-1:HOTP-SHA1-^0:QN08", f"{S1}QN08-P^MD5", f"{S1}QN08-P^SHA", f"{S1}QN08-P^SHA1064", f"{S1}QN08-T^0H",
]  # fmt: skip


def suites() -> None:
    for error, marked in (("CSEAL_E_ARGUMENT", MALFORMED), ("CSEAL_E_UNSUPPORTED", UNSUPPORTED)):
        for number, text in enumerate(marked):
            suite = text.replace("^", "")
            assert SUITE.fullmatch(suite) is None or re.search(r"QN(00|03|65)|S(000|513)|T(0|01|6|49|00)", suite), suite
            add(f"suite-{error[8:].lower()}-{number}", "Suites are read to the letter.", "suite_error", suite,
                {"error": error, "index": text.index("^")}, source="RFC 6287 s.6")  # fmt: skip


def wrong_inputs() -> None:
    bare, full = "OCRA-1:HOTP-SHA1-6:QN08", "OCRA-1:HOTP-SHA256-8:C-QA08-PSHA1-S020-T1M"
    good: Json = {"question": "SIG10000", "counter": 5, "pin_hash": PIN, "session": b"s" * 20, "last_step": None,
                  "time": 660}  # fmt: skip
    least: Json = {"question": "12345678"}

    def refuse(name: str, kind: str, argument: str, suite: str, error: str = "CSEAL_E_ARGUMENT", **inputs: Any) -> None:
        base = least if suite == bare else good
        given = {key: value for key, value in (base | inputs).items() if value != "missing"}
        window = {"look_ahead": 0, "past": 1, "future": 1}
        expect = {"kind": kind, "argument": argument, "error": error}
        add(f"input-{name}", "An input fits its suite.", "input_error", suite, expect, **(window | given))

    for argument in ("counter", "pin_hash", "session", "last_step"):
        absent: Json = {argument: "missing"}
        refuse(f"no-{argument}", "missing", argument, full, **absent)
    surplus: tuple[tuple[str, Any], ...] = (
        ("counter", 5),
        ("pin_hash", PIN),
        ("session", b"s"),
        ("last_step", 5),
        ("time", 660),
    )
    for argument, value in surplus:
        extra: Json = {argument: value}
        refuse(f"surplus-{argument}", "surplus", argument, bare, **extra)
    for name, question in (("empty", ""), ("short", "123"), ("long", "1" * 17), ("letter", "1234567a"),
                           ("blank", "1234 678"), ("minus", "-1234567"), ("wide", "\uff11\uff12\uff13\uff14"),
                           ("nul", "1234\0")):  # fmt: skip
        refuse(f"question-{name}", "wrong", "question", bare, question=question)
    for name, question in (("hyphen", "SIG-1000"), ("umlaut", "SIG\u00c4000"), ("long", "S" * 17), ("at", "SIG@1000")):
        refuse(f"question-text-{name}", "wrong", "question", full, question=question)
    for length in (0, 19, 21, 32):
        refuse(f"pin-{length}", "wrong", "pin_hash", full, pin_hash=bytes(length))
        refuse(f"session-{length}", "wrong", "session", full, session=bytes(length))
    refuse("time", "wrong", "time", full, "CSEAL_E_TIME", time=10**11 + 1)
    refuse("past", "wrong", "past", full, "CSEAL_E_RANGE", past=20)
    refuse("ahead", "wrong", "look_ahead", full, "CSEAL_E_RANGE", look_ahead=101)
    refuse("codes", "wrong", "look_ahead", full, "CSEAL_E_RANGE", look_ahead=33)
    refuse("counter-end", "wrong", "counter", full, "CSEAL_E_RANGE", counter=2**64 - 2)


def render() -> str:
    lines = ",\n".join(json.dumps(case) for case in cases)
    return f'{{"source": {json.dumps(ABOUT)},\n"cases": [\n{lines}\n]}}\n'


def main() -> int:
    parser = argparse.ArgumentParser(description="Write tests/cases/ocra.json.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if the file is not current")
    options = parser.parse_args()
    for part in (questions, parts, counters, times, suites, wrong_inputs):
        part()
    if not options.check:
        PATH.write_text(render(), encoding="ascii", newline="\n")
    elif not PATH.exists() or PATH.read_text(encoding="utf-8") != render():
        print("tests/cases/ocra.json is not current; run: python3 tests/cases/ocra_cases.py", file=sys.stderr)
        return 1
    print(f"tests/cases/ocra.json: {len(cases)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
