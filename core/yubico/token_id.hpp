// SPDX-License-Identifier: Apache-2.0
// HOTP with a token identifier in front of the digits: what a YubiKey's OATH-HOTP slot can type (OATH Token Identifier
// Specification: manufacturer 2, token type 2, unique 8 characters).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/otp/hotp.hpp"

namespace counterseal::core {

inline constexpr std::size_t token_id_len = 12;

/// Twelve ASCII letters or digits. For identifiers that a caller sets, which are public: it branches.
[[nodiscard]] bool is_token_id(std::string_view text) noexcept;

/// As hotp_verify(), for a code with or without the identifier in front, in either case. Another identifier is wrong,
/// one that is none malformed. Needs is_token_id(token_id).
/// CT: as hotp_verify(), and whether the identifier is the given one may leak.
[[nodiscard]] hotp_verdict hotp_verify_with_id(const counter_mac& mac, std::string_view token_id,
                                               std::string_view typed, std::uint64_t next_counter,
                                               const hotp_options& options) noexcept;

/// As hotp_resync(), each of the two as above.
[[nodiscard]] hotp_verdict hotp_resync_with_id(const counter_mac& mac, std::string_view token_id,
                                               std::string_view typed1, std::string_view typed2,
                                               std::uint64_t next_counter, const hotp_options& options) noexcept;

struct found_id {
    status code;
    std::string_view id;  // as it was typed
};

/// The identifier in front of a code of `digits` digits; empty where there is none. Returns ok, malformed, or e_range
/// for digits. CT: the shape of the code may leak.
[[nodiscard]] found_id typed_token_id(std::string_view typed, std::uint32_t digits) noexcept;

}  // namespace counterseal::core
