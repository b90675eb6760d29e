# SPDX-License-Identifier: Apache-2.0
"""One object serves any number of threads."""

import gc
import subprocess
import sys
import sysconfig
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from counterseal import HOTP, TOTP, KeyRing, YubicoOtp

N_THREADS = 8
N_ROUNDS = 400


def test_threads() -> None:
    totp = TOTP.generate(algorithm="SHA256")
    hotp = HOTP.generate(algorithm="SHA512")
    yubikey = YubicoOtp(bytes(16), "", bytes(6))
    start = Barrier(N_THREADS)
    codes = [totp.at(step * 30) for step in range(N_ROUNDS)]

    def work(thread: int) -> int:
        start.wait()
        n_accepted = 0
        for step in range(1, N_ROUNDS):
            now = step * 30
            verdict = totp.verify(codes[step], None if thread % 2 else step - 1, now, 0, 0)
            assert (verdict.status, verdict.step, verdict.delta) == ("accepted", step, 0)
            assert totp.verify(codes[step], step, at=now, past=0, future=0).status == "replayed"
            assert totp.verify("x", None, now).status == "malformed"
            assert totp.at(now) == codes[step]
            assert hotp.verify(hotp.at(step), step).next_counter == step + 1
            assert yubikey.verify("kkkncjnvcnenkjvjgncjihljiibgbhbh", None).last == (0, 0)
            assert TOTP(totp.reveal_base32(), algorithm="SHA256").at(now) == codes[step]
            n_accepted += bool(verdict)
        return n_accepted

    with ThreadPoolExecutor(N_THREADS) as pool:
        assert list(pool.map(work, range(N_THREADS))) == [N_ROUNDS - 1] * N_THREADS


@pytest.mark.skipif(not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="this Python has a GIL")
def test_the_gil_stays_off() -> None:
    assert not sys._is_gil_enabled()  # type: ignore[attr-defined, unused-ignore]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python 3.12 brought interpreters with locks of their own")
@pytest.mark.parametrize("first", ["pass", "import counterseal"], ids=["alone", "after the main one"])
def test_another_interpreter_of_an_old_python_is_told_so(first: str) -> None:
    script = f"""
{first}
import _xxsubinterpreters as interpreters

interpreter = interpreters.create()
try:
    interpreters.run_string(interpreter, "import counterseal")
except interpreters.RunFailedError as error:
    print(error)
interpreters.destroy(interpreter)
import counterseal
print(counterseal.TOTP.generate().digits)
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60)
    refused, digits = done.stdout.splitlines()
    assert "ImportError" in refused
    assert refused.endswith("counterseal cannot be used: a subinterpreter needs Python 3.12 or newer")
    assert digits == "6"


@pytest.mark.skipif(sys.version_info < (3, 13), reason="Python 3.13 brought _interpreters")
def test_interpreters() -> None:
    import _interpreters  # type: ignore[import-not-found, unused-ignore]

    script = textwrap.dedent("""
        from counterseal import TOTP, ConfigError, YubicoOtp
        totp = TOTP.from_raw(b"12345678901234567890")
        yubikey = YubicoOtp(bytes(16), "", bytes(6))
        assert yubikey.verify("kkkncjnvcnenkjvjgncjihljiibgbhbh", None).last == (0, 0)
        assert TOTP.generate().reveal_base32() != TOTP.generate().reveal_base32()
        assert totp.verify("287082", None, 59)
        assert totp.verify("287083", None, 59) is totp.verify("287084", None, 59)
        try:
            TOTP("1")
        except ConfigError:
            pass
        else:
            raise AssertionError
    """)

    def work(_: int) -> object:
        interpreter = _interpreters.create()
        try:
            return _interpreters.run_string(interpreter, script)
        finally:
            _interpreters.destroy(interpreter)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(8))) == [None] * 8
    assert TOTP.from_raw(b"12345678901234567890").verify("287082", None, 59)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="Python 3.13 brought _interpreters")
def test_a_thread_that_outlives_its_interpreter() -> None:
    import _interpreters

    interpreter = _interpreters.create()
    used, gone = Event(), Event()

    def work() -> None:
        _interpreters.run_string(interpreter, "import counterseal; counterseal.TOTP.generate()")
        used.set()
        gone.wait()

    thread = Thread(target=work)
    thread.start()
    used.wait()
    _interpreters.destroy(interpreter)
    gone.set()
    thread.join()  # what OpenSSL keeps for a thread goes with the thread, and must not look for the provider


def test_nothing_is_left_behind() -> None:
    def work() -> None:
        for _ in range(200):
            totp = TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", issuer="Maple Practice")
            for code in ("287082", b"000000", None, "ß", "287 082"):
                repr(totp.verify(code, None, at=59.5))
            for bad in ("GEZDGNB0", "GEZß", ""):
                with pytest.raises(ValueError, match="^secret "):
                    TOTP(bad)
            with pytest.raises(TypeError):
                totp.verify("1", True, window=5)  # type: ignore[call-arg]
            HOTP.generate().resync("1", "2", 3)
            yubikey = YubicoOtp(bytes(16), "", bytes(6))
            for otp in ("kkkncjnvcnenkjvjgncjihljiibgbhbh", "", None):
                repr(yubikey.verify(otp, (-1, -1)))
                YubicoOtp.public_id_of(otp)
            with pytest.raises(ValueError, match="^public_id "):
                YubicoOtp(bytes(16), "a", bytes(6))

    work()
    gc.collect()
    before = sys.getallocatedblocks()
    work()
    gc.collect()
    assert sys.getallocatedblocks() - before < 100


ENDS = """
import threading, time
from counterseal import KeyTable
from counterseal.testing import memory_engine

engine = memory_engine()
table = KeyTable([bytes([i]) * 20 for i in range(100)], replay="report_only")

def ask():
    while True:
        engine.stats()

def verify():
    while True:
        table.verify(["123456"] * 100, 1_700_000_000)

for work in (ask, verify, ask, verify):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.1)
"""


def test_an_interpreter_that_ends_leaves_daemon_threads_where_they_are() -> None:
    done = subprocess.run([sys.executable, "-B", "-c", ENDS], check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


HOLDS = """
import fcntl, sys, time
with open(sys.argv[1]) as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print("held", flush=True)
    time.sleep(2)
"""


def test_other_threads_run_while_one_waits_for_the_file_of_a_key_ring(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    KeyRing.from_file(file, create=True)
    is_changed = Event()

    def change() -> None:
        KeyRing.change_file(file, "add", "new")
        is_changed.set()

    with subprocess.Popen([sys.executable, "-c", HOLDS, str(file)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        waiting = Thread(target=change)
        waiting.start()
        assert not is_changed.wait(0.2)  # else this thread comes back after the other one
        waiting.join()
    assert is_changed.is_set()
