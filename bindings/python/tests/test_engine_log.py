# SPDX-License-Identifier: Apache-2.0
"""The log of a tenant as a host works with it: checkpoints kept elsewhere, proofs, exports, forgetting, checking."""

from __future__ import annotations

import asyncio
import base64
import csv
import hashlib
import inspect
import io
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import counterseal
import pytest
from counterseal import (
    HOTP,
    AsyncEngine,
    CheckpointMark,
    CheckpointPage,
    ConfigError,
    Engine,
    KeyRing,
    StoreRolledBack,
    Tenant,
)
from counterseal.testing import FakePhone, memory_engine

BY: dict[str, Any] = {"actor": "office", "reason": "asked"}


def enroll(engine: Engine, subject: str, tenant: str = "maple") -> str:
    m = engine.tenant(tenant)
    made = m.enroll_totp(subject)
    phone = FakePhone(made.uri, engine.clock)
    assert m.confirm(subject, made.factor_id, phone.code())
    return made.factor_id


@pytest.fixture
def engine() -> Iterator[Engine]:
    with memory_engine() as made:
        enroll(made, "nurse1")
        enroll(made, "nurse2")
        yield made


@pytest.fixture
def m(engine: Engine) -> Tenant:
    return engine.tenant("maple")


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node(root_of(leaves[:k]), root_of(leaves[k:]))


def entries(data: bytes) -> list[bytes]:
    """What is hashed of each line, as it stands there."""
    return [line[len(b'{"entry":') : line.rindex(b',"person":')] for line in data.splitlines()]


def test_the_export_is_the_tree_of_the_checkpoints(engine: Engine, m: Tenant) -> None:
    made = m.log.checkpoint()
    assert made is not None
    assert (made.tenant, made.size) == ("maple", 4)
    assert engine.checkpoints("maple").items[-1] == made
    assert engine.checkpoints("maple", CheckpointMark("maple", made.size)).items == ()
    origin, size, root = made.note.splitlines()[:3]
    assert origin == m.log.verifier().origin
    assert m.log.verifier().verifier.startswith(origin + "+")
    part = m.log.export()
    leaves = [hashlib.sha256(b"\0" + entry).digest() for entry in entries(part.data)]
    assert (part.n_events, part.next, int(size)) == (4, None, 4)
    assert root_of(leaves) == base64.b64decode(root)

    proof = m.log.prove_inclusion(3, size=4)
    assert proof.leaf == leaves[2]
    assert proof.root == base64.b64decode(root)
    assert node(node(leaves[0], leaves[1]), node(proof.leaf, proof.hashes[0])) == proof.root
    growth = m.log.prove_consistency(2, size=4)
    assert growth.first_root == node(leaves[0], leaves[1])
    assert node(growth.first_root, growth.hashes[0]) == growth.root == proof.root

    n_waiting = len(engine.checkpoints("maple"))
    assert m.log.checkpoints_kept(made.size) == n_waiting
    assert engine.checkpoints("maple") == CheckpointPage((), None)
    assert m.log.checkpoint() is None


@pytest.mark.parametrize(("signature", "algorithm"), [("ed25519", 1), ("p256", 2)])
def test_a_new_store_signs_as_it_was_told(tmp_path: Path, signature: Any, algorithm: int) -> None:
    keys = KeyRing.from_keys({"a": bytes(range(32))}, active="a")
    url = f"sqlite:///{tmp_path}/store.db"
    with Engine.open(url, keys=keys, create=True, log_signature=signature) as engine:
        enroll(engine, "alice")
        m = engine.tenant("maple")
        key = m.log.verifier().verifier
        assert base64.b64decode(key.split("+", 2)[2])[0] == algorithm  # C2SP signed-note
        note = m.log.checkpoint()
        assert note is not None
        assert counterseal.verify_log(m.log.export().data, [note.note], key)
    with Engine.open(url, keys=keys) as engine:  # what a store signs with stays
        assert engine.tenant("maple").log.verifier().verifier == key


def test_checkpoints_of_all_tenants_are_drained_page_by_page(engine: Engine, m: Tenant) -> None:
    enroll(engine, "nurse1", tenant="oak")
    for tenant in ("maple", "oak"):
        engine.tenant(tenant).log.checkpoint()
    whole = engine.checkpoints()
    assert {one.tenant for one in whole} == {"maple", "oak"}
    assert [(one.tenant, one.size) for one in whole] == sorted((one.tenant, one.size) for one in whole)
    assert whole.next is None
    found, page = [], engine.checkpoints(limit=1)
    while page.next is not None:
        assert page.next == (page.items[0].tenant, page.items[0].size)
        found += page
        page = engine.checkpoints(after=page.next, limit=1)
    assert [*found, *page] == list(whole)
    assert {one.tenant for one in engine.checkpoints("oak")} == {"oak"}
    m.log.checkpoints_kept(4)
    assert engine.checkpoints("maple").items == ()
    assert engine.checkpoints("oak").items


def test_parts_are_the_log(m: Tenant) -> None:
    whole = m.log.export().data
    parts, place = b"", 0
    while True:
        part = m.log.export(place, limit=1)
        parts += part.data
        if part.next is None:
            break
        place = part.next
    assert parts == whole
    rows = list(csv.DictReader(io.StringIO(m.log.export(format="csv").data.decode())))
    assert [row["subject"] for row in rows] == ["nurse1", "nurse1", "nurse2", "nurse2"]
    for form, member in (("fhir", "resourceType"), ("ocsf", "class_uid")):
        part = m.log.export(format=form)  # type: ignore[arg-type]
        assert all(member in json.loads(line) for line in part.data.splitlines())
    assert m.log.export(format="cef").data.count(b" CEF:0|") == 4


def test_who_it_was_about_can_be_forgotten(m: Tenant) -> None:
    before = m.log.checkpoint()
    assert before is not None
    done = m.log.erase_person("nurse1", **BY)
    assert (done.n_events, done.is_complete) == (2, True)
    lines = m.log.export().data.splitlines()
    assert sum(b"nurse1" in line for line in lines) == 0
    assert m.log.prove_consistency(before.size, size=len(lines)).first_root == base64.b64decode(
        before.note.splitlines()[2]
    )
    assert m.log.verify_state([before.note])
    with pytest.raises(ConfigError, match="^before must"):
        m.log.purge_events(1_700_000_000, **BY)


def test_what_an_erasure_does_not_reach(engine: Engine) -> None:
    """docs/engine.md lists what stands in the entries, which the log keeps word for word."""
    maple = engine.tenant("oak")
    policy = {"paths": {"Path": {"challenge": True}}, "rules": [{"name": "a", "groups": "*", "paths": "*"}]}
    maple.set_policy(policy, actor="Founder", reason="Opening")
    made = maple.enroll_totp("Subject", label="Label", issuer="Issuer", account="Account")
    phone = FakePhone(made.uri, engine.clock)
    assert maple.confirm("Subject", made.factor_id, phone.code())
    engine.clock.advance(30)
    assert maple.verify_factor("Subject", made.factor_id, phone.code(), purpose="Purpose")
    engine.clock.advance(30)
    told: Any = {"session": b"Session of 16 bytes", "path": "Path", "ip": "192.0.2.1"}
    asked = maple.evaluate("Subject", action="Action", first_factor={"method": "Method", "channel": "Channel"}, **told)
    assert asked.challenge_id is not None
    assert maple.verify_challenge("Subject", asked.challenge_id, None, phone.code(), session=told["session"])
    token = HOTP.generate(account="Token")
    assert maple.import_factor("Subject", token, next_counter=0, provenance="Provenance", actor="Importer", label="Box")
    assert maple.suspend("Subject", made.factor_id, actor="Nurse", reason="Because")
    maple.log.erase_person("Subject", actor="Eraser", reason="Ticket")

    log = maple.log.export().data.decode()
    for kept in ("Path", "Purpose", "Action", "Method", "Provenance", "Founder", "Opening", "Eraser", "Ticket"):
        assert kept in log
    for gone in ("Subject", "Importer", "Nurse", "Because"):
        assert gone not in log
    for never in ("Label", "Box", "Issuer", "Account", "Token", "Session", "192.0.2.1", "Channel"):
        assert never not in log
    entries = [json.loads(line)["entry"] for line in log.splitlines()]
    members = {"v", "tenant", "seq", "at_us", "type", "factor_id", "detail", "person"}
    assert all(set(entry) == members for entry in entries)


def test_wrong_arguments(engine: Engine, m: Tenant) -> None:
    for call in (
        lambda: m.log.prove_inclusion(5, size=4),
        lambda: m.log.prove_inclusion(1, size=5),
        lambda: m.log.prove_consistency(5, size=4),
        lambda: m.log.export(limit=0),
        lambda: m.log.export(format="xml"),  # type: ignore[arg-type]
        lambda: m.log.verify_state(timeout_s=0),
        lambda: m.log.erase_person("", **BY),
        lambda: engine.checkpoints(""),
        lambda: engine.checkpoints(limit=0),
        lambda: engine.checkpoints(after=CheckpointMark("maple", -1)),
    ):
        with pytest.raises(ConfigError):
            call()
    for typed in (
        lambda: m.log.prove_inclusion(True, size=4),
        lambda: m.log.checkpoints_kept("1"),  # type: ignore[arg-type]
        lambda: m.log.verify_state("note"),
        lambda: m.log.export(format=1),  # type: ignore[arg-type]
        lambda: engine.checkpoints(5),  # type: ignore[arg-type]
        lambda: engine.checkpoints(after=("maple", 4)),  # type: ignore[arg-type]
        lambda: engine.checkpoints(after=CheckpointMark("maple", True)),
    ):
        with pytest.raises(TypeError):
            typed()


def test_rows_that_somebody_changed_are_found(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    keys = KeyRing.from_keys({"k": bytes(range(32))}, active="k")
    with Engine.open(f"sqlite:////{str(place).lstrip('/')}", keys=keys, create=True) as engine:
        m = engine.tenant("maple")
        enroll(engine, "nurse1")
        kept = m.log.checkpoint()
        assert kept is not None
        report = m.log.verify_state([kept.note])
        assert report
        assert (report.n_events, report.n_factors, report.n_subjects, report.faults) == (2, 1, 1, ())
        other = sqlite3.connect(place)
        other.execute("PRAGMA foreign_keys = OFF")
        other.execute("DELETE FROM factor")
        other.commit()
        report = m.log.verify_state()
        assert not report
        assert report.faults[0].subject == "nurse1"
        other.execute("DELETE FROM event WHERE seq = 2")
        other.commit()
        assert "log" in {fault.what for fault in m.log.verify_state().faults}
        other.close()


def test_a_store_of_somebody_else_is_rolled_back(m: Tenant) -> None:
    kept = m.log.checkpoint()
    assert kept is not None
    with memory_engine() as engine:
        enroll(engine, "nurse1")
        with pytest.raises((StoreRolledBack, ConfigError)):
            engine.tenant("maple").log.verify_state([kept.note])


def test_a_store_that_was_set_back_is_not_opened(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    url = f"sqlite:////{str(place).lstrip('/')}"
    keys = KeyRing.from_keys({"k": bytes(range(32))}, active="k")
    with Engine.open(url, keys=keys, create=True) as engine:
        enroll(engine, "nurse1")
    backup = place.read_bytes()
    with Engine.open(url, keys=keys) as engine:
        enroll(engine, "nurse2")
        kept = engine.tenant("maple").log.checkpoint()
    assert kept is not None
    with Engine.open(url, keys=keys, expected_checkpoints=[kept.note]) as engine:
        assert engine.health()
    place.write_bytes(backup)
    with pytest.raises(StoreRolledBack):
        Engine.open(url, keys=keys, expected_checkpoints=[kept.note])
    with pytest.raises(ConfigError, match="^expected checkpoint 1 "):
        Engine.open(url, keys=keys, expected_checkpoints=["no note"])
    with pytest.raises(TypeError):
        Engine.open(url, keys=keys, expected_checkpoints=kept.note)


def test_a_copy_by_the_backup_interface_is_a_store(tmp_path: Path) -> None:
    """docs/operations.md: in a process of its own, while the engine works. Its example has VACUUM INTO."""
    copy = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(sys.argv[2]))"
    files = tmp_path / "store.db", tmp_path / "backup.db"
    keys = KeyRing.from_keys({"k": bytes(range(32))}, active="k")
    with Engine.open(f"sqlite:///{files[0]}", keys=keys, create=True) as engine:
        engine.tenant("maple").enroll_totp("alice")
        kept = engine.tenant("maple").log.checkpoint()
        subprocess.run([sys.executable, "-c", copy, *files], check=True)
        engine.tenant("maple").enroll_totp("bob")
    assert kept is not None
    with Engine.open(f"sqlite:///{files[1]}", keys=keys, expected_checkpoints=[kept.note]) as engine:
        assert engine.tenant("maple").log.verify_state([kept.note])
        assert [factor.subject for factor in engine.tenant("maple").list_factors()] == ["alice"]


def test_loops_await_the_same(tmp_path: Path) -> None:
    async def body() -> None:
        keys = KeyRing.from_keys({"k": bytes(range(32))}, active="k")
        async with AsyncEngine.open("memory:", keys=keys) as engine:
            m = engine.tenant("maple")
            made = await m.enroll_totp("nurse1")
            assert await m.confirm("nurse1", made.factor_id, FakePhone(made.uri).code())
            kept = await m.log.checkpoint()
            assert kept is not None
            assert (await engine.checkpoints("maple")).items[-1] == kept
            assert (await engine.checkpoints(after=CheckpointMark("maple", kept.size))).items == ()
            assert (await m.log.export()).n_events == 2
            assert (await m.log.prove_inclusion(1, size=2)).root == (await m.log.prove_consistency(1, size=2)).root
            assert await m.log.verify_state([kept.note])
            assert (await m.log.erase_person("nurse1", **BY)).n_events == 2
            assert await m.log.checkpoints_kept(2) == 2
            assert (await m.log.verifier()).origin.endswith("maple")

    asyncio.run(body())


def test_both_kinds_have_the_same_calls() -> None:
    def calls(of: type) -> dict[str, Any]:
        return {name: member for name, member in vars(of).items() if not name.startswith("_") and callable(member)}

    ours, theirs = calls(counterseal.Log), calls(counterseal.AsyncLog)
    assert ours.keys() == theirs.keys()
    assert len(ours) == 9
    for name, member in ours.items():
        blocking, pending = inspect.signature(member), inspect.signature(theirs[name])
        assert blocking.parameters == pending.parameters
        assert pending.return_annotation == f"Pending[{blocking.return_annotation}]"
        assert theirs[name].__doc__ == f"As Log.{name}()."
