// SPDX-License-Identifier: Apache-2.0
// Known answers: inputs and results that others published.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/hmac/hash.hpp"

namespace counterseal::core {

enum class answer_kind : std::uint8_t {
    mac,     // HMAC of a whole message
    code,    // HOTP of a counter, and TOTP at the time of that step
    rows,    // the same in a bulk kernel
    ocra,    // OCRA of a question
    base32,  // bytes as base32, and back
    hex,     // bytes from hex
    yubico,  // a Yubico OTP
};

/// One answer. No secret: all of it stands in public documents.
struct known_answer {
    answer_kind kind;
    hash_id hash;               // mac, code, rows, ocra
    const char* name;           // tells source and case, for people
    std::string_view key;       // bytes; of yubico in hex
    std::string_view input;     // mac: message; ocra: suite; base32, hex: text; yubico: OTP
    std::string_view second;    // ocra: question; yubico: private identifier in hex
    std::uint64_t counter;      // code, rows, ocra
    std::string_view expected;  // mac: hex; code, rows, ocra: digits; base32, hex: bytes; yubico: counter.session_use
};

/// All of them. Names differ.
[[nodiscard]] std::span<const known_answer> known_answers() noexcept;

}  // namespace counterseal::core
