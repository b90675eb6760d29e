// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=64
// A planted bug: a reader of `key:` and ten bytes in base32 reads one byte past its key. Whoever fuzzes and does not
// find this, finds nothing else either: fuzz.py is red then.
#include "tests/fuzz/support/fuzz.hpp"

namespace {

bool starts_with_key(std::string_view text)
{
    constexpr std::string_view prefix = "key:";
    for (std::size_t i = 0; i < prefix.size(); ++i) {
        // Byte by byte, so that each right one is progress that the fuzzer sees.
        if (i == text.size() || text[i] != prefix[i]) {
            return false;
        }
    }
    return true;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = counterseal::fuzz::text_of(data, size);
    if (!starts_with_key(text)) {
        return 0;
    }
    std::vector<std::uint8_t> key(10);
    std::size_t len = 0;
    const cseal_status status = cseal_base32_decode(text.data() + 4, text.size() - 4, key.data(), 10, &len, nullptr);
    if (status == CSEAL_OK && len == 10) {
        const volatile std::uint8_t past = key.data()[len];  // the bug
        static_cast<void>(past);
    }
    return 0;
}
