# SPDX-License-Identifier: Apache-2.0
"""Random policies: few names, so that rules meet."""

from __future__ import annotations

import random
from typing import Any

GROUPS = ("staff", "admins", "guests")
PATHS = ("web", "portal", "caldav")
ACTIONS = ("login", "admin", "enroll")


def _scope(dice: random.Random, names: tuple[str, ...]) -> Any:
    return "*" if dice.random() < 0.65 else dice.sample(names, dice.randint(1, len(names) - 1))


def _rule(dice: random.Random, number: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"name": f"rule {number}", "groups": _scope(dice, GROUPS), "paths": _scope(dice, PATHS)}
    if dice.random() < 0.3:
        rule["mfa"] = dice.choice(("optional", "required"))
    if dice.random() < 0.4:
        rule["factors"] = dice.sample(("totp", "hotp", "recovery"), dice.randint(1, 2))
    if dice.random() < 0.4:
        rule["grace_days"] = dice.choice((0, 1, 7, 90))
    return rule


def random_policy(dice: random.Random) -> dict[str, Any]:
    made: dict[str, Any] = {
        "paths": {path: {"challenge": path != "caldav"} for path in PATHS},
        "rules": [_rule(dice, n) for n in range(dice.choice((1, 1, 2, 3)))],
    }
    if dice.random() < 0.4:
        ages = {"login": (600, 3600), "admin": (60, 900), "enroll": (60, 3600)}
        asked = dice.sample(ACTIONS, dice.randint(1, 3))
        made["actions"] = {action: {"max_age_s": dice.choice(ages[action])} for action in asked}
    return made
