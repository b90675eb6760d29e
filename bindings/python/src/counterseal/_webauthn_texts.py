# SPDX-License-Identifier: Apache-2.0
"""What the core takes and gives as JSON: bytes as base64url, responses as their text, settings as a relying party."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from . import _arguments
from ._errors import ConfigError
from ._native import _RelyingParty

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: Relying parties that are kept: a host has one or a few.
_PARTIES: Final = 64


def base64url(data: Buffer) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Of what the core wrote."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def octets(value: object, name: str) -> str:
    """Bytes, as JSON says them. Text is refused: whether it is base64 or means itself is anybody's guess."""
    return base64url(_arguments.octets(value, name))


def _is_nothing(value: object) -> bool:
    """The default, which spares asking what else it might be. Nobody's ``==`` is asked."""
    return type(value) is tuple and not value


def all_octets(values: object, name: str) -> list[str]:
    if _is_nothing(values):
        return []
    if isinstance(values, str | bytes | bytearray | memoryview | Mapping) or not isinstance(values, Iterable):
        raise _arguments.refuse_type(name, "an iterable of bytes", values)
    return [octets(value, f"an item of {name}") for value in values]


#: json.dumps() makes one at each call.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dumps(document: object) -> str:
    return _ENCODER.encode(document)


def document(value: object, name: str) -> Any:
    """As JSON says it, with bytes as base64url."""
    return _arguments.document(value, name, of_bytes=base64url)


def response_text(response: object) -> str | bytes:
    """A response as its text. Whatever can be none is the empty text, which the core refuses: never an exception."""
    if isinstance(response, str):
        return str.__str__(response)
    if isinstance(response, bytes):
        return bytes(response)
    if isinstance(response, Mapping):
        try:
            return json.dumps(dict(response), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError):
            return ""
    return ""


def texts(value: object, name: str) -> tuple[str, ...]:
    """One text, or several, in whatever gives them one after the other."""
    if _is_nothing(value):
        return ()
    if isinstance(value, str):
        return (_arguments.text(value, name),)
    return tuple(_arguments.texts(list(value) if isinstance(value, Iterator) else value, name))


def anchors(value: object) -> tuple[str, ...]:
    """Certificates: DER as bytes, or PEM as text with any number of them in it."""
    if value is None:
        return ()
    items: Iterable[Any] = [value] if isinstance(value, str | bytes) else value  # type: ignore[assignment]
    if isinstance(items, Mapping) or not isinstance(items, Iterable):
        raise _arguments.refuse_type("anchors", "PEM text, or an iterable of DER bytes or PEM text", value)
    found: list[str] = []
    for item in items:
        if isinstance(item, str):
            found += _pem(item)
        elif isinstance(item, bytes | bytearray | memoryview):
            found.append(base64.b64encode(item).decode())
        else:
            raise _arguments.refuse_type("an item of anchors", "DER bytes or PEM text", item)
    return tuple(found)


def _pem(text: str) -> list[str]:
    """RFC 7468, as far as a certificate needs it."""
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    parts = text.split(begin)[1:]
    # One that is cut is not left out: an anchor that is missing would be found out much later.
    if not parts or any(part.count(end) != 1 for part in parts) or end in text.split(begin)[0]:
        raise ConfigError("anchors must hold PEM certificates", "CSEAL_E_ARGUMENT")
    try:
        bodies = ["".join(part.split(end)[0].split()) for part in parts]
        return [base64.b64encode(base64.b64decode(body, validate=True)).decode() for body in bodies]
    except binascii.Error:
        raise ConfigError("anchors must hold PEM certificates", "CSEAL_E_ARGUMENT") from None


def algorithms(value: object) -> tuple[int, ...] | None:
    if value is None:
        return None
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence):
        raise _arguments.refuse_type("algorithms", "a list or a tuple of COSE numbers", value)
    return tuple(_arguments.integer(one, "an item of algorithms") for one in value)


def _make(settings: tuple[tuple[str, Any], ...]) -> _RelyingParty:
    return _RelyingParty(dumps({name: value for name, value in settings if value is not None}))


_made: Final = lru_cache(maxsize=_PARTIES, typed=True)(_make)


def party(**settings: Any) -> _RelyingParty:
    """What the core makes of settings, kept. A setting that is None is the core's default."""
    return _made(tuple(settings.items()))
