// SPDX-License-Identifier: Apache-2.0
// The one division of the pure core.
#pragma once

#include <cstdint>

namespace counterseal::core {

/// floor(seconds / period_s), the time step of RFC 6238 section 4.2. Both operands are public: the clock and a setting.
/// It stands alone in its object file, the only one in which the division scan allows a division instruction.
[[nodiscard]] std::uint64_t time_step(std::uint64_t seconds, std::uint32_t period_s) noexcept;

}  // namespace counterseal::core
