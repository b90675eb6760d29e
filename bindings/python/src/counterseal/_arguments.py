# SPDX-License-Identifier: Apache-2.0
"""Arguments as the engine takes them. Nothing is coerced: another type is a TypeError, a broken rule a ConfigError."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ._errors import ConfigError

if TYPE_CHECKING:
    from typing_extensions import Buffer

Time: TypeAlias = float | datetime

#: What may stand in a JSON document.
Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

#: Longer than anything that a person or a key types; what is longer is malformed, and no reason to read it.
_LONGEST_RESPONSE: Final = 65536
_LONGEST_PASSKEY_RESPONSE: Final = 262_144
#: CSEAL_ENGINE_REQUEST_MAX of engine.h.
_LONGEST_SECRET: Final = 4_194_304
_SHORTEST_SESSION: Final = 16
_LONGEST_SESSION: Final = 1024
_DEEPEST: Final = 32
#: Seconds whose microseconds 64 bits hold.
_FARTHEST_S: Final = 9_000_000_000_000


def refuse_type(name: str, wanted: str, given: object) -> TypeError:
    return TypeError(f"{name} must be {wanted}, not {type(given).__name__}")


def text(value: object, name: str) -> str:
    """A str that UTF-8 can say; whatever else is wrong with it is the engine's to tell."""
    if not isinstance(value, str):
        raise refuse_type(name, "a str", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ConfigError(f"{name} must be text without lone surrogates", "CSEAL_E_ARGUMENT") from None
    return str.__str__(value)  # the text itself, whatever a subclass prints


def text_if(value: object, name: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise refuse_type(name, "a str or None", value)
    return text(value, name)


def name(value: object, argument: str) -> str:
    """Of a tenant or a subject."""
    if text(value, argument) == "":
        raise ConfigError(f"{argument} must not be empty", "CSEAL_E_ARGUMENT")
    return text(value, argument)


def name_if(value: object, argument: str) -> str | None:
    return None if value is None else name(value, argument)


def integer(value: object, name: str) -> int:
    """An int; a bool is a slip, not a number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise refuse_type(name, "an int", value)
    return _sized(value, name)


def _sized(value: int, name: str) -> int:
    """What 64 bits hold; a longer number is in no range, and Python itself refuses to write the longest."""
    if value.bit_length() > 64:
        raise ConfigError(f"{name} must be a number that 64 bits hold", "CSEAL_E_RANGE")
    return int(value)


def flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise refuse_type(name, "True or False", value)
    return value


def iterable(value: object, name: str, wanted: str) -> Iterable[Any]:
    """Several of something; one text, or bytes, are not several."""
    if isinstance(value, str | bytes | bytearray | memoryview | Mapping) or not isinstance(value, Iterable):
        raise refuse_type(name, wanted, value)
    return value


def texts(value: object, name: str) -> list[str]:
    """A list, a tuple or a set of str; one str is none of them."""
    if isinstance(value, str | bytes | bytearray | memoryview | Mapping) or not isinstance(
        value, Sequence | AbstractSet
    ):
        raise refuse_type(name, "a tuple, a list or a set of str", value)
    made = [text(one, f"an item of {name}") for one in value]
    return sorted(made) if isinstance(value, AbstractSet) else made


def octets(value: object, name: str, wanted: str = "bytes") -> bytes:
    """Bytes as they are: what bytes() makes of a number or of a list is nobody's key."""
    if not isinstance(value, bytes | bytearray | memoryview):
        raise refuse_type(name, wanted, value)
    if isinstance(value, memoryview) and not value.c_contiguous:
        raise TypeError(f"{name} must be {wanted}, not a memoryview that is not contiguous")
    return bytes(value)


def session(value: Buffer) -> str:
    """The host's session as the engine takes it: base64url."""
    given = octets(value, "session", "bytes of the host's server-side session")
    if len(given) < _SHORTEST_SESSION:
        raise ConfigError(f"session must be at least {_SHORTEST_SESSION} bytes", "CSEAL_E_RANGE")
    if len(given) > _LONGEST_SESSION:
        raise ConfigError(f"session must be at most {_LONGEST_SESSION} bytes", "CSEAL_E_RANGE")
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode()


def session_if(value: Buffer | None) -> str | None:
    return None if value is None else session(value)


def response(value: object) -> bytes:
    """What a person typed, or what the browser of a passkey sent, as text or read already. Anything else but ASCII text
    is the empty response: the engine decides and logs.
    """
    if isinstance(value, Mapping):
        try:
            value = json.dumps(dict(value))
        except (TypeError, ValueError, RecursionError):
            return b""
    if isinstance(value, str) and value.isascii():
        typed = value.encode()
    elif isinstance(value, bytes) and value.isascii():
        typed = bytes(value)
    else:
        return b""
    longest = _LONGEST_PASSKEY_RESPONSE if typed.startswith(b"{") else _LONGEST_RESPONSE
    return typed if len(typed) <= longest else b""


def response_lines(values: Sequence[object]) -> bytes:
    """The responses of a batch, one a line. One that is longer than its part of what a call may carry, or has a line
    feed, is malformed, and the others are judged.
    """
    longest = min(_LONGEST_RESPONSE, _LONGEST_SECRET // max(len(values), 1) - 1)
    lines = (b"" if b"\n" in typed or len(typed) > longest else typed for typed in map(response, values))
    return b"".join(line + b"\n" for line in lines)


def grant(value: object, name: str = "grant") -> bytes:
    """A sealed text, or nothing; what cannot be one is as good as nothing."""
    if value is None:
        return b""
    if not isinstance(value, str):
        raise refuse_type(name, "a str or None", value)
    return value.encode() if value.isascii() and value.isprintable() and len(value) <= _LONGEST_RESPONSE else b""


def seconds(value: object, name: str) -> int:
    """A duration in whole seconds."""
    if isinstance(value, timedelta):
        return math.floor(value.total_seconds())
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse_type(name, "seconds (int or float) or a timedelta", value)
    if isinstance(value, int):
        return _sized(value, name)
    if not math.isfinite(value):
        raise TypeError(f"{name} must be seconds (int or float) or a timedelta, not {value}")
    return _sized(math.floor(value), name)


def microseconds(value: object, name: str) -> int:
    """A time since 1970; whether the engine knows it is the engine's to tell."""
    kinds = "seconds (int or float) or an aware datetime"
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise TypeError(f"{name} must be an aware datetime: a naive one is another instant on every machine")
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse_type(name, kinds, value)
    if isinstance(value, float) and math.isnan(value):
        raise TypeError(f"{name} must be {kinds}, not NaN")
    if not -_FARTHEST_S < value < _FARTHEST_S:
        raise ConfigError(f"{name} must be seconds since 1970 (is it in milliseconds?)", "CSEAL_E_TIME")
    return math.floor(value * 1_000_000)


def document(value: object, name: str, depth: int = 0, of_bytes: Callable[[bytes], str] | None = None) -> Json:
    """A mapping as JSON says it. Keys that are no str would silently become other keys: they are refused."""
    if depth > _DEEPEST:
        raise ConfigError(f"{name} must not be nested deeper than {_DEEPEST}", "CSEAL_E_RANGE")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _sized(value, f"a number in {name}")
    if isinstance(value, str):
        return text(value, f"a text in {name}")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ConfigError(f"{name} must hold no NaN and no infinity", "CSEAL_E_RANGE")
        return value
    if of_bytes is not None and isinstance(value, bytes | bytearray | memoryview):
        return of_bytes(bytes(value))
    if isinstance(value, list | tuple):
        return [document(one, name, depth + 1, of_bytes) for one in value]
    if isinstance(value, Mapping):
        return {text(key, f"a key in {name}"): document(one, name, depth + 1, of_bytes) for key, one in value.items()}
    raise refuse_type(f"a value in {name}", "what JSON can say", value)


def mapping(value: object, name: str) -> dict[str, Json]:
    if not isinstance(value, Mapping):
        raise refuse_type(name, "a mapping", value)
    made = document(value, name)
    assert isinstance(made, dict)
    return made
