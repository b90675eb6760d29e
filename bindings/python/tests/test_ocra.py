# SPDX-License-Identifier: Apache-2.0
"""OCRA (RFC 6287): appendix C, tests/cases/ocra.json, and what only Python can get wrong."""

import copy
import json
import pickle
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from counterseal import OCRA, ConfigError

Case = dict[str, Any]
TESTS = Path(__file__).parents[3] / "tests"
RFC6287 = json.loads((TESTS / "vectors/rfc6287.json").read_text())
ROWS = [(group, row) for group in RFC6287["groups"] for row in group["tests"]]
CASES: list[Case] = json.loads((TESTS / "cases/ocra.json").read_text())["cases"]
KEY = b"12345678901234567890"
PLAIN = "OCRA-1:HOTP-SHA1-6:QN08"
COUNTED = "OCRA-1:HOTP-SHA1-6:C-QN08"
TIMED = "OCRA-1:HOTP-SHA1-6:QN08-T1M"
FULL = "OCRA-1:HOTP-SHA256-8:C-QA08-PSHA1-S020-T1M"


def test_the_whole_appendix() -> None:
    assert len(ROWS) == 70


@pytest.mark.parametrize(
    ("group", "row"), ROWS, ids=lambda part: part.get("suite") or f"{part.get('C', '')}{part['Q']}"
)
def test_rfc6287(group: Case, row: Case) -> None:
    ocra = OCRA(group["suite"], bytes.fromhex(RFC6287["keys"][group["key"]]["hex"]))
    inputs: Case = {"question": row["Q"]}
    if "P" in row:
        inputs["pin_hash"] = bytes.fromhex(RFC6287["pin_sha1_hex"])
    if "C" in row:
        inputs["counter"] = row["C"]
    if "T" in row:
        inputs["time"] = int(row["T"], 16) * 60
    assert ocra.generate(**inputs) == row["expected"]
    if "T" in row:
        inputs["last_step"] = None
    verdict = ocra.verify(row["expected"], **inputs)
    assert verdict
    assert verdict.next_counter == (row["C"] + 1 if "C" in row else None)
    assert verdict.step == (int(row["T"], 16) if "T" in row else None)
    assert verdict.delta == (0 if "T" in row else None)


def inputs_of(case: Case) -> Case:
    given = {name: case[name] for name in ("question", "time") if name in case}
    given |= {name: bytes.fromhex(case[name]) for name in ("pin_hash", "session") if name in case}
    if "counter" in case:
        given["counter"] = int(case["counter"])
    return given


def expected_of(case: Case) -> Case:
    names = ("last_step", "look_ahead", "past", "future")
    return inputs_of(case) | {name: case[name] for name in names if name in case}


def generate(case: Case) -> None:
    ocra = OCRA(case["suite"], bytes.fromhex(case["key"]))
    assert ocra.generate(**inputs_of(case)) == case["expect"]["code"]
    assert len(case["expect"]["code"]) == ocra.digits


def verify(case: Case) -> None:
    given = expected_of(case)
    verdict = OCRA(case["suite"], bytes.fromhex(case["key"])).verify(case["code"], **given)
    expect = case["expect"]
    assert verdict.status == expect["status"]
    assert bool(verdict) == (expect["status"] == "accepted")
    assert (verdict.step, verdict.next_counter) == (expect.get("step"), expect.get("next_counter"))


def suite_error(case: Case) -> None:
    with pytest.raises(ConfigError, match=r"^suite must .* \(at index (\d+)\)$") as caught:
        OCRA(case["suite"], KEY)
    assert str(caught.value).endswith(f"(at index {case['expect']['index']})")
    assert caught.value.code == case["expect"]["error"]


def input_error(case: Case) -> None:
    ocra = OCRA(case["suite"], bytes.fromhex(case["key"]))
    expect = case["expect"]
    if expect["kind"] == "missing":
        with pytest.raises(TypeError, match=rf"^verify\(\) missing required argument '{expect['argument']}'"):
            ocra.verify("00000000", **expected_of(case))
        return
    with pytest.raises(ConfigError, match=rf"^{expect['argument']} ") as caught:
        ocra.verify("00000000", **expected_of(case))
    assert caught.value.code == expect["error"]


RUN = {run.__name__: run for run in (generate, verify, suite_error, input_error)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case: Case) -> None:
    RUN[case["op"]](case)


def test_every_op_has_cases() -> None:
    assert {case["op"] for case in CASES} == set(RUN)


def test_attributes() -> None:
    ocra = OCRA(suite=FULL, key=bytearray(KEY))
    assert (ocra.suite, ocra.digits) == (FULL, 8)
    assert repr(ocra) == f"<counterseal.OCRA {FULL}>"
    for name in ("suite", "digits", "key"):
        with pytest.raises(AttributeError):
            setattr(ocra, name, "x")


def test_the_key_is_kept_to_itself() -> None:
    secret = b"\x8f\x1bNot in any text\xd7"
    key = bytearray(secret)
    ocra = OCRA(PLAIN, key)
    code = ocra.generate(question="12345678")
    key[:] = bytes(len(key))
    assert ocra.generate(question="12345678") == code
    assert not hasattr(ocra, "__dict__")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="holds a secret and is neither pickled nor copied"):
            pickle.dumps(ocra, protocol)
    for attempt in (copy.copy, copy.deepcopy, vars, json.dumps, memoryview, bytes):
        with pytest.raises(TypeError):
            attempt(ocra)  # type: ignore[operator]
    for name in dir(ocra):
        assert "Not in any text" not in repr(getattr(ocra, name))
    for call in (lambda: OCRA(secret, KEY), lambda: OCRA(PLAIN, secret.decode("latin-1"))):  # type: ignore[arg-type]
        with pytest.raises(TypeError) as caught:
            call()
        assert "Not in any text" not in str(caught.value)


@pytest.mark.parametrize("suite", [None, 7, b"OCRA-1", [PLAIN]])
def test_suite_types(suite: Any) -> None:
    with pytest.raises(TypeError, match="^suite must be a str"):
        OCRA(suite, KEY)


def test_key_types() -> None:
    for key in (None, 7, "12345678", [1], memoryview(bytes(40))[::2]):
        with pytest.raises(TypeError, match="^key must be bytes"):
            OCRA(PLAIN, key)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="^key must not be empty$"):
        OCRA(PLAIN, b"")
    with pytest.raises(ConfigError, match="^suite must be text without lone surrogates"):
        OCRA("OCRA-1:\ud800", KEY)


def test_input_types() -> None:
    full = OCRA(FULL, KEY)
    good: Case = {"question": "SIG1", "counter": 1, "pin_hash": bytes(20), "session": bytes(20), "time": 60}
    assert full.generate(**good) == full.generate(**(good | {"pin_hash": memoryview(bytes(20)), "time": 60.9}))
    for name, values in {
        "question": (b"SIG1", 7, ["SIG1"]),
        "counter": ("1", 1.0, True, b"1"),
        "pin_hash": ("0" * 20, 7, [0] * 20, memoryview(bytes(40))[::2]),
        "session": ("0" * 20, 7),
        "time": ("60", True, datetime(2026, 1, 1), float("nan")),
    }.items():
        for value in values:
            with pytest.raises(TypeError, match=f"^{name} must be "):
                full.generate(**(good | {name: value}))
            with pytest.raises(TypeError, match=f"^{name} must be "):
                full.verify("1", last_step=None, **(good | {name: value}))
    for name in ("look_ahead", "past", "future"):
        for value in (None, "1", 1.0, True):
            with pytest.raises(TypeError, match=f"^{name} must be an int"):
                full.verify("1", last_step=None, **good, **{name: value})  # type: ignore[arg-type]
    for value in ("1", True, 1.0):
        with pytest.raises(TypeError, match="^last_step must be an int, or None"):
            full.verify("1", last_step=value, **good)
    with pytest.raises(TypeError, match="missing required argument 'question'"):
        full.generate(counter=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="by name"):
        full.generate("SIG1")  # type: ignore[misc]
    with pytest.raises(TypeError, match="by name"):
        full.verify("1", "SIG1")  # type: ignore[misc]
    with pytest.raises(TypeError, match="unexpected keyword argument 'pin'"):
        full.generate(question="SIG1", pin=b"1234")  # type: ignore[call-arg]
    with pytest.raises(ConfigError, match="^question must "):
        full.generate(**(good | {"question": "SIG\ud800"}))


def test_surplus_inputs_of_generate() -> None:
    plain = OCRA(PLAIN, KEY)
    for name, value in {"counter": 0, "pin_hash": b"", "session": b"", "time": 0}.items():
        with pytest.raises(ConfigError, match=f"^{name} must not be given: the suite has none$"):
            plain.generate(question="1234", **{name: value})  # type: ignore[arg-type]
    assert plain.generate(question="1234", counter=None, pin_hash=None, session=None, time=None)
    assert OCRA(COUNTED, KEY).generate(question="1234", counter=2**64 - 1)


@pytest.mark.parametrize("code", [None, 237653, 237653.0, ["237653"], bytearray(b"237653"), "２３７６５３", object()])
def test_no_code_is_an_exception(code: Any) -> None:
    assert OCRA(PLAIN, KEY).verify(code, question="00000000").status == "malformed"
    assert OCRA(PLAIN, KEY).verify(b"237653", question="00000000")


def test_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    timed = OCRA(TIMED, KEY)
    monkeypatch.setattr(time, "time", lambda: 660.5)
    code = timed.generate(question="1234")
    assert code == timed.generate(question="1234", time=660) == timed.generate(question="1234", time=660.9)
    assert code == timed.generate(question="1234", time=datetime.fromtimestamp(660, UTC))
    verdict = timed.verify(code, question="1234", last_step=None)
    assert (verdict.step, verdict.delta, verdict.next_counter) == (11, 0, None)
    assert timed.verify(code, question="1234", last_step=11).status == "replayed"
    assert timed.verify(code, question="1234", last_step=-1, time=600).delta == 1
    with pytest.raises(TypeError, match=r"^verify\(\) missing required argument 'last_step'"):
        timed.verify(code, question="1234")
    for value in (-2, 2**63 - 1, 2**70):
        with pytest.raises(ConfigError, match="^last_step must be "):
            timed.verify(code, question="1234", last_step=value)
    assert OCRA(PLAIN, KEY).verify("237653", question="00000000", last_step=None)  # never used: nothing was said
