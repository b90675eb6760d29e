# SPDX-License-Identifier: Apache-2.0
"""How PostgreSQL finds the factors of a batch: by the index, whatever it believes to know of their table."""

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
READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'factor'"


@pytest.mark.parametrize("joins", ["on", "off"])
def test_a_batch_reads_its_own_factors(joins: str, new_postgres: Callable[[str], str], postgres_programs: Path) -> None:
    """Without statistics a join of a few rows with all those of a tenant looks cheap, even one for each row."""
    url = new_postgres(f"plans_{joins}")

    def psql(sql: str) -> str:
        command = [str(postgres_programs / "psql"), "-qAt", "-d", url, "-c", sql]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    for setting in ("enable_hashjoin", "enable_mergejoin"):
        psql(f"ALTER DATABASE {psql('SELECT current_database()')} SET {setting} = {joins}")
    keys, clock = KeyRing.from_keys({"test": os.urandom(32)}, active="test"), FakeClock()
    people: list[tuple[str, str, TOTP]] = []
    with Engine.open(url, keys=keys, create=True, clock=clock) as engine:
        for i in range(400):
            token = TOTP.generate(account=f"user {i}")
            made = engine.tenant("maple").import_factor(f"user {i}", token, last_step=None, provenance="test")
            assert made.factor_id is not None
            people.append((f"user {i}", made.factor_id, token))
    psql(QUIET)
    before = int(psql(READ))
    some = [(who, factor, token.at(int(clock()))) for who, factor, token in people[::40]]
    some[3] = (*some[3][:2], "000000" if some[3][2] != "000000" else "111111")
    with Engine.open(url, keys=keys, clock=clock) as engine:
        said = engine.tenant("maple").verify_batch(some, purpose="test")
    assert [said.status(i) for i in range(len(some))] == ["accepted"] * 3 + ["wrong"] + ["accepted"] * 6
    psql(QUIET)
    # A small table may be read once, since that is the fastest way to find ten rows of it.
    assert 2 * len(some) <= int(psql(READ)) - before <= len(people) + 5 * len(some)
