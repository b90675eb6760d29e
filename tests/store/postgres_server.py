#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command beside a private PostgreSQL server, which listens on a free loopback port and is gone afterwards.

    postgres_server.py [--on-disk] COMMAND...    the command finds the server's URL in COUNTERSEAL_TEST_POSTGRES

Its files are in memory where there is room, or with --on-disk in /var/tmp, where commits wait as they do in earnest.

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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = f"{folder}/data"
        quietly([str(bin_ / "initdb"), "-D", data, "-U", "tester", "--auth=trust", "-E", "UTF8", "--no-locale"])
        port = free_port()
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c max_connections=100"
        quietly([str(bin_ / "pg_ctl"), "-D", data, "-l", f"{folder}/log", "-w", "-o", options, "start"])
        try:
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"
        finally:
            quietly([str(bin_ / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop"])


def main() -> int:
    command = sys.argv[1:]
    on_disk = command[:1] == ["--on-disk"]
    if on_disk:
        command = command[1:]
    if not command:
        sys.exit(__doc__)
    with server(on_disk=on_disk) as url:
        environment = os.environ | {"COUNTERSEAL_TEST_POSTGRES": url}
        return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
