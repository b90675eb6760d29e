# SPDX-License-Identifier: Apache-2.0
"""What the keys of a table or a batch may be made of, and what is refused by name."""

from array import array
from typing import Any

import pytest
from counterseal import ConfigError, KeyTable, verify_batch

KEY = b"12345678901234567890"
TIME = 59

KEYS = [bytes([i]) * 20 for i in range(1, 4)]
KEY_COLUMNS = [
    KEYS,
    tuple(KEYS),
    [bytearray(KEYS[0]), memoryview(KEYS[1]), array("B", KEYS[2])],
    b"".join(KEYS),
    bytearray(b"".join(KEYS)),
    memoryview(b"".join(KEYS)).cast("B", [3, 20]),
    memoryview(b"".join(KEYS)).cast("c"),
    array("B", b"".join(KEYS)),
]


@pytest.mark.parametrize("keys", KEY_COLUMNS, ids=range(len(KEY_COLUMNS)))
def test_keys(keys: Any) -> None:
    codes = [KeyTable([key], replay="report_only").at(TIME)[0] for key in KEYS]
    assert list(KeyTable(keys, replay="report_only").at(TIME)) == codes
    assert verify_batch(keys, array("I", codes), TIME, [-1] * 3).n_ok == 3


def test_keys_of_another_length() -> None:
    whole = b"".join(KEYS)
    expected = list(KeyTable([whole[:30], whole[30:]], replay="report_only").at(TIME))
    assert list(KeyTable(whole, key_len=30, replay="report_only").at(TIME)) == expected
    table = KeyTable(replay="report_only")
    table.add(whole, key_len=30)
    assert list(table.at(TIME)) == expected
    assert len(KeyTable(bytes(96), algorithm="SHA256", replay="report_only")) == 3
    assert len(KeyTable(bytes(192), algorithm="SHA512", replay="report_only")) == 3
    with pytest.raises(ConfigError, match=r"^keys must be whole keys of 20 bytes \(key_len\), not 30 bytes$"):
        KeyTable(bytes(30), replay="report_only")
    for bad in (0, -5):
        with pytest.raises(ConfigError, match="^key_len must be at least 1 byte$"):
            KeyTable(whole, key_len=bad, replay="report_only")
    with pytest.raises(TypeError, match="^key_len must be an int"):
        KeyTable(whole, key_len=20.0, replay="report_only")  # type: ignore[arg-type]
    for own in (KEYS, memoryview(whole).cast("B", [3, 20])):
        with pytest.raises(ConfigError, match="^key_len must not be given"):
            KeyTable(own, key_len=20, replay="report_only")
    with pytest.raises(ConfigError, match="^keys must have at most 4096 bytes"):
        KeyTable(bytes(4097), key_len=4097, replay="report_only")


@pytest.mark.parametrize(
    "keys",
    ["GEZDGNBV", ["GEZDGNBV"], 5, [5], [None], None, array("I", [1] * 5), {KEY: 1}, memoryview(bytes(80))[::2]],
    ids=range(9),
)
def test_no_keys(keys: Any) -> None:
    for call in (
        lambda: KeyTable(keys, replay="report_only"),
        lambda: verify_batch(keys, ["287082"], TIME, [-1]),
    ):
        with pytest.raises(TypeError, match="^keys must be "):
            call()
