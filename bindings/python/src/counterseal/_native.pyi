# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from os import PathLike
from typing import Any, Final, Literal, NoReturn, Self, TypeAlias, final, overload

from typing_extensions import Buffer

from ._status import Status

_Algorithm: TypeAlias = Literal["SHA1", "SHA256", "SHA512"]
_Encoder: TypeAlias = Literal["decimal", "steam"]
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
    @property
    def last(self) -> tuple[int, int] | None: ...
    @property
    def retry_after_s(self) -> int | None: ...
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
        repair: bool = False,
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
        repair: bool = False,
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
        repair: bool = False,
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
        repair: bool = False,
    ) -> Self: ...
    def now(self) -> str: ...
    def at(self, time: _Time) -> str: ...
    def verify(
        self, code: object, last_step: int | None, at: _Time | None = None, past: int = 1, future: int = 1
    ) -> Verdict: ...
    @classmethod
    def from_uri(cls, uri: str) -> Self: ...
    def uri(self, *, strip_colons: bool = False) -> str: ...
    @overload
    def qr(self, kind: Literal["svg", "text", "ansi"]) -> str: ...
    @overload
    def qr(self, kind: Literal["png"]) -> bytes: ...
    def reveal_base32(self) -> str: ...
    @property
    def issuer(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def label_prefix(self) -> str | None: ...
    @property
    def algorithm(self) -> _Algorithm: ...
    @property
    def digits(self) -> int: ...
    @property
    def encoder(self) -> _Encoder: ...
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
        counter: int = 0,
        token_id: str | None = None,
        issuer: str | None = None,
        account: str | None = None,
        repair: bool = False,
    ) -> Self: ...
    @classmethod
    def from_raw(
        cls,
        key: Buffer,
        *,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        counter: int = 0,
        token_id: str | None = None,
        issuer: str | None = None,
        account: str | None = None,
        repair: bool = False,
    ) -> Self: ...
    @classmethod
    def from_hex(
        cls,
        text: str,
        *,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        counter: int = 0,
        token_id: str | None = None,
        issuer: str | None = None,
        account: str | None = None,
        repair: bool = False,
    ) -> Self: ...
    @classmethod
    def generate(
        cls,
        *,
        bits: int = 160,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        counter: int = 0,
        token_id: str | None = None,
        issuer: str | None = None,
        account: str | None = None,
        repair: bool = False,
    ) -> Self: ...
    @staticmethod
    def token_id_of(code: object, digits: int = 6) -> str | None: ...
    def at(self, counter: int) -> str: ...
    def verify(self, code: object, next_counter: int, look_ahead: int = 0) -> Verdict: ...
    def resync(self, code1: object, code2: object, next_counter: int, look_ahead: int = 50) -> Verdict: ...
    @classmethod
    def from_uri(cls, uri: str) -> Self: ...
    def uri(self, *, strip_colons: bool = False) -> str: ...
    @overload
    def qr(self, kind: Literal["svg", "text", "ansi"]) -> str: ...
    @overload
    def qr(self, kind: Literal["png"]) -> bytes: ...
    def reveal_base32(self) -> str: ...
    @property
    def issuer(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def label_prefix(self) -> str | None: ...
    @property
    def algorithm(self) -> _Algorithm: ...
    @property
    def digits(self) -> int: ...
    @property
    def counter(self) -> int: ...
    @property
    def token_id(self) -> str | None: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...

@final
class Seed:
    def otp(self) -> TOTP | HOTP | OCRA | YubicoOtp: ...
    def reveal_base32(self) -> str: ...
    @property
    def kind(self) -> Literal["totp", "hotp", "ocra", "yubico"]: ...
    @property
    def line(self) -> int | None: ...
    @property
    def counter(self) -> int: ...
    @property
    def issuer(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def user(self) -> str | None: ...
    @property
    def serial(self) -> str | None: ...
    @property
    def manufacturer(self) -> str | None: ...
    @property
    def model(self) -> str | None: ...
    @property
    def suite(self) -> str | None: ...
    @property
    def public_id(self) -> str | None: ...
    @property
    def key_id(self) -> str | None: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...

def _read_seeds(
    data: str | Buffer, format: str, key: Buffer | None, password: str | None, dry_run: bool, /
) -> tuple[str, list[Seed], list[tuple[int | None, int | None, int | None, str]]]: ...
def _write_seeds(items: Iterable[TOTP | HOTP | Seed], format: str, /) -> str: ...

@final
class YubicoOtp:
    def __new__(cls, key: Buffer, public_id: str, private_id: Buffer) -> Self: ...
    @staticmethod
    def public_id_of(otp: object, /) -> str | None: ...
    def verify(self, otp: object, last: tuple[int, int] | None) -> Verdict: ...
    @property
    def public_id(self) -> str: ...

@final
class OCRA:
    def __new__(cls, suite: str, key: Buffer) -> Self: ...
    def generate(
        self,
        *,
        question: str | None = None,
        counter: int | None = None,
        pin_hash: Buffer | None = None,
        session: Buffer | None = None,
        time: _Time | None = None,
    ) -> str: ...
    def verify(
        self,
        code: object,
        *,
        question: str,
        counter: int | None = None,
        pin_hash: Buffer | None = None,
        session: Buffer | None = None,
        last_step: int | None = ...,
        time: _Time | None = None,
        look_ahead: int = 0,
        past: int = 1,
        future: int = 1,
    ) -> Verdict: ...
    @property
    def suite(self) -> str: ...
    @property
    def digits(self) -> int: ...

_Replay: TypeAlias = Literal["this_process", "report_only"]
_Keys: TypeAlias = Buffer | Sequence[Buffer]
_Codes: TypeAlias = Buffer | list[Any] | tuple[Any, ...]
_Numbers: TypeAlias = Buffer | Sequence[int]
_Given: TypeAlias = _Numbers | None
_LastSteps: TypeAlias = Buffer | Sequence[int | None]
_RowStatus: TypeAlias = Status | Literal["CSEAL_E_RANGE", "CSEAL_E_TIME"]

@final
class BatchVerdict:
    @property
    def ok(self) -> memoryview[bool]: ...
    @property
    def codes(self) -> memoryview[int]: ...
    @property
    def steps(self) -> memoryview[int]: ...
    @property
    def next_counters(self) -> memoryview[int]: ...
    @property
    def n_ok(self) -> int: ...
    def status(self, row: int, /) -> _RowStatus: ...
    def counts(self) -> dict[_RowStatus, int]: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> NoReturn: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...

@final
class KeyTable:
    def __new__(
        cls,
        keys: _Keys = (),
        *,
        key_len: int | None = None,
        algorithm: _Algorithm = "SHA1",
        replay: _Replay,
        last_steps: _LastSteps | None = None,
    ) -> Self: ...
    def verify(
        self,
        codes: _Codes,
        at: _Time | _Numbers,
        *,
        rows: _Given = None,
        past: int = 1,
        future: int = 1,
        last_steps: _LastSteps | None = None,
        digits: int = 6,
        period: int = 30,
        t0: int = 0,
    ) -> BatchVerdict: ...
    def at(
        self, time: _Time | _Numbers, *, rows: _Given = None, digits: int = 6, period: int = 30, t0: int = 0
    ) -> memoryview[int]: ...
    def add(self, keys: _Keys, *, key_len: int | None = None, last_steps: _LastSteps | None = None) -> int: ...
    def replace(self, row: int, key: Buffer, last_step: int | None) -> None: ...
    def remove(self, row: int, /) -> None: ...
    def last_steps(self, first: int = 0, n: int | None = None) -> memoryview[int]: ...
    def __len__(self) -> int: ...
    @property
    def algorithm(self) -> _Algorithm: ...
    @property
    def replay(self) -> _Replay: ...

@final
class HOTPKeyTable:
    def __new__(
        cls,
        keys: _Keys = (),
        *,
        key_len: int | None = None,
        algorithm: _Algorithm = "SHA1",
        replay: _Replay,
        next_counters: _Given = None,
    ) -> Self: ...
    def verify(
        self, codes: _Codes, *, rows: _Given = None, look_ahead: int = 0, next_counters: _Given = None, digits: int = 6
    ) -> BatchVerdict: ...
    def at(self, *, rows: _Given = None, next_counters: _Given = None, digits: int = 6) -> memoryview[int]: ...
    def add(self, keys: _Keys, *, key_len: int | None = None, next_counters: _Given = None) -> int: ...
    def replace(self, row: int, key: Buffer, next_counter: int) -> None: ...
    def remove(self, row: int, /) -> None: ...
    def next_counters(self, first: int = 0, n: int | None = None) -> memoryview[int]: ...
    def __len__(self) -> int: ...
    @property
    def algorithm(self) -> _Algorithm: ...
    @property
    def replay(self) -> _Replay: ...

def verify_batch(
    keys: _Keys,
    codes: _Codes,
    at: _Time | _Numbers,
    last_steps: _LastSteps,
    *,
    ids: _Given = None,
    algorithm: _Algorithm = "SHA1",
    key_len: int | None = None,
    past: int = 1,
    future: int = 1,
    digits: int = 6,
    period: int = 30,
    t0: int = 0,
) -> BatchVerdict: ...
def verify_hotp_batch(
    keys: _Keys,
    codes: _Codes,
    next_counters: _Numbers,
    *,
    ids: _Given = None,
    algorithm: _Algorithm = "SHA1",
    key_len: int | None = None,
    look_ahead: int = 0,
    digits: int = 6,
) -> BatchVerdict: ...

@final
class KeyRing:
    @classmethod
    def from_file(cls, path: str | PathLike[str], create: bool = False) -> Self: ...
    @classmethod
    def from_env(cls, name: str) -> Self: ...
    @classmethod
    def from_keys(cls, keys: Mapping[str, Buffer], *, active: str) -> Self: ...
    @classmethod
    def from_text(cls, text: str) -> Self: ...
    @classmethod
    def change_file(cls, path: str | PathLike[str], what: Literal["add", "promote", "remove"], id: str, /) -> Self: ...
    def changed(self, what: Literal["add", "promote", "remove"], id: str, /) -> Self: ...
    def reveal_text(self) -> str: ...

@final
class _Engine:
    @classmethod
    def open(
        cls,
        url: str,
        keys: KeyRing,
        create: bool,
        migrate: bool,
        refuse_fork: bool,
        log_p256: bool,
        sessions: int,
        patience_ms: int,
        threads: int,
        expected_checkpoints: str,
        /,
    ) -> Self: ...
    def call(self, op: int, request: str, secret: Buffer | TOTP | HOTP | None, /) -> tuple[int, str, bytes | None]: ...
    def submit(self, op: int, request: str, secret: Buffer | TOTP | HOTP | None, tag: int, /) -> None: ...
    def wait(self, timeout_ms: int, /) -> list[tuple[int, int]] | None: ...
    def take(self, tag: int, /) -> tuple[str, bytes | None]: ...
    def descriptor(self) -> int: ...
    def reload_keys(self, keys: KeyRing, /) -> None: ...
    def close(self) -> None: ...

def _status(number: int, /) -> tuple[str, str]: ...
def _verdict(status: int, step: int | None, next_counter: int | None, retry_after_s: int | None, /) -> Verdict: ...
def _batch_verdict(statuses: Sequence[int], states: Sequence[int], /) -> BatchVerdict: ...
def _verify_log(log: Buffer, kept: str, verifier: str, /) -> str: ...

@final
class _RelyingParty:
    def __new__(cls, settings: str, /) -> Self: ...
    def registration_options(self, request: str, /) -> str: ...
    def authentication_options(self, request: str, /) -> str: ...
    def related_origins(self) -> str: ...
    def verify_registration(self, expected: str, response: str | bytes, /) -> tuple[int, str, str]: ...
    def verify_authentication(
        self, expected: str, record: str, key: _CredentialKey, response: str | bytes, /
    ) -> tuple[int, str, str]: ...
    @staticmethod
    def credential_id(response: str | bytes, /) -> bytes | None: ...

@final
class _CredentialKey:
    def __new__(cls, record: str, /) -> Self: ...
