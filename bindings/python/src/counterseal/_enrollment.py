# SPDX-License-Identifier: Apache-2.0
"""A TOTP factor on its way into a phone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NoReturn, SupportsIndex, final, overload

from ._native import TOTP


@final
class TotpEnrollment:
    """A new TOTP factor, to be shown to its owner once. It is pending until confirm() accepts its first code.

    Nothing but ``uri``, ``qr()`` and ``reveal_base32()`` shows the secret.
    """

    __slots__ = ("_expires", "_factor_id", "_totp")

    def __init__(self, factor_id: str, totp: TOTP, expires: datetime) -> None:
        self._factor_id = factor_id
        self._totp = totp
        self._expires = expires

    @property
    def factor_id(self) -> str:
        """The factor's id, for confirm()."""
        return self._factor_id

    @property
    def expires(self) -> datetime:
        """When it can no longer be confirmed."""
        return self._expires

    @property
    def uri(self) -> str:
        """The ``otpauth`` URI; it holds the secret."""
        return self._totp.uri()

    @overload
    def qr(self, kind: Literal["svg", "text", "ansi"]) -> str: ...
    @overload
    def qr(self, kind: Literal["png"]) -> bytes: ...
    def qr(self, kind: Literal["svg", "text", "ansi", "png"]) -> str | bytes:
        """The URI as a QR code, drawn in the process. ``"text"`` is for a dark terminal, ``"ansi"`` for any."""
        return self._totp.qr(kind)

    def reveal_base32(self) -> str:
        """The secret, for those who type it."""
        return self._totp.reveal_base32()

    def __repr__(self) -> str:
        return f"<counterseal.TotpEnrollment {self._factor_id}>"

    def __copy__(self) -> NoReturn:
        raise TypeError("counterseal.TotpEnrollment holds a secret and is neither pickled nor copied")

    def __deepcopy__(self, memo: object, /) -> NoReturn:
        self.__copy__()

    def __reduce__(self) -> NoReturn:
        self.__copy__()

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> NoReturn:
        self.__copy__()
