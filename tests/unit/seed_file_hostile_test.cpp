// SPDX-License-Identifier: Apache-2.0
// What seed files may try: to hide lines, to point elsewhere, to make a reader work without end.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/enroll/seed_file.hpp"

namespace counterseal::core {
namespace {

const crypto& provider()
{
    static const std::unique_ptr<const crypto> only = crypto::open("");
    return *only;
}

/// "line:column text" of the rows that cannot be used, or of the file.
std::vector<std::string> faults_of(const std::string& data, seed_format format)
{
    const auto shown = [](const problem& why) {
        return std::to_string(why.line) + ":" + std::to_string(why.column) + " " + why.text;
    };
    problem why;
    const auto got = read_seed_file(provider(), data, format, {}, why);
    if (!got) {
        return {shown(why)};
    }
    std::vector<std::string> faults;
    for (const seed_row& row : got->rows) {
        if (!row.value) {
            faults.push_back(shown(row.why));
        }
    }
    return faults;
}

using texts = std::vector<std::string>;

TEST(seed_file, a_note_hides_no_lines)
{
    const std::string second = "\n2,3132,hotp,6,x\n";
    const texts fault{"2:15 counter must be a number"};
    EXPECT_EQ(faults_of("# the \"first,\"note" + second, seed_format::oath_csv), fault);
    EXPECT_EQ(faults_of("#\"" + second, seed_format::oath_csv), fault);
    EXPECT_EQ(faults_of("\"# a, b\"" + second, seed_format::oath_csv), fault);
    EXPECT_EQ(faults_of("1,3132\n\"# a" + second, seed_format::oath_csv), texts{"2:1 a quoted field is not closed"});
    EXPECT_EQ(faults_of("\"LOGGING START" + second, seed_format::yubico_csv),
              texts{"1:1 a quoted field is not closed"});
    EXPECT_EQ(faults_of("name,login_totp,\"x" + second, seed_format::bitwarden_csv),
              texts{"1:17 a quoted field is not closed"});
    EXPECT_EQ(faults_of("secret key,serial number,\"x" + second, seed_format::entra_csv),
              texts{"1:26 a quoted field is not closed"});
}

TEST(seed_file, the_version_of_an_oath_csv)
{
    const auto first_field = [](const char* note) {
        problem why;
        const auto rows = read_oath_csv(std::string(note) + "\nuser,resolver,realm,3132,3132\n", why);
        return rows->at(0).value ? rows->at(0).value->text(seed_text::user) : std::string("refused");
    };
    EXPECT_EQ(first_field("# version: 2"), "user");
    EXPECT_EQ(first_field("#version 2, of privacyIDEA"), "user");
    for (const char* note : {"# version: 20", "# version: 1 of 2020", "# version", "# 2 versions", "# version:"}) {
        EXPECT_EQ(first_field(note), "refused") << note;
    }
}

TEST(seed_file, places_are_those_of_the_byte)
{
    const std::string header = "serial number,secret key,time interval,model\n";
    const texts behind_line_end{"3:4 secret key must be base32, at most 128 characters"};
    EXPECT_EQ(faults_of(header + "\"a\nb\",!,30,m\n", seed_format::entra_csv), behind_line_end);
    EXPECT_EQ(faults_of(header + "\"a\nb\x01\",!,30,m\n", seed_format::entra_csv),
              texts{"2:1 a field holds a control character"});
    EXPECT_EQ(faults_of("<!-- \xc3\xa4 --><Keys/>", seed_format::pskc),
              texts{"1:12 the file is no PSKC: its root must be KeyContainer of RFC 6030"});
    EXPECT_EQ(faults_of("{\n\"db\":\n {\"entries\":[1]}}", seed_format::aegis),
              texts{"3:2 an entry must be an object with its info"});
    const std::string mark = "\xef\xbb\xbf";
    problem why;
    const auto got = read_seed_file(provider(), mark + "\nx\n", seed_format::uri_list, {}, why);
    EXPECT_EQ(got->rows.at(0).why.byte, 4U) << "a mark is bytes of the file";
    EXPECT_FALSE(read_seed_file(provider(), mark + "}", seed_format::aegis, {}, why));
    EXPECT_EQ(why.byte, 3U);
}

TEST(seed_file, many_entries_of_one_parent)
{
    constexpr std::size_t n = max_seed_rows;
    std::string items = "{\"items\":[";
    std::string keys = "<KeyContainer xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\" Version=\"1.0\"><KeyPackage>";
    for (std::size_t i = 0; i < n; ++i) {
        items += "\n{\"login\":{\"totp\":\"GE\"}},";
        keys += "\n<Key Algorithm=\"hotp\"/>";
    }
    items.back() = ']';
    const std::pair<std::string, seed_format> files[] = {{items + "}", seed_format::bitwarden_json},
                                                         {keys + "</KeyPackage></KeyContainer>", seed_format::pskc}};
    for (const auto& [data, format] : files) {
        problem why;
        const auto got = read_seed_file(provider(), data, format, {}, why);
        ASSERT_TRUE(got.has_value()) << why.text;
        ASSERT_EQ(got->rows.size(), n);
        EXPECT_EQ(got->rows.back().why.line, n + 1);
        EXPECT_EQ(got->rows.back().why.column, 1U);
    }
}

TEST(seed_file, endless_batches_are_reported_in_part)
{
    // Each claims to be the first of 2^31 - 1 URIs.
    std::string list;
    for (const char id : {'F', 'G', 'H', 'I'}) {
        list += "otpauth-migration://offline?data=Ch8KFDEyMzQ1Njc4OTAxMjM0NTY3ODkwEgFuIAEoATACEAEY/////wcgACg";
        list += std::string(1, id) + "\n";
    }
    const texts faults = faults_of(list, seed_format::uri_list);
    EXPECT_EQ(faults.size(), 100U);
    EXPECT_EQ(faults.at(0), "1:1 migration code 2 of 2147483647 is missing");
}

TEST(seed_file, blanks_may_stand_before_any_uri)
{
    const std::string secret = "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    EXPECT_EQ(faults_of(" otpauth://totp/a" + secret + "\n", seed_format::uri_list), texts{});
    EXPECT_EQ(faults_of("\totpauth-migration://offline?data=Ch8KFDEyMzQ1Njc4OTAxMjM0NTY3ODkwEgFuIAEoATAC\n",
                        seed_format::uri_list),
              texts{});
}

TEST(seed_file, notes_do_not_count_as_seeds)
{
    std::string list;
    for (std::size_t i = 0; i < max_seed_rows; ++i) {
        list += "1,3132\n";
    }
    problem why;
    EXPECT_TRUE(read_oath_csv(list + "# the end\n", why).has_value()) << why.text;
}

}  // namespace
}  // namespace counterseal::core
