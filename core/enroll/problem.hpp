// SPDX-License-Identifier: Apache-2.0
// What is wrong with something that was read, and where.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "core/base/status.hpp"

namespace counterseal::core {

/// Answers about one input. `text` is one sentence for a person; it never holds a secret.
struct problem {
    static constexpr std::uint64_t nowhere = std::numeric_limits<std::uint64_t>::max();

    status code = status::ok;
    std::string text;
    std::uint64_t byte = nowhere;  // offset in the input
    std::uint32_t line = 0;        // from 1; 0: not known
    std::uint32_t column = 0;      // in bytes, from 1; 0: not known
};

}  // namespace counterseal::core
