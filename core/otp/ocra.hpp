// SPDX-License-Identifier: Apache-2.0
// OCRA: answers to challenges (RFC 6287).
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/status.hpp"
#include "core/hmac/hmac.hpp"
#include "core/otp/ocra_suite.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

/// What both sides know besides key, counter and time. Empty where the suite has no such part.
struct ocra_inputs {
    std::string_view question;
    bytes_view pin_hash;  // the hash of the PIN by the suite's PIN hash
    bytes_view session;   // as many bytes as the suite says
};

struct ocra_options {
    std::uint32_t look_ahead = 0;  // as in HOTP; plays no part where the suite has no counter
    std::uint32_t past = 1;        // as in TOTP; plays no part where the suite has no time step
    std::uint32_t future = 1;
};

/// How many codes a verification may compare, as many as HOTP alone.
inline constexpr std::uint32_t max_ocra_codes = max_look_ahead + 1;

struct ocra_verdict {
    status code;
    std::uint64_t next_counter;  // on acceptance the counter to expect next, else the one given in
    std::int64_t step;           // on acceptance the highest matching step of the window, else the last_step given in
};

/// Which rule the inputs would break. A question has the suite's alphabet, and 4 characters up to twice the suite's
/// length: where both parties prove themselves the two challenges stand one after another (RFC 6287 section 7.2), and
/// the suite tells the length of one. The lengths of the secret inputs are all that counts here.
[[nodiscard]] verdict_on_options check_ocra_inputs(const ocra_suite& suite, std::string_view question,
                                                   std::size_t pin_hash_len, std::size_t session_len) noexcept;

/// Which rule a verification would break, its inputs apart.
[[nodiscard]] verdict_on_options check(const ocra_suite& suite, const ocra_options& options, std::uint64_t next_counter,
                                       std::int64_t last_step, std::uint64_t now_s) noexcept;

/// Checks a typed code. next_counter must be 0 where the suite has no counter; last_step must be -1 and now_s 0 where
/// it has no time step.
///
/// A suite with a counter looks from next_counter on, never below, and takes the highest one that matches, as HOTP
/// does. A suite with a time step takes the highest step that matches, as TOTP does: replayed if that is not above
/// last_step. With both, the counter tells codes of one step apart, and replayed means a step below last_step. A suite
/// with neither has no replay to see: the caller makes the challenge unusable first and verifies then.
/// Returns ok, wrong, replayed, malformed, or what the checks refuse.
/// CT: the question, lengths, next_counter, last_step, time and options may leak, and which characters of the code are
/// no digits; the key, the PIN's hash, the session, the digits and which code matched do not.
[[nodiscard]] ocra_verdict ocra_verify(const ocra_suite& suite, const hmac_key& key, std::string_view code,
                                       const ocra_inputs& inputs, std::uint64_t next_counter, std::int64_t last_step,
                                       std::uint64_t now_s, const ocra_options& options) noexcept;

/// Writes suite.digits characters. CT: as ocra_verify.
[[nodiscard]] status ocra_generate(const ocra_suite& suite, const hmac_key& key, const ocra_inputs& inputs,
                                   std::uint64_t counter, std::uint64_t now_s, char* out) noexcept;

}  // namespace counterseal::core
