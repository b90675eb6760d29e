// SPDX-License-Identifier: Apache-2.0
// Names and numbers against capi/status.def, which is read when the test runs, and against the macros of the C ABI.
#include "core/base/status.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "counterseal/status.h"

namespace counterseal::core {
namespace {

struct entry {
    std::string name;
    std::string meaning;
};

std::vector<std::string> lines_of(const std::string& path)
{
    std::ifstream file(std::string(COUNTERSEAL_SOURCE_DIR "/") + path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::vector<std::string> definition_lines()
{
    std::vector<std::string> lines = lines_of("capi/status.def");
    std::erase_if(lines, [](const std::string& line) { return !line.starts_with("CSEAL_STATUS("); });
    return lines;
}

/// status.def by number. Empty if it cannot be read.
std::map<std::int32_t, entry> definitions()
{
    std::map<std::int32_t, entry> found;
    for (const std::string& line : definition_lines()) {
        char name[64];
        char meaning[200];
        int number = 0;
        int retryable = 0;
        if (std::sscanf(line.c_str(), "CSEAL_STATUS(%63[A-Z_0-9], %d, %d, \"%199[^\"]\")", name, &number, &retryable,
                        meaning) == 4) {
            found[number] = {name, meaning};
        }
    }
    return found;
}

TEST(status, definitions_are_read)
{
    EXPECT_GE(definition_lines().size(), 28U);
    EXPECT_EQ(definitions().size(), definition_lines().size())
        << "a line was not understood, or a number is there twice";
}

TEST(status, every_number_has_its_name_and_meaning)
{
    for (const auto& [number, expected] : definitions()) {
        ASSERT_NE(name_of(number), nullptr) << number;
        EXPECT_EQ(name_of(number), expected.name);
        ASSERT_NE(meaning_of(number), nullptr) << number;
        EXPECT_EQ(meaning_of(number), expected.meaning);
    }
}

TEST(status, no_other_number_has_a_name)
{
    const auto defined = definitions();
    const auto expect_nothing = [](std::int32_t number) {
        EXPECT_EQ(name_of(number), nullptr) << number;
        EXPECT_EQ(meaning_of(number), nullptr) << number;
    };
    for (std::int32_t number = -1000; number <= 1000; ++number) {
        if (!defined.contains(number)) {
            expect_nothing(number);
        }
    }
    expect_nothing(std::numeric_limits<std::int32_t>::min());
    expect_nothing(std::numeric_limits<std::int32_t>::max());
    expect_nothing(256);  // would be OK as a byte
}

TEST(status, numbers_fit_a_row_and_say_what_they_are)
{
    std::set<std::string> names;
    for (const auto& [number, expected] : definitions()) {
        EXPECT_GE(number, -128) << expected.name;
        EXPECT_LE(number, 127) << expected.name;
        EXPECT_EQ(number < 0, expected.name.starts_with("E_")) << expected.name;
        EXPECT_TRUE(names.insert(expected.name).second) << expected.name << " is there twice";
        EXPECT_FALSE(expected.meaning.empty()) << expected.name;
    }
    EXPECT_EQ(definitions()[0].name, "OK");
}

TEST(status, enumerators_are_the_definitions)
{
    std::map<std::int32_t, std::string> found;
    for (const std::string& line : lines_of("core/base/status.hpp")) {
        char lower[64];
        int number = 0;
        if (std::sscanf(line.c_str(), "    %63[a-z_0-9] = %d,", lower, &number) == 2) {
            std::string name = lower;
            std::ranges::transform(name, name.begin(),
                                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
            found[number] = name;
        }
    }
    std::map<std::int32_t, std::string> expected;
    for (const auto& [number, defined] : definitions()) {
        expected[number] = defined.name;
    }
    EXPECT_EQ(found, expected);
}

TEST(status, macros_of_the_c_abi_are_the_definitions)
{
#define CSEAL_STATUS(name, number, retryable, meaning)                              \
    EXPECT_EQ(CSEAL_##name, number);                                                \
    static_assert(CSEAL_##name == (number) && ((retryable) == 0 || (number) != 0)); \
    EXPECT_STREQ(name_of(CSEAL_##name), #name);                                     \
    EXPECT_STREQ(meaning_of(CSEAL_##name), meaning);
#include "capi/status.def"
#undef CSEAL_STATUS
}

TEST(status, published_numbers_never_change)
{
    EXPECT_EQ(static_cast<int>(status::ok), 0);
    EXPECT_EQ(static_cast<int>(status::wrong), 1);
    EXPECT_EQ(static_cast<int>(status::replayed), 2);
    EXPECT_EQ(static_cast<int>(status::malformed), 3);
    EXPECT_EQ(static_cast<int>(status::e_argument), -1);
    EXPECT_EQ(static_cast<int>(status::e_range), -2);
    EXPECT_EQ(static_cast<int>(status::e_capacity), -3);
    EXPECT_EQ(static_cast<int>(status::e_time), -4);
    EXPECT_EQ(static_cast<int>(status::e_unsupported), -7);
    EXPECT_EQ(static_cast<int>(status::e_encoding), -14);
    EXPECT_EQ(static_cast<int>(status::e_not_evaluated), -128);
    EXPECT_EQ(number(status::ok), 0U);
    EXPECT_EQ(number(status::malformed), 3U);
}

}  // namespace
}  // namespace counterseal::core
