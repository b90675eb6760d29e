// SPDX-License-Identifier: Apache-2.0
#include "core/otp/step.hpp"

namespace counterseal::core {

std::uint64_t time_step(std::uint64_t seconds, std::uint32_t period_s) noexcept
{
    return seconds / period_s;
}

}  // namespace counterseal::core
