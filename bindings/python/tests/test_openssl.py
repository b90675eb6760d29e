# SPDX-License-Identifier: Apache-2.0
"""The OpenSSL inside is our own: next to the one of `ssl`, after a fork, and in the first call of many threads."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from counterseal import _native

MODULE = str(_native.__file__)
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads an ELF file")

USE = """
from counterseal import TOTP, YubicoOtp
yubikey = YubicoOtp(bytes.fromhex("ecde18dbe76fbd0c33330f1c354871db"), "dteffuje", bytes.fromhex("8792ebfe26cc"))
def works():
    return yubikey.verify("dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh", None).last == (19, 17)
"""


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def run(script: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", USE + textwrap.dedent(script)],
        env={**os.environ, "PYTHONPATH": str(Path(MODULE).parents[1]), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def symbols(which: str, file: str) -> set[str]:
    return {line.split()[0].partition("@")[0] for line in output("nm", "-D", "-P", which, file).splitlines()}


@linux
def test_no_symbol_is_left_open() -> None:
    import ssl  # noqa: F401  # brings the OpenSSL of Python into the process

    taken = symbols("--undefined-only", MODULE)
    assert "PyModule_GetState" in taken or "PyType_GetModule" in taken, "nm shows nothing"
    others = {
        line.split(maxsplit=5)[5]
        for line in Path("/proc/self/maps").read_text().splitlines()
        if re.search(r"/lib(crypto|ssl)[^/]*\.so[^/]*$", line)
    }
    for file in others:  # none where `ssl` has its OpenSSL inside as well
        assert not taken & symbols("--defined-only", file)
    assert not [name for name in taken if re.match(r"(OPENSSL|CRYPTO|EVP|OSSL|RAND|ERR|BIO|BN|RSA|X509)_", name)]
    assert not re.search(r"NEEDED.*lib(crypto|ssl|expat|qrcodegen)", output("readelf", "-d", "-W", MODULE))
    assert b"OpenSSL Default Provider" in Path(MODULE).read_bytes()


def test_a_broken_openssl_of_python_is_not_ours(tmp_path: Path) -> None:
    config = tmp_path / "openssl.cnf"
    config.write_text(
        "openssl_conf = settings\n[settings]\nproviders = providers\n[providers]\nnull = one\n[one]\nactivate = 1\n"
    )
    script = """
        import ssl
        try:
            ssl.create_default_context()
        except ssl.SSLError:
            print("broken")
        assert works() and len(TOTP.generate().reveal_base32()) == 32
    """
    said = run(script, OPENSSL_CONF=str(config))
    if said != "broken\n":
        pytest.skip("this Python's ssl reads no such configuration")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.parametrize("first", ["", "works(); TOTP.generate()"], ids=["fresh", "used"])
def test_fork(first: str) -> None:
    script = f"""
        import os
        {first}
        ends = [os.pipe() for _ in range(3)]
        children = []
        for _, write in ends:
            child = os.fork()
            if child == 0:
                os.write(write, TOTP.generate().reveal_base32().encode() if works() else b"")
                os._exit(0)
            children.append(child)
        secrets = [os.read(read, 99) for read, _ in ends] + [TOTP.generate().reveal_base32().encode()]
        for child in children:
            assert os.waitpid(child, 0)[1] == 0
        assert works() and len(set(secrets)) == 4 and all(len(s) == 32 for s in secrets), len(set(secrets))
        print("apart")
    """
    assert run(script) == "apart\n"


def test_the_first_call_of_many_threads() -> None:
    script = """
        import sys, threading
        sys.setswitchinterval(1e-6)
        start = threading.Barrier(8)
        secrets = []
        def work():
            start.wait()
            assert works()
            secrets.extend(TOTP.generate().reveal_base32() for _ in range(20))
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(len(set(secrets)))
    """
    assert run(script) == "160\n"
