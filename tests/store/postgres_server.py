#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command beside a private PostgreSQL server, which listens on a free loopback port and is gone afterwards.

    postgres_server.py COMMAND...            the command finds the server's URL in COUNTERSEAL_TEST_POSTGRES
    postgres_server.py --pooled COMMAND...   the same behind PgBouncer in transaction mode
    postgres_server.py --on-disk COMMAND...  the same with the server's files in /var/tmp, where commits wait as they do
                                             in earnest; else they are in memory where there is room

The exit status is the command's; 1 where there is no server to be had.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from urllib.parse import urlsplit


def programs() -> Path:
    """The newest server of the machine: Debian keeps them beside each other, others on the path."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    found = shutil.which("initdb") or (places and places[-1])
    if not found:
        sys.exit("postgres_server: no initdb here; tools/setup installs PostgreSQL")
    return Path(found).resolve().parent


def as_owner(command: list[str]) -> list[str]:
    # initdb refuses to run as root.
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def give_to_owner(path: str | Path) -> None:
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(path, owner.pw_uid, owner.pw_gid)


def quietly(command: list[str]) -> None:
    done = subprocess.run(as_owner(command), check=False, capture_output=True, text=True, cwd="/")
    if done.returncode != 0:
        sys.exit(f"postgres_server: {Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory() -> str | None:
    """A file system in memory, where there is room: no test cuts the power, and commits are many."""
    place = Path("/dev/shm")
    return str(place) if place.is_dir() and shutil.disk_usage(place).free > 1 << 30 else None


@contextmanager
def server(*, on_disk: bool = False) -> Iterator[str]:
    bin_ = programs()
    place = "/var/tmp" if on_disk else memory()
    with tempfile.TemporaryDirectory(prefix="counterseal-postgres-", dir=place) as folder:
        give_to_owner(folder)
        data = f"{folder}/data"
        quietly([str(bin_ / "initdb"), "-D", data, "-U", "tester", "--auth=trust", "-E", "UTF8", "--no-locale"])
        port = free_port()
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c max_connections=100"
        quietly([str(bin_ / "pg_ctl"), "-D", data, "-l", f"{folder}/log", "-w", "-o", options, "start"])
        try:
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"
        finally:
            quietly([str(bin_ / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop"])


@contextmanager
def pooler(url: str) -> Iterator[str]:
    """PgBouncer before a server: each transaction may meet another session of it."""
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        sys.exit("postgres_server: no pgbouncer here; tools/setup installs it")
    behind = urlsplit(url)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="counterseal-pgbouncer-") as folder:
        settings = Path(folder) / "pgbouncer.ini"
        # Few sessions for many clients, so that they do change hands. `any` takes the user of the first line.
        settings.write_text(
            f"""[databases]
* = host={behind.hostname} port={behind.port} user={behind.username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
logfile = {folder}/log
"""
        )
        for path in (folder, settings):
            give_to_owner(path)
        # Like initdb it refuses to run as root; without runuser between, it is the one that gets our signal.
        owner = "postgres" if os.geteuid() == 0 else None
        command = [program, "--quiet", str(settings)]
        with subprocess.Popen(command, user=owner, group=owner, extra_groups=[] if owner else None) as running:
            try:
                answers_at(port, running)
                yield f"postgresql://{behind.username}@127.0.0.1:{port}{behind.path}"
            finally:
                running.terminate()


def answers_at(port: int, running: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        if running.poll() is not None:
            sys.exit("postgres_server: pgbouncer ended at once")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    sys.exit("postgres_server: pgbouncer does not listen")


def main() -> int:
    command = sys.argv[1:]
    how = command[0] if command[:1] in (["--pooled"], ["--on-disk"]) else ""
    command = command[bool(how) :]
    if not command:
        sys.exit(__doc__)
    with (
        server(on_disk=how == "--on-disk") as direct,
        pooler(direct) if how == "--pooled" else nullcontext(direct) as url,
    ):
        path = f"{programs()}:{os.environ.get('PATH', '')}"  # psql is beside the server
        environment = os.environ | {"COUNTERSEAL_TEST_POSTGRES": url, "PATH": path}
        return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
