// SPDX-License-Identifier: Apache-2.0
// HOTP (RFC 4226).
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/status.hpp"
#include "core/hmac/hmac.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

struct hotp_verdict {
    status code;
    std::uint64_t next_counter;  // on acceptance the counter to expect next, else the one given in
};

/// Checks a typed code against next_counter, ..., next_counter + look_ahead, never below (RFC 4226 section 7.2
/// and 7.4). Where two counters of the window share the code, the higher one is taken, so that the same code is not
/// accepted again. Returns ok, wrong, malformed, or what check() refuses. CT: as totp_verify.
[[nodiscard]] hotp_verdict hotp_verify(const counter_mac& mac, std::string_view code, std::uint64_t next_counter,
                                       const hotp_options& options) noexcept;

/// Resynchronises by two codes in a row (RFC 4226 section 7.4): on acceptance next_counter is the second code's plus
/// one.
[[nodiscard]] hotp_verdict hotp_resync(const counter_mac& mac, std::string_view code1, std::string_view code2,
                                       std::uint64_t next_counter, const hotp_options& options) noexcept;

/// Writes the code of `counter` as options.digits ASCII digits. `look_ahead` plays no part.
[[nodiscard]] status hotp_generate(const counter_mac& mac, std::uint64_t counter, const hotp_options& options,
                                   char* out) noexcept;

}  // namespace counterseal::core
