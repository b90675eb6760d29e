// SPDX-License-Identifier: Apache-2.0 The text of a recovery code: sixteen of 32 characters that do not look alike
// (Crockford's base 32), in groups of four.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/ct/mask.hpp"
#include "core/enroll/secure.hpp"

namespace counterseal::core {

inline constexpr std::size_t recovery_code_len = 16;  // characters of 5 bits
inline constexpr std::size_t recovery_text_len = 19;  // ABCD-EFGH-JKMN-PQRS

struct typed_recovery_code {
    std::array<char, recovery_code_len> characters{};  // as they are shown; meaningless unless well_formed
    mask well_formed;
};

/// Reads what was typed: case does not matter, blanks and hyphens may stand anywhere, O is 0, I and L are 1. CT: the
/// length, and which characters are none of a code, may leak; the code does not.
[[nodiscard]] typed_recovery_code read_recovery_code(std::string_view text) noexcept;

/// The text of sixteen numbers of 5 bits; the other bits are ignored. CT: leaks nothing.
[[nodiscard]] secure_text write_recovery_code(std::span<const std::uint8_t, recovery_code_len> numbers);

}  // namespace counterseal::core
