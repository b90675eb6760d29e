// SPDX-License-Identifier: Apache-2.0
#include "core/engine/enroll.hpp"

#include "core/enroll/json.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {
namespace {

std::size_t secret_len(hash_id hash) noexcept
{
    return hash == hash_id::sha1 ? sha1::digest_len : hash == hash_id::sha256 ? sha256::digest_len : sha512::digest_len;
}

verdict_on_options check_request(const totp_request& request, std::int64_t now_us)
{
    totp_options options;
    options.digits = request.digits;
    options.period_s = request.period_s;
    return check(options, static_cast<std::uint64_t>(now_us / second_us), -1);
}

}  // namespace

enrollment enroll_totp(transaction& in, const row_seal& with, const crypto& provider, std::string_view tenant,
                       std::string_view subject, const totp_request& request, std::int64_t now_us)
{
    if (const auto fault = check_request(request, now_us); fault.rule != nullptr) {
        return {fault.code, fault.rule};
    }
    const pending_start start = start_pending(in, with, tenant, subject, factor_type::totp, request.common, now_us);
    if (start.code != status::ok) {
        return {start.code, start.rule};
    }
    if (start.found) {
        const bool is_same = start.found->hash == request.hash && start.found->digits == request.digits &&
                             start.found->period_s == request.period_s;
        if (!is_same) {
            return {status::e_argument, "idempotency_key names an enrollment with another algorithm, digits or period"};
        }
        return {status::ok, nullptr, start.found->key.factor, open_secret(with, *start.found),
                expires_us(*start.found)};
    }
    factor made = new_pending(with, provider, tenant, subject, factor_type::totp, request.common, now_us);
    made.hash = request.hash;
    made.digits = request.digits;
    made.period_s = request.period_s;
    secure_bytes secret(secret_len(request.hash));
    need(provider.random(secret), "there are no random numbers");
    seal_secret(with, made, secret);
    insert_pending(in, with, made);
    return {status::ok, nullptr, made.key.factor, std::move(secret), expires_us(made)};
}

factor_verdict confirm(transaction& in, const row_seal& with, const throttle& limits, const factor_key& key,
                       const response& what, std::int64_t now_us)
{
    factor_verdict verdict = verify_pending(in, with, limits, key, what, now_us);
    if (verdict.code != status::ok) {
        return verdict;
    }
    std::optional<factor> confirmed = load_factor(in, with, key);
    need(confirmed ? status::ok : status::e_internal, "a factor was removed while its subject was locked");
    activate_factor(in, with, *confirmed, confirmed->hot.last_value, json{{"value", verdict.value}}.dump(), now_us);
    return verdict;
}

}  // namespace counterseal::core
