#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cuts the connection to a PostgreSQL server at each message of a journey, and judges what is left (walks.py).

    cut.py [--all] TARGET URL

Each message of either side is lost together with the connection, or is passed on and what follows is lost. Then the
same with a proxy that stops passing anything and closes nothing: each call ends by its deadline. Then a server that
ends every session, one that says 40001 and 40P01 a few times, and one that says so for ever.

Without --all: each message around the commit of the login, and some of the others.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

from proxy import CLIENT, SERVER, Message, Plan, Proxy
from walks import ROOT, Postgres, Seen, Store, judge, judge_reads

sys.path.append(str(ROOT / "tests/store"))

from postgres_server import memory, programs

PATIENCE_S = 0.5  # of the engine here: FAULT_PATIENCE_MS
SLACK_S = 10  # for a machine that is busy: what hangs, hangs for ever
N_AT_ONCE = 4  # most of the time a walk waits


def through(store: Store, proxy: Proxy) -> Store:
    return replace(store, url=proxy.url.format(path="/" + store.url.rpartition("/")[2]))


def positions(seen: list[Message], takes_all: bool) -> Iterator[tuple[str, int]]:
    """Of a walk that nothing disturbed: the messages to disturb."""
    numbers = {CLIENT: 0, SERVER: 0}
    left = {CLIENT: 0, SERVER: 0}  # of the commit of the login
    is_login = False
    for message in seen:
        numbers[message.side] += 1
        is_login = is_login or (message.side == CLIENT and b"login.allowed" in message.text)
        if is_login and message.side == CLIENT and message.type == "P" and b"COMMIT" in message.text:
            is_login = False
            # Parse, Bind, Describe, Execute, Sync; and up to ReadyForQuery.
            left = {CLIENT: 5, SERVER: 5}
        is_near = left[message.side] > 0
        left[message.side] -= is_near
        if takes_all or is_near or numbers[message.side] % 211 == 1:
            yield message.side, numbers[message.side]


def cut(stores: Postgres, proxies: SimpleQueue[Proxy], plan: Plan) -> Seen:
    proxy = proxies.get()
    try:
        return cut_by(proxy, stores, plan)
    finally:
        proxies.put(proxy)


def cut_by(proxy: Proxy, stores: Postgres, plan: Plan) -> Seen:
    with stores.store() as store:
        proxy.begin(plan)
        began = time.monotonic()
        done = through(store, proxy).run("run")
        lasted = time.monotonic() - began
        where = f"{plan.what} at message {plan.n} of the {plan.side}"
        was_hit = proxy.was_hit
        proxy.begin(Plan())
        seen = judge(where, done.stdout, False, store.look())
        if done.returncode != 0:
            seen.faults.append(f"{where}: ended with {done.returncode}: {done.stderr}")
        seen.counts[f"hit by {plan.what}" if was_hit else "missed"] += 1
        n_failed = sum(" E_" in line for line in done.stdout.splitlines())
        if plan.what == "hold" and lasted > PATIENCE_S * (n_failed + 1) + SLACK_S:
            seen.faults.append(f"{where}: {lasted:.1f} s for {n_failed} calls that failed")
        return seen


def sql(store: Store, text: str) -> None:
    command = [str(programs() / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", store.url, "-c", text]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"cut: psql: {done.stderr}")


# A sequence counts what is rolled back, too.
IN_THE_WAY = """
CREATE SEQUENCE counterseal.n_tries;
CREATE FUNCTION counterseal.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('counterseal.n_tries') % 10 < {below} THEN
        RAISE EXCEPTION 'planned' USING ERRCODE = '{state}';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON counterseal.event
    DEFERRABLE INITIALLY {when} FOR EACH ROW EXECUTE FUNCTION counterseal.refuse();
"""


def in_the_way(stores: Postgres, state: str, when: str, *, for_ever: bool, action: str = "run") -> Seen:
    """Another transaction is in the way: each is tried again, until the deadline."""
    where = f"{state} {'for ever' if for_ever else 'a few times'}, {when}"
    with stores.store() as store:
        sql(store, IN_THE_WAY.format(below=10 if for_ever else 4, state=state, when=when))
        patience = int(PATIENCE_S * (1000 if for_ever else 20_000))
        done = store.run(action, "env", f"FAULT_PATIENCE_MS={patience}")
        sql(store, "DROP FUNCTION counterseal.refuse() CASCADE")
        seen = judge(where, done.stdout, False, store.look())
        seen.add(judge_reads(where, done.stdout))
        failed = [line for line in done.stdout.splitlines() if " E_" in line]
        if done.returncode != 0 or (failed and not for_ever):
            seen.faults.append(f"{where}: {done.returncode}: {failed}")
        if for_ever and not failed:
            seen.faults.append(f"{where}: nothing failed")
        seen.counts["hit by another transaction"] += 1
        return seen


def full_disk(stores: Postgres) -> Seen:
    """The server's disk is full at the commit: what cannot be retried, leaves nothing behind, and can be read."""
    seen = in_the_way(stores, "53100", "DEFERRED", for_ever=True, action="full")
    seen.counts["hit by a full disk"] = seen.counts.pop("hit by another transaction")
    return seen


def all_sessions_end(stores: Postgres, proxy: Proxy, n: int) -> Seen:
    """An administrator ends the sessions while the n-th message is held up."""
    with stores.store() as store:
        proxy.begin(Plan(CLIENT, n, "hold"))
        argv = through(store, proxy).argv("run")
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as running:
            while not proxy.was_hit and running.poll() is None:
                time.sleep(0.01)
            sql(store, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                       "AND pid <> pg_backend_pid()")  # fmt: skip
            printed = running.communicate(timeout=60)[0]
        proxy.begin(Plan())
        seen = judge(f"sessions end at message {n}", printed, False, store.look())
        seen.counts["hit by the end of all sessions"] += 1
        return seen


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--all"]
    takes_all = "--all" in sys.argv
    target, url = arguments
    os.environ["FAULT_PATIENCE_MS"] = str(int(PATIENCE_S * 1000))
    total = Seen()
    with tempfile.TemporaryDirectory(prefix="counterseal-cut-", dir=memory()) as folder:
        stores = Postgres(target, Path(folder), url)
        proxy = Proxy(url)
        with stores.store() as store:
            proxy.begin(Plan())
            done = through(store, proxy).run("run")
            if done.returncode != 0 or " E_" in done.stdout:
                sys.exit(f"cut: without any fault: {done.stdout}{done.stderr}")
            chosen = list(positions(proxy.seen, takes_all))
        plans = [Plan(side, n, what) for side, n in chosen for what in ("lose", "pass")]
        plans += [Plan(side, n, "hold") for side, n in chosen[:: 1 if takes_all else 8]]
        proxies: SimpleQueue[Proxy] = SimpleQueue()
        for _ in range(N_AT_ONCE):
            proxies.put(Proxy(url))
        with ThreadPoolExecutor(N_AT_ONCE) as pool:
            for seen in pool.map(lambda plan: cut(stores, proxies, plan), plans):
                total.add(seen)
        for state in ("40001", "40P01"):
            for when in ("IMMEDIATE", "DEFERRED"):
                total.add(in_the_way(stores, state, when, for_ever=False))
        total.add(in_the_way(stores, "40001", "DEFERRED", for_ever=True))
        total.add(full_disk(stores))
        for n in range(40, 400, 40 if takes_all else 180):
            total.add(all_sessions_end(stores, proxy, n))
    kinds = ("lose", "pass", "hold", "another transaction", "a full disk", "the end of all sessions")
    names = [*(f"hit by {kind}" for kind in kinds), "read while the disk was full"]
    total.faults += [f"nothing was {name}" for name in names if total.counts[name] == 0]
    for fault in total.faults[:40]:
        print(f"RED   {fault}")
    shown = ", ".join(f"{n} {name}" for name, n in sorted(total.counts.items()))
    n_hit = sum(total.counts[name] for name in names if name.startswith("hit "))
    print(f"cut: {n_hit} places; {shown}; violations {len(total.faults)}")
    sys.exit(bool(total.faults))


if __name__ == "__main__":
    main()
