// SPDX-License-Identifier: Apache-2.0
// The codes of a batch as numbers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/bulk/batch.hpp"

namespace counterseal::core {

/// Matches no code: truncated values have 31 bits.
inline constexpr std::uint32_t no_code = 0xffffffff;

/// Writes the codes of the rows first, ..., first + n - 1 to `codes` and wrong or malformed to `statuses`; a malformed
/// code becomes no_code. Text follows the rules of read_code() after the NULs behind it are dropped.
/// CT: shapes may leak, and whether a number has too many digits; digits do not.
void read_codes(const batch& in, std::size_t first, std::size_t n, std::uint32_t digits, std::uint32_t* codes,
                std::int8_t* statuses) noexcept;

}  // namespace counterseal::core
