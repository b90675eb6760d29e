# SPDX-License-Identifier: Apache-2.0
"""The same calls as Tenant's, to be awaited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from types import EllipsisType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, final, overload

from ._arguments import Time
from ._async_log import AsyncLog
from ._calls import TenantCalls, _Algorithm
from ._decision import Decision
from ._enrollment import TotpEnrollment
from ._log_calls import LogCalls
from ._native import HOTP, TOTP, BatchVerdict, Verdict
from ._op import Op
from ._passkey_records import PasskeyEnrollment, PasskeyOwner, PasskeyQuestion
from ._pending import Pending
from ._records import Change, ClockChange, Event, Factor, ImportedFactor, Page, Policy, Reset
from ._webauthn_results import StoredCredential

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ._call import Call
    from .webauthn import _Attachment, _Attestation, _Requirement

_Result = TypeVar("_Result")


class Submit(Protocol):
    """Makes a call that is run when it is awaited."""

    def __call__(self, call: Call[_Result], /) -> Pending[_Result]: ...


@final
class AsyncTenant:
    """As Tenant, from AsyncEngine.tenant(): each call is awaited, and is neither true nor false before."""

    __slots__ = ("_calls", "_run")

    def __init__(self, calls: TenantCalls, run: Submit) -> None:
        self._calls = calls
        self._run = run

    @property
    def name(self) -> str:
        """Its name."""
        return self._calls.tenant

    @property
    def log(self) -> AsyncLog:
        """Its tamper-evident log."""
        return AsyncLog(LogCalls(self._calls.tenant), self._run)

    def set_policy(self, document: Mapping[str, Any], *, actor: str, reason: str) -> Pending[int]:
        """As Tenant.set_policy()."""
        return self._run(self._calls.set_policy(document, actor, reason))

    def policy(self, at: Time | None = None) -> Pending[Policy]:
        """As Tenant.policy()."""
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
    ) -> Pending[TotpEnrollment]:
        """As Tenant.enroll_totp()."""
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

    def confirm(self, subject: str, factor_id: str, response: object) -> Pending[Verdict]:
        """As Tenant.confirm()."""
        return self._run(self._calls.confirm(subject, factor_id, response))

    def recovery_codes(
        self, subject: str, *, grant: str | None = None, session: Buffer | None = None
    ) -> Pending[list[str]]:
        """As Tenant.recovery_codes()."""
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
    ) -> Pending[ImportedFactor]: ...
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
    ) -> Pending[ImportedFactor]: ...
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
    ) -> Pending[ImportedFactor]:
        """As Tenant.import_factor()."""
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
    ) -> Pending[PasskeyEnrollment]:
        """As Tenant.enroll_passkey()."""
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
    ) -> Pending[PasskeyQuestion]:
        """As Tenant.begin_passkey()."""
        return self._run(self._calls.passkeys.begin(subject, challenge_id, factor_id, path, action, session))

    def passkey_owner(self, response: object) -> Pending[PasskeyOwner | None]:
        """As Tenant.passkey_owner()."""
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
    ) -> Pending[Decision]:
        """As Tenant.verify_passkey()."""
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
    ) -> Pending[ImportedFactor]:
        """As Tenant.import_credential()."""
        return self._run(
            self._calls.passkeys.import_credential(subject, credential, user_handle, provenance, label, actor, dry_run)
        )

    def list_factors(
        self, subject: str | None = None, *, after: str | None = None, limit: int = 100
    ) -> Pending[Page[Factor]]:
        """As Tenant.list_factors()."""
        return self._run(self._calls.list_factors(subject, after, limit))

    def events(
        self, subject: str | None = None, *, after: str | int | None = None, limit: int = 100
    ) -> Pending[Page[Event]]:
        """As Tenant.events()."""
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
    ) -> Pending[Decision]:
        """As Tenant.evaluate()."""
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
    ) -> Pending[Decision]:
        """As Tenant.verify_challenge()."""
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
    ) -> Pending[bool]:
        """As Tenant.grant_valid()."""
        return self._run(self._calls.grant_valid(grant, subject, session, action, max_age, status))

    def verify_factor(self, subject: str, factor_id: str, response: object, *, purpose: str) -> Pending[Verdict]:
        """As Tenant.verify_factor()."""
        return self._run(self._calls.verify_factor(subject, factor_id, response, purpose))

    def verify_batch(self, items: Iterable[tuple[str, str, object]], *, purpose: str) -> Pending[BatchVerdict]:
        """As Tenant.verify_batch()."""
        return self._run(self._calls.verify_batch(items, purpose))

    def suspend(self, subject: str, factor_id: str, *, actor: str, reason: str) -> Pending[Change]:
        """As Tenant.suspend()."""
        return self._run(self._calls.change(Op.SUSPEND, subject, factor_id, actor, reason))

    def resume(self, subject: str, factor_id: str, *, actor: str, reason: str) -> Pending[Change]:
        """As Tenant.resume()."""
        return self._run(self._calls.change(Op.RESUME, subject, factor_id, actor, reason))

    def revoke(self, subject: str, factor_id: str, *, actor: str, reason: str) -> Pending[Change]:
        """As Tenant.revoke()."""
        return self._run(self._calls.change(Op.REVOKE, subject, factor_id, actor, reason))

    def unlock(self, subject: str, factor_id: str, *, actor: str, reason: str) -> Pending[Change]:
        """As Tenant.unlock()."""
        return self._run(self._calls.change(Op.UNLOCK, subject, factor_id, actor, reason))

    def admin_reset(self, subject: str, *, actor: str, reason: str) -> Pending[Reset]:
        """As Tenant.admin_reset()."""
        return self._run(self._calls.admin_reset(subject, actor, reason))

    def set_clock(self, *, actor: str, reason: str) -> Pending[ClockChange]:
        """As Tenant.set_clock()."""
        return self._run(self._calls.set_clock(actor, reason))

    def __repr__(self) -> str:
        return f"<counterseal.AsyncTenant {self.name}>"
