// SPDX-License-Identifier: Apache-2.0
// What hosts may call groups, paths, actions and methods.
#pragma once

#include <algorithm>
#include <string_view>

#include "core/enroll/utf8.hpp"

namespace counterseal::core {

inline constexpr std::size_t longest_name = 255;

/// UTF-8 without control characters, not empty, at most longest_name bytes.
[[nodiscard]] inline bool is_plain_name(std::string_view text) noexcept
{
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return !text.empty() && text.size() <= longest_name && std::ranges::none_of(text, is_control) && is_utf8(text);
}

}  // namespace counterseal::core
