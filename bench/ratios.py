#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the ratios that the targets speak of, from the JSON of bench/run. A report: it ends well also where one is
missed.

Usage: bench/ratios.py FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from results import Results, read

HASHES = {"sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
FORMS = ("raw", "prepared")
NOISY = 0.05


@dataclass
class Claim:
    """`ours` should be at least `target` times as fast as the fastest of `peers`; without any, `target` a second. A
    target of 0 is none."""

    text: str
    ours: str
    peers: list[str]
    target: float


def openssl_rows(hash_name: str, form: str) -> list[str]:
    who = ("openssl_hmac", "openssl_evp_mac") if form == "raw" else ("openssl_evp_mac",)
    return [f"totp_verify/{hash_name}/{form}/{name}" for name in who]


def claims_here(has_sha: bool) -> Iterator[Claim]:
    """Of this CPU. liboath has no prepared form, so its raw row is what our prepared one is compared with."""
    targets = {("sha1", "raw"): 4, ("sha256", "raw"): 6, ("sha1", "prepared"): 6, ("sha256", "prepared"): 9}
    for hash_name, title in HASHES.items():
        for form in FORMS:
            ours = f"totp_verify/{hash_name}/{form}/counterseal"
            if has_sha and (hash_name, form) in targets:
                liboath = f"totp_verify/{hash_name}/raw/liboath"
                yield Claim(f"{title} {form} / liboath raw", ours, [liboath], targets[hash_name, form])
            else:
                yield Claim(f"{title} {form} / best OpenSSL {form}", ours, openssl_rows(hash_name, form), 1)


def claims_of_batches(flags: set[str]) -> Iterator[Claim]:
    """Whole batches. The targets were set for AVX-512; without it the ratios are printed all the same."""
    wide = "avx512f" in flags
    targets = {
        ("sha1", "prepared"): 50.0,
        ("sha256", "prepared"): 45.0,
        ("sha512", "prepared"): 28.0,
        ("sha1", "raw"): 35.0,
        ("sha256", "raw"): 30.0,
        ("sha512", "raw"): 19.0,
    }
    for (hash_name, form), target in targets.items():
        row = f"totp_verify_batch/{hash_name}"
        yield Claim(
            f"{HASHES[hash_name]} batch {form} / liboath raw",
            f"{row}/{form}/counterseal",
            [f"{row}/raw/liboath"],
            target if wide else 0,
        )
    for hash_name, target in (("sha1", 5.0), ("sha256", 3.0), ("sha512", 2.2)):
        row = f"totp_verify_counters/{hash_name}"
        yield Claim(
            f"{HASHES[hash_name]} times of their own / ipsec_mb",
            f"{row}/counterseal",
            [f"{row}/ipsec_mb"],
            target if wide else 0,
        )
    liboath = ["totp_verify_batch/sha1/raw/liboath"]
    yield Claim("SHA-1 half hits, steps stored / liboath", "totp_verify_replay/sha1", liboath, 40 if wide else 0)
    yield Claim("SHA-1 forced avx2 / liboath", "totp_verify_target/sha1/avx2", liboath, 12)
    yield Claim("10 million users / in the caches", "totp_verify_cold/10000000", ["totp_verify_replay/sha1"], 0.6)
    yield Claim("two threads / one", "totp_verify_threads/2", ["totp_verify_threads/1"], 1.9)
    for n in (1, 2, 3, 4, 8, 16):
        one = ["totp_verify/sha1/prepared/counterseal"]
        yield Claim(f"batches of {n} / single calls", f"totp_verify_size/{n}", one, 1)


def claims_of_engine() -> Iterator[Claim]:
    """Beside the bare store, which does the same conditional update with the same durability."""
    yield Claim("SQLite, one a commit / bare", "engine/sqlite/single", ["engine/sqlite/bare_single"], 0.8)
    yield Claim("SQLite, 64 callers / bare", "engine/sqlite/callers64", ["engine/sqlite/bare_single"], 8)
    for kind, title in (("sqlite", "SQLite"), ("postgres", "PostgreSQL")):
        row = f"engine/{kind}"
        yield Claim(f"{title}, batch of 1000 / bare", f"{row}/batch1000", [f"{row}/bare_batch1000"], 0.35)
    yield Claim("PostgreSQL, one a commit / bare", "engine/postgres/single", ["engine/postgres/bare_single"], 0)
    yield Claim("PostgreSQL, 64 callers / bare", "engine/postgres/callers64", ["engine/postgres/bare_single"], 0)
    yield Claim("SQLite, evaluate, a second", "engine/sqlite/evaluate", [], 50_000)
    yield Claim("PostgreSQL, evaluate, a second", "engine/postgres/evaluate", [], 0)
    yield Claim("SQLite, challenge / bare insert", "engine/sqlite/challenge", ["engine/sqlite/bare_insert"], 0.8)
    yield Claim("PostgreSQL, challenge / bare insert", "engine/postgres/challenge", ["engine/postgres/bare_insert"], 0)
    small, large = "engine/sqlite/factors1000", "engine/sqlite/factors1000000"
    yield Claim("SQLite, opened with 10^6 factors", f"{large}/open", [], 1)
    yield Claim("SQLite, one a commit, 10^6 / 10^3", f"{large}/single", [f"{small}/single"], 0.8)
    yield Claim("SQLite, evaluate, 10^6 / 10^3", f"{large}/evaluate", [f"{small}/evaluate"], 0.8)


def claims_of_webauthn() -> Iterator[Claim]:
    """A login, whole, beside the hash and the signature that nobody can leave out; with the key built, that too."""
    for name in ("es256", "eddsa", "rs256"):
        for form, of in (("bytes", 0.75 if name == "rs256" else 0.9), ("json", 0.6 if name == "rs256" else 0.85)):
            for key, target in (("kept", of), ("built", 0.9 if form == "bytes" else 0)):
                row = f"webauthn/{name}"
                floor = [f"{row}/bytes/{key}/openssl"]
                yield Claim(
                    f"{name} from {form}, key {key} / OpenSSL", f"{row}/{form}/{key}/counterseal", floor, target
                )


def claims_of_log() -> Iterator[Claim]:
    """What the log as a tree costs, and what checks it: 5 us of CPU an event, a million events a second, 1 ms."""
    yield Claim("10^6 events, appended, a CPU second", "audit/append", [], 200_000)
    yield Claim("10^6 events, verified, a CPU second", "audit/verify", [], 1_000_000)
    yield Claim("10^7 events, proofs a second", "audit/proof", [], 1_000)


def claims_of_kernel(kernel: str) -> Iterator[Claim]:
    """Of a CPU that would use this kernel."""
    for hash_name, title in HASHES.items():
        for form in FORMS:
            family = "totp_verify_single_raw" if form == "raw" else "totp_verify_single"
            peers = openssl_rows(hash_name, form)
            yield Claim(f"{title} {form}, {kernel} / best OpenSSL", f"{family}/{hash_name}/{kernel}", peers, 1)


def judged(results: Results, claims: Iterator[Claim]) -> Iterator[str]:
    for claim in claims:
        ours = results.rate(claim.ours)
        rated = {name: rate for name in claim.peers if (rate := results.rate(name)) is not None}
        broken = [row for name in (claim.ours, *claim.peers) if (row := results.rows.get(name)) and row.error]
        if broken:
            yield f"{claim.text:40} not measured: {broken[0].name}: {broken[0].error}"
        if ours is None or (claim.peers and not rated):
            continue
        best = max(rated, key=lambda name: rated[name]) if rated else claim.ours
        ratio = ours / rated[best] if rated else ours
        verdict = "no target" if claim.target == 0 else "ok" if ratio >= claim.target else "missed"
        if max(results.rows[name].spread for name in (claim.ours, best)) > NOISY:
            verdict += " (noisy)"
        peer = best.rsplit("/", 1)[1] if rated else ""
        rates = f"{ours:>12,.0f} {rated.get(best, 1):>12,.0f} {ratio:>7,.2f}"
        yield f"{claim.text:40} {rates} {claim.target:>7g}  {verdict:17} {peer}"


def section(title: str, lines: list[str]) -> None:
    if lines:
        print(f"\n{title}")
        print(f"{'what':40} {'ours/s':>12} {'peer/s':>12} {'ratio':>7} {'target':>7}  {'verdict':14} peer")
        print("\n".join(lines))


def machine(context: dict[str, str]) -> str:
    keys = ("cpu_model", "cpu_family_model", "cpu_flags", "compiler", "openssl", "liboath", "counterseal")
    return (
        "\n".join(f"{key:18}{context.get(key) or 'unknown'}" for key in keys) + f"\ndate              {context['date']}"
    )


def main() -> None:
    folder = Path(sys.argv[1])
    here = read(folder / "bench.json")
    has_sha = "sha_ni" in here.context.get("cpu_flags", "").split()
    print("\n" + machine(here.context))
    for row in here.rows.values():
        if row.error is not None:
            print(f"{row.name}: {row.error}")
    section("This CPU, medians of verifications per second", list(judged(here, claims_here(has_sha))))
    flags = set(here.context.get("cpu_flags", "").split())
    section("Batches of 65,536 rows, one thread", list(judged(here, claims_of_batches(flags))))
    section("The engine beside the bare store, by the clock on the wall", list(judged(here, claims_of_engine())))
    section("The log of a tenant", list(judged(here, claims_of_log())))
    section("Logins with passkeys, a second", list(judged(here, claims_of_webauthn())))
    others = {
        "bench-without-sha.json": ("A CPU with AVX2 but no SHA extensions", "avx2"),
        "bench-without-avx2.json": ("A CPU with neither", "portable"),
    }
    for name, (title, kernel) in others.items():
        if (folder / name).exists():
            lines = list(judged(read(folder / name), claims_of_kernel(kernel)))
            section(f"{title} (forced kernel; OpenSSL told by OPENSSL_ia32cap)", lines)
    if any(row.spread > NOISY for row in here.rows.values() if row.per_second):
        print(
            f"\nNoisy: middle repetitions of a row lie more than {NOISY:.0%} apart; measure again on a machine at rest."
        )


if __name__ == "__main__":
    main()
