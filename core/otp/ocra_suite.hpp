// SPDX-License-Identifier: Apache-2.0
// The text that says how an OCRA code is made (RFC 6287 section 6). It is public, and part of what is hashed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/status.hpp"
#include "core/hmac/hash.hpp"

namespace counterseal::core {

/// What a challenge is made of (RFC 6287 section 6.3). The numbers are those of the C ABI.
enum class ocra_question : std::uint32_t { numeric = 1, alphanumeric = 2, hexadecimal = 3 };

inline constexpr std::uint32_t min_question_len = 4;
inline constexpr std::uint32_t max_question_len = 64;
inline constexpr std::uint32_t max_session_len = 512;
inline constexpr std::uint32_t default_session_len = 64;  // what S without a number means
inline constexpr std::size_t max_ocra_suite_len =
    std::string_view("OCRA-1:HOTP-SHA512-10:C-QN64-PSHA512-S512-T59M").size();

struct ocra_suite {
    char text[max_ocra_suite_len];
    std::size_t text_len;
    hash_id algorithm;
    std::uint32_t digits;  // 4 to 10
    bool has_counter;
    ocra_question question;
    std::uint32_t question_len;  // the longest challenge of one party
    bool has_pin;
    hash_id pin_algorithm;
    std::uint32_t session_len;  // 0: none
    std::uint32_t time_step_s;  // 0: none
};

struct ocra_suite_fault {
    status code;
    std::size_t index;  // the first character of what is wrong; text.size() where the text ends too early
    const char* rule;   // nullptr when all is well
};

/// Reads "OCRA-1:HOTP-<hash>-<digits>:[C-]Q<A, N or H><04 to 64>[-P<hash>][-S[001 to 512]][-T<1 to 59>S, M or <1 to
/// 48>H]" and nothing else: upper case, this order, no blanks, no other zeros in front. e_unsupported for what the RFC
/// or its successor may mean and this code does not make: another version or hash, 0 digits (no truncation: nobody
/// types that), steps of 0 hours (there is no such step). Everything else is e_argument.
[[nodiscard]] ocra_suite_fault parse_ocra_suite(std::string_view text, ocra_suite& out) noexcept;

}  // namespace counterseal::core
