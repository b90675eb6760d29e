# SPDX-License-Identifier: Apache-2.0
"""Writes otp.json: the one-time-code inputs that broke somebody's login, with right answers.

The answers are oracle.py's. Where the log, or a table below, states one, the oracle has to agree or nothing is written.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable
from itertools import count, cycle
from pathlib import Path
from typing import Any

import oracle
from oracle import ALPHABET, Json, base32, codes, hotp, oathtool
from steam_cases import steam_codes

PATH = Path(__file__).with_name("otp.json")
ABOUT = """inputs that broke logins elsewhere, with the public source of each row and the kind behind it in each hash; \
answers by the hmac oracle in tests/cases/oracle.py, codes of 6 to 8 digits also compared with oathtool"""
# fmt: off
SOURCES = {  # row of the log: where the public can read about it
    1: "speakeasyjs/speakeasy#135", 3: "pquerna/otp#10", 5: "gokyle/twofactor#10", 6: "susam/mintotp#7",
    7: "tronikos/opower#51", 8: "pyauth/pyotp#155", 10: "speakeasyjs/speakeasy#76", 12: "speakeasyjs/speakeasy#29",
    13: "wstrange/GoogleAuth#37", 14: "RFC 4226 s.5.3", 16: "hectorm/otpauth#3", 17: "yeojz/otplib#762",
    18: "benavlabs/crudauth#43", 19: "pyauth/pyotp#61", 21: "RFC 6238 s.5.2", 22: "guyht/notp#21",
    23: "ChristianRiesen/otp#11", 24: "samdjstevens/java-totp#32", 25: "hectorm/otpauth#441",
    32: "beemdevelopment/Aegis#1823", 34: "helloworld1/FreeOTPPlus#113", 37: "pyauth/pyotp#57", 38: "pyauth/pyotp#185",
    39: "django-otp", 40: "RFC 4226 s.5.3",
}
# fmt: on

S = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 4226 Appendix D
SEEDS = {"SHA1": S, "SHA256": S + "GEZDGNBVGY3TQOJQGEZA", "SHA512": S * 3 + "GEZDGNA"}  # RFC 6238: 20, 32, 64 bytes

# The first such steps from 0 on, for 6 digits and the keys of SEEDS.
ZERO_CODE = {"SHA1": 349495, "SHA256": 1105103, "SHA512": 869530}  # the code is 000000
SAME_NEXT = {"SHA1": 910737, "SHA256": 398541, "SHA512": 75486}  # it is the code of the next step too
SAME_SKIP = {"SHA1": 153567, "SHA256": 2571944, "SHA512": 1807441}  # of the next but one, and not of the next

HOTP: Json = {"algorithm": "SHA1", "digits": 6}
TOTP: Json = HOTP | {"period": 30, "t0": 0}
OPS: dict[str, tuple[Callable[[Json], Json], Json]] = {  # who answers, and what a case need not say
    "totp_at": (oracle.at, TOTP),
    "hotp_at": (oracle.at, HOTP),
    "totp_verify": (oracle.verify, TOTP | {"last_step": None, "past": 1, "future": 1}),
    "hotp_verify": (oracle.verify, HOTP | {"next_counter": 0, "look_ahead": 0}),
    "base32_error": (oracle.base32_error, {}),
    "config_error": (oracle.config_error, {}),
}


class Suite:
    """The cases by id. The id of a case in another hash than SHA-1 ends in the hash."""

    def __init__(self) -> None:
        self.cases: dict[str, Json] = {}

    def add(self, row: int, name: str, op: str, why: str, *right: str | int | None, **inputs: Any) -> None:
        """Adds a case; its answer must begin with the values of `right`, in the order of the format."""
        answer, defaults = OPS[op]
        algorithm = inputs.get("algorithm", "SHA1")
        name = f"{row}-{name}-{algorithm.lower()}" if algorithm in ("SHA256", "SHA512") else f"{row}-{name}"
        case: Json = {"id": name, "row": row, "source": inputs.pop("source", SOURCES[row]), "why": why, "op": op}
        if op == "config_error":
            defaults = TOTP if inputs["kind"] == "totp" else HOTP
        elif inputs.get("period", 0) > 86400:
            case["allow_long_period"] = True
        if op != "base32_error":
            case["secret"] = inputs.pop("secret", SEEDS.get(algorithm, S))
        case |= defaults | inputs
        if inputs.get("encoder") == "steam":
            del case["digits"]
        case["expect"] = answer(case)
        if name in self.cases or tuple(case["expect"].values())[: len(right)] != right:
            raise ValueError(f"{name}: the id is taken, or the answer is {case['expect']} and not {right}")
        self.cases[name] = case


def code_of(algorithm: str, step: int, digits: int = 6) -> str:
    return hotp(SEEDS[algorithm], algorithm, digits, step)


def key_text(add: Callable[..., None]) -> None:
    """Rows 1 to 7 and 10: how a key is written."""
    odd = {"secret": "S46SQCPPTCNPROMHWYBDCTBZXV", "time": 1612380872}
    add(1, "listed", "totp_at", "The surplus bits of the last character are not key.", "100172", **odd)
    add(1, "right", "totp_verify", "Phone and server agree on the key.", "accepted", code="100172", **odd)
    add(1, "wrong", "totp_verify", "The code of a key that kept the surplus bits.", "wrong", code="184825", **odd)
    assert base32("JBSWY3DPEHPK3PX").hex() == "48656c6c6f21deadbe"
    add(3, "listed", "hotp_at", "Seven left over are a legal group.", "831097", secret="JBSWY3DPEHPK3PX", counter=0)
    add(5, "listed", "totp_at", "Base32 has no case.", "783978", secret="aaaqeayeaudaocajbifqydiob4", time=30)
    turn = cycle(SEEDS)
    for left, surplus in {2: 2, 4: 4, 5: 1, 7: 3}.items():
        text, padding, algorithm = S[: 8 + left], "=" * (8 - left), next(turn)
        full = text[:-1] + ALPHABET[ALPHABET.index(text[-1]) | (1 << surplus) - 1]
        why, right = "Every surplus bit is set, and none is key.", hotp(text, algorithm, 6, 1)
        add(1, f"surplus-{left}", "hotp_at", why, right, secret=full, algorithm=algorithm, counter=1)
        why = f"{left} characters left over are whole bytes, padded or not."
        for name, form in {"upper": text, "padded": text + padding}.items():
            add(3, f"{name}-{left}", "hotp_at", why, secret=form, algorithm=next(turn), counter=left)
            add(3, f"{name}-{left}-lower", "hotp_at", why, secret=form.lower(), algorithm=next(turn), counter=left)
    why, text = "Padding is optional, and nobody counts it.", S[:12]
    for name, form in {"one": text + "=", "many": text + "=" * 9, "blanks": text + " = =\n", "undue": S + "="}.items():
        add(3, f"padding-{name}", "hotp_at", why, secret=form, algorithm=next(turn), counter=3)
    for left in (1, 3, 6):
        why, text = "The text ends in the middle of a byte group.", S[:left]
        for name, form in {"bare": text, "long": S[: 8 + left].lower(), "padded": text + "== "}.items():
            add(3, f"broken-{left}-{name}", "base32_error", why, len(form), None, text=form)
    grouped = {"secret": "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", "time": 59}
    add(6, "listed", "totp_at", "Blanks between groups are for the eye.", "287082", **grouped)
    changes: list[tuple[int, str, str, Callable[[str], str]]] = [
        (5, "lower", "Base32 has no case.", lambda s: s.lower()),
        (5, "mixed", "Base32 has no case, not even within one key.", lambda s: s[:9].lower() + s[9:]),
        (6, "lower", "Sites show groups of small letters.", lambda s: re.sub("(....)", r"\1 ", s.lower())),
        (6, "ragged", "A blank may stand anywhere.", lambda s: f"{s[:1]}  {s[1:9]} {s[9:]}"),
        (7, "newline", "A key read from a file ends in a newline.", lambda s: s + "\n"),
        (7, "crlf", "Other systems' files end lines with two characters.", lambda s: s + "\r\n"),
        (7, "blanks", "A pasted key brings blanks along.", lambda s: f"  {s}   "),
        (7, "tab", "A key cut from a table brings tabs.", lambda s: f"\t{s[:10]}\t{s[10:]}"),
    ]
    for row, name, why, change in changes:
        for algorithm in [next(turn)] if name in ("mixed", "ragged", "crlf", "tab") else SEEDS:
            right, secret = code_of(algorithm, 1), change(SEEDS[algorithm])
            add(row, name, "totp_at", why, right, algorithm=algorithm, secret=secret, time=59)
    why, listed = "The key is used as it is, never repeated or cut.", {20: ["32247374"], 32: ["46119246"]}
    for algorithm, sizes in {"SHA1": (20, 64, 65), "SHA256": (20, 32, 64, 65), "SHA512": (20, 128, 129)}.items():
        for size in sizes:
            code, secret = listed.get(size, []) if algorithm == "SHA256" else [], (S * 7)[: -(-size * 8 // 5)]
            add(10, f"{size}-bytes", "totp_at", why, *code, secret=secret, algorithm=algorithm, digits=8, time=59)


def key_faults(add: Callable[..., None]) -> None:
    """Rows 8, 32 (its numbers, without the URI) and 40: what no object is made of."""
    why = "A character that cannot be key is named with its place, never guessed at."
    for name, text, index, character in (
        ("listed", "ABCDEFG0", 7, "0"),
        ("one", "ABCDEFG1", 7, "1"),
        ("eight", "8BCDEFGH", 0, "8"),
        ("nine", "abc9efg1", 3, "9"),
        ("blanks-count", " GEZD GN0V", 8, "0"),
        ("before-length", "ABCDEFG01", 7, "0"),
        ("hyphen", "GEZD-GNBV", 4, "-"),
        ("before-a", "@EZDGNBV", 0, "@"),
        ("after-z", "GEZDGNB[", 7, "["),
        ("before-small-a", "GEZDGNB`", 7, "`"),
        ("after-small-z", "GEZDGNB{", 7, "{"),
        ("nul", "GEZD\0GNBV", 4, "\0"),
        ("after-padding", "GEZDGNA=GE", 8, None),
        ("after-blank", "GEZDGNA= \nGE", 10, None),
    ):
        add(8, name, "base32_error", why, index, character, text=text)
    faults: list[tuple[int, str, str, list[Any]]] = [
        (8, "secret", "A key that cannot be read or is none is refused.", ["ABCDEFG0", S[:9], "", " ", "="]),
        (32, "digits", "Six to ten digits, counted in more than 32 bits.", [-1, 99, 0, 5, 11, 2**32 + 6]),
        (40, "algorithm", "Three hashes have a meaning; MD5 is too short to cut.", ["MD5", "", "SHA224", "SHA3-256"]),
    ]
    for row, argument, why, values in faults:
        for i, value in enumerate(values):
            name = f"{argument}-{str(value).lower() or 'empty'}" if argument != "secret" else f"{argument}-{i}"
            for kind in ("totp", "hotp") if i == 0 else ("totp",) if i % 2 else ("hotp",):
                add(row, f"{name}-{kind}", "config_error", why, argument, kind=kind, **{argument: value})
    why = "A step is 1 to 86400 s unless a longer one is asked for."
    for period in (-30, 0, 86401, 172800, 2**32 + 30):
        add(32, f"period-{period}", "config_error", why, "period", kind="totp", period=period)


def code_values(add: Callable[..., None]) -> None:
    """Rows 12 to 17: a code is a text of fixed length."""
    typed = "What a user typed is an answer to judge, never an exception."
    add(12, "listed", "hotp_at", "The zero in front stays.", "0137359152", digits=10, counter=2)
    for digit in "0123456789":
        wide: Json = {"secret": "NB2W45DFOIZA", "time": 1700000000, "past": 10, "future": 10}
        add(16, f"digit-{digit}", "totp_verify", "One digit is no code in any window.", "malformed", code=digit, **wide)
    for algorithm in SEEDS:
        h: Json = {"algorithm": algorithm}
        for digits in range(6, 11):
            counter = next(i for i in count(3) if code_of(algorithm, i, digits)[0] == "0")
            add(12, f"zero-{digits}", "hotp_at", "The zero in front stays.", digits=digits, counter=counter, **h)
        ten = code_of(algorithm, counter, 10)
        forms = {"right": (ten, "accepted"), "short": (ten[1:], "malformed"), "alias": (str(int(ten) + 2**32), "wrong")}
        if algorithm == "SHA1":
            forms |= {str(top): (str(top), "wrong") for top in (2**31 - 1, 2**31, int(ten) + 2**31, 10**10 - 1)}
        for name, (code, status) in forms.items():
            why = "Ten digits reach past 31 bits, and no number there is a code."
            add(12, f"ten-{name}", "hotp_verify", why, status, digits=10, next_counter=counter, code=code, **h)
        step = next(i for i in count(1111111109 // 30) if code_of(algorithm, i)[0] == "0")
        short, time = code_of(algorithm, step)[1:], max(1111111109, step * 30)
        assert algorithm != "SHA1" or (time, short) == (1111111109, "81804")
        why = "Only the six digits are the code; a number of the same value is not."
        for name, form in {"right": "0{}", "short": "{}", "letter": "{}x", "blank": " {}", "plus": "+{}"}.items():
            status = "accepted" if name == "right" else "malformed"
            add(13, name, "totp_verify", why, status, time=time, code=form.format(short), past=0, future=0, **h)
        step, why = ZERO_CODE[algorithm], "Zero is a value like any other."
        add(14, "at", "totp_at", why, "000000", time=step * 30, **h)
        add(14, "zero", "totp_verify", why, "accepted", step, time=step * 30, code="000000", **h)
        add(14, "hotp", "hotp_verify", why, "accepted", step + 1, next_counter=step, code="000000", **h)
        add(14, "elsewhere", "totp_verify", "Zero is no pass key.", "wrong", time=59, code="000000", **h)
        add(16, "hotp", "hotp_verify", "One digit is no code.", "malformed", code=ten[1], look_ahead=100, **h)
        add(17, "listed", "totp_verify", typed, "malformed", time=59, code="123456789", **h)
        add(17, "hotp", "hotp_verify", typed, "malformed", code="123456789", look_ahead=5, **h)
    texts = {"empty": "", "blank": "   ", "five": "28708", "seven": "2870820", "64-digits": "28708200" * 8}
    for (name, text), algorithm in zip(texts.items(), cycle(SEEDS), strict=False):
        add(17, name, "totp_verify", typed, "malformed", algorithm=algorithm, time=59, code=text)


SCRIPTS = {
    "wide": "".join(chr(0xFF10 + i) for i in range(10)),
    "arabic": "".join(chr(0x660 + i) for i in range(10)),
    "bold": "".join(chr(0x1D7CE + i) for i in range(10)),
    "raised": "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079",
}
# fmt: off
FOREIGN = {  # forms of the right code {0}: {a} and {b} are its halves, the others are it in foreign digits
    "full-width": "{wide}", "superscript": "{raised}", "arabic-indic": "{arabic}", "bold": "{bold}",
    "one-full-width": "{wide[0]}{a[1]}{a[2]}{b}", "six-bytes": "{wide[0]}{b}",
    "nul-inside": "{a}\0{b}", "nul-end": "{0}\0", "zero-width": "{a}\u200b{b}", "zero-width-end": "{0}\u200b",
    "bom": "\ufeff{0}", "newlines": "{a}\n\n{b}", "crlf": "{a}\r\n{b}", "no-break-blank": "\u00a0{0}",
}
FOLDED = {
    "listed": " {0} ", "newline": "{0}\n", "tab-crlf": "\t{0}\r\n", "blank": "{a} {b}", "hyphen": "{a}-{b}",
    "every": "{a[0]} {a[1]} {a[2]} {b[0]} {b[1]} {b[2]}", "mixed": "  {a[0]}-{a[1]} {a[2]}-{b}\n",
}
NUMBERS = {
    "underscore": "{a[0]}_{a[1]}{a[2]}{b}", "plus": "+{0}", "minus": "-{0}", "hyphen-end": "{0}-",
    "two-blanks": "{a}  {b}", "blank-hyphen": "{a} -{b}", "fold-then-short": "{a} {b[0]}{b[1]}",
    "fraction": "{0}.0", "exponent": "{a}e03", "hex": "0x4616a",
}
# fmt: on


def code_text(add: Callable[..., None]) -> None:
    """Rows 18 and 39: what is a digit, and the little that is folded."""
    foreign = "Only ASCII digits are digits, and a foreign character is no blank."
    fold, number = "Outer blanks and single separators are how people type.", "A code is a text, not a number to parse."
    tables = ((18, foreign, "malformed", FOREIGN), (39, fold, "accepted", FOLDED), (39, number, "malformed", NUMBERS))
    turn = cycle(SEEDS)
    for row, why, status, forms in tables:
        for name, form in forms.items():
            everywhere = name in ("full-width", "superscript", "listed", "mixed", "underscore", "plus")
            for algorithm in SEEDS if everywhere else [next(turn)]:
                code, h = code_of(algorithm, 1), {"algorithm": algorithm}
                digits = {script: "".join(ten[int(digit)] for digit in code) for script, ten in SCRIPTS.items()}
                text = form.format(code, a=code[:3], b=code[3:], **digits)
                add(row, name, "totp_verify", why, status, time=59, code=text, **h)
                if name in ("full-width", "mixed"):
                    add(row, f"hotp-{name}", "hotp_verify", why, status, next_counter=1, code=text, **h)


def windows(add: Callable[..., None]) -> None:
    """Rows 19 to 25: replay, and the edges of the window."""

    def check(row: int, name: str, why: str, time: int, step: int, *right: str | int, **more: Any) -> None:
        """The code of `step` at `time`."""
        code = code_of(more.get("algorithm", "SHA1"), step)
        add(row, name, "totp_verify", why, *right, time=time, code=code, **more)

    none: Json = {"past": 0, "future": 0}
    for algorithm in SEEDS:
        h: Json = {"algorithm": algorithm}
        check(19, "first", "Never used, and right.", 59, 1, "accepted", 1, **h)
        check(19, "again", "The same code a second time.", 59, 1, "replayed", last_step=1, **h)
        check(19, "again-later", "The same code while its step is in the window.", 75, 1, "replayed", last_step=1, **h)
        check(19, "newer", "A later code may follow at once.", 59, 2, "accepted", 2, last_step=1, **h)
        pair, skip = SAME_NEXT[algorithm], SAME_SKIP[algorithm]
        assert code_of(algorithm, pair) == code_of(algorithm, pair + 1)
        assert code_of(algorithm, skip) == code_of(algorithm, skip + 2) != code_of(algorithm, skip + 1)
        why, first = "Two steps share this code: the later one is burnt.", pair * 30
        check(21, "first", why, first, pair, "accepted", pair + 1, **h)
        check(21, "30-s-later", why, first + 30, pair, "replayed", last_step=pair + 1, **h)
        why, middle = "Two steps that are no neighbours share this code.", skip * 30 + 30
        check(21, "apart", why, middle, skip, "accepted", skip + 2, **h)
        why = "To stop at the first match would call this a replay."
        check(21, "apart-one-burnt", why, middle, skip, "accepted", skip + 2, last_step=skip, **h)
        check(24, "at-59", "5 s of tolerance reach no other step at 59.", 59, 0, "wrong", **none, **h)
        check(24, "at-33", "5 s of tolerance are one step back at 33.", 33, 0, "accepted", 0, -1, past=1, future=0, **h)
        check(25, "step-0", "Step 0 at difference 0 is a success.", 29, 0, "accepted", 0, 0, **none, **h)
        add(25, "counter-0", "hotp_verify", "Counter 0 is a success.", "accepted", 1, code=code_of(algorithm, 0), **h)
    assert (code_of("SHA1", 910737), SAME_NEXT["SHA1"] * 30) == ("911617", 27322110)
    two, three = {"algorithm": "SHA256"}, {"algorithm": "SHA512"}
    check(19, "older", "A code from before the last used one.", 59, 0, "replayed", last_step=1)
    check(19, "overtaken", "Unused itself, but a later code was used.", 59, 1, "replayed", last_step=2, **two)
    check(19, "wrong", "A wrong code is wrong, whatever was used before.", 59, 50, "wrong", last_step=1, **two)
    check(19, "gone", "Out of the window a used code is a wrong one.", 119, 1, "wrong", last_step=1, **three)
    check(19, "clock-back", "A clock that was set back brings no code back.", 59, 1, "replayed", last_step=1000)
    check(19, "clock-back-wrong", "A used step far ahead makes nothing right.", 59, 50, "wrong", last_step=1000, **two)
    check(19, "zero-used", "Step 0 was used, which is not never.", 29, 0, "replayed", last_step=0, **three)
    pair, skip = SAME_NEXT["SHA256"], SAME_SKIP["SHA512"]
    check(21, "one-burnt", "The later of them is unused.", pair * 30, pair, "accepted", pair + 1, last_step=pair, **two)
    check(21, "no-future", "The window ends before the later one.", pair * 30, pair, "accepted", pair, future=0, **two)
    check(21, "apart-again", "Both steps are burnt.", skip * 30 + 60, skip, "replayed", last_step=skip + 2, **three)
    check(24, "one-at-59", "One step back is one step back at 59 too.", 59, 0, "accepted", 0, past=1, future=0)
    check(24, "no-future", "Without a future an early code is wrong.", 59, 2, "wrong", past=1, future=0, **two)
    check(24, "future", "One step ahead, for a phone that runs fast.", 59, 2, "accepted", 2, past=0, future=1, **two)
    check(24, "widest", "Ten steps each way is the widest window.", 330, 1, "accepted", 1, past=10, future=10, **three)
    check(24, "past-widest", "One step more is outside.", 360, 1, "wrong", past=10, future=10, **three)
    check(24, "clamped", "The window does not reach before step 0.", 5, 2, "accepted", 2, past=3, future=2, **three)
    check(25, "listed", "A difference of 0 is a success.", 59, 1, "accepted", 1, 0, **none)


def clocks(add: Callable[..., None]) -> None:
    """Rows 37 and 38: which step a time is in."""
    turn, days = cycle(SEEDS), {"period": 172800, "past": 0, "future": 0}
    for algorithm in SEEDS:
        h: Json = {"algorithm": algorithm}
        twice, made = (["609242"], ["174761"]) if algorithm == "SHA1" else ([], [])
        add(37, "listed", "totp_at", "Half past two came twice that night; UTC did not.", *twice, time=1761438600, **h)
        add(38, "made", "totp_at", "A two-day step, near its end.", *made, period=172800, time=1758915060, **h)
        why, code = "Steps start at T0, not at first use: this one is over after 4.5 hours.", code_of(algorithm, 10178)
        add(38, "listed", "totp_verify", why, "wrong", time=1758931200, code=code, **days, **h)
        why = "A step lasts to its last second."
        add(38, "last", "totp_verify", why, "accepted", 10178, time=1758931199, code=code, **days, **h)
    why = "A code of the second half past two is an hour away."
    add(37, "hour-off", "totp_verify", why, "wrong", time=1761438600, code="272439")
    times = {"hour-after": 1761442200, "spring-gap": 1743296400, "leap-second": 1483228800, "31-bits": 2**31}
    for name, time in (times | {"32-bits": 2**32, "2603": 20000000000, "last": 100000000000}).items():
        why = "Steps count UTC seconds in 64 bits, by no zone and no calendar."
        add(37, name, "totp_at", why, algorithm=next(turn), time=time)
    why = "With T0 at the first use, that is where the step starts."
    from_use: Json = days | {"algorithm": "SHA256", "code": code_of("SHA256", 0), "t0": 1758915060}
    add(38, "t0", "totp_verify", why, "accepted", 0, time=1758931200, **from_use)
    add(38, "t0-end", "totp_verify", why, "wrong", time=1758915060 + 172800, **from_use)
    for period, t0, time in ((1, 0, 59), (86400, 0, 1758931200), (30, 29, 59), (30, 30, 59)):
        why, h = "Period and T0 alone decide the step.", {"algorithm": next(turn)}
        add(38, f"{period}-{t0}-{time}", "totp_at", why, period=period, t0=t0, time=time, **h)


def counters(add: Callable[..., None]) -> None:
    """Rows 22 and 23: HOTP looks ahead and never back."""

    def check(row: int, name: str, why: str, is_at: int, start: int, ahead: int, *right: str | int, **h: Any) -> None:
        """The code of counter `is_at` where `start` is expected."""
        code = code_of(h.get("algorithm", "SHA1"), is_at)
        add(row, name, "hotp_verify", why, *right, code=code, next_counter=start, look_ahead=ahead, **h)

    for algorithm in SEEDS:
        h: Json = {"algorithm": algorithm}
        for behind in (0, 2):
            for ahead in (0, 10, 100) if algorithm == "SHA1" else (10,):
                why = "A counter that is behind stays behind."
                check(22, f"listed-{behind}-{ahead}", why, behind, 3, ahead, "wrong", **h)
        check(22, "far-behind", "No look-ahead is none, not a default of 50.", 0, 40, 0, "wrong", **h)
        check(23, "listed", "Match 3, store 4.", 3, 0, 5, "accepted", 4, **h)
        why, pair = "Two counters share this code: both are used up.", SAME_NEXT[algorithm]
        check(23, "same-code", why, pair, pair - 1, 5, "accepted", pair + 2, **h)
    assert [code_of("SHA1", counter) for counter in (0, 2, 3)] == ["755224", "359152", "969429"]
    two, three = {"algorithm": "SHA256"}, {"algorithm": "SHA512"}
    check(22, "one-more", "Without look-ahead only the expected counter is right.", 41, 40, 0, "wrong", **two)
    check(23, "exact", "The expected counter itself.", 40, 40, 0, "accepted", 41, **two)
    check(23, "edge", "The last counter of the window is in it.", 5, 0, 5, "accepted", 6, **two)
    check(23, "past-edge", "One counter more is outside.", 6, 0, 5, "wrong", **two)
    check(23, "hundred", "A hundred ahead is as far as it goes.", 100, 0, 100, "accepted", 101, **three)
    check(23, "carry", "The counter has 64 bits.", 2**32, 2**32 - 2, 5, "accepted", 2**32 + 1, **three)
    turn, why = cycle(SEEDS), "The counter is eight bytes."
    for counter in (2**32, 2**53, str(2**53 + 1), str(2**63 - 1), str(2**64 - 1)):
        algorithm = next(turn) if int(counter) < 2**63 else "SHA1"  # oathtool follows to here
        add(23, f"at-{counter}", "hotp_at", why, source="RFC 4226 s.5.1", algorithm=algorithm, counter=counter)


def render(cases: list[Json]) -> str:
    lines = ",\n".join(json.dumps(case) for case in cases)
    return f'{{"source": {json.dumps(ABOUT)},\n"cases": [\n{lines}\n]}}\n'


def compare(cases: list[Json]) -> int:
    """Compares each code of 6 to 8 digits that a case makes or looks at with oathtool's."""
    compared = [
        case for case in cases if OPS[case["op"]][0] in (oracle.at, oracle.verify) and case.get("digits", 9) <= 8
    ]
    different = [case["id"] for case in compared if oathtool(case) != codes(case)]
    values = sum(len(codes(case)) for case in compared)
    print(f"oathtool: {values} codes of {len(compared)} cases compared, {len(different)} cases differ", *different)
    return 1 if different or not values else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Write tests/cases/otp.json.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if the file is not current")
    parser.add_argument("--oathtool", action="store_true", help="write nothing, compare the codes with oathtool")
    options = parser.parse_args()
    suite = Suite()
    for part in (key_text, key_faults, code_values, code_text, windows, clocks, counters, steam_codes):
        part(suite.add)
    cases = sorted(suite.cases.values(), key=lambda case: int(case["row"]))
    if options.oathtool:
        return compare(cases)
    if not options.check:
        PATH.write_text(render(cases), encoding="ascii", newline="\n")
    elif not PATH.exists() or PATH.read_text(encoding="utf-8") != render(cases):
        print("tests/cases/otp.json is not current; run: python3 tests/cases/make_cases.py", file=sys.stderr)
        return 1
    print(f"tests/cases/otp.json: {len(cases)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
