# SPDX-License-Identifier: Apache-2.0
"""Row 34: the codes of Steam's phone app. They have no digits to set, and every character of them is a secret."""

from collections.abc import Callable
from itertools import count, cycle

from oracle import STEAM_ALPHABET, steam

S = "FMXNK4QEGKVPULRTADY6JIDK5VHUBGZW"


def steam_codes(add: Callable[..., None]) -> None:
    setting = {"encoder": "steam", "secret": S}
    add(34, "listed", "totp_at", "Five characters, the lowest first.", "C5V56", time=0, **setting)
    for algorithm in ("SHA1", "SHA256", "SHA512"):
        h = setting | {"algorithm": algorithm}
        code = steam(S, algorithm, 1000)
        ask = h | {"time": 30000}
        for step in (0, 1, 999, 3 * 10**9):
            add(34, f"at-{step}", "totp_at", "Each place is a remainder of 26.", time=30 * step, **h)
        why = "The code is right once."
        add(34, "right", "totp_verify", why, "accepted", 1000, 0, code=code, **ask)
        add(34, "replayed", "totp_verify", why, "replayed", code=code, **(ask | {"last_step": 1000}))
        add(34, "before", "totp_verify", why, "accepted", 999, -1, code=steam(S, algorithm, 999), **ask)
        add(34, "outside", "totp_verify", "998 is not in the window.", "wrong", code=steam(S, algorithm, 998), **ask)
        add(34, "blanks", "totp_verify", "Outer blanks are dropped.", "accepted", code=f"\t{code} \n", **ask)
        turned = code[::-1] if code[::-1] != code else code[1:] + code[0]
        add(34, "turned", "totp_verify", "The order counts.", "wrong", code=turned, **ask)
        why = "Five characters of its alphabet, upper case, and nothing between them."
        odd = {
            "lower": code.lower(),
            "four": code[:4],
            "six": code + "2",
            "inner": f"{code[:2]} {code[2:]}",
            "empty": "",
        }
        odd |= {"hyphen": f"{code[:2]}-{code[2:]}", "wide": "\uff23" + code[1:], "nul": code + "\0", "digits": "929991"}
        for name, text in odd.items():
            if text != code:  # a code without letters has no lower case
                add(34, f"shape-{name}", "totp_verify", why, "malformed", code=text, **ask)
    algorithms, why = cycle(("SHA1", "SHA256", "SHA512")), "Look-alikes are not in the alphabet."
    for character in "01AEILOSUZ":
        assert character not in STEAM_ALPHABET
        text = "2345" + character
        add(
            34,
            f"alphabet-{character}",
            "totp_verify",
            why,
            "malformed",
            code=text,
            algorithm=next(algorithms),
            time=0,
            **setting,
        )
    first = next(step for step in count() if steam(S, "SHA1", step)[-1] == "2")
    why = "A high place of zero is still shown."
    add(34, "zero-place", "totp_at", why, steam(S, "SHA1", first), time=30 * first, **setting)
