# SPDX-License-Identifier: Apache-2.0
"""What a type checker lets pass and what not; read by mypy, never run. An ignore that is not needed is an error."""

from datetime import UTC, datetime
from typing import Literal, assert_type

from counterseal import HOTP, TOTP, ConfigError, CountersealError, Verdict, __version__

assert_type(__version__, str)

totp = TOTP("GEZDGNBV", algorithm="SHA256", digits=8, period=60, t0=0, issuer="Maple", account=None)
assert_type(totp, TOTP)
assert_type(TOTP.from_raw(bytearray(20)), TOTP)
assert_type(TOTP.from_raw(memoryview(b"key"), allow_long_period=True), TOTP)
assert_type(TOTP.from_hex("3132", encoder="decimal"), TOTP)
assert_type(TOTP.generate(bits=256), TOTP)
assert_type(totp.now(), str)
assert_type(totp.at(datetime.now(UTC)), str)
assert_type(totp.algorithm, Literal["SHA1", "SHA256", "SHA512"])
assert_type(totp.warnings, tuple[str, ...])

verdict = totp.verify("287082", None, 59, 1, 1)
assert_type(verdict, Verdict)
assert_type(verdict.step, int | None)
assert_type(totp.verify(None, last_step=3, at=59.5, past=0, future=0), Verdict)
if verdict.status == "accepted":
    assert_type(bool(verdict), bool)

hotp = HOTP.generate(digits=7)
assert_type(hotp.at(3), str)
assert_type(hotp.verify(b"287082", 0, look_ahead=3).next_counter, int | None)
assert_type(hotp.resync("755224", "287082", 0), Verdict)

try:
    HOTP("1")
except ConfigError as error:
    wrong_value: ValueError = error
    trouble: CountersealError = error
    assert_type(error.code, str)
    assert_type(error.retryable, bool)

totp.verify("287082")  # type: ignore[call-arg]  # "never used" is said, not forgotten
totp.verify("287082", "3")  # type: ignore[arg-type]
totp.verify("287082", None, "59")  # type: ignore[arg-type]
totp.verify("287082", None, window=1)  # type: ignore[call-arg]
totp.digits = 8  # type: ignore[misc]
verdict.status = "accepted"  # type: ignore[misc]
verdict.status == "ok"  # type: ignore[comparison-overlap]  # noqa: B015
TOTP(b"12345678901234567890")  # type: ignore[arg-type]
TOTP("GEZDGNBV", "SHA1")  # type: ignore[call-arg]
TOTP("GEZDGNBV", algorithm="MD5")  # type: ignore[arg-type]
TOTP("GEZDGNBV", encoder="steam")  # type: ignore[arg-type]
TOTP.from_raw("GEZDGNBV")  # type: ignore[arg-type]
HOTP("GEZDGNBV", period=30)  # type: ignore[call-arg]
hotp.verify("287082", None)  # type: ignore[arg-type]


class Mine(TOTP):  # type: ignore[misc]
    pass
