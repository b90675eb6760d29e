// SPDX-License-Identifier: Apache-2.0
// Bytes as hex, for tests whose inputs are bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"

namespace counterseal::test {

using octets = std::vector<std::uint8_t>;

inline std::string hex(core::bytes_view bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (const std::uint8_t byte : bytes) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

/// Throws where it is none, which googletest reports as a failure. Spaces are for the eye.
inline octets unhex(std::string_view text)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    octets out;
    bool is_high = true;
    for (const char c : text) {
        const std::size_t value = digits.find(c);
        if (c == ' ') {
            continue;
        }
        if (value == std::string_view::npos) {
            throw std::runtime_error("no hex: " + std::string(text));
        }
        if (is_high) {
            out.push_back(static_cast<std::uint8_t>(value << 4));
        } else {
            out.back() = static_cast<std::uint8_t>(out.back() | value);
        }
        is_high = !is_high;
    }
    if (!is_high) {
        throw std::runtime_error("half a byte: " + std::string(text));
    }
    return out;
}

inline octets joined(std::initializer_list<core::bytes_view> pieces)
{
    octets out;
    for (const core::bytes_view piece : pieces) {
        out.insert(out.end(), piece.begin(), piece.end());
    }
    return out;
}

inline octets octets_of(std::string_view text)
{
    return {text.begin(), text.end()};
}

}  // namespace counterseal::test
