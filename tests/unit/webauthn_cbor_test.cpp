// SPDX-License-Identifier: Apache-2.0
// The CTAP2 canonical form of CBOR: what is read, and that everything beside it is refused.
#include "core/webauthn/cbor.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/support/hex_bytes.hpp"

namespace counterseal::core {
namespace {

using test::hex;
using test::octets;
using test::unhex;

bool is_read(std::string_view text)
{
    return cbor_value::read(unhex(text)).has_value();
}

std::optional<std::int64_t> integer(std::string_view text)
{
    const octets bytes = unhex(text);
    const auto value = cbor_value::read(bytes);
    return value ? value->integer() : std::nullopt;
}

TEST(Cbor, IntegersOfEveryLength)
{
    EXPECT_EQ(integer("00"), 0);
    EXPECT_EQ(integer("17"), 23);
    EXPECT_EQ(integer("1818"), 24);
    EXPECT_EQ(integer("190100"), 256);
    EXPECT_EQ(integer("1a00010000"), 65536);
    EXPECT_EQ(integer("1b0000000100000000"), 4294967296);
    EXPECT_EQ(integer("1b7fffffffffffffff"), INT64_MAX);
    EXPECT_EQ(integer("20"), -1);
    EXPECT_EQ(integer("26"), -7);
    EXPECT_EQ(integer("390100"), -257);
    EXPECT_EQ(integer("3b7fffffffffffffff"), INT64_MIN);
    EXPECT_TRUE(is_read("1b8000000000000000"));
    EXPECT_EQ(integer("1b8000000000000000"), std::nullopt) << "more than an int64_t holds";
    EXPECT_EQ(integer("3b8000000000000000"), std::nullopt);
}

TEST(Cbor, LongerFormsThanNeededAreRefused)
{
    for (const char* text : {"1817", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3800", "5801aa", "590001aa",
                             "780161", "980101", "b8010101", "f800", "f814"}) {
        EXPECT_FALSE(is_read(text)) << text;
    }
}

TEST(Cbor, IndefiniteLengthsTagsFloatsAndOtherSimpleValuesAreRefused)
{
    for (const char* text : {"9f01ff", "5f41aaff", "7f6161ff", "bf0101ff", "ff", "c001", "d8184101", "f90000",
                             "fa00000000", "fb0000000000000000", "f7", "e0", "f3", "fc", "1c", "1d", "1e", "3f"}) {
        EXPECT_FALSE(is_read(text)) << text;
    }
}

TEST(Cbor, MapKeysAreSortedOnceEachAndIntegersOrText)
{
    EXPECT_TRUE(is_read("a2010203 26"));
    EXPECT_TRUE(is_read("a4 0100 1818 00 2000 616100")) << "positive, longer positive, negative, text";
    EXPECT_TRUE(is_read("a2 617a00 626161 00")) << "a shorter text sorts first whatever it says";
    EXPECT_FALSE(is_read("a2 626161 00 617a00"));
    EXPECT_FALSE(is_read("a2 0300 0100"));
    EXPECT_FALSE(is_read("a2 2000 0100")) << "a negative number before a positive one";
    EXPECT_FALSE(is_read("a2 616100 2000")) << "text before a number";
    EXPECT_FALSE(is_read("a2 0100 0100")) << "one key twice";
    EXPECT_FALSE(is_read("a2 616100 616100"));
    for (const char* key : {"4101", "80", "8101", "a0", "f5", "f6"}) {
        EXPECT_FALSE(is_read(std::string("a1") + key + "00")) << key;
    }
}

TEST(Cbor, TextIsUtf8)
{
    EXPECT_TRUE(is_read("62c3a9"));
    EXPECT_FALSE(is_read("62c328"));
    EXPECT_FALSE(is_read("61ff"));
    EXPECT_FALSE(is_read("a161ff00"));
}

TEST(Cbor, NestingEndsAtFive)
{
    EXPECT_TRUE(is_read("818181818100"));
    EXPECT_FALSE(is_read("81818181818100"));
    EXPECT_TRUE(is_read("a101a101a101a101a10100"));
    EXPECT_FALSE(is_read("a101a101a101a101a101a10100"));
    EXPECT_FALSE(cbor_value::read(octets(100000, 0x81)));
    EXPECT_FALSE(cbor_value::read(octets(100000, 0xa1)));
}

TEST(Cbor, DeclaredLengthsThatTheInputCannotHold)
{
    for (const char* text :
         {"5bffffffffffffffff", "7b7fffffffffffffff61", "9bffffffffffffffff00", "bbffffffffffffffff00", "5affffffff00",
          "9affffffff", "9b0203366bfffbde1856bfffff", "b900020102", "8201", "a101", "a2010203", "42aa", "18", "19ff"}) {
        EXPECT_FALSE(is_read(text)) << text;
    }
    EXPECT_FALSE(cbor_value::read({}));
    EXPECT_FALSE(cbor_value::read_first({}));
}

TEST(Cbor, BytesBehindTheItemAreRefusedOrLeft)
{
    const octets input = unhex("a10102 00");
    EXPECT_FALSE(cbor_value::read(input));
    const auto first = cbor_value::read_first(input);
    ASSERT_TRUE(first);
    EXPECT_EQ(hex(first->whole()), "a10102");
    EXPECT_EQ(first->whole().data(), input.data()) << "a view of the input, not a copy";
}

TEST(Cbor, MembersAreViews)
{
    const octets input = unhex("a4 01 8241aa20 03 f5 2001 63666d74 646e6f6e65");
    const auto map = cbor_value::read(input);
    ASSERT_TRUE(map);
    EXPECT_EQ(map->type(), cbor_type::map);
    EXPECT_EQ(map->size(), 4U);
    const auto list = map->find(1);
    ASSERT_TRUE(list);
    EXPECT_EQ(list->size(), 2U);
    EXPECT_EQ(hex(list->element(0).bytes().value()), "aa");
    EXPECT_EQ(list->element(1).integer(), -1);
    EXPECT_EQ(map->find(3)->boolean(), true);
    EXPECT_EQ(map->find(-1)->integer(), 1);
    EXPECT_EQ(map->find("fmt")->text(), "none");
    EXPECT_EQ(map->pair(3).key.text(), "fmt");
    EXPECT_EQ(map->pair(1).value.boolean(), true);
    EXPECT_FALSE(map->find(2));
    EXPECT_FALSE(map->find("fm"));
    EXPECT_FALSE(list->find(1)) << "an array has no names";
}

TEST(Cbor, OneTypeIsNotTakenForAnother)
{
    const octets number = unhex("01");
    const auto value = cbor_value::read(number);
    ASSERT_TRUE(value);
    EXPECT_FALSE(value->bytes());
    EXPECT_FALSE(value->text());
    EXPECT_FALSE(value->boolean()) << "true is no 1, and 1 is not true";
    EXPECT_EQ(value->size(), 0U);
    for (const char* text : {"f4", "f5", "f6", "4101", "6101", "80", "a0"}) {
        EXPECT_EQ(integer(text), std::nullopt) << text;
    }
    const octets null = unhex("f6");
    EXPECT_FALSE(cbor_value::read(null)->boolean());
}

/// Visits everything, so that a sanitizer sees each view.
std::size_t visit(const cbor_value& value)
{
    std::size_t sum = value.whole().size() + value.integer().has_value() + value.boolean().has_value();
    for (const std::uint8_t byte : value.bytes().value_or(bytes_view())) {
        sum += byte;
    }
    sum += value.text().value_or("").size();
    for (std::size_t i = 0; i < value.size(); ++i) {
        sum += value.type() == cbor_type::array ? visit(value.element(i)) : visit(value.pair(i).value);
    }
    return sum;
}

TEST(Cbor, EveryCutAndEveryChangedByteIsSurvived)
{
    const octets good =
        unhex("a5 01 02 03 26 20 83 f5 f6 4301aabb 63666d74 a1 646e616d65 62c3a9 68617574684461746144 01020304");
    ASSERT_TRUE(cbor_value::read(good));
    for (std::size_t len = 0; len < good.size(); ++len) {
        const octets cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(len));
        EXPECT_FALSE(cbor_value::read(cut)) << len;
    }
    std::size_t n_read = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            octets changed = good;
            changed[at] = static_cast<std::uint8_t>(byte);
            if (const auto value = cbor_value::read(changed)) {
                EXPECT_GT(visit(*value), 0U);
                ++n_read;
            }
        }
    }
    EXPECT_GT(n_read, good.size());
}

TEST(Cbor, RandomBytesAreSurvived)
{
    std::mt19937 random(8);
    std::uniform_int_distribution<int> byte(0, 255);
    std::size_t n_read = 0;
    for (int round = 0; round < 20000; ++round) {
        octets input(static_cast<std::size_t>(byte(random)) % 24 + 1);
        for (std::uint8_t& b : input) {
            b = static_cast<std::uint8_t>(byte(random));
        }
        if (const auto value = cbor_value::read_first(input)) {
            n_read += visit(*value) > 0 ? 1U : 0U;
        }
    }
    EXPECT_GT(n_read, 0U);
}

}  // namespace
}  // namespace counterseal::core
