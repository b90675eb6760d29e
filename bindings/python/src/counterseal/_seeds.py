# SPDX-License-Identifier: Apache-2.0
"""Seed files and migration codes: what other systems hold, read all or not at all, and written for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ._arguments import iterable, refuse_type
from ._errors import ConfigError
from ._native import HOTP, TOTP, Seed, _read_seeds, _write_seeds

if TYPE_CHECKING:
    from typing_extensions import Buffer  # for type checkers alone: nothing else has to be installed

_Format = Literal[
    "auto",
    "uri-list",
    "pskc",
    "entra-csv",
    "oath-csv",
    "yubico-csv",
    "aegis",
    "2fas",
    "bitwarden-json",
    "bitwarden-csv",
]


class SeedProblem(NamedTuple):
    """What is wrong with one entry of a seed file. The text holds no secret."""

    line: int | None
    column: int | None
    byte: int | None
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.text}"


class SeedFileError(ConfigError):
    """A seed file with entries that cannot be used; nothing of it was handed out."""

    #: One for each bad entry.
    problems: tuple[SeedProblem, ...]

    def __init__(self, message: str, code: str, problems: tuple[SeedProblem, ...] = ()) -> None:
        super().__init__(message, code)
        self.problems = problems

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.code, self.problems)


class SeedFile(NamedTuple):
    """What was read: the good entries, and in a dry run what is wrong with the others."""

    format: str
    seeds: tuple[Seed, ...]
    problems: tuple[SeedProblem, ...]


def import_seeds(
    data: str | Buffer,
    *,
    format: _Format = "auto",
    key: Buffer | None = None,
    password: str | None = None,
    dry_run: bool = False,
) -> SeedFile:
    """Reads PSKC (RFC 6030), CSV of Entra ID, privacyIDEA or Yubico, JSON of Aegis, 2FAS or Bitwarden, or URIs.

    ``key`` (pre-shared) or ``password`` unlocks an encrypted PSKC file. Raises ``SeedFileError``, and hands out
    nothing, where an entry is bad; with ``dry_run`` the good entries are there to look at, and the bad ones are in
    ``problems``.
    Raises ``ConfigError`` where the file cannot be read at all.
    """
    if not isinstance(dry_run, bool):
        raise TypeError("dry_run must be True or False")
    if not isinstance(format, str):
        raise TypeError(f"format must be a str, not {type(format).__name__}")
    if password is not None and not isinstance(password, str):
        raise TypeError(f"password must be a str or None, not {type(password).__name__}")
    found, seeds, raw = _read_seeds(data, format, key, password, dry_run)
    problems = tuple(SeedProblem(*one) for one in raw)
    if problems and not dry_run:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise SeedFileError(f"data must hold good entries only: {problems[0]}{more}", "CSEAL_MALFORMED", problems)
    return SeedFile(found, tuple(seeds), problems)


def export_seeds(items: Iterable[TOTP | HOTP | Seed], format: Literal["uri-list", "migration", "entra-csv"]) -> str:
    """Writes a file for another system. It holds the secrets. Raises ``ConfigError`` for what the format cannot say."""
    if not isinstance(format, str):
        raise refuse_type("format", "a str", format)
    return _write_seeds(iterable(items, "items", "an iterable of TOTP, HOTP or Seed objects"), format)


def import_migration(uris: str | Iterable[str]) -> list[TOTP | HOTP]:
    """Reads ``otpauth-migration://`` and ``otpauth://`` URIs: one text with one a line, or several texts.

    Raises ``SeedFileError`` where one is damaged, or where a batch is not complete.
    """
    text = uris if isinstance(uris, str) else "\n".join(_uris(uris))
    found = (seed.otp() for seed in import_seeds(text, format="uri-list").seeds)
    return [otp for otp in found if isinstance(otp, (TOTP, HOTP))]  # a URI holds nothing else


def _uris(several: object) -> Iterator[str]:
    for one in iterable(several, "uris", "a str or an iterable of str"):
        if not isinstance(one, str):
            raise refuse_type("an item of uris", "a str", one)
        yield one


def export_migration(items: Iterable[TOTP | HOTP | Seed]) -> list[str]:
    """Writes ``otpauth-migration://`` URIs, one for each ten items: SHA1, SHA256 or SHA512, 6 or 8 digits, 30 s."""
    return export_seeds(items, "migration").splitlines()
