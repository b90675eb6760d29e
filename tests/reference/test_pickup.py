# SPDX-License-Identifier: Apache-2.0
"""Something new in the tree reaches every page without an edit of the generators."""

from __future__ import annotations

import json

from copied_tree import Tree

OTP = "capi/include/counterseal/otp.h"
NODE = "bindings/node/lib/index.d.cts"
GRID = "bindings/node/lib/grid.d.cts"
PYTHON = "bindings/python/src/counterseal/_native.pyi"
HEADER = """/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grids: a card with numbers | letters.
 */
#ifndef COUNTERSEAL_GRID_H
#define COUNTERSEAL_GRID_H

#include "counterseal/otp.h"

/* Colours of a card. */
#define CSEAL_GRID_RED (1U << 3) /* a | b; see cseal_grid_verify */

/* A card. */
typedef struct cseal_grid cseal_grid;

/* How a card looks. */
typedef struct cseal_grid_options {
    uint8_t n_rows;       /* rows; default 5 */
    uint64_t made_s;      /* when it was made */
    const char* title;    /*
                           * what stands
                           * above it
                           */
    uint16_t cells[2][3]; /* the numbers */
} cseal_grid_options;

/*
 * Checks what a person read from a card.
 *
 *   grid         the card
 *   last_step    as in cseal_totp_verify
 *   options      NULL: defaults
 *   matching     gets what matched
 *
 * Returns: CSEAL_OK; CSEAL_WRONG; CSEAL_E_RANGE.
 * Threads: any.
 * CT: as cseal_totp_verify.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_grid_verify(const cseal_grid* grid, int64_t last_step, const cseal_grid_options* options,
                                         uint32_t* matching);

#endif
"""


def add_grid(tree: Tree) -> None:
    (tree.root / "capi/include/counterseal/grid.h").write_text(HEADER)
    tree.edit(
        "capi/include/counterseal/counterseal.h",
        '#include "counterseal/otp.h"\n',
        '#include "counterseal/grid.h"\n#include "counterseal/otp.h"\n',
    )
    parity = json.loads(tree.read("tools/parity.json"))
    parity["found"]["cseal_grid_verify"] = {"python": "Grid.verify", "node": "Grid.verify"}
    (tree.root / "tools/parity.json").write_text(json.dumps(parity))
    stub = "\n@final\nclass Grid:\n    def verify(self, last_step: int | None, n_rows: int = 5) -> Verdict: ...\n"
    (tree.root / PYTHON).write_text(tree.read(PYTHON) + stub)
    declared = """
/** A card. */
export declare class Grid {
  /**
   * Looks at a card.
   *
   * @param lastStep Or `null`.
   * @param colour Only here.
   * @returns `null` if refused.
   */
  verify(lastStep: number | null, nRows?: number, colour?: { name: string }): number | null;
}
"""
    tree.edit(NODE, 'export * from "./seeds.cjs";\n', 'export * from "./grid.cjs";\nexport * from "./seeds.cjs";\n')
    (tree.root / GRID).write_text(declared)


def test_a_new_header(tree: Tree) -> None:
    add_grid(tree)
    status, said = tree.generate()
    assert status == 0, said
    page = tree.read("docs/reference/grid.md")
    assert "Grids: a card with numbers | letters." in page
    assert "| `CSEAL_GRID_RED` | `(1U << 3)` | a \\| b; see [`cseal_grid_verify`](#cseal_grid_verify) |" in page
    assert "| `title` | `const char *` | what stands above it |" in page
    assert "| `last_step` | `int64_t` | as in [`cseal_totp_verify`](otp.md#cseal_totp_verify) |" in page
    contents = tree.read("docs/reference/README.md")
    assert contents.index("(otp.md)") < contents.index("(grid.md)")
    assert "| [`cseal_grid_verify`](grid.md#cseal_grid_verify) | Checks what a person read from a card. |" in contents
    data = json.loads(tree.read("capi/api.json"))
    assert {"header": "counterseal/grid.h", "name": "cseal_grid", "text": "A card."} in data["handles"]


def test_a_new_struct_has_a_layout(tree: Tree) -> None:
    add_grid(tree)
    assert tree.generate()[0] == 0
    lines = [" ".join(line.split()) for line in tree.read("capi/abi/layout.txt").splitlines()]
    start = lines.index("cseal_grid_options 40/8 32/8 28/4")
    assert lines[start + 1 : start + 5] == [
        "n_rows uint8_t 0+1 0+1 0+1",
        "made_s uint64_t 8+8 8+8 4+8",
        "title pointer 16+8 16+4 12+4",
        "cells uint16_t[2][3] 24+12 20+12 16+12",
    ]
    assert "CSEAL_GRID_RED 8" in lines


def test_a_new_class_has_its_words(tree: Tree) -> None:
    add_grid(tree)
    assert tree.generate()[0] == 0
    assert '#define DOC_GRID_VERIFY "Checks what a person read from a card."' in tree.read(
        "bindings/python/native/docs.hpp"
    )
    assert "The verdict's status is 'accepted' or 'wrong'." in tree.read("bindings/python/native/docs.hpp")
    assert "  n_rows     rows\\n\\n" in tree.read("bindings/python/native/docs.hpp")
    assert tree.read(GRID).endswith("""
  /**
   * Checks what a person read from a card.
   *
   * Timing: as {@link TOTP.verify}.
   *
   * @remarks Looks at a card.
   *
   * @param lastStep The highest step accepted for this key so far; -1: never used. In JavaScript: or `null`.
   * @param nRows Rows; default 5.
   * @param colour Only here.
   * @returns `null` if refused.
   */
  verify(lastStep: number | null, nRows?: number, colour?: { name: string }): number | null;
}
""")
    assert "| `lastStep` | The highest step accepted for this key so far; -1: never used." in tree.read(
        "docs/reference/node.md"
    )


def test_the_header_changes_and_words_by_hand_stay(tree: Tree) -> None:
    before = tree.read(NODE)
    by_hand = "In JavaScript: as a bigint from 2^53 on."
    assert by_hand in before
    tree.edit(OTP, " *   counter      any 64-bit number\n", " *   counter      any number at all\n")
    assert tree.generate()[0] == 0
    assert f"@param counter Any number at all. {by_hand}" in tree.read(NODE)
    # The page is another matter: the docstring of the module is built from this.
    assert "counter  any number at all" in tree.read("bindings/python/native/docs.hpp")
    tree.edit(OTP, " *   counter      any number at all\n", " *   counter      any 64-bit number\n")
    assert tree.generate()[0] == 0
    assert tree.read(NODE) == before


def test_only_a_verdict_has_a_status(tree: Tree) -> None:
    # cseal_uri_parse answers CSEAL_MALFORMED too; from_uri raises it.
    facts = (
        tree.read("bindings/python/native/docs.hpp").partition("#define FACTS_TOTP_FROM_URI")[2].partition("#define")[0]
    )
    assert "Timing:" in facts
    assert "status" not in facts
