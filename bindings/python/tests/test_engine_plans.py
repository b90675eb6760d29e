# SPDX-License-Identifier: Apache-2.0
"""How PostgreSQL finds what calls ask for: by the index, whatever it believes to know of the tables."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from counterseal import TOTP, Engine, KeyRing
from counterseal.testing import FakeClock

#: Statistics are whole when the sessions have ended.
QUIET = """
DO $$ BEGIN
  FOR i IN 1..1000 LOOP
    PERFORM pg_stat_clear_snapshot();
    EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
                          AND pid <> pg_backend_pid() AND backend_type LIKE 'client%');
    PERFORM pg_sleep(0.01);
  END LOOP;
END $$
"""
READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = "
N_PEOPLE, N_ASKED = 400, 10
#: A node of the tree is kept for so many leaves, and one above it for so many nodes.
TILE = 16


@pytest.mark.parametrize("joins", ["on", "off"])
def test_a_call_reads_its_own_rows(joins: str, new_postgres: Callable[[str], str], postgres_programs: Path) -> None:
    """Without statistics a join of a few rows with all those of a tenant looks cheap, even one for each row."""
    url = new_postgres(f"plans_{joins}")

    def psql(sql: str) -> str:
        command = [str(postgres_programs / "psql"), "-qAt", "-d", url, "-c", sql]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def n_read(table: str) -> int:
        psql(QUIET)
        return int(psql(f"{READ}'{table}'"))

    for setting in ("enable_hashjoin", "enable_mergejoin"):
        psql(f"ALTER DATABASE {psql('SELECT current_database()')} SET {setting} = {joins}")
    keys, clock = KeyRing.from_keys({"test": os.urandom(32)}, active="test"), FakeClock()
    people: list[tuple[str, str, TOTP]] = []
    with Engine.open(url, keys=keys, create=True, clock=clock) as engine:
        for i in range(N_PEOPLE):
            token = TOTP.generate(account=f"user {i}")
            made = engine.tenant("maple").import_factor(f"user {i}", token, last_step=None, provenance="test")
            assert made.factor_id is not None
            people.append((f"user {i}", made.factor_id, token))
    before = {table: n_read(table) for table in ("factor", "subject")}
    some = [(who, factor, token.at(int(clock()))) for who, factor, token in people[:: N_PEOPLE // N_ASKED]]
    some[3] = (*some[3][:2], "000000" if some[3][2] != "000000" else "111111")
    with Engine.open(url, keys=keys, clock=clock) as engine:
        said = engine.tenant("maple").verify_batch(some, purpose="test")
    assert [said.status(i) for i in range(N_ASKED)] == ["accepted"] * 3 + ["wrong"] + ["accepted"] * 6
    # A small table may be read once, since that is the fastest way to find ten rows of it.
    assert 2 * N_ASKED <= n_read("factor") - before["factor"] <= N_PEOPLE + 5 * N_ASKED
    assert N_ASKED <= n_read("subject") - before["subject"] <= 5 * N_ASKED

    read = n_read("event")
    with Engine.open(url, keys=keys, clock=clock) as engine:
        engine.tenant("maple").log.prove_inclusion(1, size=N_PEOPLE)
    assert TILE < n_read("event") - read <= 4 * TILE
