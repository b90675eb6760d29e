// SPDX-License-Identifier: Apache-2.0
// What each call of a decoder has to keep to, whatever the text.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/codec/codec.hpp"
#include "tests/unit/support/slow_codec.hpp"
#include "tests/unit/support/status_text.hpp"

namespace counterseal::test {

struct code_of_text : text_code {
    core::decoded (*decode)(std::string_view, std::uint8_t*, std::size_t) noexcept;
};

inline const code_of_text base32{base32_text, core::base32_decode};
inline const code_of_text hex{hex_text, core::hex_decode};

/// Decodes into a buffer of `cap` bytes and looks at all that was, and was not, written.
inline void expect_decoded(const code_of_text& code, std::string_view text, std::size_t cap)
{
    SCOPED_TRACE(testing::PrintToString(std::string(text)) + " into " + std::to_string(cap));
    constexpr std::size_t guard = 8;
    const expected_bytes expected = read_slowly(code, text);
    std::vector<std::uint8_t> memory(cap + guard, 0xa5);
    const core::decoded result = code.decode(text, memory.data(), cap);
    std::size_t n_written = 0;
    if (!expected.valid) {
        EXPECT_EQ(result.code, core::status::e_encoding);
        EXPECT_EQ(result.len, 0U);
        EXPECT_EQ(result.error_index, expected.error_index);
    } else if (expected.bytes.size() > cap) {
        EXPECT_EQ(result.code, core::status::e_capacity);
        EXPECT_EQ(result.len, expected.bytes.size()) << "the length that is needed";
        EXPECT_EQ(result.error_index, text.size());
    } else {
        EXPECT_EQ(result.code, core::status::ok);
        ASSERT_EQ(result.len, expected.bytes.size());
        EXPECT_EQ(result.error_index, text.size());
        EXPECT_EQ(std::vector<std::uint8_t>(memory.begin(), memory.begin() + static_cast<std::ptrdiff_t>(result.len)),
                  expected.bytes);
        n_written = result.len;
    }
    for (std::size_t i = n_written; i < memory.size(); ++i) {
        ASSERT_EQ(memory[i], 0xa5) << "byte " << i << " was written";
    }
}

/// With room to spare, with just enough, and with every capacity that is too small.
inline void expect_decoded(const code_of_text& code, std::string_view text)
{
    const std::size_t needed = read_slowly(code, text).bytes.size();
    for (std::size_t cap = 0; cap <= needed; ++cap) {
        expect_decoded(code, text, cap);
    }
    expect_decoded(code, text, text.size());
}

}  // namespace counterseal::test
