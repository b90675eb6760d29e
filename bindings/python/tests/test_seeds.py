# SPDX-License-Identifier: Apache-2.0
"""Seed files and migration: the manifest of tests/vectors/seed_files, all or nothing, there and back."""

import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from counterseal import (
    HOTP,
    OCRA,
    TOTP,
    ConfigError,
    Seed,
    SeedFileError,
    YubicoOtp,
    export_migration,
    export_seeds,
    import_migration,
    import_seeds,
)

FOLDER = Path(__file__).parents[3] / "tests/vectors/seed_files"
FILES: list[dict[str, Any]] = json.loads((FOLDER / "manifest.json").read_text())["files"]
TEXTS = ("issuer", "account", "user", "serial", "manufacturer", "model", "suite", "public_id", "key_id")
SAMPLE = json.loads((FOLDER.parent / "otpauth_migration.json").read_text())
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def read(want: dict[str, Any], **more: Any) -> Any:
    key = bytes.fromhex(want["key"]) if "key" in want else None
    return import_seeds((FOLDER / want["file"]).read_bytes(), key=key, password=want.get("password"), **more)


def assert_seed(seed: Seed, want: dict[str, Any]) -> None:
    assert (seed.kind, seed.line, seed.reveal_base32()) == (want["kind"], want["line"], want["secret"])
    assert {name: getattr(seed, name) for name in TEXTS} == {name: want.get(name) for name in TEXTS}
    assert len(seed.warnings) == want["warnings"]
    assert seed.counter == want.get("counter", 0)
    otp = seed.otp()
    if isinstance(otp, OCRA):
        assert (want["kind"], otp.suite) == ("ocra", want["suite"])
        return
    if isinstance(otp, YubicoOtp):
        assert (want["kind"], otp.public_id) == ("yubico", want["public_id"])
        return
    assert (otp.algorithm, otp.reveal_base32()) == (want["algorithm"], want["secret"])
    if isinstance(otp, TOTP):
        assert otp.period == want["period"]
        assert (otp.encoder, otp.digits) == (("steam", 5) if "encoder" in want else ("decimal", want["digits"]))
    else:
        assert (otp.counter, otp.digits) == (want["counter"], want["digits"])
        assert otp.token_id == want.get("public_id")


@pytest.mark.parametrize("want", FILES, ids=lambda want: want["file"])
def test_manifest(want: dict[str, Any]) -> None:
    if "error" in want:
        with pytest.raises(ConfigError) as caught:
            read(want, dry_run=True)
        assert str(caught.value) == want["error"]["text"]
        assert caught.value.code == "CSEAL_MALFORMED"
        return
    found = read(want, dry_run=True)
    assert found.format == want["format"]
    good = [row for row in want["rows"] if "error" not in row]
    bad = [row for row in want["rows"] if "error" in row]
    assert len(found.seeds) == len(good)
    for seed, row in zip(found.seeds, good, strict=True):
        assert_seed(seed, row)
    assert [(p.line, p.column, p.text) for p in found.problems] == [(r["line"], r["column"], r["error"]) for r in bad]
    if bad:
        with pytest.raises(SeedFileError) as refused:
            read(want)
        assert refused.value.problems == found.problems
        assert str(found.problems[0]) in str(refused.value)
        again = pickle.loads(pickle.dumps(refused.value))
        assert again.problems == found.problems
    else:
        assert len(read(want).seeds) == len(good)


def test_wrong_arguments() -> None:
    for data in (None, 7, ["otpauth://totp/a"]):
        with pytest.raises(TypeError, match="^data must be"):
            import_seeds(data)  # type: ignore[arg-type]
    for format in ("csv", "migration", "PSKC", ""):
        with pytest.raises(ConfigError, match="^format must be "):
            import_seeds("x", format=format)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="^format must be"):
        import_seeds("x", format=None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="^password must be"):
        import_seeds("x", password=b"x")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="^dry_run must be"):
        import_seeds("x", dry_run=1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="cannot create"):
        Seed()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: import_migration(None), "uris must be a str or an iterable of str, not NoneType"),
        (lambda: import_migration(b"x"), "uris must be a str or an iterable of str, not bytes"),
        (lambda: import_migration([b"x"]), "an item of uris must be a str, not bytes"),
        (lambda: export_migration(TOTP.generate()), "items must be an iterable of TOTP, HOTP or Seed objects, not"),
        (lambda: import_seeds("x", key=5), "key must be bytes or another contiguous buffer of them, not int"),
        (lambda: import_seeds("x", key="3132"), "key must be bytes or None, not str"),
        (lambda: export_seeds("x", "uri-list"), "items must be an iterable"),
        (lambda: export_seeds([], 5), "format must be a str, not int"),
    ],
)
def test_an_error_names_its_argument(call: Callable[[], object], text: str) -> None:
    with pytest.raises(TypeError, match="^" + text):
        call()


def test_a_seed_is_not_copied_and_shows_no_secret() -> None:
    [seed] = import_seeds(f"otpauth://totp/Maple:a?secret={SECRET}&issuer=Maple").seeds
    assert repr(seed) == "<counterseal.Seed totp Maple a>"
    for call in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="holds a secret"):
            call(seed)


def test_migration_sample() -> None:
    first, second = import_migration(SAMPLE["uri"])
    assert [otp.reveal_base32() for otp in (first, second)] == [p["secret_base32"] for p in SAMPLE["otp_parameters"]]
    assert [otp.account for otp in (first, second)] == [p["name"] for p in SAMPLE["otp_parameters"]]
    assert len(import_migration([SAMPLE["uri"], f"otpauth://hotp/a?secret={SECRET}&counter=1"])) == 3


def test_migration_there_and_back() -> None:
    items = [TOTP(SECRET, issuer="Maple", account=f"nurse{n}") for n in range(12)]
    items_and_one = [*items, HOTP(SECRET, digits=8, counter=7, account="token")]
    uris = export_migration(items_and_one)
    assert len(uris) == 2
    back = import_migration(uris)
    assert [otp.account for otp in back] == [otp.account for otp in items_and_one]
    assert isinstance(back[-1], HOTP)
    assert (back[-1].counter, back[-1].digits) == (7, 8)
    with pytest.raises(SeedFileError, match="migration code 2 of 2 is missing"):
        import_migration(uris[0])
    with pytest.raises(ConfigError, match="^item 2: period must be 30"):
        export_migration([items[0], TOTP(SECRET, period=60, account="a")])
    with pytest.raises(TypeError, match="^items must be TOTP, HOTP or Seed objects"):
        export_migration([SECRET])  # type: ignore[list-item]


def test_entra_csv_there_and_back() -> None:
    seeds = read({"file": "entra.csv"}).seeds
    text = export_seeds(seeds, "entra-csv")
    assert text.splitlines()[0] == "upn,serial number,secret key,time interval,manufacturer,model"
    again = import_seeds(text).seeds
    assert [(s.user, s.serial, s.reveal_base32()) for s in again] == [
        (s.user, s.serial, s.reveal_base32()) for s in seeds
    ]
    with pytest.raises(ConfigError, match="^item 1: serial must be given"):
        export_seeds([TOTP(SECRET, account="a")], "entra-csv")
    with pytest.raises(ConfigError, match="^format must be uri-list, migration or entra-csv"):
        export_seeds([], "pskc")  # type: ignore[arg-type]


def test_uri_list_there_and_back() -> None:
    items = [TOTP(SECRET, issuer="Maple", account="a"), HOTP(SECRET, account="b", counter=3)]
    text = export_seeds(items, "uri-list")
    assert text == "".join(item.uri() + "\n" for item in items)
    assert [otp.uri() for otp in import_migration(text)] == text.splitlines()
