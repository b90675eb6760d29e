// SPDX-License-Identifier: Apache-2.0
#include "core/engine/attempt.hpp"

#include "core/engine/attempt_set.hpp"
#include "core/engine/challenge.hpp"
#include "core/engine/event.hpp"
#include "core/engine/refusal.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

/// Failures in a row, this one included. Its row is locked, so that it is as it was loaded.
std::int64_t streak_after(const factor& of) noexcept
{
    return of.hot.streak + 1;
}

std::int64_t attempts_after(const factor& of) noexcept
{
    return of.hot.locked_until_us > 0 ? 1 : of.hot.attempts + 1;
}

}  // namespace

std::string attempt_detail(std::string_view purpose, std::int64_t value, std::string_view recovery_code)
{
    std::string detail = R"({"purpose":)" + quoted(purpose);
    if (value >= 0) {
        detail += R"(,"value":)" + std::to_string(value);
    }
    if (!recovery_code.empty()) {
        detail += R"(,"recovery_code":)" + quoted(recovery_code);
    }
    return detail + "}";
}

bool attempt::lock_subject_in_budget()
{
    // Whoever is let in leaves the row as it was.
    return !lock_subjects_in_budget(in_, limits_, tenant_, {&subject_, 1}, time_).empty();
}

void attempt::charge_subject()
{
    static constexpr statement charge = {
        "UPDATE subject SET failures = CASE WHEN failures_since_us <= $3 THEN 1 ELSE failures + 1 END, "
        "failures_since_us = CASE WHEN failures_since_us <= $3 THEN $4 ELSE failures_since_us END "
        "WHERE tenant = $1 AND subject = $2 AND (failures < $5 OR failures_since_us <= $3) "
        "RETURNING failures, failures_since_us"};
    const std::int64_t period_us = limits_.subject_period_s * second_us;
    rows out;
    const std::size_t n = in_.run(
        charge, {tenant_, subject_, time_.locked_us - period_us, time_.locked_us, limits_.subject_failures}, &out);
    need(n == 1 ? status::ok : status::e_internal, "a failure was counted without its subject being locked");
    charged_ = R"({"purpose":)" + quoted(purpose_) + R"(,"failures":)" + std::to_string(out.integer(0, 0)) +
               R"(,"failures_since_us":)" + std::to_string(out.integer(0, 1)) + "}";
}

std::int64_t attempt::subject_rests_until()
{
    static constexpr statement ask = {"SELECT failures_since_us FROM subject WHERE tenant = $1 AND subject = $2"};
    rows out;
    return in_.run(ask, {tenant_, subject_}, &out) == 0 ? 0 : out.integer(0, 0) + limits_.subject_period_s * second_us;
}

bool attempt::reserve(const factor& of)
{
    static constexpr statement reserve = {
        "UPDATE factor SET attempts = CASE WHEN locked_until_us > 0 THEN 1 ELSE attempts + 1 END, "
        "streak = streak + 1, locked_until_us = 0 WHERE tenant = $1 AND subject = $2 AND factor = $3 "
        "AND streak < $4 AND locked_until_us <= $5 AND (attempts < $6 OR locked_until_us > 0)"};
    return in_.run(reserve, {tenant_, subject_, std::string_view(of.key.factor), limits_.streak, time_.locked_us,
                             limits_.attempts}) == 1;
}

void attempt::put_back(const factor& of)
{
    static constexpr statement put = {
        "UPDATE factor SET attempts = $4, streak = $5, locked_until_us = $6 "
        "WHERE tenant = $1 AND subject = $2 AND factor = $3"};
    in_.run(put, {tenant_, subject_, std::string_view(of.key.factor), of.hot.attempts, of.hot.streak,
                  of.hot.locked_until_us});
}

bool attempt::advance(const factor& of, std::int64_t value)
{
    static constexpr statement advance = {
        "UPDATE factor SET last_value = $4, attempts = 0, streak = 0 "
        "WHERE tenant = $1 AND subject = $2 AND factor = $3 AND last_value < $4"};
    return in_.run(advance, {tenant_, subject_, std::string_view(of.key.factor), value}) == 1;
}

void attempt::forget_failures(const factor& of)
{
    static constexpr statement forget = {
        "UPDATE factor SET attempts = 0, streak = 0 WHERE tenant = $1 AND subject = $2 AND factor = $3"};
    in_.run(forget, {tenant_, subject_, std::string_view(of.key.factor)});
}

void attempt::fail(const factor& of)
{
    append("factor.wrong", of.key.factor, {}, charged_);
    if (attempts_after(of) >= limits_.attempts) {
        lock(of, streak_after(of));
    }
    if (streak_after(of) >= limits_.streak) {
        close_challenges(in_, tenant_, subject_);
        log("factor.disabled", of);
    }
}

bool attempt::is_overdue(const factor& of) const noexcept
{
    return of.hot.attempts >= limits_.attempts && of.hot.locked_until_us == 0;
}

std::int64_t attempt::lock(const factor& of)
{
    return lock(of, of.hot.streak);
}

std::int64_t attempt::lock(const factor& of, std::int64_t streak)
{
    static constexpr statement lock = {
        "UPDATE factor SET locked_until_us = $4 WHERE tenant = $1 AND subject = $2 AND factor = $3"};
    const std::int64_t until_us = time_.locked_us + limits_.lock_us(streak);
    in_.run(lock, {tenant_, subject_, std::string_view(of.key.factor), until_us});
    close_challenges(in_, tenant_, subject_);
    log("factor.locked", of, until_us);
    return until_us;
}

reason attempt::tell_replay(const factor& of)
{
    const bool is_ahead =
        of.type == factor_type::totp &&
        of.hot.last_value > newest_step(token_time_s(time_.locked_us, of.drift, of.period_s), totp_options_of(of));
    const reason why = is_ahead ? reason::step_in_future : reason::replay;
    append("factor.replayed", of.key.factor, name_of(why), attempt_detail(purpose_, -1));
    return why;
}

void attempt::log(std::string_view type, const factor& of, std::int64_t value, std::string_view recovery_code)
{
    append(type, of.key.factor, {}, attempt_detail(purpose_, value, recovery_code));
}

void attempt::refuse(const factor* of, reason why)
{
    const std::string factor = of == nullptr ? std::string() : of->key.factor;
    if (const std::int64_t n = count_refusal(in_, tenant_, subject_, factor, time_); n != 0) {
        append(of == nullptr ? "subject.refused" : "factor.refused", factor, name_of(why),
               R"({"purpose":)" + quoted(purpose_) + R"(,"refused":)" + std::to_string(n) + "}");
    }
}

void attempt::append(std::string_view type, const std::string& factor, std::string_view why, std::string detail)
{
    append_event(in_, with_,
                 {.tenant = std::string(tenant_),
                  .at_us = time_.now_us,
                  .type = std::string(type),
                  .subject = std::string(subject_),
                  .factor = factor,
                  .reason = std::string(why),
                  .detail = std::move(detail)});
}

}  // namespace counterseal::core
