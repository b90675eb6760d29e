// SPDX-License-Identifier: Apache-2.0
// What every header that verifies with an otp key needs: the handle, and HOTP's options.
#pragma once

#include <cstdint>

#include "core/hmac/hmac.hpp"
#include "core/otp/rules.hpp"
#include "counterseal/otp.h"

struct cseal_otp_key {
    counterseal::core::hmac_key mac;
    bool short_secret;
};

namespace counterseal::capi {

struct options_fault {
    core::status code = core::status::ok;
    const char* rule = nullptr;
};

inline constexpr std::uint32_t resync_look_ahead = 50;
inline constexpr cseal_hotp_options hotp_defaults{sizeof(cseal_hotp_options), 6, 0, 0};
inline constexpr cseal_hotp_options resync_defaults{sizeof(cseal_hotp_options), 6, resync_look_ahead, 0};

[[nodiscard]] bool known_algorithm(std::uint32_t algorithm) noexcept;

/// Reads what a caller gave over the defaults, which a NULL stands for.
[[nodiscard]] options_fault read(const cseal_hotp_options* from, core::hotp_options& into,
                                 const cseal_hotp_options& defaults = hotp_defaults) noexcept;
[[nodiscard]] options_fault read(const cseal_totp_options* from, core::totp_options& into) noexcept;

}  // namespace counterseal::capi
