// SPDX-License-Identifier: Apache-2.0
// TOTP (RFC 6238).
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/status.hpp"
#include "core/hmac/hmac.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

struct totp_verdict {
    status code;
    std::int64_t step;  // on acceptance the highest matching step of the window, else the last_step given in
};

/// Checks a typed code at `now_s`. `last_step` is the highest step ever accepted for this key, -1 for none.
/// Returns ok, wrong, replayed (a step matches but is not above last_step), malformed, or what check() refuses.
/// CT: everything but the digits of the code, the key and the verdict's cause may leak; the window is always whole.
[[nodiscard]] totp_verdict totp_verify(const counter_mac& mac, std::string_view code, std::int64_t last_step,
                                       std::uint64_t now_s, const totp_options& options) noexcept;

/// Writes the code at `now_s` as code_form(options).length() characters. `past` and `future` play no part.
[[nodiscard]] status totp_generate(const counter_mac& mac, std::uint64_t now_s, const totp_options& options,
                                   char* out) noexcept;

}  // namespace counterseal::core
