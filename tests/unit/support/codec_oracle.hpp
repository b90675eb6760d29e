// SPDX-License-Identifier: Apache-2.0
// What base32 and hex text means, by a table and a list of bits: slow, plain, and nothing like codec.cpp. And what each
// call of a decoder has to keep to, whatever the text.
#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/codec/codec.hpp"
#include "tests/unit/support/status_text.hpp"

namespace counterseal::test {

struct code_of_text {
    std::string alphabet;  // upper case, in the order of the values
    std::size_t bits;      // of a character
    bool padding;
    core::decoded (*decode)(std::string_view, std::uint8_t*, std::size_t) noexcept;
};

inline const code_of_text base32{"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, true, core::base32_decode};
inline const code_of_text hex{"0123456789ABCDEF", 4, false, core::hex_decode};

inline const std::string blanks = " \t\n\v\f\r";

struct expected_bytes {
    bool valid = false;
    std::size_t error_index = 0;
    std::vector<std::uint8_t> bytes{};
};

inline expected_bytes read_slowly(const code_of_text& code, std::string_view text)
{
    std::vector<bool> bits;
    std::size_t n_symbols = 0;
    bool padded = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (blanks.find(text[i]) != std::string::npos) {
            continue;
        }
        if (text[i] == '=' && code.padding && n_symbols > 0) {
            padded = true;
            continue;
        }
        const std::size_t value =
            byte < 128 ? code.alphabet.find(static_cast<char>(std::toupper(byte))) : std::string::npos;
        if (value == std::string::npos || padded) {
            return {false, i};
        }
        ++n_symbols;
        for (std::size_t bit = code.bits; bit-- != 0;) {
            bits.push_back((value >> bit & 1) != 0);
        }
    }
    if (bits.size() % 8 >= code.bits) {
        return {false, text.size()};  // a whole character more than the bytes need: it ends inside a byte
    }
    expected_bytes expected{true, text.size()};
    for (std::size_t at = 0; at + 8 <= bits.size(); at += 8) {
        unsigned byte = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            byte = byte << 1 | (bits[at + i] ? 1U : 0U);
        }
        expected.bytes.push_back(static_cast<std::uint8_t>(byte));
    }
    return expected;
}

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
