# SPDX-License-Identifier: Apache-2.0
"""Key pairs of fake passkeys, in plain Python: slow, and in no way constant in time. They protect nothing."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final, Protocol, TypeAlias

_Point: TypeAlias = tuple[int, int] | None


class FakeKey(Protocol):
    """What a fake passkey signs with."""

    @property
    def algorithm(self) -> int: ...

    def cose(self) -> dict[int, int | bytes]: ...
    def sign(self, message: bytes) -> bytes: ...


def _big_endian(number: int, n_bytes: int | None = None) -> bytes:
    return number.to_bytes(n_bytes or (number.bit_length() + 7) // 8, "big")


class FakeP256:
    """ES256: ECDSA on P-256 (FIPS 186-5 section 6, SP 800-186 section 3.2.1.3) with SHA-256."""

    algorithm: Final = -7
    _P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
    _N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    _G: Final = (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    )

    def __init__(self) -> None:
        self._d = 1 + secrets.randbelow(self._N - 1)
        point = self._times(self._d, self._G)
        assert point is not None
        self._x, self._y = point

    def cose(self) -> dict[int, int | bytes]:
        return {1: 2, 3: self.algorithm, -1: 1, -2: _big_endian(self._x, 32), -3: _big_endian(self._y, 32)}

    def sign(self, message: bytes) -> bytes:
        digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
        while True:
            k = 1 + secrets.randbelow(self._N - 1)
            point = self._times(k, self._G)
            assert point is not None
            r = point[0] % self._N
            s = pow(k, -1, self._N) * (digest + r * self._d) % self._N
            if r and s:
                body = self._der(r) + self._der(s)
                return b"\x30" + bytes([len(body)]) + body

    @staticmethod
    def _der(number: int) -> bytes:
        body = _big_endian(number, number.bit_length() // 8 + 1)
        return b"\x02" + bytes([len(body)]) + body

    def _plus(self, a: _Point, b: _Point) -> _Point:
        if a is None or b is None:
            return b if a is None else a
        if a[0] == b[0]:
            if a != b:
                return None
            slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, self._P)
        else:
            slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, self._P)
        x = (slope * slope - a[0] - b[0]) % self._P
        return x, (slope * (a[0] - x) - a[1]) % self._P

    def _times(self, k: int, point: _Point) -> _Point:
        out: _Point = None
        while k:
            if k & 1:
                out = self._plus(out, point)
            point = self._plus(point, point)
            k >>= 1
        return out


class FakeEd25519:
    """EdDSA: Ed25519 (RFC 8032 section 5.1)."""

    _P: Final = 2**255 - 19
    _L: Final = 2**252 + 27742317777372353535851937790883648493
    _G: Final = (
        15112221349535400772501151409588531511454012693041857206046113283949847762202,
        46316835694926478169428394003475163141307993866256225615783033603165251855960,
    )

    def __init__(self, algorithm: int = -8) -> None:
        self.algorithm = algorithm
        digest = hashlib.sha512(secrets.token_bytes(32)).digest()
        self._a = (int.from_bytes(digest[:32], "little") & ((1 << 254) - 8)) | (1 << 254)
        self._prefix = digest[32:]
        self._public = self._encoded(self._times(self._a))

    def cose(self) -> dict[int, int | bytes]:
        return {1: 1, 3: self.algorithm, -1: 6, -2: self._public}

    def sign(self, message: bytes) -> bytes:
        r = int.from_bytes(hashlib.sha512(self._prefix + message).digest(), "little") % self._L
        point = self._encoded(self._times(r))
        h = int.from_bytes(hashlib.sha512(point + self._public + message).digest(), "little")
        return point + ((r + h * self._a) % self._L).to_bytes(32, "little")

    def _plus(self, a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
        d = -121665 * pow(121666, -1, self._P)
        cross = d * a[0] * b[0] * a[1] * b[1]
        x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + cross, -1, self._P)
        y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - cross, -1, self._P)
        return x % self._P, y % self._P

    def _times(self, k: int) -> tuple[int, int]:
        out, point = (0, 1), self._G
        while k:
            if k & 1:
                out = self._plus(out, point)
            point = self._plus(point, point)
            k >>= 1
        return out

    @staticmethod
    def _encoded(point: tuple[int, int]) -> bytes:
        return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


class FakeRsa:
    """RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2). The primes are Mersenne's: everybody knows them."""

    algorithm: Final = -257
    _P: Final = 2**1279 - 1
    _Q: Final = 2**2203 - 1
    _E: Final = 65537
    _DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")

    def cose(self) -> dict[int, int | bytes]:
        return {1: 3, 3: self.algorithm, -1: _big_endian(self._P * self._Q), -2: _big_endian(self._E)}

    def sign(self, message: bytes) -> bytes:
        n = self._P * self._Q
        n_bytes = (n.bit_length() + 7) // 8
        tail = b"\x00" + self._DIGEST_INFO + hashlib.sha256(message).digest()
        padded = b"\x00\x01" + b"\xff" * (n_bytes - len(tail) - 2) + tail
        d = pow(self._E, -1, (self._P - 1) * (self._Q - 1))
        return _big_endian(pow(int.from_bytes(padded, "big"), d, n), n_bytes)


def new_key(algorithm: int) -> FakeKey | None:
    """None: no fake has such keys."""
    if algorithm == FakeP256.algorithm:
        return FakeP256()
    if algorithm in (-8, -19):
        return FakeEd25519(algorithm)
    return FakeRsa() if algorithm == FakeRsa.algorithm else None
