// SPDX-License-Identifier: Apache-2.0
// One entry of something that holds many seeds: what it was read into, or why it could not be.
#pragma once

#include <optional>

#include "core/enroll/problem.hpp"
#include "core/enroll/seed.hpp"

namespace counterseal::core {

struct seed_row {
    std::optional<seed> value;  // nothing: `why` tells
    problem why;                // code ok where there is a value; line and byte also then, where they are known
};

}  // namespace counterseal::core
