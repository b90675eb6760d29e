// SPDX-License-Identifier: Apache-2.0
// Lines and columns of bytes, counted alike in every format: a line feed ends a line, and columns are bytes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "core/enroll/problem.hpp"

namespace counterseal::core {

/// Tells places of one text. Each byte is looked at once while they are asked for in order, so that a file with many
/// entries is not read again from its start for each.
class place_counter {
public:
    explicit place_counter(std::string_view text) noexcept : text_{text} {}

    /// Sets line and column where the byte is known.
    void place(problem& at) noexcept
    {
        if (at.byte == problem::nowhere) {
            return;
        }
        const std::uint64_t to = std::min<std::uint64_t>(at.byte, text_.size());
        if (to < at_) {
            *this = place_counter(text_);
        }
        for (; at_ < to; ++at_) {
            if (text_[at_] == '\n') {
                ++line_;
                line_start_ = at_ + 1;
            }
        }
        at.line = line_;
        at.column = static_cast<std::uint32_t>(to - line_start_ + 1);
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_start_ = 0;
    std::uint32_t line_ = 1;
};

}  // namespace counterseal::core
