# SPDX-License-Identifier: Apache-2.0
"""Rows that somebody else wrote: each byte of each row counts, in a file and in a server."""

from __future__ import annotations

import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, Protocol, TypeAlias

import pytest
from counterseal import CountersealError

SESSION = b"session of alice"
SHORT = {"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {"portal": {"challenge": True}}}

#: What an attempt moves, and no tag covers.
HOT = {
    "refused",
    "refused_us",
    "last_value",
    "attempts",
    "streak",
    "locked_until_us",
    "failures",
    "failures_since_us",
    "is_open",
    "used_us",
}
#: By what a row is found: with another one it is not that row, and nobody is let in for it.
FOUND_BY = {"tenant", "subject", "factor", "challenge", "digest", "version", "effective_us"}


Value: TypeAlias = int | bytes | None
Row: TypeAlias = tuple[Value, ...]


class Rows(Protocol):
    """The rows of one tenant, behind the back of the engine that has the store open. Texts are bytes."""

    def columns(self, table: str) -> list[tuple[str, str]]:
        """Names and types."""

    def all(self, table: str) -> list[Row]:
        """Those of other tenants, too."""

    def where(self, table: str, condition: str) -> list[Row]: ...
    def can_hold(self, kind: str, value: Value) -> bool: ...
    def replace(self, table: str, old: Row, new: Row) -> None: ...
    def forget_attempts(self) -> None: ...
    def close(self) -> None: ...


FORGOTTEN = {
    "factor": "attempts = 0, streak = 0, locked_until_us = 0",
    "subject": "failures = 0, failures_since_us = 0",
    "challenge": "attempts = 0, is_open = 1",
}


class FileRows:
    def __init__(self, site: Any) -> None:
        self.tenant = site.tenant
        self.db = sqlite3.connect(site.url.removeprefix("sqlite:///"), isolation_level=None)
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.text_factory = bytes  # what was flipped may be no text any more

    def columns(self, table: str) -> list[tuple[str, str]]:
        return [(name.decode(), kind.decode()) for _, name, kind, *_ in self.db.execute(f"PRAGMA table_info({table})")]

    def all(self, table: str) -> list[Row]:
        return list(self.db.execute(f"SELECT * FROM {table}"))

    def where(self, table: str, condition: str) -> list[Row]:
        return list(self.db.execute(f"SELECT * FROM {table} WHERE tenant = ? AND {condition}", [self.tenant]))

    def can_hold(self, _kind: str, _value: Value) -> bool:
        return True

    def replace(self, table: str, old: Row, new: Row) -> None:
        columns = self.columns(table)
        same = " AND ".join(f"{name} IS {self._value(kind)}" for name, kind in columns)
        values = ", ".join(f"{name} = {self._value(kind)}" for name, kind in columns)
        assert self.db.execute(f"UPDATE {table} SET {values} WHERE {same}", new + old).rowcount == 1

    @staticmethod
    def _value(kind: str) -> str:
        return "CAST(? AS TEXT)" if kind == "TEXT" else "?"

    def forget_attempts(self) -> None:
        for table, values in FORGOTTEN.items():
            self.db.execute(f"UPDATE {table} SET {values} WHERE tenant = ?", [self.tenant])

    def close(self) -> None:
        self.db.close()


class ServerRows:
    """By psql, which is told what texts and bytes are, and tells them, in hexadecimal."""

    def __init__(self, site: Any, programs: Path) -> None:
        self.tenant = site.tenant
        command = [programs / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", site.url]
        self.psql = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._sql("SET search_path TO counterseal")
        self._columns: dict[str, list[tuple[str, str]]] = {}

    def _sql(self, statement: str) -> list[str]:
        assert self.psql.stdin is not None
        assert self.psql.stdout is not None
        self.psql.stdin.write(f"{statement};\n\\echo done\n")
        self.psql.stdin.flush()
        lines = []
        while (line := self.psql.stdout.readline()) != "done\n":
            assert line, "psql refused a statement"
            lines.append(line[:-1])
        return lines

    def columns(self, table: str) -> list[tuple[str, str]]:
        if table not in self._columns:
            found = self._sql(
                "SELECT column_name, data_type FROM information_schema.columns "
                f"WHERE table_schema = 'counterseal' AND table_name = '{table}' ORDER BY ordinal_position"
            )
            self._columns[table] = [(name, kind) for name, kind in (line.split("|") for line in found)]
        return self._columns[table]

    def all(self, table: str) -> list[Row]:
        return self._select(table, "TRUE")

    def where(self, table: str, condition: str) -> list[Row]:
        return self._select(table, f"tenant = '{self.tenant}' AND {condition}")

    def _select(self, table: str, condition: str) -> list[Row]:
        kinds = [kind for _, kind in self.columns(table)]
        forms = {"bigint": "{}::text", "text": "encode(convert_to({}, 'UTF8'), 'hex')", "bytea": "encode({}, 'hex')"}
        told = ", ".join(f"coalesce({forms[kind].format(name)}, 'NULL')" for name, kind in self.columns(table))
        lines = self._sql(f"SELECT {told} FROM {table} WHERE {condition}")
        return [tuple(self._read(*one) for one in zip(line.split("|"), kinds, strict=True)) for line in lines]

    @staticmethod
    def _read(told: str, kind: str) -> Value:
        if told == "NULL":
            return None
        return int(told) if kind == "bigint" else bytes.fromhex(told)

    @staticmethod
    def _literal(value: Value, kind: str) -> str:
        if not isinstance(value, bytes):
            return "NULL" if value is None else str(value)
        return f"convert_from('\\x{value.hex()}', 'UTF8')" if kind == "text" else f"'\\x{value.hex()}'::bytea"

    def can_hold(self, kind: str, value: Value) -> bool:
        if kind != "text" or not isinstance(value, bytes):
            return True
        with suppress(UnicodeDecodeError):
            return "\0" not in value.decode()
        return False

    def replace(self, table: str, old: Row, new: Row) -> None:
        columns = self.columns(table)
        was = (
            f"{name} IS NOT DISTINCT FROM {self._literal(v, kind)}"
            for (name, kind), v in zip(columns, old, strict=True)
        )
        will_be = (f"{name} = {self._literal(v, kind)}" for (name, kind), v in zip(columns, new, strict=True))
        update = f"UPDATE {table} SET {', '.join(will_be)} WHERE {' AND '.join(was)} RETURNING 1"
        assert self._sql(update) == ["1"]

    def forget_attempts(self) -> None:
        for table, values in FORGOTTEN.items():
            self._sql(f"UPDATE {table} SET {values} WHERE tenant = '{self.tenant}'")

    def close(self) -> None:
        self.psql.communicate()


@pytest.fixture
def rows(request: pytest.FixtureRequest, site: Any) -> Iterator[Rows]:
    """Those of a tenant whose name is no other one's with a bit turned."""
    site.tenant = token_hex(4)
    site.m = site.engine.tenant(site.tenant)
    site.m.set_policy(SHORT, actor="founder", reason="few bytes")
    if site.url.startswith("sqlite:"):
        made: Rows = FileRows(site)
    else:
        made = ServerRows(site, request.getfixturevalue("postgres_programs"))
    yield made
    made.close()


def flips(value: int | bytes | None) -> Iterator[int | bytes]:
    """The value with one bit of each byte turned."""
    if isinstance(value, int):
        yield from (value ^ 1 << 8 * n for n in range(8))
    elif value is not None:
        yield from (bytes([*value[:n], value[n] ^ 1 << n % 8, *value[n + 1 :]]) for n in range(len(value)))


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ("subject", "TRUE"),
        ("factor", "type = 'totp'"),
        ("factor", "type = 'recovery'"),
        ("policy", "TRUE"),
        ("challenge", "is_open = 1"),
        ("recovery_code", "used_us = 0"),
    ],
)
def test_each_byte_of_each_row(site: Any, rows: Rows, table: str, where: str) -> None:
    _, phone = site.enrolled()
    codes = site.m.recovery_codes("alice", grant=site.answer(phone.code()).grant, session=SESSION)
    (recovery,) = [f.factor_id for f in site.m.list_factors("alice") if f.type == "recovery"]
    for code in codes[1:]:
        assert site.m.verify_factor("alice", recovery, code, purpose="t")
    site.clock.advance(30)
    asked = site.ask()
    response = codes[0] if "recovery" in table + where else phone.code()
    (row,) = rows.where(table, where)
    got: Counter[str] = Counter()

    def attempt() -> str:
        # A policy that was read before its row was altered is the right one: what is read now counts here.
        node = site.another() if table == "policy" else site.engine
        try:
            m = node.tenant(site.tenant)
            decision = m.verify_challenge("alice", asked.challenge_id, None, response, session=SESSION)
        except CountersealError as error:
            return type(error).__name__
        finally:
            if node is not site.engine:
                node.close()
        return f"{decision.outcome} {decision.reason}"

    for n, (name, kind) in enumerate(rows.columns(table)):
        for flipped in () if name in HOT else flips(row[n]):
            if not rows.can_hold(kind, flipped):
                continue
            rows.replace(table, row, (*row[:n], flipped, *row[n + 1 :]))
            told = attempt()
            refused = told in {"StoreCorrupt", "KeyRingError"} or (name in FOUND_BY and told.startswith("deny "))
            assert refused, f"{name}, which was {row[n]!r} and became {flipped!r}: {told}"
            got[told] += 1
            rows.forget_attempts()
            (changed,) = [one for one in rows.all(table) if one[n] == flipped and one[:n] == row[:n]]
            rows.replace(table, changed, row)
    assert got["StoreCorrupt"] > 50 or table == "recovery_code"
    assert site.answer(response, asked)
