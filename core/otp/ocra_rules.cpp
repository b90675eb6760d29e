// SPDX-License-Identifier: Apache-2.0
// What a suite allows. All of it is public.
#include <algorithm>

#include "core/otp/ocra.hpp"

namespace counterseal::core {
namespace {

bool is_decimal(char c) noexcept
{
    return '0' <= c && c <= '9';
}

bool is_letter(char c) noexcept
{
    return ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z');
}

bool is_hex(char c) noexcept
{
    return is_decimal(c) || ('A' <= c && c <= 'F') || ('a' <= c && c <= 'f');
}

struct alphabet {
    bool (*has)(char) noexcept;
    const char* rule;
};

alphabet alphabet_of(ocra_question format) noexcept
{
    switch (format) {
        case ocra_question::numeric: return {is_decimal, "question must be decimal digits, as QN says"};
        case ocra_question::alphanumeric:
            return {[](char c) noexcept { return is_decimal(c) || is_letter(c); },
                    "question must be letters from A to Z, either case, and digits, as QA says"};
        case ocra_question::hexadecimal: break;
    }
    return {is_hex, "question must be hex digits, as QH says"};
}

std::size_t digest_len(hash_id hash) noexcept
{
    switch (hash) {
        case hash_id::sha1: return sha1::digest_len;
        case hash_id::sha256: return sha256::digest_len;
        case hash_id::sha512: break;
    }
    return sha512::digest_len;
}

constexpr verdict_on_options refuse(const char* rule) noexcept
{
    return {status::e_argument, rule};
}

}  // namespace

verdict_on_options check_ocra_inputs(const ocra_suite& suite, std::string_view question, std::size_t pin_hash_len,
                                     std::size_t session_len) noexcept
{
    if (question.size() < min_question_len || question.size() > std::size_t{2} * suite.question_len) {
        return refuse("question must have 4 characters up to the suite's length, or twice that for two challenges");
    }
    const alphabet letters = alphabet_of(suite.question);
    if (!std::all_of(question.begin(), question.end(), letters.has)) {
        return refuse(letters.rule);
    }
    if (!suite.has_pin && pin_hash_len != 0) {
        return refuse("pin_hash must be empty: the suite has no PIN");
    }
    if (suite.has_pin && pin_hash_len != digest_len(suite.pin_algorithm)) {
        return refuse("pin_hash must be the hash that the suite names: 20, 32 or 64 bytes");
    }
    if (suite.session_len == 0 && session_len != 0) {
        return refuse("session must be empty: the suite has no session information");
    }
    if (session_len != suite.session_len) {
        return refuse("session must have exactly as many bytes as the suite says");
    }
    return all_well;
}

verdict_on_options check(const ocra_suite& suite, const ocra_options& options, std::uint64_t next_counter,
                         std::int64_t last_step, std::uint64_t now_s) noexcept
{
    std::uint32_t n_counters = 1;
    std::uint32_t n_steps = 1;
    if (suite.has_counter) {
        if (const auto fault = check_counters(next_counter, options.look_ahead); fault.rule != nullptr) {
            return fault;
        }
        n_counters += options.look_ahead;
    } else if (next_counter != 0) {
        return refuse("counter must be 0: the suite has none");
    }
    if (suite.time_step_s != 0) {
        for (const auto& fault :
             {check_steps(options.past, options.future), check_time(now_s), check_last_step(last_step)}) {
            if (fault.rule != nullptr) {
                return fault;
            }
        }
        n_steps += options.past + options.future;
    } else if (now_s != 0) {
        return refuse("time must be 0: the suite has no time step");
    } else if (last_step != -1) {
        return refuse("last_step must be -1: the suite has no time step");
    }
    if (n_counters * n_steps > max_ocra_codes) {
        return {status::e_range, "look_ahead must leave at most 101 codes: (look_ahead + 1) * (past + future + 1)"};
    }
    return all_well;
}

}  // namespace counterseal::core
