#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares our verdicts of mutated WebAuthn ceremonies with those of libfido2 and of py_webauthn.

webauthn_messages draws the ceremonies, asks us and libfido2, and writes a line each; this asks py_webauthn and looks
every difference up in webauthn_explanations.py. One that nothing there explains is red, and is printed whole.
"""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import webauthn_explanations as explanations
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers.cose import COSEAlgorithmIdentifier

ALGORITHMS = [COSEAlgorithmIdentifier(number) for number in (-7, -8, -257)]  # it knows no ES384
ORIGIN = "https://example.org"
RP_ID = "example.org"
SHOWN = 20  # unexplained differences that are printed whole

Message = dict[str, Any]


def unurl64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Tally:
    messages: int = 0
    accepted: int = 0
    asked: Counter[str] = field(default_factory=Counter)  # by peer
    agreed: Counter[str] = field(default_factory=Counter)
    explained: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)  # peer, explanation, ours, theirs
    raw_exceptions: Counter[str] = field(default_factory=Counter)
    unexplained: list[tuple[str, str, Message]] = field(default_factory=list)
    n_unexplained: int = 0


def py_webauthn(message: Message, tally: Tally) -> str:
    """ "accept", or why not. Whatever it raises is a refusal."""
    try:
        response = unurl64(message["response"]).decode()
        challenge = unurl64(message["challenge"])
        if message["ceremony"] == "registration":
            made = verify_registration_response(
                credential=response,
                expected_challenge=challenge,
                expected_rp_id=RP_ID,
                expected_origin=ORIGIN,
                require_user_verification=message["uv_required"],
                supported_pub_key_algs=ALGORITHMS,
            )
            said = (made.user_verified, made.credential_backed_up, made.sign_count)
        else:
            login = verify_authentication_response(
                credential=response,
                expected_challenge=challenge,
                expected_rp_id=RP_ID,
                expected_origin=ORIGIN,
                credential_public_key=unurl64(message["public_key"]),
                credential_current_sign_count=message["stored_count"],
                require_user_verification=message["uv_required"],
            )
            said = (login.user_verified, login.credential_backed_up, login.new_sign_count)
    except Exception as refusal:  # noqa: BLE001 - whatever it raises is a refusal
        if not type(refusal).__module__.startswith("webauthn"):
            tally.raw_exceptions[type(refusal).__name__] += 1
        return f"{type(refusal).__name__}: {refusal}"
    if message["ours"] == "none" and said != (message["uv"], message["bs"], message["count"]):
        return f"accept, but says {said}"
    return "accept"


def compare(message: Message, tally: Tally) -> None:
    ours = message["ours"]
    tally.messages += 1
    tally.accepted += ours == "none"
    for peer, verdict in (("libfido2", message["libfido2"]), ("py_webauthn", py_webauthn(message, tally))):
        if verdict == "silent":
            continue
        tally.asked[peer] += 1
        if (ours == "none") == (verdict == "accept"):
            tally.agreed[peer] += 1
            continue
        why = explanations.of(peer, verdict, message)
        if why is not None:
            tally.explained[peer, why, ours, verdict.split(":")[0]] += 1
        else:
            tally.n_unexplained += 1
            if len(tally.unexplained) < SHOWN:
                tally.unexplained.append((peer, verdict, message))


def messages(program: Path, seed: int, count: int) -> Iterator[Message]:
    with subprocess.Popen([str(program), str(seed), str(count)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode != 0:
        sys.exit(f"diff: {program.name} ended with {process.returncode}")


def judge(drawn: Iterable[Message], tally: Tally) -> Tally:
    for message in drawn:
        compare(message, tally)
    return tally


def faults(tally: Tally, count: int) -> list[str]:
    found = [f"{tally.n_unexplained} differences that nothing explains"] if tally.n_unexplained else []
    if tally.messages != count:
        found.append(f"{tally.messages} messages, not {count}")
    # A harness whose ceremonies are all refused, or a peer that is never asked, would agree about everything.
    if tally.accepted * 20 < tally.messages:
        found.append(f"only {tally.accepted} messages were accepted")
    found += [
        f"{peer} was hardly asked" for peer in ("libfido2", "py_webauthn") if tally.asked[peer] * 4 < tally.messages
    ]
    return found


def show(tally: Tally) -> None:
    for peer in ("libfido2", "py_webauthn"):
        print(f"diff: {peer:<12} asked {tally.asked[peer]}, agrees {tally.agreed[peer]}")
        totals: Counter[str] = Counter()
        for (of, why, _, _), n in tally.explained.items():
            totals[why] += n if of == peer else 0
        for why, n in totals.most_common():
            if n:
                print(f"diff:   {n:>8} {why}")
    print(f"diff: exceptions of py_webauthn that are none of its own: {dict(tally.raw_exceptions.most_common())}")
    for peer, verdict, message in tally.unexplained:
        response = unurl64(message["response"]).decode(errors="backslashreplace")
        print(f"diff: UNEXPLAINED {peer} says {verdict!r}, we say {message['ours']!r}: {message['kind']}")
        print(f"      {json.dumps({**message, 'response': response})}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path, help="webauthn_messages")
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--count", type=int, default=1_000_000)
    options = parser.parse_args()
    tally = judge(messages(options.program, options.seed, options.count), Tally())
    show(tally)
    found = faults(tally, options.count)
    for fault in found:
        print(f"diff: FAILED {fault}")
    print(
        f"diff: seed {options.seed}: {tally.messages} messages, {tally.accepted} accepted by us, "
        f"{sum(tally.explained.values())} differences explained, {tally.n_unexplained} not"
    )
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
