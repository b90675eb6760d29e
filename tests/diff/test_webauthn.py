# SPDX-License-Identifier: Apache-2.0
"""A selection of the differential test, and the judge refusing what it must refuse."""

from __future__ import annotations

import base64
import json
import os
import re
from pathlib import Path

import counterseal
import pytest
import webauthn_differential as differential
import webauthn_explanations as explanations

PROGRAM = Path(counterseal.__file__).resolve().parents[3] / "tests/diff/webauthn_messages"
SEED = int(os.environ.get("COUNTERSEAL_SEED", "20261129"))
COUNT = 6000


def a_message(**changed: object) -> differential.Message:
    body = base64.urlsafe_b64encode(b"{}").decode().rstrip("=")
    usual: differential.Message = {"number": 0, "kind": "as-it-is", "ceremony": "authentication", "algorithm": "es256"}
    usual |= {"format": "none", "response": body, "challenge": "Bwc", "uv_required": False, "public_key": "oA"}
    usual |= {"stored_count": 0, "stored_be": False, "ours": "none", "uv": False, "be": False, "bs": False, "count": 0}
    return usual | {"libfido2": "silent"} | changed


@pytest.mark.filterwarnings("default")  # cryptography has something to say of mutated certificates
def test_a_selection_has_no_difference_that_nothing_explains(capsys: pytest.CaptureFixture[str]) -> None:
    drawn = differential.messages(PROGRAM, SEED, COUNT)
    tally = differential.judge(drawn, differential.Tally())
    differential.show(tally)
    assert differential.faults(tally, COUNT) == [], capsys.readouterr().out
    # Each of them says most of what it is there for: a harness that asks in vain would agree as well.
    assert {kind for (_, kind, _, _) in tally.explained} >= {
        "libfido2 takes the hash of the client data",
        "py_webauthn does not look at crossOrigin and topOrigin",
        "py_webauthn reads lenient CBOR in authenticator data",
    }


@pytest.mark.parametrize("peer", ["libfido2", "py_webauthn"])
def test_what_we_accept_and_a_peer_refuses_is_red(peer: str) -> None:
    tally = differential.Tally()
    differential.compare(a_message(libfido2="refuse" if peer == "libfido2" else "silent"), tally)
    assert peer in [found for found, _, _ in tally.unexplained]
    assert differential.faults(tally, 1)


def test_what_we_refuse_and_a_peer_accepts_is_red() -> None:
    tally = differential.Tally()
    differential.compare(a_message(ours="rp_id", libfido2="accept"), tally)
    assert [(peer, verdict) for peer, verdict, _ in tally.unexplained] == [("libfido2", "accept")]


def test_an_explanation_looks_at_the_message() -> None:
    # The client data of an empty response is not the one that was asked for, but its data has no backup flags.
    assert explanations.of("libfido2", "accept", a_message(ours="origin")) is not None
    assert explanations.of("libfido2", "accept", a_message(ours="backup_state")) is None


def test_too_few_messages_and_peers_that_are_not_asked_are_red() -> None:
    found = differential.faults(differential.Tally(messages=3, accepted=0), 4)
    assert len(found) == 4, json.dumps(found)


def test_the_table_names_every_explanation_and_no_other() -> None:
    text = Path(__file__).with_name("webauthn-differences.md").read_text()
    rows = re.findall(r"^\| ([^|]+?) \| +\d+ \|", text, re.MULTILINE)
    assert sorted(rows) == sorted(one.name for one in explanations.ALL)
