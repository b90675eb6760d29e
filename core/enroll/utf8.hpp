// SPDX-License-Identifier: Apache-2.0
// UTF-8 (RFC 3629 section 4), for texts that people wrote.
#pragma once

#include <cstddef>
#include <string_view>

namespace counterseal::core {

/// The length of the UTF-8 sequence that `text` starts with (RFC 3629 section 4); 0 where it is none. `text`
/// must not be empty.
[[nodiscard]] inline std::size_t utf8_sequence(std::string_view text) noexcept
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = at(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t len = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first < 0xc2 || first > 0xf4 || text.size() < len) {
        return 0;
    }
    const unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (at(1) < low || at(1) > high) {
        return 0;
    }
    for (std::size_t i = 2; i < len; ++i) {
        if ((at(i) & 0xc0) != 0x80) {
            return 0;
        }
    }
    return len;
}

[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept
{
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t len = static_cast<unsigned char>(text[i]) < 0x80 ? 1 : utf8_sequence(text.substr(i));
        if (len == 0) {
            return false;
        }
        i += len;
    }
    return true;
}

}  // namespace counterseal::core
