// SPDX-License-Identifier: Apache-2.0
// What counts as a blank in text that a person typed, whatever the locale.
#pragma once

namespace counterseal::core {

/// Space, tab, line feed, vertical tab, form feed, carriage return. For public characters only: it branches.
[[nodiscard]] constexpr bool is_blank(char c) noexcept
{
    return c == ' ' || ('\t' <= c && c <= '\r');
}

}  // namespace counterseal::core
