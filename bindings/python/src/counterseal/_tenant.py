# SPDX-License-Identifier: Apache-2.0
"""What a host asks about the subjects of one tenant; each call returns when it is durable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from types import EllipsisType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, final, overload

from ._arguments import Time
from ._calls import TenantCalls, _Algorithm
from ._decision import Decision
from ._enrollment import TotpEnrollment
from ._log import Log
from ._log_calls import LogCalls
from ._native import HOTP, TOTP, BatchVerdict, Verdict
from ._op import Op
from ._passkey_records import PasskeyEnrollment, PasskeyOwner, PasskeyQuestion
from ._records import Change, ClockChange, Event, Factor, ImportedFactor, Page, Policy, Reset
from ._webauthn_results import StoredCredential

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ._call import Call
    from .webauthn import _Attachment, _Attestation, _Requirement

_Result = TypeVar("_Result")


class Run(Protocol):
    """Runs a call on the caller's thread."""

    def __call__(self, call: Call[_Result], /) -> _Result: ...


@final
class Tenant:
    """The subjects of one tenant, from Engine.tenant(). It exists from its first write.

    Any number of threads may use one. Names of tenants and subjects are non-empty text in Unicode's normal form C;
    another type is a TypeError, a name that breaks a rule a ConfigError. What a person typed, ``response``, is never
    an exception: whatever is no ASCII text is malformed.
    """

    __slots__ = ("_calls", "_run")

    def __init__(self, calls: TenantCalls, run: Run) -> None:
        self._calls = calls
        self._run = run

    @property
    def name(self) -> str:
        """Its name."""
        return self._calls.tenant

    @property
    def log(self) -> Log:
        """Its tamper-evident log."""
        return Log(LogCalls(self._calls.tenant), self._run)

    def set_policy(self, document: Mapping[str, Any], *, actor: str, reason: str) -> int:
        """Makes a document the tenant's policy from now on, and returns its version.

        Without a policy every evaluate() denies. A document that breaks a rule is a ConfigError.
        """
        return self._run(self._calls.set_policy(document, actor, reason))

    def policy(self, at: Time | None = None) -> Policy:
        """The policy that is in force, or was at a time. Empty where there is none."""
        return self._run(self._calls.policy(at))

    def enroll_totp(
        self,
        subject: str,
        *,
        label: str | None = None,
        grant: str | None = None,
        session: Buffer | None = None,
        idempotency_key: str | None = None,
        issuer: str | None = None,
        account: str | None = None,
        replaces: str | None = None,
        algorithm: _Algorithm = "SHA1",
        digits: int = 6,
        period: int = 30,
    ) -> TotpEnrollment:
        """Makes a TOTP factor that confirm() makes active.

        A subject's first factor needs no grant; each later one needs one of the same session, else StepUpRequired is
        raised and nothing is made; of somebody who has a passkey, one that was given for a passkey or a recovery code.
        The factor that it ``replaces`` stays until the new one is confirmed. With an ``idempotency_key``, which needs
        a ``session``, a repeated call of the same session finds the pending factor again.
        """
        return self._run(
            self._calls.enroll_totp(
                subject,
                label,
                grant,
                session,
                idempotency_key,
                issuer,
                account,
                replaces,
                algorithm,
                digits,
                period,
            )
        )

    def confirm(self, subject: str, factor_id: str, response: object) -> Verdict:
        """The first code of a new factor, or what the browser sent of a new passkey: makes it active.

        A code is used up by that; a passkey has one answer, and a refused one ends it.
        """
        return self._run(self._calls.confirm(subject, factor_id, response))

    def recovery_codes(self, subject: str, *, grant: str | None = None, session: Buffer | None = None) -> list[str]:
        """New recovery codes, to be shown once; the set before ends. A grant is needed as for enroll_totp()."""
        return self._run(self._calls.recovery_codes(subject, grant, session))

    @overload
    def import_factor(
        self,
        subject: str,
        otp: TOTP,
        *,
        last_step: int | None,
        provenance: str,
        drift: int = 0,
        active: bool = True,
        allow_legacy: bool = False,
        dry_run: bool = False,
        label: str | None = None,
        actor: str | None = None,
    ) -> ImportedFactor: ...
    @overload
    def import_factor(
        self,
        subject: str,
        otp: HOTP,
        *,
        next_counter: int,
        provenance: str,
        drift: int = 0,
        active: bool = True,
        allow_legacy: bool = False,
        dry_run: bool = False,
        label: str | None = None,
        actor: str | None = None,
    ) -> ImportedFactor: ...
    def import_factor(
        self,
        subject: str,
        otp: TOTP | HOTP,
        *,
        last_step: int | EllipsisType | None = ...,
        next_counter: int | EllipsisType = ...,
        provenance: str,
        drift: int = 0,
        active: bool = True,
        allow_legacy: bool = False,
        dry_run: bool = False,
        label: str | None = None,
        actor: str | None = None,
    ) -> ImportedFactor:
        """Takes over a factor from elsewhere, with what is known of its use.

        ``last_step`` (TOTP; None: never used) or ``next_counter`` (HOTP) has no default: it keeps codes from being
        used again. ``drift`` (TOTP, -10 to 10): by how many steps the token's clock is ahead of yours; ``last_step`` is
        by the token's clock then. With ``active=False`` the factor waits for its first code. Secrets of 80 to 127
        bits need ``allow_legacy``. A dry run reports the same and writes nothing.
        """
        return self._run(
            self._calls.import_factor(
                subject,
                otp,
                last_step,
                next_counter,
                drift,
                active,
                provenance,
                allow_legacy,
                dry_run,
                label,
                actor,
            )
        )

    def enroll_passkey(
        self,
        subject: str,
        *,
        user_name: str | None = None,
        user_display_name: str | None = None,
        label: str | None = None,
        grant: str | None = None,
        session: Buffer | None = None,
        idempotency_key: str | None = None,
        replaces: str | None = None,
        resident_key: _Requirement = "preferred",
        attachment: _Attachment | None = None,
        attestation: _Attestation = "none",
    ) -> PasskeyEnrollment:
        """Begins the registration of a passkey, which confirm() ends with what the browser sent.

        The policy of the tenant has to have a relying party. Grants, ``replaces`` and ``idempotency_key`` are as in
        enroll_totp(). ``user_name``, the subject by default, is what the authenticator shows.
        """
        return self._run(
            self._calls.passkeys.enroll(
                subject,
                user_name,
                user_display_name,
                label,
                grant,
                session,
                idempotency_key,
                replaces,
                resident_key,
                attachment,
                attestation,
            )
        )

    def begin_passkey(
        self,
        subject: str | None = None,
        challenge_id: str | None = None,
        *,
        factor_id: str | None = None,
        path: str | None = None,
        action: str = "login",
        session: Buffer,
    ) -> PasskeyQuestion:
        """What a browser is asked for to log in with a passkey. Nothing is written for it.

        As a second factor: ``subject`` and ``challenge_id`` are those of evaluate(); the answer goes to
        verify_challenge(). For somebody who is not known yet: ``path`` and ``action``; the answer goes to
        passkey_owner() and verify_passkey(), and users are always verified.
        """
        return self._run(self._calls.passkeys.begin(subject, challenge_id, factor_id, path, action, session))

    def passkey_owner(self, response: object) -> PasskeyOwner | None:
        """Whose passkey a response says it is, to look up what verify_passkey() wants to know. Nothing is verified."""
        return self._run(self._calls.passkeys.owner(response))

    def verify_passkey(
        self,
        subject: str,
        challenge_id: str,
        response: object,
        *,
        session: Buffer,
        groups: Sequence[str] | AbstractSet[str] = (),
        status: str = "active",
    ) -> Decision:
        """A login by passkey alone, as two factors: the answer to begin_passkey() without a subject.

        ``groups`` and ``status`` are those of the subject that passkey_owner() names. The question is used up by its
        first answer, whatever that is worth.
        """
        return self._run(self._calls.passkeys.verify(subject, challenge_id, response, session, groups, status))

    def import_credential(
        self,
        subject: str,
        credential: StoredCredential,
        *,
        user_handle: Buffer | None,
        provenance: str,
        label: str | None = None,
        actor: str | None = None,
        dry_run: bool = False,
    ) -> ImportedFactor:
        """Takes over a passkey that was registered elsewhere for the same RP ID, as an active factor.

        ``user_handle``: the user id that it was registered with; None: not known, so that it is a second factor only.
        A dry run reports the same and writes nothing.
        """
        return self._run(
            self._calls.passkeys.import_credential(subject, credential, user_handle, provenance, label, actor, dry_run)
        )

    def list_factors(self, subject: str | None = None, *, after: str | None = None, limit: int = 100) -> Page[Factor]:
        """The factors of a subject or of the whole tenant, ended ones too, page by page (1 to 1000)."""
        return self._run(self._calls.list_factors(subject, after, limit))

    def events(self, subject: str | None = None, *, after: str | int | None = None, limit: int = 100) -> Page[Event]:
        """What happened in the tenant or to a subject, behind a number, page by page (1 to 1000)."""
        return self._run(self._calls.events(subject, after, limit))

    def evaluate(
        self,
        subject: str,
        *,
        session: Buffer,
        groups: Sequence[str] | AbstractSet[str] = (),
        path: str,
        action: str = "login",
        first_factor: Mapping[str, Any] | None = None,
        federated: Mapping[str, Any] | None = None,
        status: str = "active",
        ip: str | None = None,
        trust_token: str | None = None,
        grant: str | None = None,
    ) -> Decision:
        """Whether somebody whose first factor was right is let in, is asked for a second one, or has to enroll one.

        ``session``: at least 16 bytes of the host's server-side session; a challenge or a grant is worth nothing in
        another one. ``groups``, ``path``, ``action`` are names that the policy knows; any action but ``"login"`` is
        a step-up. ``first_factor``: a mapping with "method", "time" and "channel"; ``federated``: one with "amr", "acr"
        and "auth_time". ``status`` is the host's: whoever is not ``"active"`` is refused. ``grant``: that of an
        earlier decision in this session.
        """
        return self._run(
            self._calls.evaluate(
                subject, session, groups, path, action, first_factor, federated, status, ip, trust_token, grant
            )
        )

    def verify_challenge(
        self,
        subject: str,
        challenge_id: str,
        factor_id: str | None,
        response: object,
        *,
        session: Buffer,
        status: str = "active",
    ) -> Decision:
        """Answers a challenge of evaluate(), with one factor or (None) with any that may answer.

        Policy, locks and epoch are read again; ``status`` is what the host says of the subject by now: any but
        "active" is refused, and closes what the subject was asked. A refused answer has a ``challenge_id`` while the
        challenge may still be answered.
        """
        return self._run(self._calls.verify_challenge(subject, challenge_id, factor_id, response, session, status))

    def grant_valid(
        self,
        grant: str | None,
        *,
        subject: str,
        session: Buffer,
        action: str = "login",
        max_age: float | timedelta | None = None,
        status: str = "active",
    ) -> bool:
        """Whether a grant is one of this subject and session, and young enough for an action.

        How old it may be is the policy's to say; ``max_age`` can only shorten that. None is no grant, and none is good
        for somebody whose ``status`` by now is not "active".
        """
        return self._run(self._calls.grant_valid(grant, subject, session, action, max_age, status))

    def verify_factor(self, subject: str, factor_id: str, response: object, *, purpose: str) -> Verdict:
        """Checks a code of one factor. No policy, no login: ``purpose`` says what for, and is logged."""
        return self._run(self._calls.verify_factor(subject, factor_id, response, purpose))

    def verify_batch(self, items: Iterable[tuple[str, str, object]], *, purpose: str) -> BatchVerdict:
        """Many verify_factor() in one commit: items of (subject, factor_id, response), at most 10000.

        Recovery codes are wrong here.
        """
        return self._run(self._calls.verify_batch(items, purpose))

    def suspend(self, subject: str, factor_id: str, *, actor: str, reason: str) -> Change:
        """An active factor rests: it cannot be used until resume(). Grants and challenges of the subject, and what it
        began to enroll, are worth nothing from now on."""
        return self._run(self._calls.change(Op.SUSPEND, subject, factor_id, actor, reason))

    def resume(self, subject: str, factor_id: str, *, actor: str, reason: str) -> Change:
        """A suspended factor is active again."""
        return self._run(self._calls.change(Op.RESUME, subject, factor_id, actor, reason))

    def revoke(self, subject: str, factor_id: str, *, actor: str, reason: str) -> Change:
        """A factor ends for good, and its secret is shredded. What it let in ends as with suspend()."""
        return self._run(self._calls.change(Op.REVOKE, subject, factor_id, actor, reason))

    def unlock(self, subject: str, factor_id: str, *, actor: str, reason: str) -> Change:
        """Failures and locks of a factor are forgotten, those of its subject included."""
        return self._run(self._calls.change(Op.UNLOCK, subject, factor_id, actor, reason))

    def admin_reset(self, subject: str, *, actor: str, reason: str) -> Reset:
        """All factors of a subject end, its challenges and grants are worth nothing, and it enrolls anew."""
        return self._run(self._calls.admin_reset(subject, actor, reason))

    def set_clock(self, *, actor: str, reason: str) -> ClockChange:
        """Makes now the latest time that the store has seen, for all its tenants; the event stands in this one's log.

        For a store that a wrong clock moved ahead, in which nothing is decided until that time has come. Mend the clock
        first: a time ahead of this machine's clock or of the database's is a ConfigError.
        """
        return self._run(self._calls.set_clock(actor, reason))

    def __repr__(self) -> str:
        return f"<counterseal.Tenant {self.name}>"
