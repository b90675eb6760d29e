// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=128
// Base32 (RFC 4648 section 6): the reader, the mender and the writer.
#include "tests/fuzz/support/decoder.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

answer<std::uint8_t> read(std::string_view text)
{
    return decoded(cseal_base32_decode, test::base32_text, text);
}

/// Any bytes come back from their text, which is short and plain.
void write_and_read(const std::uint8_t* data, std::size_t size)
{
    const auto text = ask<char>(
        [&](char* out, std::size_t cap, std::size_t* len) { return cseal_base32_encode(data, size, out, cap, len); });
    FUZZ_EXPECT(text.status == CSEAL_OK);
    FUZZ_EXPECT(text.out.size() == (size * 8 + 4) / 5);
    FUZZ_EXPECT(text.text().find_first_not_of(test::base32_text.alphabet) == std::string_view::npos);
    FUZZ_EXPECT(read(text.text()).out == std::vector<std::uint8_t>(data, data + size));
}

struct mended {
    answer<char> text;
    std::uint32_t repairs;
};

mended mend(std::string_view text)
{
    std::uint32_t repairs = UINT32_MAX;
    const auto answer = ask<char>([&](char* out, std::size_t cap, std::size_t* len) {
        return cseal_base32_repair(text.data(), text.size(), &repairs, out, cap, len);
    });
    FUZZ_EXPECT(answer.status == CSEAL_OK);
    return {answer, repairs};
}

/// The mender leaves alone what needs no mending, and nothing to mend.
void mend_and_read(std::string_view text, bool valid)
{
    const mended once = mend(text);
    FUZZ_EXPECT((once.repairs == 0) == (once.text.text() == text));
    FUZZ_EXPECT(once.repairs == 0 || !valid);
    FUZZ_EXPECT(once.text.text().find_first_of("-08") == std::string_view::npos);
    FUZZ_EXPECT(mend(once.text.text()).repairs == 0);
    static_cast<void>(read(once.text.text()));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = text_of(data, size);
    const auto key = read(text);
    mend_and_read(text, key.status == CSEAL_OK);
    write_and_read(data, size);
    return 0;
}
