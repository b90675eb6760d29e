// SPDX-License-Identifier: Apache-2.0
// Secrets as text: base32 (RFC 4648 section 6) and hex (section 8), in constant time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/status.hpp"

namespace counterseal::core {

struct decoded {
    status code;
    std::size_t len;          // bytes written; with e_capacity the length that is needed
    std::size_t error_index;  // with e_encoding: the offending character, or text.size() where the text ends too early
};

// Decoding is lenient where that cannot change the key: ASCII blanks are skipped, case does not matter, and base32
// padding may be short, long or absent. Everything else is e_encoding. Surplus low bits of the last base32 character
// are no key data and are ignored (RFC 4648 section 3.5 allows both); a group that ends inside a byte is refused.
// Nothing is written unless the status is ok. `text` and `out` must not overlap.
// CT: lengths, and which characters are outside the alphabet, may leak; the secret does not.

[[nodiscard]] decoded base32_decode(std::string_view text, std::uint8_t* out, std::size_t cap) noexcept;
[[nodiscard]] decoded hex_decode(std::string_view text, std::uint8_t* out, std::size_t cap) noexcept;

/// Characters that `len` bytes become without padding; needs len <= SIZE_MAX / 8.
[[nodiscard]] constexpr std::size_t base32_len(std::size_t len) noexcept
{
    return (len * 8 + 4) / 5;
}

/// Writes base32_len(len) upper-case characters without padding, the form that otpauth URIs carry.
void base32_encode(const std::uint8_t* bytes, std::size_t len, char* out) noexcept;

}  // namespace counterseal::core
