// SPDX-License-Identifier: Apache-2.0
// What base32 and hex text means, by a table and a list of bits: slow, plain, and nothing like codec.cpp.
#pragma once

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace counterseal::test {

struct text_code {
    std::string alphabet;  // upper case, in the order of the values
    std::size_t bits;      // of a character
    bool padding;
};

inline const text_code base32_text{"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, true};
inline const text_code hex_text{"0123456789ABCDEF", 4, false};

inline const std::string blanks = " \t\n\v\f\r";

struct expected_bytes {
    bool valid = false;
    std::size_t error_index = 0;
    std::vector<std::uint8_t> bytes{};
};

inline expected_bytes read_slowly(const text_code& code, std::string_view text)
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

}  // namespace counterseal::test
