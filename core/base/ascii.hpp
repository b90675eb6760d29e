// SPDX-License-Identifier: Apache-2.0
// What counts as a blank in text that a person typed, whatever the locale.
#pragma once

#include <cstddef>
#include <string_view>

namespace counterseal::core {

/// Space, tab, line feed, vertical tab, form feed, carriage return. For public characters only: it branches.
[[nodiscard]] constexpr bool is_blank(char c) noexcept
{
    return c == ' ' || ('\t' <= c && c <= '\r');
}

/// A letter A to Z as its small one, others as they are. For public characters only.
[[nodiscard]] constexpr char lower(char c) noexcept
{
    return 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// For public texts only.
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    bool equal = a.size() == b.size();
    for (std::size_t i = 0; equal && i < a.size(); ++i) {
        equal = lower(a[i]) == lower(b[i]);
    }
    return equal;
}

/// The text without the blanks at its ends. shape_of(c) is the character where it is public, else any that is no blank.
template <class Shape>
[[nodiscard]] std::string_view without_outer_blanks(std::string_view text, Shape shape_of) noexcept
{
    while (!text.empty() && is_blank(shape_of(text.front()))) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(shape_of(text.back()))) {
        text.remove_suffix(1);
    }
    return text;
}

/// The same for text that is public, or outside the constant-time claim.
[[nodiscard]] inline std::string_view without_outer_blanks(std::string_view text) noexcept
{
    return without_outer_blanks(text, [](char c) { return c; });
}

}  // namespace counterseal::core
