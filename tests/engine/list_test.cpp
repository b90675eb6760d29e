// SPDX-License-Identifier: Apache-2.0
// Factors in pages: each once, in one order, whatever happens between two pages.
#include "core/engine/list_factors.hpp"

#include "core/engine/admin.hpp"
#include "core/engine/recovery.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

class lists_on : public verify_factor_on {
protected:
    factor_page page(std::optional<text> subject, text after, std::int64_t limit)
    {
        return write([&](transaction& t) { return list_factors(t, seal_, "maple", subject, after, limit); });
    }
    /// "subject/factor " of every page.
    std::string walk(std::optional<text> subject, std::int64_t limit)
    {
        std::string all;
        std::string after;
        do {
            const factor_page one = page(subject, after, limit);
            EXPECT_LE(one.factors.size(), static_cast<std::size_t>(limit));
            for (const listed_factor& f : one.factors) {
                all += f.of.key.subject + "/" + f.of.key.factor + " ";
            }
            after = one.next;
        } while (!after.empty());
        return all;
    }
};

TEST_P(lists_on, pages_of_any_size_give_the_same_list)
{
    for (const auto& [subject, id] : {std::pair("bob", "a"), std::pair("bob", "b"), std::pair("B\u00f6b", "z"),
                                      std::pair("alice", "token"), std::pair("al", "x"), std::pair("bob", "B")}) {
        add_subject("maple", subject);
        add_factor({"maple", subject, id});
    }
    add_subject("oak", "alice");
    add_factor({"oak", "alice", "phone"});
    // By bytes.
    const std::string all = "B\u00f6b/z al/x alice/phone alice/token bob/B bob/a bob/b ";
    for (const std::int64_t limit : {1, 2, 3, 6, 7, 8, 1000}) {
        EXPECT_EQ(walk(std::nullopt, limit), all) << limit;
        EXPECT_EQ(walk("bob", limit), "bob/B bob/a bob/b ") << limit;
    }
    EXPECT_EQ(walk("nobody", 5), "");
}

TEST_P(lists_on, a_cursor_stays_good_when_its_factor_ends_or_others_come)
{
    add_factor(token);
    add_subject("maple", "bob");
    add_factor({"maple", "bob", "phone"});
    const factor_page first = page(std::nullopt, "", 2);
    ASSERT_EQ(first.factors.size(), 2);
    EXPECT_EQ(first.factors[1].of.key.factor, "token");
    write([&](transaction& t) { static_cast<void>(revoke_factor(t, seal_, token, {"root", "lost"}, start_us)); });
    add_factor({"maple", "alice", "aaa"});
    add_factor({"maple", "bob", "aaa"});
    const factor_page second = page(std::nullopt, first.next, 2);
    ASSERT_EQ(second.factors.size(), 2);
    EXPECT_EQ(second.factors[0].of.key.factor, "aaa");
    EXPECT_EQ(second.factors[0].of.key.subject, "bob");
    EXPECT_EQ(second.next, "");
}

TEST_P(lists_on, revoked_ones_are_shown_and_codes_left_are_counted)
{
    const recovery_set set = make_recovery_set(*crypto_, 1);
    write([&](transaction& t) { store_recovery_set(t, seal_, "maple", "alice", set, start_us); });
    EXPECT_EQ(answer_any({set.factor}, view(set.codes[3]), start_us).code, status::ok);
    write([&](transaction& t) { static_cast<void>(revoke_factor(t, seal_, phone, {"root", "lost"}, start_us)); });
    int n_sets = 0;
    for (const listed_factor& one : page("alice", "", 100).factors) {
        const bool is_set = one.of.type == factor_type::recovery;
        n_sets += is_set ? 1 : 0;
        EXPECT_EQ(one.codes_left, is_set ? 9 : 0);
        EXPECT_EQ(one.of.state, is_set ? factor_state::active : factor_state::revoked);
    }
    EXPECT_EQ(n_sets, 1);
}

TEST_P(lists_on, a_text_that_no_page_gave_is_refused)
{
    for (const text other : {"x", ".", "61", "61.6", "61.6g", "6100.61", "61 .61", "61.61.61", "6A.61"}) {
        if (other != ".") {
            EXPECT_EQ(page(std::nullopt, other, 10).code, status::e_argument) << other;
        }
    }
}

TEST_P(lists_on, a_row_that_somebody_changed_is_not_shown)
{
    change("UPDATE factor SET label = 'x'");
    EXPECT_EQ(error_of([&] { static_cast<void>(page(std::nullopt, "", 10)); }), status::e_store_corrupt);
}

ON_EACH_STORE(lists_on);

}  // namespace
}  // namespace counterseal::core
