// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=128
// Base64 (RFC 4648 sections 4 and 5) as migration URIs carry it. No C function has it by itself, so this target calls
// the core.
#include <algorithm>
#include <cstring>
#include <string>

#include "core/codec/codec.hpp"
#include "tests/fuzz/support/fuzz.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

answer<std::uint8_t> read(std::string_view text, std::size_t& error_index)
{
    return ask<std::uint8_t>([&](std::uint8_t* out, std::size_t cap, std::size_t* len) {
        const core::decoded result = core::base64_decode(text, out, cap);
        *len = result.len;
        error_index = result.error_index;
        if (result.code != core::status::ok && cap != 0) {
            // The core leaves its output alone on errors; the C ABI zeroes it.
            FUZZ_EXPECT(std::all_of(out, out + cap, [](std::uint8_t byte) { return byte == 0xa5; }));
            std::memset(out, 0, cap);
        } else if (cap > result.len) {
            FUZZ_EXPECT(std::all_of(out + result.len, out + cap, [](std::uint8_t byte) { return byte == 0xa5; }));
            std::memset(out + result.len, 0, cap - result.len);
        }
        return static_cast<cseal_status>(result.code);
    });
}

/// Any bytes come back from their text, in either alphabet, with padding or without.
void write_and_read(const std::uint8_t* data, std::size_t size)
{
    std::string text(core::base64_len(size), '\0');
    core::base64_encode(data, size, text.data());
    const std::vector<std::uint8_t> bytes(data, data + size);
    std::size_t error_index = 0;
    FUZZ_EXPECT(text.size() % 4 == 0);
    FUZZ_EXPECT(read(text, error_index).out == bytes);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    FUZZ_EXPECT(read(text, error_index).out == bytes);
    FUZZ_EXPECT(read(text.substr(0, text.find('=')), error_index).out == bytes);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = text_of(data, size);
    std::size_t error_index = 0;
    const auto bytes = read(text, error_index);
    FUZZ_EXPECT(bytes.status == CSEAL_OK || bytes.status == CSEAL_E_ENCODING);
    FUZZ_EXPECT(bytes.status == CSEAL_OK ? error_index == size : error_index <= size);
    if (error_index < size) {
        // What stands before the fault has none, unless it ends inside a byte.
        std::size_t before = 0;
        const auto start = read(text.substr(0, error_index), before);
        FUZZ_EXPECT(start.status == CSEAL_OK || before == error_index);
    }
    write_and_read(data, size);
    return 0;
}
