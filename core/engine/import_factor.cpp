// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/cpu.hpp"
#include "core/ct/mask.hpp"
#include "core/ct/taint.hpp"
#include "core/ct/wipe.hpp"
#include "core/engine/clock.hpp"
#include "core/engine/end_factor.hpp"
#include "core/engine/enroll.hpp"
#include "core/engine/event.hpp"
#include "core/engine/name.hpp"
#include "core/engine/random_id.hpp"
#include "core/enroll/json.hpp"
#include "core/hmac/hmac.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t secret_min = 10;  // bytes: 80 bits, and only with allow_legacy
constexpr std::size_t secret_good = 16;
constexpr std::size_t secret_max = 4096;
constexpr std::uint32_t longest_good_period_s = 120;  // SP 800-63B-4 section 3.1.4.1

using fault = verdict_on_options;

fault check_texts(const factor_import& what)
{
    if (label_fault(what.label) != nullptr) {
        return {status::e_argument, "label must be UTF-8 of at most 255 bytes without control characters"};
    }
    if (label_fault(what.actor) != nullptr) {
        return {status::e_argument, "actor must be UTF-8 of at most 255 bytes without control characters"};
    }
    if (what.provenance.empty() || label_fault(what.provenance) != nullptr) {
        return {status::e_argument, "provenance must be UTF-8 of 1 to 255 bytes without control characters"};
    }
    if (what.provenance == "self") {
        return {status::e_argument, "provenance must say where the factor comes from; \"self\" is an enrollment"};
    }
    return all_well;
}

fault check_secret(const factor_import& what)
{
    if (what.secret.size() < secret_min) {
        return {status::e_range, "secret must have at least 128 bits; fewer than 80 are never imported"};
    }
    if (what.secret.size() < secret_good && !what.allow_legacy) {
        return {status::e_range, "secret must have at least 128 bits; allow_legacy imports 80 to 127"};
    }
    if (what.secret.size() > secret_max) {
        return {status::e_range, "secret must have at most 4096 bytes"};
    }
    return all_well;
}

fault check_drift(const factor_import& what)
{
    if (what.type == factor_type::hotp && what.drift != 0) {
        return {status::e_argument, "drift must be 0 for HOTP: such a token has no clock"};
    }
    static_assert(max_drift == 10);
    if (what.drift < -max_drift || what.drift > max_drift) {
        return {status::e_range, "drift must be -10 to 10 steps: resynchronise the token or enroll another one"};
    }
    return all_well;
}

fault check_last_value(const factor_import& what, std::int64_t last_value, std::int64_t now_us)
{
    if (what.type == factor_type::hotp) {
        if (last_value < 0) {
            return {status::e_range, "next_counter must be 0 to 2^63 - 1"};
        }
        return check({.digits = what.digits, .look_ahead = 0}, static_cast<std::uint64_t>(last_value));
    }
    const std::uint64_t now_s = token_time_s(now_us, what.drift, what.period_s);
    totp_options options;
    options.digits = what.digits;
    options.period_s = what.period_s;
    options.t0_s = what.t0_s;
    if (const fault found = check(options, now_s, last_value); found.rule != nullptr) {
        return found;
    }
    if (last_value > newest_step(now_s, options)) {
        return {status::e_range, "last_step must not lie in the future: no code would ever be new"};
    }
    return all_well;
}

fault check_all(const factor_import& what, std::int64_t last_value, std::int64_t now_us)
{
    if (what.type != factor_type::totp && what.type != factor_type::hotp) {
        return {status::e_unsupported, "type must be totp or hotp"};
    }
    if (const fault found = check_drift(what); found.rule != nullptr) {
        return found;
    }
    for (const fault& found : {check_texts(what), check_secret(what), check_last_value(what, last_value, now_us)}) {
        if (found.rule != nullptr) {
            return found;
        }
    }
    return all_well;
}

std::vector<std::string> warnings_about(const factor_import& what, std::int64_t last_value)
{
    std::vector<std::string> all;
    if (what.secret.size() < secret_good) {
        all.emplace_back("secret has fewer than 128 bits");
    }
    if (what.type == factor_type::totp && last_value == -1) {
        all.emplace_back("last_step is null: a code that was used where the factor comes from is accepted once more");
    }
    if (what.type == factor_type::totp && what.period_s > longest_good_period_s) {
        all.emplace_back("period is longer than 120 seconds");
    }
    if (what.drift != 0) {
        all.emplace_back("drift stays what it is: once the token's clock is another step off, its codes are refused");
    }
    return all;
}

/// HMAC of a message, by which secrets are told apart.
class fingerprint {
public:
    fingerprint(hash_id hash, bytes_view secret)
    {
        const hmac_kernel& kernel = best_kernel(hash, cpu_features());
        hmac_key key;
        const wiped_at_end wipe{key};
        hmac_prepare(key, kernel, secret);
        hmac_message(key, bytes_of("whose codes"), digest_);
    }
    ~fingerprint() { wipe(digest_, sizeof digest_); }
    fingerprint(const fingerprint&) = delete;
    fingerprint& operator=(const fingerprint&) = delete;

    [[nodiscard]] mask operator==(const fingerprint& other) const noexcept
    {
        std::uint64_t difference = 0;
        for (std::size_t i = 0; i < sizeof digest_; ++i) {
            difference |= static_cast<std::uint64_t>(digest_[i] ^ other.digest_[i]);
        }
        return is_equal(difference, 0);
    }

private:
    std::uint8_t digest_[max_digest_len] = {};
};

/// Two factors of one secret would accept each code twice. The same to HMAC are secrets that differ by zeros at their
/// ends, and a long one and its hash (RFC 2104 section 2). CT: the answer leaks.
bool has_secret(const row_seal& with, const factor& of, bytes_view secret)
{
    const bool is_otp = of.type == factor_type::totp || of.type == factor_type::hotp;
    if (of.secret.empty() || !is_otp) {
        return false;
    }
    return declassify(fingerprint(of.hash, open_secret(with, of)) == fingerprint(of.hash, secret));
}

}  // namespace

import_result import_factor(transaction& in, const row_seal& with, const crypto& provider, std::string_view tenant,
                            std::string_view subject, const factor_import& what, std::int64_t last_value,
                            std::int64_t now_us)
{
    if (const fault found = check_all(what, last_value, now_us); found.rule != nullptr) {
        return {found.code, found.rule};
    }
    static_cast<void>(tell_time(in, now_us));
    savepoint before(in);
    struct subject owner = lock_subject(in, with, tenant, subject, now_us);
    std::vector<factor> before_it = load_factors(in, with, tenant, subject);
    for (const factor& one : before_it) {
        if (has_secret(with, one, what.secret)) {
            before.undo();
            return {status::e_argument, "secret is that of a factor that the subject has"};
        }
    }
    import_result result;
    result.warnings = warnings_about(what, last_value);
    if (what.dry_run) {
        before.undo();
        return result;
    }
    factor made;
    made.key = {owner.tenant, owner.name, random_id(provider)};
    made.type = what.type;
    made.state = what.is_active ? factor_state::active : factor_state::pending;
    made.hash = what.hash;
    made.digits = what.digits;
    made.period_s = what.period_s;
    made.t0_s = what.t0_s;
    made.drift = what.drift;
    made.label = what.label;
    made.provenance = what.provenance;
    made.created_us = now_us;
    made.confirmed_us = what.is_active ? now_us : 0;
    made.hot.last_value = last_value;
    seal_secret(with, made, what.secret);
    insert_factor(in, with, made);
    if (what.is_active) {
        end_ungranted(in, with, std::move(before_it), made, now_us);
        mark_enrolled(in, with, owner);
    }
    const json detail = {{"type", name_of(made.type)},
                         {"state", name_of(made.state)},
                         {"provenance", what.provenance},
                         {"value", last_value}};
    append_event(in, with,
                 {.tenant = owner.tenant,
                  .at_us = now_us,
                  .type = "factor.imported",
                  .subject = owner.name,
                  .factor = made.key.factor,
                  .actor = std::string(what.actor),
                  .detail = detail.dump()});
    result.factor = made.key.factor;
    return result;
}

}  // namespace counterseal::core
