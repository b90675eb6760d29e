# SPDX-License-Identifier: Apache-2.0
from datetime import datetime
from typing import Final, Literal, Self, TypeAlias, final

from typing_extensions import Buffer

from ._status import Status

_Algorithm: TypeAlias = Literal["SHA1", "SHA256", "SHA512"]
_Encoder: TypeAlias = Literal["decimal"]
_Time: TypeAlias = float | datetime

__version__: Final[str]

@final
class Verdict:
    @property
    def status(self) -> Status: ...
    @property
    def step(self) -> int | None: ...
    @property
    def delta(self) -> int | None: ...
    @property
    def next_counter(self) -> int | None: ...
    def __bool__(self) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...

@final
class TOTP:
    def __new__(
        cls,
        secret: str,
        *,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        period: int = 30,
        t0: int = 0,
        encoder: _Encoder = "decimal",
        issuer: str | None = None,
        account: str | None = None,
        allow_long_period: bool = False,
    ) -> Self: ...
    @classmethod
    def from_raw(
        cls,
        key: Buffer,
        *,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        period: int = 30,
        t0: int = 0,
        encoder: _Encoder = "decimal",
        issuer: str | None = None,
        account: str | None = None,
        allow_long_period: bool = False,
    ) -> Self: ...
    @classmethod
    def from_hex(
        cls,
        text: str,
        *,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        period: int = 30,
        t0: int = 0,
        encoder: _Encoder = "decimal",
        issuer: str | None = None,
        account: str | None = None,
        allow_long_period: bool = False,
    ) -> Self: ...
    @classmethod
    def generate(
        cls,
        *,
        bits: int = 160,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        period: int = 30,
        t0: int = 0,
        encoder: _Encoder = "decimal",
        issuer: str | None = None,
        account: str | None = None,
        allow_long_period: bool = False,
    ) -> Self: ...
    def now(self) -> str: ...
    def at(self, time: _Time) -> str: ...
    def verify(
        self, code: object, last_step: int | None, at: _Time | None = None, past: int = 1, future: int = 1
    ) -> Verdict: ...
    def reveal_base32(self) -> str: ...
    @property
    def issuer(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def algorithm(self) -> _Algorithm: ...
    @property
    def digits(self) -> int: ...
    @property
    def period(self) -> int: ...
    @property
    def t0(self) -> int: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...

@final
class HOTP:
    def __new__(
        cls,
        secret: str,
        *,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        issuer: str | None = None,
        account: str | None = None,
    ) -> Self: ...
    @classmethod
    def from_raw(
        cls,
        key: Buffer,
        *,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        issuer: str | None = None,
        account: str | None = None,
    ) -> Self: ...
    @classmethod
    def from_hex(
        cls,
        text: str,
        *,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        issuer: str | None = None,
        account: str | None = None,
    ) -> Self: ...
    @classmethod
    def generate(
        cls,
        *,
        bits: int = 160,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        issuer: str | None = None,
        account: str | None = None,
    ) -> Self: ...
    def at(self, counter: int) -> str: ...
    def verify(self, code: object, next_counter: int, look_ahead: int = 0) -> Verdict: ...
    def resync(self, code1: object, code2: object, next_counter: int, look_ahead: int = 50) -> Verdict: ...
    def reveal_base32(self) -> str: ...
    @property
    def issuer(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def algorithm(self) -> _Algorithm: ...
    @property
    def digits(self) -> int: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...
