// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=128
// Hex (RFC 4648 section 8).
#include "tests/fuzz/support/decoder.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static_cast<void>(decoded(cseal_hex_decode, test::hex_text, text_of(data, size)));

    // Any bytes come back from their text.
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += test::hex_text.alphabet[data[i] >> 4];
        text += test::hex_text.alphabet[data[i] & 15];
    }
    const auto bytes = decoded(cseal_hex_decode, test::hex_text, text);
    FUZZ_EXPECT(bytes.out == std::vector<std::uint8_t>(data, data + size));
    return 0;
}
