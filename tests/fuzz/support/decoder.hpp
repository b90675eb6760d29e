// SPDX-License-Identifier: Apache-2.0
// The decoders of secrets beside a slow one that works by a table.
#pragma once

#include "tests/fuzz/support/fuzz.hpp"
#include "tests/unit/support/slow_codec.hpp"

namespace counterseal::fuzz {

using decoder = decltype(&cseal_base32_decode);

/// The answer of a decoder, after it was held to what the slow reader says.
[[nodiscard]] inline answer<std::uint8_t> decoded(decoder decode, const test::text_code& code, std::string_view text)
{
    std::size_t error_index = SIZE_MAX;
    const auto read = [&](std::uint8_t* out, std::size_t cap, std::size_t* len) {
        return decode(text.data(), text.size(), out, cap, len, &error_index);
    };
    const auto read_without_index = [&](std::uint8_t* out, std::size_t cap, std::size_t* len) {
        return decode(text.data(), text.size(), out, cap, len, nullptr);
    };
    const auto result = ask<std::uint8_t>(read);
    const test::expected_bytes expected = test::read_slowly(code, text);
    FUZZ_EXPECT(result.status == (expected.valid ? CSEAL_OK : CSEAL_E_ENCODING));
    FUZZ_EXPECT(result.out == expected.bytes);
    FUZZ_EXPECT(error_index <= text.size());
    FUZZ_EXPECT(expected.valid || error_index == expected.error_index);
    FUZZ_EXPECT(ask<std::uint8_t>(read_without_index) == result);
    return result;
}

}  // namespace counterseal::fuzz
