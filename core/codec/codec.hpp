// SPDX-License-Identifier: Apache-2.0
// Secrets as text: base32 (RFC 4648 section 6), base64 (sections 4 and 5), hex (section 8) and modhex (YubiKeys), in
// constant time.
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

// Decoding is lenient where that cannot change the key: ASCII blanks are skipped, case does not matter, and padding
// may be short, long or absent. Everything else is e_encoding. Surplus low bits of the last character
// are no key data and are ignored (RFC 4648 section 3.5 allows both); a group that ends inside a byte is refused.
// Nothing is written unless the status is ok. `text` and `out` must not overlap.
// CT: lengths, and which characters are outside the alphabet, may leak; the secret does not.

[[nodiscard]] decoded base32_decode(std::string_view text, std::uint8_t* out, std::size_t cap) noexcept;
/// Both alphabets of base64, also mixed: which one a text was written in is often lost on its way.
[[nodiscard]] decoded base64_decode(std::string_view text, std::uint8_t* out, std::size_t cap) noexcept;
[[nodiscard]] decoded hex_decode(std::string_view text, std::uint8_t* out, std::size_t cap) noexcept;

/// Modhex: hex in the letters cbdefghijklnrtuv, which most keyboard layouts have in the same places; what a YubiKey
/// types (modhex(1) of Yubico's libyubikey).
[[nodiscard]] decoded modhex_decode(std::string_view text, std::uint8_t* out, std::size_t cap) noexcept;

/// The character without its secret: 'C' for every letter of modhex, others as they are.
[[nodiscard]] char modhex_shape(char c) noexcept;

/// What base32_repair() did, as bits. The numbers are those of the C ABI.
namespace base32_repairs {
inline constexpr std::uint32_t hyphens = 1;     // '-' was dropped
inline constexpr std::uint32_t zero_as_o = 2;   // '0' was read as O
inline constexpr std::uint32_t eight_as_b = 4;  // '8' was read as B
}  // namespace base32_repairs

struct repaired {
    std::size_t len;  // characters written, at most text.size()
    std::uint32_t repairs;
};

/// Copies base32 text with the slips of a hand mended that have one reading only: hyphens, and the look-alikes 0 and 8.
/// 1 may be I or L and 9 looks like nothing, so they stay for base32_decode() to refuse. `out` has text.size() bytes.
/// CT: the length, and which characters are outside the alphabet, may leak; the secret does not.
[[nodiscard]] repaired base32_repair(std::string_view text, char* out) noexcept;

/// Characters that `len` bytes become without padding; needs len <= SIZE_MAX / 8.
[[nodiscard]] constexpr std::size_t base32_len(std::size_t len) noexcept
{
    return (len * 8 + 4) / 5;
}

/// Writes base32_len(len) upper-case characters without padding, the form that otpauth URIs carry.
void base32_encode(const std::uint8_t* bytes, std::size_t len, char* out) noexcept;

/// Characters that `len` bytes become with padding; needs len <= SIZE_MAX / 2.
[[nodiscard]] constexpr std::size_t base64_len(std::size_t len) noexcept
{
    return (len + 2) / 3 * 4;
}

/// Writes base64_len(len) characters of the standard alphabet, padded.
void base64_encode(const std::uint8_t* bytes, std::size_t len, char* out) noexcept;

}  // namespace counterseal::core
