# SPDX-License-Identifier: Apache-2.0
"""The policy language (docs/engine-python.md, capi/schema/policy.json): what the strictest of each part asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from records import Policy
from stored_clock import SECOND

TYPES = ("totp", "hotp", "recovery")


class Demand(NamedTuple):
    can_challenge: bool
    is_required: bool
    types: frozenset[str]
    grace_days: int


def _covers(scope: object, names: Iterable[str]) -> bool:
    return scope == "*" or (isinstance(scope, list) and any(name in scope for name in names))


def demand_of(policy: Policy, groups: Iterable[str], path: str) -> Demand | str:
    """What is asked of a login; or why nobody logs in so."""
    if path not in policy["paths"]:
        return "UNKNOWN_PATH"
    groups = tuple(groups)
    rules = [rule for rule in policy["rules"] if _covers(rule["groups"], groups) and _covers(rule["paths"], [path])]
    if not rules:
        return "NO_POLICY"
    return Demand(
        can_challenge=policy["paths"][path]["challenge"],
        is_required=any(rule.get("mfa", "required") == "required" for rule in rules),
        types=frozenset(TYPES).intersection(*(rule.get("factors", TYPES) for rule in rules)),
        grace_days=min(rule.get("grace_days", 0) for rule in rules),
    )


def max_age(policy: Policy | None, action: str) -> int:
    """How old a grant may be for an action."""
    default = 43200 if action == "login" else 300
    actions = (policy or {}).get("actions", {})
    return int(actions.get(action, {}).get("max_age_s", default)) * SECOND
