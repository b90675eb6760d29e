// SPDX-License-Identifier: Apache-2.0
// Texts of seed files as what a seed holds. Nothing where a text is none; the caller knows the place and the rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/enroll/secure.hpp"
#include "core/hmac/hash.hpp"

namespace counterseal::core {

/// The text without the blanks at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

[[nodiscard]] std::optional<secure_bytes> key_from_base32(std::string_view text);
[[nodiscard]] std::optional<secure_bytes> key_from_base64(std::string_view text);
[[nodiscard]] std::optional<secure_bytes> key_from_hex(std::string_view text);

/// A decimal number and nothing else, at most 64 bits.
[[nodiscard]] std::optional<std::uint64_t> decimal_from(std::string_view text) noexcept;

/// "SHA1", "sha-256", "HmacSHA512" and the like.
[[nodiscard]] std::optional<hash_id> hash_from(std::string_view text);

}  // namespace counterseal::core
