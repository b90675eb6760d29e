# SPDX-License-Identifier: Apache-2.0
"""One thing wrong in the tree, and the generator says which."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from copied_tree import Tree
from python_page import Page
from python_stubs import Class, Package

OTP = "capi/include/counterseal/otp.h"
SEED = "capi/include/counterseal/seed.h"
NODE = "bindings/node/lib/index.d.cts"
PARITY = "tools/parity.json"


def test_the_tree_as_it_is(tree: Tree) -> None:
    status, said = tree.generate("--check")
    assert status == 0, said


MISSING = [
    pytest.param(
        OTP,
        "    uint32_t past;        /* steps before the current one still accepted; default 1 */",
        "    uint32_t past;",
        "otp.h: cseal_totp_options.past has no comment",
        id="field",
    ),
    pytest.param(SEED, " /* whom a seed file assigns the token to */", "", "", id="constant of a group with a comment"),
    pytest.param(
        OTP,
        "/* Longest code in characters. */\n",
        "",
        "otp.h: CSEAL_OTP_CODE_MAX has no comment",
        id="constant",
    ),
    pytest.param(
        SEED,
        "/* A seed. As secret as the secret in it; wiped when freed. */\n",
        "",
        "seed.h: cseal_seed has no comment",
        id="handle",
    ),
    pytest.param(
        SEED,
        "/* The numbers of a seed. Fill with cseal_seed_info_init, then change fields. */\n",
        "",
        "seed.h: cseal_seed_info has no comment",
        id="struct",
    ),
    pytest.param(
        "capi/include/counterseal/version.h",
        "/* The version that a program is compiled with; cseal_version tells the one that runs. */\n",
        "",
        "version.h: it does not say at its top what it is for",
        id="header",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), MISSING)
def test_a_missing_comment(tree: Tree, file: str, old: str, new: str, expected: str) -> None:
    tree.edit(file, old, new)
    status, said = tree.generate()
    assert (status != 0) == bool(expected), said
    assert expected in said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    uint32_t look_ahead;", "    long look_ahead;", "cseal_hotp_options.look_ahead has type long"),
        (
            "    uint32_t look_ahead;",
            "    uint32_t look_ahead : 3;",
            "not written as the other headers are: cseal_hotp_options",
        ),
        ("#define CSEAL_SHA1 1U", "#define CSEAL_SHA1(x) (x)", "not written as the other headers are: CSEAL_SHA1"),
        ("#define CSEAL_SHA1 1U", "#define CSEAL_SHA1 sizeof(int)", "a constant is an integer or a text"),
    ],
)
def test_what_no_other_language_can_read(tree: Tree, old: str, new: str, expected: str) -> None:
    tree.edit(OTP, old, new)
    status, said = tree.generate()
    assert status != 0
    assert expected in said


def test_a_word_of_c_in_a_docstring(tree: Tree) -> None:
    tree.edit(OTP, "Makes the HOTP code of a counter.", "Makes the HOTP code of a counter (see cseal_wipe).")
    status, said = tree.generate()
    assert status != 0
    assert "HOTP.at, from cseal_hotp_generate: cseal_wipe is a word of C" in said
    assert f"{NODE}: HOTP.at: cseal_wipe is a word of C" in said


def test_a_word_of_c_that_was_written_by_hand(tree: Tree) -> None:
    tree.edit(NODE, "/** The code at this moment. */", "/** The code at this moment; never NULL. */")
    status, said = tree.generate()
    assert status != 0
    assert f"{NODE}: TOTP.now: NULL is a word of C" in said


def test_a_word_of_c_in_the_built_module() -> None:
    module = SimpleNamespace(Token=type("Token", (), {"__doc__": 'Takes code_len bytes, or raises "CSEAL_E_RANGE".'}))
    page = Page(Package(["Token"], {"Token": Class("Token", [])}), module)
    assert "## Token" in page.text()
    assert set(page.faults) == {"Token: code_len is a word of C"}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("docs/reference/otp.md", "Makes the HOTP code of a counter.\n\n|", "Makes a code.\n\n|"),
        ("docs/reference/README.md", "| [`otp.h`](otp.md)", "| [`opt.h`](otp.md)"),
        (
            "docs/reference/node.md",
            "Time-based one-time codes (RFC 6238) of one secret: what authenticator apps show.\n\nM",
            "M",
        ),
        (
            "capi/abi/layout.txt",
            "cseal_seed_info                                             48/8",
            "cseal_seed_info 40/8",
        ),
        ("bindings/python/native/docs.hpp", "Makes the HOTP code of a counter.", "Makes a code."),
        (NODE, "   * Makes the HOTP code of a counter.", "   * Makes a code."),
        (NODE, "@param code1 The first code.", "@param code1 The first."),
    ],
)
def test_a_stale_file(tree: Tree, file: str, old: str, new: str) -> None:
    tree.edit(file, old, new)
    status, said = tree.generate("--check")
    assert status != 0
    assert f"--- {file}" in said
    assert "generated files are not current: run tools/api.py" in said
    assert tree.generate()[0] == 0
    assert tree.generate("--check")[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"TOTP.at": "cseal_totp_generate"',
            '"TOTP.at": "cseal_totp_gone"',
            "texts: TOTP.at: no function cseal_totp_gone",
        ),
        ('"TOTP.at": "cseal', '"TOTP.when": "cseal', "texts: Python has no TOTP.when"),
    ],
)
def test_a_text_for_nothing(tree: Tree, old: str, new: str, expected: str) -> None:
    tree.edit(PARITY, old, new)
    status, said = tree.generate()
    assert status != 0
    assert expected in said
