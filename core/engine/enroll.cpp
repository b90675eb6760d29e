// SPDX-License-Identifier: Apache-2.0
#include "core/engine/enroll.hpp"

#include <algorithm>

#include "core/engine/clock.hpp"
#include "core/engine/end_factor.hpp"
#include "core/engine/event.hpp"
#include "core/engine/name.hpp"
#include "core/engine/random_id.hpp"
#include "core/enroll/json.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view by_themselves = "self";

event event_of(const factor& of, std::string_view type, std::int64_t now_us, std::string_view reason = {})
{
    return {.tenant = of.key.tenant,
            .at_us = now_us,
            .type = std::string(type),
            .subject = of.key.subject,
            .factor = of.key.factor,
            .reason = std::string(reason)};
}

std::size_t secret_len(hash_id hash) noexcept
{
    return hash == hash_id::sha1 ? sha1::digest_len : hash == hash_id::sha256 ? sha256::digest_len : sha512::digest_len;
}

verdict_on_options check_request(const totp_request& request, std::int64_t now_us)
{
    totp_options options;
    options.digits = request.digits;
    options.period_s = request.period_s;
    if (label_fault(request.label) != nullptr) {
        return {status::e_argument, "label must be UTF-8 of at most 255 bytes without control characters"};
    }
    if (label_fault(request.request) != nullptr) {
        return {status::e_argument, "idempotency_key must be UTF-8 of at most 255 bytes without control characters"};
    }
    return check(options, static_cast<std::uint64_t>(now_us / second_us), -1);
}

}  // namespace

std::int64_t expires_us(const factor& of) noexcept
{
    return of.state == factor_state::pending && of.provenance == by_themselves ? of.created_us + pending_life_us : 0;
}

enrollment enroll_totp(transaction& in, const row_seal& with, const crypto& provider, std::string_view tenant,
                       std::string_view subject, const totp_request& request, std::int64_t now_us)
{
    if (const auto fault = check_request(request, now_us); fault.rule != nullptr) {
        return {fault.code, fault.rule};
    }
    const store_time time = tell_time(in, now_us);
    savepoint before(in);
    static_cast<void>(lock_subject(in, with, tenant, subject, now_us));
    const std::vector<factor> all = load_factors(in, with, tenant, subject);
    const auto replaced = std::ranges::find_if(
        all, [&](const factor& one) { return one.key.factor == request.replaces && is_live(one); });
    if (!request.replaces.empty() && replaced == all.end()) {
        before.undo();
        return {status::e_argument, "replaces must name a factor of the subject that is confirmed and not revoked"};
    }
    for (factor one : all) {
        if (one.state != factor_state::pending) {
            continue;
        }
        if (expires_us(one) != 0 && expires_us(one) <= time.locked_us) {
            end_factor(in, with, one, now_us);
            append_event(in, with, event_of(one, "factor.revoked", now_us, "not confirmed in time"));
        } else if (!request.request.empty() && one.request == request.request) {
            return {status::ok, nullptr, one.key.factor, open_secret(with, one), expires_us(one)};
        }
    }
    factor made;
    made.key = {std::string(tenant), std::string(subject), random_id(provider)};
    made.hash = request.hash;
    made.digits = request.digits;
    made.period_s = request.period_s;
    made.label = request.label;
    made.replaces = request.replaces;
    made.request = request.request;
    made.created_us = now_us;
    secure_bytes secret(secret_len(request.hash));
    need(provider.random(secret), "there are no random numbers");
    seal_secret(with, made, secret);
    insert_factor(in, with, made);
    append_event(in, with, event_of(made, "factor.pending", now_us));
    return {status::ok, nullptr, made.key.factor, std::move(secret), expires_us(made)};
}

factor_verdict confirm(transaction& in, const row_seal& with, const throttle& limits, const factor_key& key,
                       const response& what, std::int64_t now_us)
{
    factor_verdict verdict = verify_pending(in, with, limits, key, what, now_us);
    if (verdict.code != status::ok) {
        return verdict;
    }
    subject owner = lock_subject(in, with, key.tenant, key.subject, now_us);
    end_ungranted(in, with, load_factors(in, with, key.tenant, key.subject), key.factor, now_us);
    std::optional<factor> found = load_factor(in, with, key);
    if (!found) {
        throw store_error(status::e_internal, "a factor was removed while its subject was locked");
    }
    factor& confirmed = *found;
    confirmed.state = factor_state::active;
    confirmed.confirmed_us = now_us;
    update_factor(in, with, confirmed);
    event done = event_of(confirmed, "factor.confirmed", now_us);
    done.detail = json{{"value", verdict.value}}.dump();
    append_event(in, with, std::move(done));
    if (!owner.is_enrolled) {
        owner.is_enrolled = true;
        update_subject(in, with, owner);
    }
    if (!confirmed.replaces.empty()) {
        std::optional<factor> old = load_factor(in, with, {key.tenant, key.subject, confirmed.replaces});
        if (old && old->state != factor_state::revoked) {
            end_factor(in, with, *old, now_us);
            append_event(in, with, event_of(*old, "factor.revoked", now_us, "replaced"));
        }
    }
    return verdict;
}

}  // namespace counterseal::core
