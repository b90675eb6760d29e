# SPDX-License-Identifier: Apache-2.0
"""Answers the cases of otp.json: RFC 4226 and RFC 6238 once more, on Python's hmac, sharing nothing with core/."""

import hmac
import re
import subprocess
from typing import Any

Json = dict[str, Any]

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
STEAM_ALPHABET = "23456789BCDFGHJKMNPQRTVWXY"
ALGORITHMS = ("SHA1", "SHA256", "SHA512")
BLANKS = " \t\n\v\f\r"


class Base32Error(ValueError):
    def __init__(self, index: int, character: str | None) -> None:
        super().__init__(index, character)
        self.index, self.character = index, character


def base32(text: str) -> bytes:
    """The key a user typed: blanks and case do not count, padding may be there, surplus low bits are dropped."""
    bits = length = 0
    padded = False
    for index, character in enumerate(text):
        if character in BLANKS:
            continue
        if character == "=":
            padded = True
            continue
        value = ALPHABET.find(character.upper()) if character.isascii() else -1
        if value < 0 or padded:
            raise Base32Error(index, None if value >= 0 else character)
        bits, length = bits << 5 | value, length + 1
    if length % 8 in (1, 3, 6):
        raise Base32Error(len(text), None)
    return (bits >> length * 5 % 8).to_bytes(length * 5 // 8, "big")


def truncated(secret: str, algorithm: str, counter: int) -> int:
    mac = hmac.digest(base32(secret), counter.to_bytes(8, "big"), algorithm.lower())
    offset = mac[-1] & 15
    return int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF


def hotp(secret: str, algorithm: str, digits: int, counter: int) -> str:
    return str(truncated(secret, algorithm, counter) % 10**digits).zfill(digits)


def steam(secret: str, algorithm: str, counter: int) -> str:
    """What Steam's phone app shows: five characters, base 26, the lowest first."""
    value = truncated(secret, algorithm, counter)
    return "".join(STEAM_ALPHABET[value // 26**place % 26] for place in range(5))


def fold(code: str) -> str:
    """Outer blanks go, and single blanks and hyphens between digits; nothing else does."""
    return re.sub(rf"(?<=[0-9])[{BLANKS}-](?=[0-9])", "", code.strip(BLANKS))


def window(case: Json) -> range:
    """The steps or counters a case looks at."""
    if case["op"] == "hotp_at":
        return range(int(case["counter"]), int(case["counter"]) + 1)
    if case["op"] == "hotp_verify":
        return range(case["next_counter"], case["next_counter"] + case["look_ahead"] + 1)
    now = (case["time"] - case["t0"]) // case["period"]
    return range(max(0, now - case.get("past", 0)), now + case.get("future", 0) + 1)


def codes(case: Json) -> list[str]:
    if case.get("encoder") == "steam":
        return [steam(case["secret"], case["algorithm"], step) for step in window(case)]
    return [hotp(case["secret"], case["algorithm"], case["digits"], step) for step in window(case)]


def read_typed(case: Json) -> str | None:
    """The code as it counts; None if it has the wrong shape."""
    if case.get("encoder") == "steam":
        code, shape = case["code"].strip(BLANKS), f"[{STEAM_ALPHABET}]{{5}}"
    else:
        code, shape = fold(case["code"]), f"[0-9]{{{case['digits']}}}"
    return code if re.fullmatch(shape, code) else None


def at(case: Json) -> Json:
    return {"code": codes(case)[0]}


def verify(case: Json) -> Json:
    code = read_typed(case)
    if code is None:
        return {"status": "malformed"}
    matching = [step for step, right in zip(window(case), codes(case), strict=True) if right == code]
    if not matching:
        return {"status": "wrong"}
    if case["op"] == "hotp_verify":
        return {"status": "accepted", "next_counter": matching[-1] + 1}
    if case["last_step"] is not None and matching[-1] <= case["last_step"]:
        return {"status": "replayed"}
    now = (case["time"] - case["t0"]) // case["period"]
    return {"status": "accepted", "step": matching[-1], "delta": matching[-1] - now}


def base32_error(case: Json) -> Json:
    try:
        base32(case["text"])
    except Base32Error as error:
        return {"index": error.index, "character": error.character}
    raise ValueError(f"{case['id']}: this is valid base32")


def config_error(case: Json) -> Json:
    """The one bad argument: a case has no second one, so that it asks for no order of checks."""
    try:
        no_key = not base32(case["secret"])
    except Base32Error:
        no_key = True
    bad = {
        "secret": no_key,
        "algorithm": case["algorithm"] not in ALGORITHMS,
        "digits": not 6 <= case["digits"] <= 10,
        "period": not 1 <= case.get("period", 30) <= 86400,
    }
    [argument] = [name for name, is_bad in bad.items() if is_bad]
    return {"argument": argument}


def oathtool(case: Json) -> list[str]:
    """The codes of the case's window as oathtool makes them. It has HOTP on SHA-1 only: TOTP in steps of 1 s serves."""
    first, more = window(case)[0], len(window(case)) - 1
    if case["op"].startswith("totp"):
        time = case["time"] if case["op"] == "totp_at" else case["t0"] + first * case["period"]
        mode = [f"--totp={case['algorithm']}", f"--now=@{time}", f"--start-time=@{case['t0']}"]
        mode.append(f"--time-step-size={case['period']}s")
    elif case["algorithm"] == "SHA1":
        mode = [f"--counter={first}"]
    else:
        mode = [f"--totp={case['algorithm']}", f"--now=@{first}", "--time-step-size=1s"]
    secret = re.sub(rf"[{BLANKS}=]", "", case["secret"])  # it refuses tabs and odd padding; the rest is its own reading
    command = ["oathtool", "--base32", f"--digits={case['digits']}", f"--window={more}", *mode, "-"]
    return subprocess.run(command, input=secret, capture_output=True, text=True, check=True).stdout.split()
