// SPDX-License-Identifier: Apache-2.0
// A seed: one shared secret with everything a phone or a verifier has to know beside it. What URIs, migration codes and
// seed files are read into and written from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/enroll/problem.hpp"
#include "core/enroll/secure.hpp"
#include "core/hmac/hash.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

// The numbers of the three enums are those of the C ABI.
enum class seed_kind : std::uint32_t { totp = 1, hotp = 2, ocra = 3, yubico = 4 };

enum class seed_text : std::uint32_t {
    issuer = 1,        // who runs the login
    account = 2,       // who logs in
    label_prefix = 3,  // what stood before the colon of an otpauth label, where it is not the issuer
    user = 4,          // whom a seed file assigns the token to (the UPN of an Entra CSV)
    serial = 5,
    manufacturer = 6,
    model = 7,
    suite = 8,      // of OCRA
    public_id = 9,  // of a Yubico OTP (modhex), or the token identifier of a YubiKey's OATH-HOTP slot
    key_id = 10,    // PSKC Key@Id
};
inline constexpr std::size_t n_seed_texts = 10;

enum class seed_secret : std::uint32_t {
    key = 1,         // of the HMAC; of AES for a Yubico OTP
    private_id = 2,  // of a Yubico OTP
};

struct seed {
    seed_kind kind = seed_kind::totp;
    hash_id algorithm = hash_id::sha1;
    code_encoder encoder = code_encoder::decimal;
    std::uint32_t digits = 6;  // 0 where the encoder or the suite decides
    std::uint32_t period_s = 30;
    std::uint64_t t0_s = 0;
    std::uint64_t counter = 0;  // the next one expected (HOTP, OCRA)
    secure_bytes key;
    secure_bytes private_id;
    std::array<std::string, n_seed_texts> texts;
    std::vector<std::string> notices;  // what was unusual or repaired when it was read

    [[nodiscard]] std::string& text(seed_text which) noexcept { return texts[static_cast<std::size_t>(which) - 1]; }
    [[nodiscard]] const std::string& text(seed_text which) const noexcept
    {
        return texts[static_cast<std::size_t>(which) - 1];
    }
};

/// The longest key and the longest text that a seed takes, in bytes: more is no secret of a person's factor.
inline constexpr std::size_t max_key_len = 1024;
inline constexpr std::size_t max_text_len = 1024;

/// The rule that the key or a number breaks, as a sentence that starts with the argument's name; code ok where none is.
[[nodiscard]] problem check_numbers(const seed& of);

/// The same for a whole seed, with what its kind needs beside the numbers.
[[nodiscard]] problem check(const seed& of);

/// Whether a text may stand in a seed: UTF-8 without control characters, at most max_text_len bytes.
[[nodiscard]] bool is_plain_text(std::string_view text) noexcept;

/// What was noticed when the seed was read, then what is unusual about it for the apps that people have. One sentence
/// each.
[[nodiscard]] std::vector<std::string> warnings(const seed& of);

}  // namespace counterseal::core
