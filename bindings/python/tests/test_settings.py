# SPDX-License-Identifier: Apache-2.0
"""A wrong setting is an error that names the argument and the rule, when the object is made or at the call."""

import array
import hashlib
import pickle
from typing import Any

import pytest
from counterseal import HOTP, TOTP, ConfigError, CountersealError

KEY = b"12345678901234567890"
BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


class Index:
    """A number as numpy's are: not an int, and one to Python."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


class BrokenIndex:
    def __index__(self) -> int:
        raise ZeroDivisionError


NOT_INTS = [None, True, 6.0, "6", b"6", [6], object(), Index]


@pytest.mark.parametrize(
    ("settings", "text", "code"),
    [
        ({"digits": 5}, "digits must be 6 to 10", "CSEAL_E_RANGE"),
        ({"digits": 11}, "digits must be 6 to 10", "CSEAL_E_RANGE"),
        ({"digits": -(2**70)}, "digits must be 6 to 10", "CSEAL_E_RANGE"),
        ({"digits": 2**32 + 6}, "digits must be 6 to 10", "CSEAL_E_RANGE"),
        ({"digits": 2**64 + 6}, "digits must be 6 to 10", "CSEAL_E_RANGE"),
        ({"algorithm": "MD5"}, "algorithm must be SHA1, SHA256 or SHA512", "CSEAL_E_UNSUPPORTED"),
        ({"algorithm": "sha1"}, "algorithm must be SHA1, SHA256 or SHA512", "CSEAL_E_UNSUPPORTED"),
        ({"algorithm": "ＳＨＡ１"}, "algorithm must be SHA1, SHA256 or SHA512", "CSEAL_E_UNSUPPORTED"),
    ],
)
@pytest.mark.parametrize("kind", [TOTP, HOTP])
def test_bounds(kind: Any, settings: dict[str, Any], text: str, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        kind(BASE32, **settings)
    assert str(caught.value) == text
    assert caught.value.code == code
    assert caught.value.retryable is False
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, CountersealError)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"period": 0}, "period must be at least 1 second"),
        ({"period": -30}, "period must be at least 1 second"),
        ({"period": 86401}, "period must be at most 86400 seconds unless long periods are allowed"),
        ({"period": 2**70}, "period must be at most 86400 seconds unless long periods are allowed"),
        ({"period": 2**32, "allow_long_period": True}, "period must be below 2^32 seconds"),
        ({"period": 2**32 + 30, "allow_long_period": True}, "period must be below 2^32 seconds"),
        ({"t0": -1}, "t0 must not be negative"),
        ({"t0": 10**11 + 1}, "t0 must be at most 100000000000 seconds (is it in milliseconds?)"),
        ({"t0": 2**80}, "t0 must be at most 100000000000 seconds (is it in milliseconds?)"),
        ({"encoder": "base26"}, "encoder must be decimal or steam"),
    ],
)
def test_totp_bounds(settings: dict[str, Any], text: str) -> None:
    for make in (TOTP, TOTP.from_hex):
        with pytest.raises(ConfigError) as caught:
            make("2345", **settings)
        assert str(caught.value) == text
    with pytest.raises(ConfigError):
        TOTP.from_raw(KEY, **settings)
    with pytest.raises(ConfigError):
        TOTP.generate(**settings)


@pytest.mark.parametrize("name", ["digits", "period", "t0"])
@pytest.mark.parametrize("value", NOT_INTS, ids=repr)
def test_numbers_are_ints(name: str, value: object) -> None:
    with pytest.raises(TypeError, match=f"^{name} must be an int, not {type(value).__name__}"):
        TOTP(BASE32, **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("algorithm", hashlib.sha1),
        ("algorithm", b"SHA1"),
        ("algorithm", None),
        ("encoder", b"decimal"),
        ("encoder", None),
        ("issuer", b"Practice"),
        ("account", 7),
        ("allow_long_period", 1),
        ("allow_long_period", None),
    ],
)
def test_other_types(name: str, value: Any) -> None:
    with pytest.raises(TypeError, match=f"^{name} must be "):
        TOTP(BASE32, **{name: value})


@pytest.mark.parametrize("kind", [TOTP, HOTP])
def test_secrets(kind: Any) -> None:
    with pytest.raises(TypeError, match=r"^secret must be base32 text .*from_raw.*not bytes$"):
        kind(KEY)
    for secret in (None, 5, ["GEZDGNBV"], memoryview(b"GEZDGNBV")):
        with pytest.raises(TypeError, match="^secret must be base32 text"):
            kind(secret)
    with pytest.raises(TypeError, match=r"^key must be bytes .*not str$"):
        kind.from_raw(BASE32)
    for key in (None, 5, [1, 2], memoryview(bytes(40))[::2]):
        with pytest.raises(TypeError, match="^key must be bytes"):
            kind.from_raw(key)
    with pytest.raises(TypeError, match="^key must be a buffer of bytes"):
        kind.from_raw(array.array("I", range(20)))
    with pytest.raises(TypeError, match="^text must be hex text"):
        kind.from_hex(b"3132")
    for empty in ("", " \t\r\n", "\v"):
        with pytest.raises(ConfigError, match="^secret must not be empty$"):
            kind(empty)
        with pytest.raises(ConfigError, match="^secret must not be empty$"):
            kind.from_hex(empty)
    with pytest.raises(ConfigError, match="^key must not be empty$"):
        kind.from_raw(b"")
    for text, fault in (("313", "ends inside a byte at index 3"), ("31g2", "character 'g' at index 2")):
        with pytest.raises(ConfigError, match=f"^secret must be hex: .*{fault}"):
            kind.from_hex(text)


def test_a_key_is_the_same_through_each_door() -> None:
    doors = [
        TOTP(BASE32),
        TOTP(BASE32.lower()),
        TOTP(" GEZD GNBV\tGY3T QOJQ\nGEZD GNBV GY3T QOJQ=\r\n"),
        TOTP.from_hex(KEY.hex()),
        TOTP.from_hex(KEY.hex(" ").upper()),
        TOTP.from_raw(KEY),
        TOTP.from_raw(bytearray(KEY)),
        TOTP.from_raw(memoryview(b"x" + KEY)[1:]),
        TOTP.from_raw(array.array("B", KEY)),
        TOTP.from_raw(key=KEY),
        TOTP(secret=BASE32),
        TOTP.from_hex(text=KEY.hex()),
    ]
    assert {totp.reveal_base32() for totp in doors} == {BASE32}
    assert {totp.at(59) for totp in doors} == {"287082"}


def test_the_key_is_a_copy() -> None:
    key = bytearray(KEY)
    totp = TOTP.from_raw(key)
    key[:] = bytes(20)
    assert totp.at(59) == "287082"


def test_attributes() -> None:
    totp = TOTP(BASE32, algorithm="SHA256", digits=8, period=60, t0=30, issuer="Maple", account="lee")
    assert (totp.algorithm, totp.digits, totp.period, totp.t0) == ("SHA256", 8, 60, 30)
    assert (totp.issuer, totp.account) == ("Maple", "lee")
    hotp = HOTP(BASE32, algorithm="SHA512", digits=7, issuer="Maple", account="lee")
    assert (hotp.algorithm, hotp.digits, hotp.issuer, hotp.account) == ("SHA512", 7, "Maple", "lee")
    plain = TOTP(BASE32)
    assert (plain.algorithm, plain.digits, plain.period, plain.t0) == ("SHA1", 6, 30, 0)
    assert (plain.issuer, plain.account) == (None, None)
    for name in ("algorithm", "digits", "period", "t0", "issuer", "account", "warnings", "secret"):
        with pytest.raises(AttributeError):
            setattr(totp, name, "x")
    assert TOTP(BASE32, digits=Index(8)).digits == 8  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [TOTP, HOTP])
def test_short_secrets_work_and_warn(kind: Any) -> None:
    assert kind.from_raw(bytes(16)).warnings == ()
    (warning,) = kind.from_raw(bytes(15)).warnings
    assert "128 bits" in warning


@pytest.mark.parametrize("kind", [TOTP, HOTP])
def test_generate(kind: Any) -> None:
    made = {kind.generate().reveal_base32() for _ in range(100)}
    assert len(made) == 100
    assert {len(text) for text in made} == {32}
    assert len(kind.generate(bits=128).reveal_base32()) == 26
    assert len(kind.generate(bits=1024).reveal_base32()) == 205
    assert kind.generate(digits=8, issuer="Maple").digits == 8
    for bits in (0, -128, 80, 120, 129, 1032, 2**70):
        with pytest.raises(ConfigError, match="^bits must be a multiple of 8 from 128 to 1024$"):
            kind.generate(bits=bits)
    for no_bits in NOT_INTS:
        with pytest.raises(TypeError, match="^bits must be an int"):
            kind.generate(bits=no_bits)


@pytest.mark.parametrize("value", [True, False, 1.0, "1", b"1", [], object()], ids=repr)
def test_last_step_types(value: Any) -> None:
    with pytest.raises(TypeError, match="^last_step must be an int, or None for never used, not "):
        TOTP(BASE32).verify("287082", value, 59)


def test_last_step() -> None:
    totp = TOTP(BASE32)
    with pytest.raises(TypeError, match="missing required argument 'last_step'"):
        totp.verify("287082")  # type: ignore[call-arg]
    assert totp.verify("287082", -1, 59) == totp.verify("287082", None, 59)
    assert totp.verify("287082", Index(0), 59)  # type: ignore[arg-type]
    assert totp.verify("287082", 2**63 - 2, 59).status == "replayed"
    for value in (-2, -(2**70), 2**63 - 1, 2**63, 2**70):
        with pytest.raises(ConfigError, match="^last_step must be "):
            totp.verify("287082", value, 59)
    with pytest.raises(ZeroDivisionError):
        totp.verify("287082", BrokenIndex(), 59)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("past", "future", "text"),
    [
        (21, 0, "past + future must be at most 20 steps"),
        (0, 21, "past + future must be at most 20 steps"),
        (10, 11, "past + future must be at most 20 steps"),
        (2**32 - 1, 2, "past + future must be at most 20 steps"),
        (2**70, 0, "past + future must be at most 20 steps"),
        (-1, 0, "past must not be negative"),
        (0, -(2**70), "future must not be negative"),
    ],
)
def test_windows(past: int, future: int, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        TOTP(BASE32).verify("287082", None, 59, past, future)
    assert str(caught.value) == text


def test_windows_are_steps() -> None:
    totp = TOTP(BASE32)
    assert totp.verify("287082", None, 59, 0, 0)
    assert not totp.verify("287082", None, 60, 0, 0)
    assert totp.verify("287082", None, 60, 1, 0)
    assert totp.verify("287082", None, 60, past=1, future=0).delta == -1
    assert totp.verify("287082", None, 29, 0, 1).delta == 1
    assert totp.verify("287082", None, 59 + 20 * 30, past=20, future=0).delta == -20
    for value in NOT_INTS:
        with pytest.raises(TypeError, match="^past must be an int"):
            totp.verify("287082", None, 59, past=value)  # type: ignore[arg-type]


def test_counters() -> None:
    hotp = HOTP(BASE32)
    assert hotp.verify(hotp.at(2**64 - 3), 2**64 - 3).next_counter == 2**64 - 2
    assert hotp.at(Index(1)) == "287082"  # type: ignore[arg-type]
    for counter in (-1, -(2**70)):
        with pytest.raises(ConfigError, match="^counter must not be negative$"):
            hotp.at(counter)
        with pytest.raises(ConfigError, match="^next_counter must not be negative$"):
            hotp.verify("287082", counter)
    with pytest.raises(ConfigError, match=r"^counter must be below 2\^64$"):
        hotp.at(2**64)
    for counter in (2**64 - 2, 2**64, 2**70):
        with pytest.raises(ConfigError, match="^next_counter "):
            hotp.verify("287082", counter)
        with pytest.raises(ConfigError, match="^next_counter "):
            hotp.resync("287082", "287082", counter)
    for look_ahead in (101, 2**70, -1):
        with pytest.raises(ConfigError, match="^look_ahead "):
            hotp.verify("287082", 0, look_ahead)
        with pytest.raises(ConfigError, match="^look_ahead "):
            hotp.resync("287082", "287082", 0, look_ahead)
    for value in NOT_INTS:
        with pytest.raises(TypeError, match="^counter must be an int"):
            hotp.at(value)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="^next_counter must be an int"):
            hotp.verify("287082", value)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="^look_ahead must be an int"):
            hotp.verify("287082", 0, value)  # type: ignore[arg-type]


def test_look_ahead_and_resync() -> None:
    hotp = HOTP(BASE32)
    assert hotp.verify("969429", 0, 5).next_counter == 4
    assert hotp.verify("969429", 0).status == "wrong"
    assert hotp.verify("755224", 3, look_ahead=100).status == "wrong"
    assert hotp.resync(hotp.at(50), hotp.at(51), 0).next_counter == 52
    assert hotp.resync(hotp.at(51), hotp.at(52), 0).status == "wrong"
    assert hotp.resync(hotp.at(51), hotp.at(52), 0, 51).next_counter == 53
    assert hotp.resync(hotp.at(7), hotp.at(9), 0).status == "wrong"


@pytest.mark.parametrize("form", ["keyword", "positional", "mixed"])
def test_the_documented_names(form: str) -> None:
    totp, hotp = TOTP(BASE32), HOTP(BASE32)
    if form == "keyword":
        assert totp.verify(code="287082", last_step=None, at=59, past=0, future=0)
        assert hotp.verify(code="969429", next_counter=0, look_ahead=3)
        assert hotp.resync(code1="755224", code2="287082", next_counter=0, look_ahead=1)
    elif form == "positional":
        assert totp.verify("287082", None, 59, 0, 0)
        assert hotp.verify("969429", 0, 3)
        assert hotp.resync("755224", "287082", 0, 1)
    else:
        assert totp.verify("287082", at=59, last_step=None)
        assert totp.verify("287082", None, future=0, at=89, past=1)


def test_calls_that_do_not_fit() -> None:
    totp: Any = TOTP(BASE32)
    for args, keywords, text in (
        ((), {}, "verify() missing required argument 'code'"),
        (("1",), {}, "verify() missing required argument 'last_step'"),
        (("1", None, 59, 1, 1, 1), {}, "verify() takes at most 5 arguments (6 given)"),
        (("1", None), {"window": 1}, "verify() got an unexpected keyword argument 'window'"),
        (("1", None), {"code": "1"}, "verify() got multiple values for argument 'code'"),
    ):
        with pytest.raises(TypeError) as caught:
            totp.verify(*args, **keywords)
        assert str(caught.value) == text
    for call in (
        lambda: TOTP(),  # type: ignore[call-arg]
        lambda: TOTP(BASE32, "SHA1"),  # type: ignore[call-arg]
        lambda: TOTP(BASE32, digit=6),  # type: ignore[call-arg]
        lambda: TOTP.from_raw(),  # type: ignore[call-arg]
        lambda: TOTP.generate(160),  # type: ignore[call-arg]
        lambda: HOTP(BASE32, period=30),  # type: ignore[call-arg]
        lambda: totp.at(),
        lambda: TOTP.verify(HOTP(BASE32), "287082", None),  # type: ignore[arg-type]
        lambda: TOTP.verify(None, "287082", None),  # type: ignore[arg-type]
        lambda: TOTP.__new__(HOTP, BASE32),  # type: ignore[type-var]
        lambda: object.__new__(TOTP),
    ):
        with pytest.raises(TypeError):
            call()


def test_errors_can_be_pickled() -> None:
    with pytest.raises(ConfigError) as caught:
        TOTP("ABCDEFG0")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is ConfigError
    assert (str(again), again.code) == (str(caught.value), "CSEAL_E_ENCODING")
    assert CountersealError("later", "CSEAL_E_NOMEM").retryable
