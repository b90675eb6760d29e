// SPDX-License-Identifier: Apache-2.0
#include "core/engine/verify_factor.hpp"

#include <algorithm>
#include <vector>

#include "core/base/cpu.hpp"
#include "core/ct/taint.hpp"
#include "core/engine/attempt.hpp"
#include "core/engine/clock.hpp"
#include "core/engine/eligible.hpp"
#include "core/engine/pending.hpp"
#include "core/otp/hotp.hpp"
#include "core/otp/totp.hpp"
#include "core/otp/typed_code.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint32_t look_ahead = 10;  // of HOTP: presses of the button that nobody typed

enum class use : std::uint8_t { response, confirmation };

/// One response to a subject, and what it is checked with.
struct question {
    const row_seal& with;
    const throttle& limits;
    const response& what;
    use as;
    store_time time;
};

struct evaluation {
    status code;
    std::int64_t value = -1;
    std::string recovery_code{};  // by its name in the log
};

/// Whether it is a code of this kind by what is public: how long it is, and where it has something else.
bool is_shaped_for(const factor& of, const response& what) noexcept
{
    if (of.type == factor_type::webauthn) {
        return false;  // what a passkey signs is an answer to a question of its own
    }
    return of.type == factor_type::recovery ? what.is_recovery_shaped
                                            : declassify(read_code(view(what.text), of.digits).well_formed);
}

/// What stands against a factor whatever is typed and however often.
status standing(const question& asked, const factor& of) noexcept
{
    if (of.state == factor_state::suspended || of.state == factor_state::revoked) {
        return status::revoked;
    }
    const bool is_pending = of.state == factor_state::pending;
    if (asked.as == use::response && is_pending) {
        return status::enroll;
    }
    if (asked.as == use::confirmation && !is_pending) {
        return status::wrong;
    }
    if (is_pending && expires_us(of) != 0 && expires_us(of) <= asked.time.locked_us) {
        return status::expired;
    }
    if (of.hot.streak >= asked.limits.streak) {
        return status::locked;
    }
    return is_shaped_for(of, asked.what) ? status::ok : status::malformed;
}

/// Of several refusals, the one that says most about what to do now.
status stronger(status a, status b) noexcept
{
    static constexpr status order[] = {status::wrong,   status::enroll, status::expired,
                                       status::revoked, status::locked, status::malformed};
    return std::max(a, b, [](status x, status y) { return std::ranges::find(order, x) < std::ranges::find(order, y); });
}

evaluation evaluate_otp(const factor& of, bytes_view secret, std::string_view code, std::int64_t now_us)
{
    hmac_key key;
    const wiped_at_end wipe_key{key};
    hmac_prepare(key, best_kernel(of.hash, cpu_features()), secret);
    if (of.type == factor_type::hotp) {
        const hotp_verdict v = hotp_verify(mac_of(key), code, static_cast<std::uint64_t>(of.hot.last_value),
                                           {.digits = of.digits, .look_ahead = look_ahead});
        return {v.code, static_cast<std::int64_t>(v.next_counter)};
    }
    // A step is the token's own: its clock goes forward as ours does, so that what it used stays used.
    const totp_verdict v = totp_verify(mac_of(key), code, of.hot.last_value,
                                       token_time_s(now_us, of.drift, of.period_s), totp_options_of(of));
    return {v.code, v.step};
}

/// Checks the response against a reserved factor and burns it where it is right. Burning is what decides: who comes
/// second finds it used.
evaluation settle(transaction& in, const question& asked, attempt& one, const factor& of)
{
    if (of.type == factor_type::recovery) {
        const auto hashed = std::ranges::find(asked.what.hashes, of.key.factor, &response::hashed::factor);
        const bytes_view hash = hashed != asked.what.hashes.end() ? bytes_view(hashed->hash) : bytes_view();
        recovery_use used = use_recovery_code(in, asked.with, of, hash, asked.time.now_us);
        if (used.code == status::ok) {
            one.forget_failures(of);
        }
        return {used.code, -1, std::move(used.name)};
    }
    evaluation result = evaluate_otp(of, open_secret(asked.with, of), view(asked.what.text), asked.time.now_us);
    if (result.code == status::ok && !one.advance(of, result.value)) {
        result.code = status::replayed;
    }
    if (result.code != status::ok && result.code != status::replayed && result.code != status::wrong) {
        throw store_error(result.code, "the stored settings of a factor are out of their bounds");
    }
    return result;
}

/// Evaluates reserved factors, all of them whatever the first ones say, and gives back or counts.
factor_verdict settle_all(transaction& in, const question& asked, attempt& one, const std::vector<factor>& reserved)
{
    std::vector<evaluation> results;
    results.reserve(reserved.size());
    for (const factor& of : reserved) {
        results.push_back(settle(in, asked, one, of));
    }
    const auto first_of = [&](status s) {
        return static_cast<std::size_t>(std::ranges::find(results, s, &evaluation::code) - results.begin());
    };
    const std::size_t accepted = first_of(status::ok);
    const std::size_t decided = accepted < results.size() ? accepted : first_of(status::replayed);
    if (decided == results.size()) {
        one.charge_subject();
        for (const factor& of : reserved) {
            one.fail(of);
        }
        return {status::wrong};
    }
    for (std::size_t i = 0; i < reserved.size(); ++i) {
        if (results[i].code != status::ok) {
            one.put_back(reserved[i]);
        } else if (asked.as == use::response) {
            one.log("factor.accepted", reserved[i], results[i].value, results[i].recovery_code);
        }
    }
    const evaluation& result = results[decided];
    factor_verdict out{result.code};
    out.factor = reserved[decided].key.factor;
    out.type = reserved[decided].type;
    if (result.code == status::replayed) {
        out.why = one.tell_replay(reserved[decided]);
    } else {
        out.value = result.value;
    }
    return out;
}

factor_verdict rests(const question& asked, std::int64_t until_us)
{
    return {status::throttled, -1, until_us, seconds_until(until_us, asked.time.locked_us)};
}

factor_verdict answer(transaction& in, const question& asked, std::string_view tenant, std::string_view subject,
                      std::span<const std::string> factors, std::string_view purpose)
{
    attempt one(in, asked.with, asked.limits, tenant, subject, purpose, asked.time);
    // First of all the subject, whose lock keeps every other change of its factors out; what is loaded then stays so.
    const bool has_budget = one.lock_subject_in_budget();
    std::vector<factor> open;
    std::vector<factor> locked;
    status refusal = status::wrong;
    for (const std::string& id : factors) {
        std::optional<factor> found = load_factor(in, asked.with, {std::string(tenant), std::string(subject), id});
        const bool is_known = std::ranges::any_of(open, [&](const factor& f) { return f.key.factor == id; });
        if (!found || is_known) {
            continue;
        }
        if (const status s = standing(asked, *found); s == status::ok) {
            open.push_back(std::move(*found));
        } else {
            refusal = stronger(refusal, s);
            if (s == status::locked) {
                locked.push_back(std::move(*found));
            }
        }
    }
    if (open.empty()) {
        for (const factor& of : locked) {
            one.refuse(&of, reason::locked);
        }
        return {refusal};
    }
    if (!has_budget) {
        one.refuse(nullptr, reason::throttled);
        return rests(asked, one.subject_rests_until());
    }
    std::vector<factor> reserved;
    std::int64_t rests_until_us = 0;  // the first of them to be looked at again
    for (const factor& of : open) {
        std::int64_t until_us = of.hot.locked_until_us;
        if (one.is_overdue(of)) {
            until_us = one.lock(of);
        } else if (one.reserve(of)) {
            reserved.push_back(of);
            continue;
        }
        rests_until_us = rests_until_us == 0 ? until_us : std::min(rests_until_us, until_us);
    }
    if (!reserved.empty()) {
        return settle_all(in, asked, one, reserved);
    }
    for (const factor& of : open) {
        one.refuse(&of, reason::throttled);
    }
    return rests(asked, rests_until_us);
}

}  // namespace

factor_verdict verify_response(transaction& in, const row_seal& with, const throttle& limits, std::string_view tenant,
                               std::string_view subject, std::span<const std::string> factors, const response& what,
                               std::int64_t now_us, std::string_view purpose)
{
    const question asked{with, limits, what, use::response, tell_time(in, now_us)};
    return answer(in, asked, tenant, subject, factors, purpose);
}

factor_verdict verify_pending(transaction& in, const row_seal& with, const throttle& limits, const factor_key& key,
                              const response& what, std::int64_t now_us)
{
    const question asked{with, limits, what, use::confirmation, tell_time(in, now_us)};
    return answer(in, asked, key.tenant, key.subject, {&key.factor, 1}, "confirm");
}

}  // namespace counterseal::core
