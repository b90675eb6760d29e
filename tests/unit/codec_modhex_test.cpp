// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/codec/codec.hpp"
#include "tests/unit/support/codec_oracle.hpp"
#include "tests/unit/support/random.hpp"

namespace counterseal::test {
namespace {

const code_of_text modhex{"CBDEFGHIJKLNRTUV", 4, false, core::modhex_decode};

TEST(codec_modhex, every_byte_value_at_every_place)
{
    for (const std::string text : {"cc", "cbdefghijklnrtuv", "CBDEFGHIJKLNRTUV", "dT eF", "vvv", "c"}) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string changed = text;
                changed[at] = static_cast<char>(byte);
                expect_decoded(modhex, changed, changed.size());
            }
        }
    }
}

TEST(codec_modhex, every_length_and_capacity)
{
    for (std::size_t n = 0; n <= 70; ++n) {
        expect_decoded(modhex, std::string(n, 'n'));
    }
    expect_decoded(modhex, blanks);
}

TEST(codec_modhex, any_text_at_random)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (int i = 0; i < 4000 && !testing::Test::HasFailure(); ++i) {
        const std::string likely = modhex.alphabet + "cbdefghijklnrtuv \t\n";
        expect_decoded(modhex,
                       random.text(random.below(24), random.below(3) == 0 ? likely + "amMA0=\x80\xff" : likely));
    }
}

TEST(codec_modhex, shape)
{
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool letter =
            byte < 128 && modhex.alphabet.find(static_cast<char>(std::toupper(byte))) != std::string::npos;
        EXPECT_EQ(core::modhex_shape(c), letter ? 'C' : c) << byte;
    }
}

}  // namespace
}  // namespace counterseal::test
