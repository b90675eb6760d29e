# SPDX-License-Identifier: Apache-2.0
"""Writes uri.json: otpauth URIs that some reader or writer got wrong, with right answers.

Each answer is written down here from the rule that its row names; what the rule leaves to a library (urllib for
percent-encoding, base64 for base32) is computed by that. The runners compare with the product, and the canonical forms
also with pyotp's and otpauth's parsers.
"""

import argparse
import base64
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

PATH = Path(__file__).with_name("uri.json")
ABOUT = "otpauth URIs that broke somebody's enrollment, and the kind behind each; rows as in otp.json"
SOURCES = {
    "colon": "pyauth/pyotp#174",
    "mismatch": "Spomky-Labs/otphp#242",
    "blank": "pquerna/otp#68",
    "padding": "keepassxreboot/keepassxc#3255",
    "reserved": "Authenticator-Extension/Authenticator#570",
    "range": "beemdevelopment/Aegis#1823",
    "unknown": "pyauth/pyotp#114",
    "steam": "helloworld1/FreeOTPPlus#113",
    "kuf": "google/google-authenticator wiki, Key Uri Format",
    "rfc3986": "RFC 3986 s.2",
    "case": "RFC 3986 s.6.2.2.1",
}
Json = dict[str, Any]
S = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
DEFAULT: Json = {
    "kind": "totp", "secret": S, "algorithm": "SHA1", "digits": 6, "period": 30, "counter": 0, "encoder": "decimal",
    "issuer": "", "account": "", "label_prefix": "", "notices": 0,
}  # fmt: skip
cases: list[Json] = []


def encoded(text: str) -> str:
    return quote(text, safe="-._~")


def canonical(of: Json) -> str:
    label = encoded(of["issuer"]) + ":" if of["issuer"] else ""
    uri = f"otpauth://{of['kind']}/{label}{encoded(of['account'])}?secret={of['secret']}"
    if of["issuer"]:
        uri += f"&issuer={encoded(of['issuer'])}"
    if of["algorithm"] != "SHA1":
        uri += f"&algorithm={of['algorithm']}"
    if of["encoder"] == "decimal" and (of["digits"] != 6 or of["issuer"] == "Steam"):
        uri += f"&digits={of['digits']}"
    if of["kind"] == "hotp":
        uri += f"&counter={of['counter']}"
    elif of["period"] != 30:
        uri += f"&period={of['period']}"
    return uri + ("&encoder=steam" if of["encoder"] == "steam" else "")


def good(name: str, source: str, why: str, uri: str, **fields: Any) -> None:
    expect = DEFAULT | fields
    base64.b32decode(expect["secret"] + "=" * (-len(expect["secret"]) % 8))  # the answer is a key
    sayable = (expect["issuer"] or expect["account"]) and ":" not in expect["issuer"] + expect["account"]
    expect["canonical"] = canonical(expect) if sayable else None
    if expect["counter"] > 2**53:
        expect["counter"] = str(expect["counter"])  # JavaScript's numbers end there
    cases.append({"id": name, "source": SOURCES[source], "why": why, "uri": uri, "expect": expect})


def bad(name: str, source: str, why: str, uri: str, argument: str, at: str | int) -> None:
    """`at` is the byte, or the text that stands there."""
    byte = at if isinstance(at, int) else uri.encode().index(at.encode())
    expect = {"error": argument, "byte": byte}
    cases.append({"id": name, "source": SOURCES[source], "why": why, "uri": uri, "expect": expect})


def labels() -> None:
    text = "Text%3A%20More%20Text"
    why = "A prefix that is the issuer goes first, colons and all."
    row = {"issuer": "Text: More Text", "secret": "FFFFFFFAAAAAABBBBBBA"}  # surplus bits are no key
    good("26-listed", "colon", why, f"otpauth://totp/{text}:Secret?secret=FFFFFFFAAAAAABBBBBBB&issuer={text}",
         account="Secret", **row)  # fmt: skip
    good("26-encoded", "colon", why, f"otpauth://totp/{text}%3ASecret?secret=FFFFFFFAAAAAABBBBBBB&issuer={text}",
         account="Secret", **row)  # fmt: skip
    why = "Without an issuer parameter the first literal colon separates, else the first encoded one."
    good("26-literal", "kuf", why, f"otpauth://totp/A%3AB:c?secret={S}", issuer="A:B", account="c")
    good("26-second", "kuf", why, f"otpauth://totp/A:B:c?secret={S}", issuer="A", account="B:c")
    good("26-only-encoded", "kuf", why, f"otpauth://totp/A%3Ab%3ac?secret={S}", issuer="A", account="b:c")
    good("26-blank", "kuf", "Blanks after the colon are not the account's.", f"otpauth://totp/A:%20%20b?secret={S}",
         issuer="A", account="b")  # fmt: skip
    good("26-no-prefix", "kuf", "The parameter alone is an issuer.", f"otpauth://totp/b?secret={S}&issuer=A",
         issuer="A", account="b")  # fmt: skip
    good("26-bare", "kuf", "No issuer at all.", f"otpauth://totp/alice%40example.com?secret={S}",
         account="alice@example.com")  # fmt: skip
    good("26-empty-label", "kuf", "A label may be missing.", f"otpauth://totp/?secret={S}&issuer=A", issuer="A")
    good("26-no-slash", "kuf", "A label may be missing with its slash.", f"otpauth://totp?secret={S}&issuer=A",
         issuer="A")  # fmt: skip
    good("26-account-is-issuer", "kuf", "A label that is the issuer has no account prefix.",
         f"otpauth://totp/A?secret={S}&issuer=A", issuer="A", account="A")  # fmt: skip
    why = "The issuer parameter wins, and the prefix is kept beside it."
    good("28-listed", "mismatch", why,
         "otpauth://totp/Some+Company%3Ame%40example.net?secret=JBSWY3DPEHPK3PXP&issuer=Microsoft",
         issuer="Microsoft", account="me@example.net", label_prefix="Some+Company", secret="JBSWY3DPEHPK3PXP",
         notices=1)  # fmt: skip
    good("28-longer", "mismatch", why, f"otpauth://totp/ABC:d?secret={S}&issuer=AB", issuer="AB", account="d",
         label_prefix="ABC", notices=1)  # fmt: skip
    good("28-empty-issuer", "mismatch", "An empty issuer parameter says nothing.",
         f"otpauth://totp/A:b?secret={S}&issuer=", issuer="A", account="b")  # fmt: skip


def encodings() -> None:
    for name, issuer, account in [
        ("29-listed", "Praxis Nord", "a+b@example.com"),
        ("31-listed", "A&B/C?", "x#y"),
        ("31-all", "!\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~", "\u00fc\u65e5\U0001f512 %41+"),
    ]:
        made = DEFAULT | {"issuer": issuer, "account": account}
        source = "blank" if name.startswith("29") else "reserved"
        good(name, source, "Everything but unreserved characters is percent-encoded UTF-8.", canonical(made),
             issuer=issuer, account=account)  # fmt: skip
    why = "+ is a blank in a query value, as form encoders write it, and itself in a path."
    good("29-plus", "blank", why, f"otpauth://totp/Praxis+Nord:a+b?secret={S}&issuer=Praxis+Nord",
         issuer="Praxis Nord", account="a+b", label_prefix="Praxis+Nord", notices=1)  # fmt: skip
    good("29-lower-hex", "rfc3986", "Hex digits have no case.", f"otpauth://totp/%c3%bc?secret={S}", account="\u00fc")
    good("29-raw-utf8", "rfc3986", "Bytes that should have been encoded are read.", f"otpauth://totp/\u00fc?secret={S}",
         account="\u00fc")  # fmt: skip
    why = "A % is followed by two hex digits."
    for name, tail in {"end": "%", "one": "%4", "letter": "%4g", "sign": "%+1"}.items():
        bad(f"29-percent-{name}", "rfc3986", why, f"otpauth://totp/ab{tail}?secret={S}", "label", "%")
        bad(f"29-percent-query-{name}", "rfc3986", why, f"otpauth://totp/ab?secret={S}&issuer=x{tail}", "issuer", "%")
    why = "Texts are UTF-8 without control characters."
    for name, text in {
        "latin1": "%fc",
        "overlong": "%c0%af",
        "surrogate": "%ed%a0%80",
        "nul": "%00",
        "newline": "%0A",
    }.items():
        bad(f"29-text-{name}", "rfc3986", why, f"otpauth://totp/a{text}?secret={S}", "account", "a" + text)
        bad(f"29-issuer-{name}", "rfc3986", why, f"otpauth://totp/a?secret={S}&issuer={text}", "issuer", text)


def secrets() -> None:
    why = "Base32 as people write it."
    for name, text in {"lower": S.lower(), "plus": S[:8] + "+" + S[8:], "blank": S[:8] + "%20" + S[8:]}.items():
        good(f"30-secret-{name}", "kuf", why, f"otpauth://totp/a?secret={text}", account="a")
    for n, secret in {5: "GEZDGNBV", 16: "GEZDGNBVGY3TQOJQGEZDGNBVGY", 20: S}.items():
        good(f"30-bytes-{n}", "padding", "No padding in the canonical form.",
             f"otpauth://totp/a?secret={secret}{'%3D' * (-len(secret) % 8)}", account="a", secret=secret)  # fmt: skip
    good("30-padding", "padding", "Padding need not be encoded.", "otpauth://totp/a?secret=GEZDGNBVGY======",
         account="a", secret="GEZDGNBVGY")  # fmt: skip
    good("30-hyphens", "kuf", "Hyphens are dropped, and that is said.", f"otpauth://totp/a?secret={S[:4]}-{S[4:]}",
         account="a", notices=1)  # fmt: skip
    why = "Never another key."
    for name, text in {
        "zero": "GEZDGNB0",
        "one": "1EZDGNBV",
        "short": "GEZ",
        "after": "GE=ZD",
        "utf8": "%C3%BC",
    }.items():
        bad(f"30-bad-{name}", "kuf", why, f"otpauth://totp/a?secret={text}", "secret", text)
    bad("30-missing", "kuf", "The secret is required.", "otpauth://totp/a?issuer=A", "secret", "?")
    bad("30-no-query", "kuf", "The secret is required.", "otpauth://totp/a", "secret", 16)
    bad("30-empty", "kuf", "An empty secret is none.", "otpauth://totp/a?secret=", "secret", 24)
    bad("30-only-hyphens", "kuf", "An empty secret is none.", "otpauth://totp/a?secret=--", "secret", "--")


def numbers() -> None:
    why = "Out of range, and no crash."
    for name, text in {"-1": "-1", "0": "0", "5": "5", "11": "11", "99": "99", "huge": "9" * 30, "wrap": str(2**32 + 6),
                       "plus": "%2B6", "blank": "+6", "point": "6.0", "hex": "0x6", "empty": "",
                       "word": "six"}.items():  # fmt: skip
        bad(f"32-digits-{name}", "range", why, f"otpauth://totp/x?secret=GEZDGNBV&digits={text}", "digits", 40)
    for name, text in {
        "0": "0",
        "-30": "-30",
        "wrap": str(2**32 + 30),
        "huge": "9" * 30,
        "half": "30.5",
        "empty": "",
    }.items():
        bad(f"32-period-{name}", "range", why, f"otpauth://totp/x?secret=GEZDGNBV&period={text}", "period", 40)
    for name, text in {"-1": "-1", "2^64": str(2**64), "2^64-2": str(2**64 - 2), "word": "one"}.items():
        bad(f"32-counter-{name}", "range", why, f"otpauth://hotp/x?secret=GEZDGNBV&counter={text}", "counter", 41)
    row = {"account": "x", "secret": "GEZDGNBV"}
    for digits in (6, 7, 8, 9, 10):
        good(f"32-good-digits-{digits}", "kuf", "6 to 10.", f"otpauth://totp/x?secret=GEZDGNBV&digits={digits}",
             digits=digits, **row)  # fmt: skip
    for period in (1, 15, 60, 86400, 172800, 2**32 - 1):
        good(f"32-good-period-{period}", "kuf", "Any whole number of seconds.",
             f"otpauth://totp/x?secret=GEZDGNBV&period={period}", period=period, **row)  # fmt: skip
    for counter in (0, 1, 2**53 + 1, 2**64 - 3):
        good(f"32-good-counter-{counter}", "kuf", "64 bits, and one to spare.",
             f"otpauth://hotp/x?secret=GEZDGNBV&counter={counter}", kind="hotp", counter=counter, **row)  # fmt: skip
    good("32-leading-zeros", "kuf", "Zeros in front change no number.", "otpauth://totp/x?secret=GEZDGNBV&digits=008",
         digits=8, **row)  # fmt: skip
    good("32-no-counter", "kuf", "Required, but many writers mean 0.", "otpauth://hotp/x?secret=GEZDGNBV", kind="hotp",
         notices=1, **row)  # fmt: skip
    good("32-period-of-hotp", "kuf", "HOTP has none.", "otpauth://hotp/x?secret=GEZDGNBV&counter=1&period=0",
         kind="hotp", counter=1, notices=1, **row)  # fmt: skip
    good("32-counter-of-totp", "kuf", "TOTP has none.", "otpauth://totp/x?secret=GEZDGNBV&counter=7", notices=1, **row)


def parameters() -> None:
    row = {"account": "x", "secret": "GEZDGNBV"}
    base = "otpauth://totp/x?secret=GEZDGNBV"
    good("33-listed", "unknown", "Unknown parameters are ignored and reported.",
         f"{base}&image=https%3A%2F%2Fexample.com%2Fl.png&foo=1", notices=1, **row)  # fmt: skip
    good(
        "33-odd-name",
        "unknown",
        "Also one without a value, and with an odd name.",
        f"{base}&lock&%00=%zz",
        notices=2,
        **row,
    )
    good("33-many", "unknown", "A flood of them is no flood of notices.", base + "&a=1" * 500, notices=20, **row)
    good("33-empty-parts", "unknown", "Empty parts are no parameters.", "otpauth://totp/x?&secret=GEZDGNBV&&", **row)
    good("33-fragment", "rfc3986", "A fragment is not the URI's.", f"{base}#&digits=8", **row)
    good(
        "33-case",
        "case",
        "Scheme, type and names have no case.",
        "OTPAuth://TOTP/x?Secret=GEZDGNBV&DIGITS=8",
        digits=8,
        **row,
    )
    good("33-outer-blanks", "kuf", "Blanks around the URI are not its.", f" \t{base}\r\n", **row)
    good("33-same-twice", "unknown", "The same twice is the same.", f"{base}&secret=GEZDGNBV", notices=1, **row)
    for name, more in {"secret": "secret=GEZDGNBQ", "digits": "digits=6&digits=8", "issuer": "issuer=A&Issuer=B",
                       "algorithm": "algorithm=SHA1&algorithm=SHA256"}.items():  # fmt: skip
        second = more.rsplit("&", 1)[-1]
        bad(f"33-twice-{name}", "unknown", "Twice with two values is an attack or a slip.", f"{base}&{more}", name,
            len(base) + 1 + len(more) - len(second))  # fmt: skip
    for name, text, notices in [("SHA1", "SHA1", 0), ("SHA256", "SHA256", 0), ("SHA512", "SHA512", 0),
                                ("SHA512", "sha512", 1), ("SHA256", "HmacSHA256", 1), ("SHA1", "HMAC-SHA-1", 1),
                                ("SHA256", "SHA-256", 1)]:  # fmt: skip
        good(f"33-algorithm-{text}", "kuf", "Other spellings are read and reported.", f"{base}&algorithm={text}",
             algorithm=name, notices=notices, **row)  # fmt: skip
    for text in ("MD5", "SHA224", "SHA3-256", "", "SHA", "SHA1SHA256SHA512"):
        bad(
            f"33-algorithm-{text}",
            "kuf",
            "Nothing else is computed.",
            f"{base}&algorithm={text}",
            "algorithm",
            len(base) + 11,
        )
    for text in (
        "otpauth",
        "otpauth:/totp/x?secret=GEZDGNBV",
        "https://totp/x?secret=GEZDGNBV",
        "",
        "otpauth-migration://offline",
    ):
        bad(f"33-scheme-{text[:12]}", "kuf", "Another scheme is another thing.", text, "URI", 0)
    for text in ("motp", "", "totp2", "steam%20", "u@totp"):
        bad(f"33-type-{text}", "kuf", "totp or hotp.", f"otpauth://{text}/x?secret=GEZDGNBV", "type", 10)
    bad("33-too-long", "kuf", "No QR code holds as much.", base + "&a=" + "b" * 8192, "URI", 8192)


def steam() -> None:
    secret = "FMXNK4QEGKVPULRTADY6JIDK5VHUBGZW"
    row = {"issuer": "Steam", "account": "bob", "secret": secret, "encoder": "steam", "digits": 6}
    base = f"otpauth://totp/Steam:bob?secret={secret}&issuer=Steam"
    good("34-listed", "steam", "The issuer says it.", base, **row)
    good("34-canonical", "steam", "The encoder says it.", f"{base}&encoder=steam", **row)
    good("34-five", "steam", "Five digits are what some writers mean by it.", f"{base}&digits=5", **row)
    good("34-prefix", "steam", "The label says it.", f"otpauth://totp/Steam:bob?secret={secret}", **row)
    good(
        "34-type", "steam", "A type of its own says it.", f"otpauth://steam/Steam:bob?secret={secret}", notices=1, **row
    )
    good("34-ten", "steam", "pyotp writes ten digits.", f"{base}&encoder=steam&digits=10", notices=1, **row)
    good("34-six", "steam", "Digits are what the URI says.", f"{base}&digits=6", **(row | {"encoder": "decimal"}))
    good("34-decimal", "steam", "The encoder is said.", f"{base}&encoder=decimal", **(row | {"encoder": "decimal"}))
    good("34-other", "steam", "Any issuer may have it.", f"otpauth://totp/x?secret={secret}&encoder=steam",
         **(row | {"issuer": "", "account": "x"}))  # fmt: skip
    good("34-lower", "steam", "Only that name.", f"otpauth://totp/steam:bob?secret={secret}",
         **(row | {"issuer": "steam", "encoder": "decimal"}))  # fmt: skip
    bad("34-hotp", "steam", "Steam codes go by time.", f"otpauth://hotp/x?secret={secret}&counter=0&encoder=steam",
        "encoder", "steam")  # fmt: skip
    bad("34-unknown", "steam", "No other encoder is known.", f"{base}&encoder=base26", "encoder", "base26")


def main() -> int:
    parser = argparse.ArgumentParser(description="Write tests/cases/uri.json.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if the file is not current")
    options = parser.parse_args()
    for part in (labels, encodings, secrets, numbers, parameters, steam):
        part()
    if len({case["id"] for case in cases}) != len(cases):
        sys.exit("an id is there twice")
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"source": {json.dumps(ABOUT)},\n"cases": [\n{lines}\n]}}\n'
    if not options.check:
        PATH.write_text(text, encoding="ascii", newline="\n")
    elif not PATH.exists() or PATH.read_text(encoding="utf-8") != text:
        print("tests/cases/uri.json is not current; run: python3 tests/cases/uri_cases.py", file=sys.stderr)
        return 1
    print(f"tests/cases/uri.json: {len(cases)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
