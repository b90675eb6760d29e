// SPDX-License-Identifier: Apache-2.0
// Names of tenants and subjects: one canonical text, or a refusal.
#include "core/engine/name.hpp"

#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

using names_on = verify_factor_on;

bool is_name(std::string_view text)
{
    return name_fault(text) == nullptr;
}

TEST(names, in_any_script_are_accepted_as_they_are)
{
    for (const std::string& good :
         {std::string("alice"), std::string("a"), std::string("Alice B. Smith"), std::string("alice@example.org"),
          std::string("DOMAIN\\alice"), std::string("\u00e9lodie"), std::string("\uff21\uff4c\uff49\uff43\uff45"),
          std::string("\u5f20\u4e09"), std::string("\u0639\u0644\u064a"), std::string("\U0001f600"),
          std::string(255, 'x'), std::string("q\u0323\u0307")}) {
        EXPECT_STREQ(name_fault(good), nullptr) << good;
    }
}

// CVE-2025-6013: a name with blanks was another one to the policy and the same one to the directory.
TEST(names, that_show_nothing_at_an_end_are_refused)
{
    for (const char* const blank : {" ", "\u00a0", "\u1680", "\u2003", "\u2028", "\u202f", "\u3000", "\u200b", "\u200d",
                                    "\ufeff", "\u2800", "\u3164", "\u202e", "\u00ad", "\t", "\n"}) {
        EXPECT_FALSE(is_name(blank));
        EXPECT_FALSE(is_name(std::string("alice") + blank)) << blank;
        EXPECT_FALSE(is_name(blank + std::string("alice"))) << blank;
    }
    EXPECT_TRUE(is_name("alice\u3000smith"));
}

TEST(names, in_another_unicode_form_are_refused)
{
    EXPECT_STREQ(name_fault("e\u0301lodie"), "must be normalized Unicode (NFC)");
    EXPECT_FALSE(is_name("\u212bngstrom"));  // the sign of the unit
    EXPECT_FALSE(is_name("\u1100\u1161"));   // Hangul in parts
    EXPECT_FALSE(is_name("q\u0307\u0323"));  // marks in the other order
    EXPECT_FALSE(is_name("\ufb1d"));         // never in NFC
    std::string longest;
    while (longest.size() + 3 <= max_name_len) {
        longest += "\u1f82";  // four parts
    }
    EXPECT_TRUE(is_name(longest));
}

TEST(names, that_no_terminal_should_get_are_refused)
{
    using namespace std::string_view_literals;
    for (const std::string_view bad :
         {"al\0ice"sv, "al\x1bice"sv, "al\x7fice"sv, "al\u0085ice"sv, "al\nice"sv, "al\u2028ice"sv}) {
        EXPECT_STREQ(name_fault(bad), "must not have control characters");
        EXPECT_STREQ(label_fault(bad), "must not have control characters");
    }
    for (const std::string_view bad :
         {"al\xffice"sv, "\xc0\x80"sv, "\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv, "alice\xc3"sv, "\x80"sv}) {
        EXPECT_STREQ(name_fault(bad), "must be UTF-8");
        EXPECT_STREQ(label_fault(bad), "must be UTF-8");
    }
}

TEST(names, are_neither_empty_nor_longer_than_255_bytes_and_labels_may_be_empty)
{
    EXPECT_STREQ(name_fault(""), "must not be empty");
    EXPECT_STREQ(name_fault(std::string(256, 'x')), "must be at most 255 bytes");
    EXPECT_STREQ(label_fault(""), nullptr);
    EXPECT_STREQ(label_fault(" My phone "), nullptr);
    EXPECT_STREQ(label_fault("e\u0301"), nullptr);
    EXPECT_STREQ(label_fault(std::string(256, 'x')), "must be at most 255 bytes");
    EXPECT_STREQ(label_fault(std::string(1001, 'x'), max_reason_len), "is too long");
}

TEST_P(names_on, a_subject_with_another_spelling_never_comes_into_being)
{
    static constexpr statement count = {"SELECT count(*) FROM subject"};
    for (const char* const name : {"alice ", "", "e\u0301", "al\tice"}) {
        EXPECT_EQ(error_of([&] { add_subject("maple", name); }), status::e_argument);
        EXPECT_EQ(error_of([&] { add_subject(name, "alice"); }), status::e_argument);
    }
    EXPECT_EQ(ask(count), 1);
}

ON_EACH_STORE(names_on);

}  // namespace
}  // namespace counterseal::core
