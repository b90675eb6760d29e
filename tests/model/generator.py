# SPDX-License-Identifier: Apache-2.0
"""Random sequences of calls from a seed, by what there is when each is made: short stories in between single calls."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from attempts import step_of
from documents import ACTIONS, GROUPS, random_policy
from driver import Driver
from picker import Again, Make, Picker
from steps import NOBODY, SESSIONS, SUBJECTS, TENANTS, Response, Step

FORWARD = (0.5, 1, 5, 29, 30, 30, 30, 30, 31, 59, 60, 61, 120, 299, 300, 301, 600, 899, 900, 901, 3600, 3601)
FAR = (43200, 43201, 86399, 86400, 86401, 7 * 86400, 90 * 86400)
BACK = (-0.5, -2, -4.5, -5, -5.5, -30, -3600)
FAULTS = ("store_down", "commit_unknown", "commit_lost")

# How likely which call is; a kind of sequence has more of some.
WEIGHTS: dict[str, float] = {
    "clock": 14, "login": 12, "wrongs": 5, "right": 8, "replay": 4, "typed": 3, "evaluate": 9, "answer": 6,
    "grant": 4, "enroll": 5, "begin": 3, "confirm": 4, "replace": 2, "import": 4, "policy": 3, "change": 5,
    "reset": 1.5, "batch": 3, "exhaust": 1.5, "lock": 2, "aged": 2, "reopen": 1, "recovery": 0, "codes": 0,
    "budget": 0.3, "grace": 1.5, "ahead": 0,
}  # fmt: skip
KINDS: dict[str, dict[str, float]] = {
    "any": {},
    "guesses": {"wrongs": 20, "lock": 10, "exhaust": 6, "answer": 12, "budget": 3},
    "enrollments": {"enroll": 12, "begin": 8, "confirm": 10, "replace": 8, "import": 8, "change": 8, "grant": 6},
    "logins": {"login": 24, "policy": 10, "aged": 8, "grant": 10, "evaluate": 16, "grace": 6},
    "recovery": {"recovery": 6, "codes": 22, "enroll": 8},
    "disabled": {"budget": 60},
    "ahead": {"ahead": 200},
}


def kind_of(seed: int) -> str:
    """Recovery codes are slow to hash, and a disabled factor takes a hundred failures: few sequences have those."""
    if seed % 200 == 7:
        return "recovery"
    if seed % 200 == 11:
        return "disabled"
    if seed % 100 == 13:
        return "ahead"
    return ("any", "any", "guesses", "enrollments", "logins")[seed % 5]


class Generator(Picker):
    def __init__(self, seed: int, driver: Driver, kind: str | None = None) -> None:
        self.kind = kind or kind_of(seed)
        super().__init__(seed, driver)
        weights = WEIGHTS | KINDS[self.kind]
        self._what, self._weights = list(weights), list(weights.values())
        self._faults = 0.08 if driver.stage.store == "memory" and self._dice.random() < 0.3 else 0.0
        if self.kind == "ahead":
            self._faults = 0.0
            rules = [{"name": "all", "groups": "*", "paths": "*"}]
            plain = {"paths": {"web": {"challenge": True}}, "rules": rules}
            self._queue.append(self._step("set_policy", (TENANTS[0], SUBJECTS[0]), policy=plain))
        elif self._dice.random() < 0.93:
            self._queue.append(self._policy())
        owner = (TENANTS[0], SUBJECTS[0])
        if self.kind == "recovery":
            self._queue.append(self._step("recovery_codes", owner, session=SESSIONS[0], grant=None))
        elif self.kind == "disabled":
            self._queue.append(self._import(owner, active=True))
            self._queue.append(self._guess_for_long)
        else:
            self._queue.append(self._import(active=True) if self._dice.random() < 0.6 else self._begin())

    def next(self, number: int) -> Step:
        while not self._queue:
            with suppress(Again):
                getattr(self, f"_do_{self._dice.choices(self._what, self._weights)[0]}")()
        step = self._queue.popleft()(number)
        if self._dice.random() < self._faults and step.op not in ("clock", "reopen"):
            more = step.more | ({"key": f"key {number}"} if step.op == "enroll_totp" else {})
            fault = self._dice.choice(FAULTS)
            step = Step(number, step.op, step.tenant, step.subject, fault, more)
        self._steps[f"#{number}"] = step
        return step

    def _do_clock(self) -> None:
        d = self._dice.random()
        moves = FORWARD if d < 0.82 else BACK if d < 0.91 else FAR
        self._queue.append(self._moves(self._dice.choice(moves)))

    def _do_policy(self) -> None:
        self._queue.append(self._policy())

    def _do_import(self) -> None:
        self._queue.append(self._import())

    def _do_begin(self) -> None:
        who = self._who()
        self._queue.append(self._begin(who, self._grant_of(who)))

    def _do_enroll(self) -> None:
        who = self._who()
        self._queue.append(self._begin(who, self._grant_of(who)))
        self._queue.append(self._confirm_newest(who))

    def _confirm_newest(self, who: tuple[str, str]) -> Make:
        def make(number: int) -> Step:
            name = f"#{number - 1}"
            if name not in self._driver.factors:  # it was refused
                return self._moves(1)(number)
            return self._later("confirm", who, name, self._due)(number)

        return make

    def _do_confirm(self) -> None:
        who = self._who()
        self._queue.append(self._later("confirm", who, self._factor(who, "pending"), self._typed))

    def _do_replace(self) -> None:
        who = self._who()
        old = self._factor(who, "active", "suspended")
        self._login(who, lambda grant: [
            self._begin(who, grant, old),
            self._confirm_newest(who),
            self._moves(30),
            self._later("verify_factor", who, old, self._due),
        ])  # fmt: skip

    def _do_login(self) -> None:
        self._login(self._who(), lambda _: [])

    def _login(self, who: tuple[str, str], then: Callable[[str], list[Make]]) -> None:
        """Asked, and answered with a code that is due; `then` gets the name of the grant."""
        name = self._factor(who, "active")
        f = self._driver.factor(name)
        if f is not None and f.type == "totp" and f.last > step_of(f, self._driver.now):
            self._queue.append(self._moves(30 * (1 + (f.last - step_of(f, self._driver.now)))))
        self._queue.append(self._evaluate(who, None, session=SESSIONS[0]))

        n_between = 0
        if self._dice.random() < 0.12:
            n_between = 1
            self._queue.append(self._dice.choice((self._policy, lambda: self._moves(301)))())

        def answer(number: int) -> Step:
            challenge = f"#{number - 1 - n_between}"
            if challenge not in self._driver.challenges and self._dice.random() < 0.9:
                return self._moves(1)(number)
            self._queue.extendleft(reversed(then(f"#{number}")))
            typed = self._due(name) if self._dice.random() < 0.9 else self._typed(name)
            return self._answer(challenge, who, SESSIONS[0], typed, name)(number)

        self._queue.append(answer)

    def _do_aged(self) -> None:
        """A grant that grows old."""
        who = self._who()
        action = self._dice.choice(ACTIONS)
        by = self._dice.choice((59, 60, 61, 299, 300, 301, 601, 901, 3600, 3601, 43200, 43201))
        self._login(who, lambda grant: [self._moves(by), self._evaluate(who, grant, action, SESSIONS[0])])

    def _do_grace(self) -> None:
        """Of somebody who mostly has no factor, around its end, and perhaps with another policy by then."""
        who = self._dice.choice(((TENANTS[0], SUBJECTS[1]), (TENANTS[1], SUBJECTS[0]), (TENANTS[1], SUBJECTS[1])))
        policy = random_policy(self._dice)
        for rule in policy["rules"]:
            rule.pop("mfa", None)
            rule["grace_days"] = self._dice.choice((1, 1, 7))
        days = min(rule["grace_days"] for rule in policy["rules"])
        self._queue.append(lambda number: Step(number, "set_policy", who[0], who[1], "", {"policy": policy}))
        self._queue.append(self._evaluate(who, None, "login"))
        if self._dice.random() < 0.2:
            self._queue.append(self._policy())
        if self._dice.random() < 0.2:
            self._queue.append(self._step("admin_reset", who))
        self._queue.append(self._moves(days * 86400 + self._dice.choice((-1, -0.5, 0, 0, 0.5, 1, 3600))))
        self._queue.append(self._evaluate(who, None, "login"))
        self._queue.append(self._moves(self._dice.choice((0.5, 1, 86400))))
        self._queue.append(self._evaluate(who, None, "login"))

    def _do_ahead(self) -> None:
        """A code of a clock that is ahead for one call; the store's own time goes along by five minutes of it."""
        who = (TENANTS[0], self._dice.choice(SUBJECTS))
        name = self._factor(who, "active", types=("totp",))
        by = self._dice.choice((330, 360, 400))
        asked = {"session": SESSIONS[0], "path": "web", "groups": GROUPS[:1], "action": "login", "method": "password"}
        self._queue.append(self._moves(by))
        self._queue.append(self._later("verify_factor", who, name, self._due))
        self._queue.append(self._moves(298 - by))
        self._queue.append(self._later("verify_factor", who, name, self._due))
        self._queue.append(self._step("evaluate", who, **asked, status="active", grant=None))
        self._queue.append(lambda n: self._answer(f"#{n - 1}", who, SESSIONS[0], self._due(name), name)(n))

    def _do_evaluate(self) -> None:
        who = self._who()
        self._queue.append(self._evaluate(who, self._grant_of(who) if self._dice.random() < 0.5 else None))

    def _do_answer(self) -> None:
        """To any challenge there was, mostly by whom it was for."""
        names = list(self._driver.challenges)
        if not names:
            return self._do_evaluate()
        challenge = self._dice.choice(names[-3:]) if self._dice.random() < 0.98 else "#none"
        step = self._steps.get(challenge)
        is_own = step is not None and self._dice.random() < 0.92
        who = (step.tenant, step.subject) if step is not None and is_own else self._who()
        session = step["session"] if step is not None and self._dice.random() < 0.94 else self._session()
        name = self._factor(who, "active")
        self._queue.append(self._answer(challenge, who, session, self._typed(name), name))

    def _do_grant(self) -> None:
        who = self._who()
        longest = self._dice.choice((None, None, 0, 30, 300, 100000))
        asked = {"session": self._session(), "action": self._dice.choice(ACTIONS), "longest": longest}
        self._queue.append(self._step("grant_valid", who, grant=self._grant_of(who), **asked))

    def _do_right(self) -> None:
        who = self._who()
        self._queue.append(self._later("verify_factor", who, self._factor(who, "active"), self._due))

    def _do_typed(self) -> None:
        who = self._who()
        self._queue.append(self._later("verify_factor", who, self._factor(who), self._typed))

    def _do_replay(self) -> None:
        who = self._who()
        name = self._factor(who, "active")
        self._queue.append(self._later("verify_factor", who, name, self._due))
        self._queue.append(self._later("verify_factor", who, name, lambda of: Response("last", of)))

    def _wrongs(self, who: tuple[str, str], name: str, n: int) -> None:
        self._queue.extend([self._later("verify_factor", who, name, lambda of: Response("wrong", of))] * n)

    def _do_wrongs(self) -> None:
        who = self._who()
        self._wrongs(who, self._factor(who, "active"), self._dice.randint(1, 5))

    def _do_lock(self) -> None:
        """Up to a lock, around its end, and what is right then."""
        who = self._who()
        name = self._factor(who, "active")
        self._queue.append(self._evaluate(who, None, session=SESSIONS[0]))
        self._wrongs(who, name, 5)
        self._queue.append(self._moves(self._dice.choice((0, 29, 29.5, 30, 30.5, 59.5, 60, 240, 900))))
        self._queue.append(lambda n: self._answer(f"#{n - 7}", who, SESSIONS[0], self._due(name), name)(n))
        self._queue.append(self._later("verify_factor", who, name, self._due))

    def _do_exhaust(self) -> None:
        """A challenge that is answered with a used code until it dies."""
        who = self._who()
        name = self._factor(who, "active")
        self._queue.append(self._later("verify_factor", who, name, self._due))
        self._queue.append(self._evaluate(who, None, session=SESSIONS[0]))

        def used_again(number: int, i: int) -> Step:
            return self._answer(f"#{number - 1 - i}", who, SESSIONS[0], Response("last", name), name)(number)

        self._queue.extend([partial(used_again, i=i) for i in range(5)])
        self._queue.append(self._moves(30))
        self._queue.append(lambda n: self._answer(f"#{n - 7}", who, SESSIONS[0], self._due(name), name)(n))

    def _do_budget(self) -> None:
        """Lock after lock, until the subject has no budget either."""
        who = (TENANTS[0], SUBJECTS[0])
        self._guess_on(who, self._factor(who, "active"), self._dice.choice((4, 5)), (900,))

    def _guess_for_long(self, number: int) -> Step:
        """A hundred failures disable it."""
        self._guess_on((TENANTS[0], SUBJECTS[0]), f"#{number - 1}", 20, (900, 901, 3600))
        return self._moves(30)(number)

    def _guess_on(self, who: tuple[str, str], name: str, n: int, waits: tuple[int, ...]) -> None:
        for _ in range(n):
            self._wrongs(who, name, 5)
            self._queue.append(self._moves(self._dice.choice(waits)))
        self._queue.append(self._later("verify_factor", who, name, self._due))
        self._queue.append(self._evaluate(who, None, session=SESSIONS[0]))
        self._queue.append(lambda n: self._answer(f"#{n - 1}", who, SESSIONS[0], self._due(name), name)(n))

    def _do_change(self) -> None:
        who = self._who()
        how = self._dice.choices(("suspend", "resume", "revoke", "unlock"), (3, 3, 2, 3))[0]
        state = {"suspend": "active", "resume": "suspended"}.get(how)
        name = self._factor(who, *([state] if state else []))
        self._queue.append(self._step("change", who, how=how, factor=name))

    def _do_reset(self) -> None:
        who = self._who()
        self._queue.append(self._step("admin_reset", who))
        if self._dice.random() < 0.7:  # what was opened before it opens nothing
            self._queue.append(self._evaluate(who, self._grant_of(who)))

    def _do_batch(self) -> None:
        who = self._who()
        items = []
        for _ in range(self._dice.randint(1, 5)):
            of = who if self._dice.random() < 0.6 else (who[0], self._dice.choice((*SUBJECTS, NOBODY)))
            name = self._factor(of, "active")
            items.append((of[1], name, self._typed(name)))
        self._queue.append(self._step("verify_batch", who, items=items))

    def _do_reopen(self) -> None:
        self._queue.append(self._step("reopen", how=self._dice.choice(("close", "drop", "crash"))))

    def _do_recovery(self) -> None:
        who = self._who()
        make = [self._step("recovery_codes", who, session=SESSIONS[0], grant=self._grant_of(who))]
        self._login(who, lambda grant: [self._step("recovery_codes", who, session=SESSIONS[0], grant=grant)])
        if self._dice.random() < 0.3:
            self._queue.extend(make)

    def _do_codes(self) -> None:
        """A code on paper, perhaps twice, perhaps at a challenge."""
        who = self._who()
        name = self._factor(who, "active", types=("recovery",))
        typed = Response("recovery", name, self._dice.randrange(3), style=self._dice.choice(("", "lower")))
        self._queue.append(self._evaluate(who, None, session=SESSIONS[0]))
        self._queue.append(lambda n: self._answer(f"#{n - 1}", who, SESSIONS[0], typed, name)(n))
        if self._dice.random() < 0.5:
            self._queue.append(self._later("verify_factor", who, name, lambda _: typed))
