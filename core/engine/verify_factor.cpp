// SPDX-License-Identifier: Apache-2.0
#include "core/engine/verify_factor.hpp"

#include "core/base/cpu.hpp"
#include "core/ct/taint.hpp"
#include "core/engine/clock.hpp"
#include "core/otp/hotp.hpp"
#include "core/otp/totp.hpp"
#include "core/otp/typed_code.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint32_t look_ahead = 10;  // of HOTP: presses of the button that nobody typed

/// The statements about one factor's attempts. Each is one condition and one change, and its row count is the answer.
class attempt {
public:
    attempt(transaction& in, const factor_key& key, const throttle& limits, std::int64_t now_us)
        : in_{in}, limits_{limits}, now_us_{now_us}, tenant_{key.tenant}, subject_{key.subject}, factor_{key.factor}
    {
    }

    /// Counts the attempt before anything is looked at, so that parallel guesses share one budget. A lock that has
    /// passed takes the failures before it along, those in a row excepted.
    [[nodiscard]] bool reserve()
    {
        static constexpr statement reserve_factor = {
            "UPDATE factor SET attempts = CASE WHEN locked_until_us > 0 THEN 1 ELSE attempts + 1 END, "
            "streak = streak + 1, locked_until_us = 0 WHERE tenant = $1 AND subject = $2 AND factor = $3 "
            "AND streak < $4 AND locked_until_us <= $5 AND (attempts < $6 OR locked_until_us > 0)"};
        static constexpr statement reserve_subject = {
            "UPDATE subject SET failures = CASE WHEN failures_since_us <= $3 THEN 1 ELSE failures + 1 END, "
            "failures_since_us = CASE WHEN failures_since_us <= $3 THEN $4 ELSE failures_since_us END "
            "WHERE tenant = $1 AND subject = $2 AND (failures < $5 OR failures_since_us <= $3)"};
        const std::int64_t period_us = limits_.subject_period_s * second_us;
        return in_.run(reserve_subject, {tenant_, subject_, now_us_ - period_us, now_us_, limits_.subject_failures}) ==
                   1 &&
               in_.run(reserve_factor, {tenant_, subject_, factor_, limits_.streak, now_us_, limits_.attempts}) == 1;
    }

    /// Burns the code: false where somebody was faster.
    [[nodiscard]] bool advance(std::int64_t value)
    {
        static constexpr statement advance_factor = {
            "UPDATE factor SET last_value = $4, attempts = 0, streak = 0 "
            "WHERE tenant = $1 AND subject = $2 AND factor = $3 AND last_value < $4"};
        return in_.run(advance_factor, {tenant_, subject_, factor_, value}) == 1;
    }

    void refund_factor()
    {
        static constexpr statement refund = {
            "UPDATE factor SET attempts = attempts - 1, streak = streak - 1 "
            "WHERE tenant = $1 AND subject = $2 AND factor = $3 AND attempts > 0"};
        in_.run(refund, {tenant_, subject_, factor_});
    }

    void refund_subject()
    {
        static constexpr statement refund = {
            "UPDATE subject SET failures = failures - 1 WHERE tenant = $1 AND subject = $2 AND failures > 0"};
        in_.run(refund, {tenant_, subject_});
    }

    /// Locks the factor if this failure used the budget up.
    void lock_if_spent()
    {
        static constexpr statement ask = {
            "SELECT streak FROM factor WHERE tenant = $1 AND subject = $2 AND factor = $3 AND attempts >= $4"};
        static constexpr statement lock = {
            "UPDATE factor SET locked_until_us = $4 WHERE tenant = $1 AND subject = $2 AND factor = $3"};
        rows out;
        if (in_.run(ask, {tenant_, subject_, factor_, limits_.attempts}, &out) == 1) {
            in_.run(lock, {tenant_, subject_, factor_, now_us_ + limits_.lock_us(out.integer(0, 0))});
        }
    }

private:
    transaction& in_;
    const throttle& limits_;
    std::int64_t now_us_;
    std::string_view tenant_;
    std::string_view subject_;
    std::string_view factor_;
};

struct evaluation {
    status code;
    std::int64_t value;
};

evaluation evaluate(const factor& of, bytes_view secret, std::string_view code, std::int64_t now_us)
{
    hmac_key key;
    const wiped_at_end wipe_key{key};
    hmac_prepare(key, best_kernel(of.hash, cpu_features()), secret);
    if (of.type == factor_type::hotp) {
        const hotp_verdict v = hotp_verify(mac_of(key), code, static_cast<std::uint64_t>(of.hot.last_value),
                                           {.digits = of.digits, .look_ahead = look_ahead});
        return {v.code, static_cast<std::int64_t>(v.next_counter)};
    }
    totp_options options;
    options.digits = of.digits;
    options.period_s = of.period_s;
    options.t0_s = of.t0_s;
    options.long_period = true;  // its bound was kept when the factor was made
    const totp_verdict v =
        totp_verify(mac_of(key), code, of.hot.last_value, static_cast<std::uint64_t>(now_us / second_us), options);
    return {v.code, v.step};
}

/// What stands against a factor whatever is typed and however often.
status standing(const factor& of) noexcept
{
    if (of.state == factor_state::active) {
        return status::ok;
    }
    return of.state == factor_state::pending ? status::enroll : status::revoked;
}

}  // namespace

factor_verdict verify_factor(transaction& in, const row_seal& with, const throttle& limits, const factor_key& key,
                             std::string_view code, std::int64_t now_us)
{
    const store_time time = tell_time(in, now_us);
    const std::optional<factor> found = load_factor(in, with, key);
    if (!found) {
        return {status::revoked};
    }
    if (const status s = standing(*found); s != status::ok) {
        return {s};
    }
    if (found->hot.streak >= limits.streak) {
        return {status::locked};
    }
    // The shape of a code is public: how long it is, and where it has something else than digits.
    if (!declassify(read_code(code, found->digits).well_formed)) {
        return {status::malformed};
    }
    attempt one(in, key, limits, time.locked_us);
    savepoint before(in);
    if (!one.reserve()) {
        before.undo();
        return {status::throttled, -1, found->hot.locked_until_us};
    }
    // Read again: another transaction may have moved the row between the look and the reservation, which has it now.
    const std::optional<factor> reserved = load_factor(in, with, key);
    if (!reserved || standing(*reserved) != status::ok) {
        before.undo();
        return {status::revoked};
    }
    const evaluation result = evaluate(*reserved, open_secret(with, *reserved), code, now_us);
    if (result.code == status::ok && one.advance(result.value)) {
        one.refund_subject();
        return {status::ok, result.value};
    }
    if (result.code == status::ok || result.code == status::replayed) {
        one.refund_factor();
        one.refund_subject();
        return {status::replayed};
    }
    if (result.code != status::wrong) {
        throw store_error(result.code, "the stored settings of a factor are out of their bounds");
    }
    one.lock_if_spent();
    return {status::wrong};
}

}  // namespace counterseal::core
