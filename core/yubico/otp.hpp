// SPDX-License-Identifier: Apache-2.0
// Yubico OTP: a public identifier and one AES-128 block, all in modhex. The format is that of Yubico's libyubikey
// (yubico-c: ykparse(1), yubikey.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/status.hpp"
#include "core/crypto/crypto.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

inline constexpr std::size_t yubico_key_len = 16;
inline constexpr std::size_t yubico_private_id_len = 6;
inline constexpr std::size_t yubico_block_chars = 2 * aes_block_len;
inline constexpr std::size_t yubico_public_id_max = 32;  // modhex characters

/// One key. All of it must outlive the calls that take it.
struct yubico_factor {
    bytes_view key;
    bytes_view private_id;
    std::string_view public_id;  // modhex in either case, public
};

/// What rises with every OTP: the first with every power-up, the second with every touch since.
struct yubico_use {
    std::int64_t counter = -1;  // -1: never used
    std::int64_t session_use = -1;
};

/// What an OTP holds once it is decrypted.
struct yubico_fields {
    std::uint8_t private_id[yubico_private_id_len];
    std::uint64_t counter;  // 15 bits: the highest one of the field is reserved
    std::uint64_t session_use;
    std::uint64_t timestamp;  // 24 bits of a clock of about 8 Hz that starts anywhere
    std::uint64_t random;
    std::uint64_t crc_residue;
};

/// The residue that a good CRC leaves (ISO/IEC 13239).
inline constexpr std::uint64_t yubico_good_residue = 0xf0b8;

/// The CRC register after these bytes: 0xffff at first, polynomial 0x8408 from the low end. CT: the length may leak.
[[nodiscard]] std::uint64_t crc16(bytes_view bytes) noexcept;

/// CT: no leak.
[[nodiscard]] yubico_fields read_yubico_block(const std::uint8_t (&block)[aes_block_len]) noexcept;

struct yubico_verdict {
    status code;
    yubico_use last;  // on acceptance what to store, else what was given in
};

/// The rule that a call with these breaks.
[[nodiscard]] verdict_on_options check_yubico(std::size_t key_len, std::size_t private_id_len,
                                              std::string_view public_id, const yubico_use& last) noexcept;

/// Checks a typed OTP. Outer blanks are dropped; anything but the public identifier's length and 32 more modhex
/// characters is malformed. The right shape with another public identifier is wrong: it is somebody else's key.
/// Accepted is what decrypts to a good CRC and the private identifier and was used after `last`; what was not is
/// replayed.
/// Returns e_crypto where the provider failed, and what check_yubico() refuses.
/// CT: lengths, the characters that are no modhex, the verdict and `last` may leak; key, private_id and OTP do not, in
/// our code. Every right-shaped OTP takes the same way.
[[nodiscard]] yubico_verdict yubico_verify(const crypto& provider, const yubico_factor& of, std::string_view otp,
                                           const yubico_use& last) noexcept;

struct yubico_text {
    status code;
    std::string_view text;
};

/// The public identifier at the front of a typed OTP, as it was typed: 0 to 32 characters. Returns ok or malformed.
/// CT: as yubico_verify().
[[nodiscard]] yubico_text yubico_public_id(std::string_view otp) noexcept;

}  // namespace counterseal::core
