// SPDX-License-Identifier: Apache-2.0
// What a person typed, as a number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/ct/mask.hpp"

namespace counterseal::core {

struct typed_code {
    std::uint64_t value = 0;  // of the digits; meaningless unless well_formed
    mask well_formed;
};

/// Reads a code of `digits` decimal digits. Outer ASCII blanks are dropped, and so are single blanks or hyphens between
/// digits; any other character, and any other number of digits, is not well formed (RFC 4226 section 5.3: a code is a
/// fixed-length string). CT: the length and which characters are no digits may leak; the digits do not.
[[nodiscard]] typed_code read_code(std::string_view text, std::uint32_t digits) noexcept;

}  // namespace counterseal::core
