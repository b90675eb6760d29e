#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Installs the build into a folder of its own, moves that folder, and builds programs against it as a stranger would.

Everything happens under a temporary folder. The programs (installed/) accept an RFC code and refuse its replay.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent / "installed"
n_checks = 0


def check(good: object, fault: str) -> None:
    global n_checks
    n_checks += 1
    if not good:
        sys.exit(f"failed: {fault}")


def run(*command: object, **env: str) -> str:
    """Output of a command that must succeed; nothing of this machine's pkg-config or CMake paths is seen by it."""
    clean = {
        k: v
        for k, v in os.environ.items()
        if k not in ("PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR", "CMAKE_PREFIX_PATH", "LD_LIBRARY_PATH", "DESTDIR")
    }
    done = subprocess.run(
        [str(c) for c in command],
        check=False,
        env={**clean, **env},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    check(done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def files_below(folder: pathlib.Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir()}


def check_files(args: argparse.Namespace, prefix: pathlib.Path) -> None:
    lib = args.libdir
    cmake = f"{lib}/cmake/counterseal"
    wanted = {f"{args.includedir}/{f}" for f in files_below(args.source / "capi/include")}
    wanted |= {f"{lib}/libcounterseal.a", f"{lib}/pkgconfig/counterseal.pc"}
    wanted |= {f"{cmake}/counterseal-{f}.cmake" for f in ("config", "config-version", "targets")}
    if args.shared:
        soversion = args.version.rpartition(".")[0] if args.version.startswith("0.") else args.version.split(".")[0]
        wanted |= {f"{lib}/libcounterseal.so{suffix}" for suffix in ("", "." + soversion, "." + args.version)}
    # One file of imported locations for the build type, whatever that is called.
    found = {
        f for f in files_below(prefix) if not re.fullmatch(rf"{re.escape(cmake)}/counterseal-targets-\w+\.cmake", f)
    }
    check(found == wanted, f"installed files differ from what is public: {sorted(found ^ wanted)}")
    check(len(files_below(prefix)) == len(found) + 1, "not exactly one counterseal-targets-<type>.cmake")
    for name in found:
        if name.endswith((".pc", ".cmake")):
            text = (prefix / name).read_text()
            for path in (args.source, args.build, prefix):
                check(str(path) not in text, f"{name} holds the path {path}")


def check_destdir(args: argparse.Namespace, prefix: pathlib.Path, work: pathlib.Path) -> None:
    stage = work / "stage"
    run(args.cmake, "--install", args.build, "--component", "devel", "--prefix", "/opt/counterseal", DESTDIR=str(stage))
    check(files_below(stage / "opt/counterseal") == files_below(prefix), "DESTDIR installs other files")
    check(files_below(stage) == {f"opt/counterseal/{f}" for f in files_below(prefix)}, "DESTDIR has files outside")


def needed_by(program: pathlib.Path) -> list[str]:
    return re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "--dynamic", "--wide", program))


def check_pkg_config(args: argparse.Namespace, prefix: pathlib.Path, work: pathlib.Path) -> None:
    env = {"PKG_CONFIG_PATH": str(prefix / args.libdir / "pkgconfig")}
    strict = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
    check(run("pkg-config", "--modversion", "counterseal", **env).strip() == args.version, "pkg-config's version")

    if args.shared:
        flags = run("pkg-config", "--cflags", "--libs", "counterseal", **env).split()
        check(str(prefix / args.includedir) in map(os.path.normpath, (f[2:] for f in flags)), "-I is not the prefix")
        program = work / "c_shared"
        run(args.cc, *strict, HERE / "consumer.c", "-o", program, *flags)
        check(f"libcounterseal.so.{args.version.rpartition('.')[0]}" in needed_by(program), "not linked to the SONAME")
        print(run(program, LD_LIBRARY_PATH=str(prefix / args.libdir)), end="")

    flags = run("pkg-config", "--static", "--cflags", "--libs", "counterseal", **env).split()
    program = work / "c_static"
    run(args.cc, *strict, "-static", HERE / "consumer.c", "-o", program, *flags)
    check(not needed_by(program), "the static program needs shared libraries")
    print(run(program), end="")


def check_cmake(args: argparse.Namespace, prefix: pathlib.Path, work: pathlib.Path) -> None:
    build = work / "cmake"
    run(
        args.cmake,
        "-S",
        HERE,
        "-B",
        build,
        f"-DCMAKE_CXX_COMPILER={args.cxx}",
        f"-DCMAKE_PREFIX_PATH={prefix}",
        f"-DWANTED_VERSION={args.version}",
        "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF",
    )
    found = re.findall(r"counterseal_DIR:PATH=(.*)", (build / "CMakeCache.txt").read_text())
    check(len(found) == 1 and pathlib.Path(found[0]).is_relative_to(prefix), f"CMake took {found}")
    run(args.cmake, "--build", build)
    for program in ("with_counterseal", "with_counterseal_static"):
        print(run(build / program), end="")
    linked = any("counterseal" in library for library in needed_by(build / "with_counterseal"))
    check(linked == args.shared, "counterseal::counterseal is of the wrong kind")
    check(
        not any("counterseal" in library for library in needed_by(build / "with_counterseal_static")),
        "counterseal::counterseal_static links the shared library",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("build", "source"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    for name in ("cmake", "cc", "cxx", "libdir", "includedir", "version"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--shared", action="store_true")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="counterseal-installed-") as folder:
        work = pathlib.Path(folder).resolve()
        first = work / "first place"
        run(args.cmake, "--install", args.build, "--component", "devel", "--prefix", first)
        check_files(args, first)
        check_destdir(args, first, work)
        moved = work / "moved"
        first.rename(moved)
        check_pkg_config(args, moved, work)
        check_cmake(args, moved, work)
    print(f"{n_checks} checks, 0 failed")


main()
