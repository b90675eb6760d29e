// SPDX-License-Identifier: Apache-2.0
// Text of others, before it is shown: always UTF-8, and for a terminal nothing that the terminal would obey.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace counterseal::cli {

inline constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

/// The length of the UTF-8 sequence that `text` starts with (RFC 3629 section 4); 0 where it is none.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text) noexcept;

/// Calls with each character; what is no UTF-8 becomes U+FFFD.
template <class Call>
void for_each_character(std::string_view text, Call call)
{
    while (!text.empty()) {
        const std::size_t len = utf8_sequence(text);
        call(len == 0 ? replacement : text.substr(0, len));
        text.remove_prefix(len == 0 ? 1 : len);
    }
}

/// Without control characters (C0, C1) and without the marks that reorder text (U+202A to U+202E, U+2066 to U+2069):
/// the name in a seed file is chosen by others.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace counterseal::cli
