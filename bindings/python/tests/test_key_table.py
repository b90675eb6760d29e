# SPDX-License-Identifier: Apache-2.0
"""Key tables: rows come and go, a code is accepted once, nothing shows a key."""

import copy
import gc
import os
import pickle
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from counterseal import HOTP, TOTP, ConfigError, CountersealError, HOTPKeyTable, KeyTable

KEY = b"12345678901234567890"
NONE = 2**32 - 1  # no code
REMOVED = -(2**63)
TABLES: list[Any] = [KeyTable, HOTPKeyTable]
LENGTHS = {"SHA1": 20, "SHA256": 32, "SHA512": 64}


def keys_of(n: int, algorithm: str = "SHA1") -> list[bytes]:
    draw = random.Random(n)  # the same in each run
    return [draw.randbytes(LENGTHS[algorithm]) for _ in range(n)]


@pytest.mark.parametrize("algorithm", LENGTHS)
def test_codes_of_rfc_6238(algorithm: Any) -> None:
    key = (KEY * 4)[: LENGTHS[algorithm]]
    totp = TOTP.from_raw(key, algorithm=algorithm, digits=8)
    table = KeyTable(key, algorithm=algorithm, replay="report_only")
    for time in (59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000):
        assert list(table.at(time, digits=8)) == [int(totp.at(time))]
        assert table.verify([totp.at(time)], time, digits=8, past=0, future=0).steps[0] == time // 30


def test_codes_of_rfc_4226() -> None:
    table = HOTPKeyTable([KEY] * 10, replay="report_only", next_counters=range(10))
    codes = [755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489]
    assert list(table.at()) == codes
    verdict = table.verify([f"{code:06}" for code in codes])
    assert list(verdict.next_counters) == list(range(1, 11))
    assert verdict.n_ok == 10


@pytest.mark.parametrize("replay", ["this_process", "report_only"])
def test_once(replay: Any) -> None:
    table = KeyTable(KEY, replay=replay)
    assert table.verify(["287082"], 59).status(0) == "accepted"
    kept = replay == "this_process"
    assert table.verify(["287082"], 59).status(0) == ("replayed" if kept else "accepted")
    assert list(table.last_steps()) == [1 if kept else -1]
    # A row that comes twice in one batch is judged against what its first acceptance has left.
    other = KeyTable(KEY, replay=replay)
    verdict = other.verify(["287082", "000000", "287082"], 59, rows=[0, 0, 0])
    assert [verdict.status(row) for row in range(3)] == ["accepted", "wrong", "replayed"]


@pytest.mark.parametrize("replay", ["this_process", "report_only"])
def test_a_counter_moves_on(replay: Any) -> None:
    table = HOTPKeyTable([KEY], replay=replay)
    codes = [HOTP.from_raw(KEY).at(counter) for counter in (0, 1, 1, 3)]
    verdict = table.verify(codes, rows=[0] * 4, look_ahead=2)
    assert list(verdict.ok) == [True, True, False, True]
    assert list(verdict.next_counters)[-1] == 4
    assert list(table.next_counters()) == [4 if replay == "this_process" else 0]


def test_the_higher_state_counts() -> None:
    table = KeyTable([KEY, KEY], replay="report_only", last_steps=[None, 1])
    assert list(table.verify(["287082"] * 2, 59).ok) == [True, False]
    assert list(table.verify(["287082"] * 2, 59, last_steps=[1, None]).ok) == [False, False]
    assert list(table.verify(["287082"] * 2, 59, last_steps=[0, 0]).steps) == [1, 0]
    hotp = HOTPKeyTable([KEY, KEY], replay="report_only", next_counters=[1, 2])
    assert list(hotp.verify(["287082"] * 2).ok) == [True, False]
    assert list(hotp.verify(["287082"] * 2, next_counters=[2, 1]).ok) == [False, False]
    assert list(hotp.at(next_counters=[9, 1])) == [520489, 359152]


@pytest.mark.parametrize("kind", TABLES)
def test_rows_come_and_go(kind: Any) -> None:
    table = kind(replay="this_process")
    states = table.last_steps if kind is KeyTable else table.next_counters
    name = "last_steps" if kind is KeyTable else "next_counters"
    never = -1 if kind is KeyTable else 0
    assert len(table) == 0
    assert list(states()) == []
    assert table.add(keys_of(3)) == 0
    assert table.add(b"") == 3
    assert table.add(keys_of(2), **{name: [7, 8]}) == 3
    assert len(table) == 5
    assert list(states()) == [never, never, never, 7, 8]
    table.remove(1)
    table.remove(1)
    table.replace(3, KEY, 9)
    table.replace(row=0, key=bytearray(KEY), **{name[:-1]: 5})
    assert list(states()) == [5, REMOVED, never, 9, 8]
    assert list(states(1, 2)) == list(states(first=1, n=2)) == [REMOVED, never]
    assert list(states(5)) == list(states(5, 0)) == []
    assert states().format == "q"
    assert states().readonly
    at = (59,) if kind is KeyTable else ()
    codes = table.at(*at)
    assert codes.format == "I"
    assert codes.readonly
    assert [code == NONE for code in codes] == [False, True, False, False, False]
    verdict = table.verify(["000000"] * 5, *at)
    assert verdict.status(1) == "revoked"
    assert table.verify(codes[1:2], *at, rows=[1]).status(0) == "revoked"
    assert list(table.at(*at, rows=[9, 0, 1])) == [NONE, codes[0], NONE]
    assert table.verify(["000000"] * 2, *at, rows=[5, 2**40]).counts() == {"CSEAL_E_RANGE": 2}
    table.replace(1, KEY, 3)  # a row that was removed has a key again
    assert list(states()) == [5, 3, never, 9, 8]
    assert table.at(*at)[1] != NONE


def test_nothing_is_added_where_one_is_bad() -> None:
    table = KeyTable(keys_of(2), replay="this_process")
    with pytest.raises(ConfigError, match="^keys must not be empty$"):
        table.add([KEY, b"", KEY])
    with pytest.raises(ConfigError, match=r"^keys must have at most 4096 bytes"):
        table.add([KEY, bytes(4097)])
    with pytest.raises(ConfigError, match="last_steps must be -1 "):
        table.add([KEY, KEY], last_steps=[1, -2])
    with pytest.raises(ConfigError, match="last_steps must be -1 "):
        table.add([KEY, KEY], last_steps=[1, 2**64])
    with pytest.raises(ConfigError, match=r"^last_steps must be as many as keys: 2, not 1$"):
        table.add([KEY, KEY], last_steps=[1])
    with pytest.raises(ConfigError, match="next_counters must be counters below 2\\^63$"):
        HOTPKeyTable([KEY], replay="this_process", next_counters=[-1])
    assert len(table) == 2


@pytest.mark.parametrize("kind", TABLES)
def test_settings(kind: Any) -> None:
    with pytest.raises(TypeError, match="missing required argument 'replay'"):
        kind(KEY)
    with pytest.raises(ConfigError, match="^replay must be this_process or report_only$"):
        kind(KEY, replay="database")
    with pytest.raises(TypeError, match="^replay must be a str"):
        kind(KEY, replay=None)
    with pytest.raises(ConfigError, match="^algorithm must be SHA1, SHA256 or SHA512$"):
        kind(KEY, replay="report_only", algorithm="MD5")
    with pytest.raises(TypeError):
        kind(KEY, "this_process")
    table = kind(KEY, replay="report_only", algorithm="SHA1")
    assert (table.algorithm, table.replay) == ("SHA1", "report_only")
    for name in ("algorithm", "replay", "keys"):
        with pytest.raises(AttributeError):
            setattr(table, name, "x")
    for row in (1, 2**31, 2**70):
        with pytest.raises(ConfigError, match="^row must be one of the table"):
            table.remove(row)
        with pytest.raises(ConfigError, match="^row must be one of the table"):
            table.replace(row, KEY, 1)
    with pytest.raises(ConfigError, match="^row must not be negative"):
        table.remove(-1)
    with pytest.raises(TypeError, match="^row must be an int"):
        table.remove("0")
    with pytest.raises(ConfigError, match="^key must not be empty$"):
        table.replace(0, b"", 1)
    with pytest.raises(TypeError, match="^key must be bytes"):
        table.replace(0, "GEZDGNBV", 1)
    states = table.last_steps if kind is KeyTable else table.next_counters
    for first, n in ((2, None), (2**40, None), (0, 2), (1, 1), (0, 2**70)):
        with pytest.raises(ConfigError, match="^(first|n) must be "):
            states(first, n)


def test_states_of_one_row() -> None:
    totp = KeyTable(KEY, replay="this_process")
    for value in (True, "1", 1.0):
        with pytest.raises(TypeError, match="^last_step must be an int"):
            totp.replace(0, KEY, value)  # type: ignore[arg-type]
    for step in (-2, 2**63, 2**70):
        with pytest.raises(ConfigError, match="last_step must be "):
            totp.replace(0, KEY, step)
    totp.replace(0, KEY, None)
    assert list(totp.last_steps()) == [-1]
    hotp = HOTPKeyTable(KEY, replay="this_process")
    for counter in (-1, 2**63, 2**64):
        with pytest.raises(ConfigError, match="^next_counter must "):
            hotp.replace(0, KEY, counter)
    with pytest.raises(TypeError, match="^next_counter must be an int"):
        hotp.replace(0, KEY, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"digits": 5}, "digits must be 6 to 10"),
        ({"period": 0}, "period must be at least 1 second"),
        ({"period": 86401}, "period must be at most 86400 seconds unless long periods are allowed"),
        ({"t0": -1}, "t0 must not be negative"),
        ({"past": 21}, "past + future must be at most 20 steps"),
        ({"future": -1}, "future must not be negative"),
        ({"at": 10**12}, "at must be 0 to 100000000000 seconds (is it in milliseconds?)"),
        ({"at": -1}, "at must not be negative"),
        ({"at": 29, "t0": 30}, "at must not lie before t0"),
    ],
)
def test_options(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        KeyTable(KEY, replay="report_only").verify(["287082"], **{"at": 59, **settings})
    assert str(caught.value) == text


def test_hotp_options() -> None:
    table = HOTPKeyTable(KEY, replay="report_only")
    with pytest.raises(ConfigError, match="^look_ahead must be at most 100"):
        table.verify(["287082"], look_ahead=101)
    with pytest.raises(ConfigError, match="^digits must be 6 to 10"):
        table.at(digits=11)
    with pytest.raises(TypeError, match=r"verify\(\) takes rows by name"):
        table.verify(["287082"], [0])  # type: ignore[call-arg]


@pytest.mark.parametrize("kind", TABLES)
def test_nothing_shows_a_key(kind: Any) -> None:
    key = b"\x8f\x1bNot in any text\xd7abc"
    table = kind([key], replay="this_process")
    forbidden: list[Any] = [pickle.dumps, copy.copy, copy.deepcopy, vars, memoryview, bytes]
    for show in forbidden:
        with pytest.raises(TypeError):
            show(table)
    with pytest.raises(TypeError, match="holds a secret and is neither pickled nor copied"):
        pickle.dumps(table)
    assert repr(table) == f"<counterseal.{kind.__name__} SHA1, this_process>"
    assert not hasattr(table, "__dict__")
    assert [found for found in gc.get_referents(table) if not isinstance(found, type)] == []
    attempts: list[Callable[[], object]] = [
        lambda: kind(key.decode("latin-1"), replay="report_only"),
        lambda: kind([key.decode("latin-1")], replay="report_only"),
        lambda: kind(key + b"x", replay="report_only"),
        lambda: kind([key, b""], replay="report_only"),
        lambda: table.replace(7, key, 0),
    ]
    for attempt in attempts:
        with pytest.raises((TypeError, ValueError)) as caught:
            attempt()
        assert "Not in any text" not in str(caught.value)


def test_keys_are_copied() -> None:
    flat, one = bytearray(KEY), bytearray(KEY)
    tables = [KeyTable(flat, replay="report_only"), KeyTable([one], replay="report_only")]
    flat[:] = one[:] = bytes(20)
    flat.clear()  # nothing holds it any more
    assert [table.at(59)[0] for table in tables] == [287082, 287082]


@pytest.mark.parametrize("replay", ["this_process", "report_only"])
def test_threads(replay: Any) -> None:
    n_threads, n_rows, n_rounds = 8, 3, 200
    table = KeyTable(keys_of(n_rows), replay=replay)
    codes = [list(table.at(step * 30)) for step in range(1, n_rounds + 1)]
    start = Barrier(n_threads)

    def work(_: int) -> int:
        start.wait()
        n_ok = 0
        for step, typed in enumerate(codes, 1):
            verdict = table.verify(
                [f"{code:06}" for code in typed] * 2, step * 30, rows=[0, 1, 2] * 2, past=0, future=0
            )
            n_ok += verdict.n_ok
        return n_ok

    with ThreadPoolExecutor(n_threads) as pool:
        n_ok = list(pool.map(work, range(n_threads)))
    if replay == "report_only":
        assert n_ok == [n_rows * n_rounds] * n_threads
        return
    # A thread that falls behind finds a later step stored, so some codes may be used by nobody; none is used twice.
    assert sum(n_ok) <= n_rows * n_rounds
    assert list(table.last_steps()) == [n_rounds] * n_rows


def test_one_code_for_eight_threads() -> None:
    n_threads, n_rows = 8, 4
    table = KeyTable(keys_of(n_rows), replay="this_process")
    for step in range(1, 101):
        codes = table.at(step * 30)
        start = Barrier(n_threads)

        def work(_: int, codes: memoryview = codes, start: Barrier = start, step: int = step) -> list[bool]:
            start.wait()
            return list(table.verify(codes, step * 30, past=0, future=0).ok)

        with ThreadPoolExecutor(n_threads) as pool:
            seen = list(pool.map(work, range(n_threads)))
        assert [sum(row) for row in zip(*seen, strict=True)] == [1] * n_rows


def test_rows_change_while_batches_run() -> None:
    table = KeyTable(keys_of(64), replay="this_process")
    stop = Event()

    def verify(_: int) -> int:
        n = 0
        while not stop.is_set() or n == 0:
            verdict = table.verify(["000000"] * 64, 59, rows=range(64))
            assert set(verdict.counts()) <= {"wrong", "revoked", "accepted", "replayed"}
            n += 1
        return n

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(verify, thread) for thread in range(3)]
        for row in range(64):
            table.remove(row)
            table.replace(row, KEY, row)
            assert table.add(keys_of(2)) == 64 + 2 * row
        stop.set()
        assert all(future.result() > 0 for future in running)
    assert len(table) == 64 * 3
    assert list(table.last_steps(0, 64)) == list(range(64))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("kind", TABLES)
def test_fork(kind: Any) -> None:
    table = kind(KEY, replay="this_process")
    at = (59,) if kind is KeyTable else ()
    attempts: list[Callable[[], object]] = [
        lambda: table.verify(["287082"], *at),
        lambda: table.verify(["287082"], *at, rows=[0]),
        lambda: table.at(*at),
        lambda: table.add(KEY),
        lambda: table.replace(0, KEY, 1),
        lambda: table.remove(0),
        lambda: len(table),
    ]
    child = os.fork()
    if child == 0:
        n_refused = 0
        for attempt in attempts:
            try:
                attempt()
            except ConfigError:
                pass
            except CountersealError as error:
                n_refused += error.code == "CSEAL_E_FORKED"
        repr(table)
        del attempts, attempt, table
        os._exit(n_refused)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == len(attempts)
    assert len(table) == 1
