// SPDX-License-Identifier: Apache-2.0
// How long to wait before a transaction that was in another's way is tried again.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

#include "core/machine/machine.hpp"

namespace counterseal::core {

/// Twice as long each time, of which a random half is left out: two that were in each other's way would else wait the
/// same, and meet again.
class backoff {
public:
    explicit backoff(std::uint64_t seed = static_cast<std::uint64_t>(this_machine().now().time_since_epoch().count()))
        : dice_{static_cast<std::minstd_rand::result_type>(seed)}
    {
    }

    std::chrono::microseconds next()
    {
        std::uniform_int_distribution<std::int64_t> any(longest_us_ / 2, longest_us_);
        longest_us_ *= 2;
        return std::chrono::microseconds(any(dice_));
    }

private:
    std::int64_t longest_us_ = 1000;  // deadlines end the doubling long before it could overflow
    std::minstd_rand dice_;
};

}  // namespace counterseal::core
