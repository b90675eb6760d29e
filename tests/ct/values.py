# SPDX-License-Identifier: Apache-2.0
"""What is known of a value in a register or in memory, for flow.py."""

from __future__ import annotations

import functools
from typing import NamedTuple

NOWHERE = -(1 << 40)  # below every frame


class Place(NamedTuple):
    """An address in the frame: `at` bytes from `base`, or somewhere from there on."""

    base: int
    at: int
    exact: bool


class Value(NamedTuple):
    origins: frozenset[str] = frozenset()
    to: frozenset[str] = frozenset()  # what it points to, where it is an address
    place: Place | None = None


PUBLIC = Value()
CONSTANT = Value(to=frozenset({"const"}))


UNKNOWN_RESULT = Value(frozenset({"result"}), frozenset({"result"}))


@functools.lru_cache(1 << 16)
def joined(a: Value, b: Value) -> Value:
    place = a.place
    if a.place != b.place:
        if a.place and b.place and a.place.base == b.place.base:
            place = Place(a.place.base, min(a.place.at, b.place.at), exact=False)
        else:
            place = None
    return Value(a.origins | b.origins, a.to | b.to, place)


@functools.lru_cache(1 << 16)
def mixed(values: tuple[Value, ...], is_vector: bool) -> Value:
    """What is calculated from these. An address in the frame stays one where one of them is one."""
    origins = frozenset().union(*(v.origins for v in values))
    places = [v.place for v in values if v.place]
    place = places[0]._replace(exact=False) if len(places) == 1 else None
    if is_vector:
        origins |= {"vector"}
    to: frozenset[str] = frozenset().union(*(v.to for v in values))
    # A pointer of the caller's, or into the frame, plus a number that was loaded still points to the same memory.
    roots = frozenset(t for t in to if "[" not in t)
    return Value(origins, roots or to, place)


@functools.lru_cache(1 << 14)
def loaded(to: frozenset[str], width: int) -> Value:
    """What lies where such an address points."""
    if to == {"const"}:
        return CONSTANT
    # Three loads deep every name is secret; longer names would only keep the fixpoint from ending.
    names = frozenset(t if t.count("[") >= 3 else f"{t}[{width}]" for t in to - {"const"} or {"memory"})
    return Value(names, names)


def moved(v: Value, by: int) -> Value:
    if v.place is None:
        return v
    if v.place.exact:
        return v._replace(place=v.place._replace(at=v.place.at + by))
    return v._replace(place=v.place._replace(at=NOWHERE)) if by < 0 else v
