// SPDX-License-Identifier: Apache-2.0
// Public bytes as small hexadecimal digits.
#pragma once

#include <string>

#include "core/base/bytes.hpp"

namespace counterseal::core {

[[nodiscard]] inline std::string to_hex(bytes_view bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

}  // namespace counterseal::core
