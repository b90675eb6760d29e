// SPDX-License-Identifier: Apache-2.0
// Everything goes under the new key, row by row, and nothing is lost or left open on the way.
#include <future>

#include "rotation_fixture.hpp"

namespace counterseal::core {
namespace {

class reseal_on : public rotation_on {};

const factor_key phone{"maple", "subject-0", "phone"};

TEST_P(reseal_on, both_keys_open_everything_after_each_step_and_the_new_one_alone_after_the_last)
{
    populate();
    EXPECT_EQ(unopened(ring({"old"}, "old")), 0);
    const auto both_open = [&] {
        EXPECT_EQ(unopened(both("old")), 0);
        EXPECT_EQ(unopened(both("new")), 0);
    };
    both_open();
    engine_->reload_keys(both("old"));
    both_open();
    engine_->reload_keys(both("new"));
    both_open();
    int before = unopened(ring({"new"}, "new"));
    EXPECT_EQ(before, 25);  // in each tenant two policies, five subjects and the factors of each, and the canary
    std::string next;
    int n_steps = 0;
    do {
        EXPECT_NE(before, 0);
        next = reseal_step(*engine_, engine_->seal(), next, 1, start_us, clock_source::host).next;
        both_open();
        const int now = unopened(ring({"new"}, "new"));
        EXPECT_LE(now, before);
        before = now;
        ++n_steps;
    } while (!next.empty());
    EXPECT_GT(n_steps, 25);
    EXPECT_EQ(before, 0);
    engine_->reload_keys(ring({"new"}, "new"));
    EXPECT_EQ(answer(phone, code_at(start_us), start_us).code, status::ok);
    EXPECT_EQ(answer(phone, code_at(start_us), start_us).code, status::replayed);
}

TEST_P(reseal_on, what_was_done_already_is_not_done_again)
{
    populate();
    engine_->reload_keys(both("new"));
    EXPECT_EQ(reseal(*engine_, 7).n_resealed, 4 + 10 + 11 + 1);
    const reseal_progress again = reseal(*engine_, 7);
    EXPECT_EQ(again.n_resealed, 0);
    EXPECT_TRUE(again.left.empty());
    EXPECT_EQ(key_events("maple"), "keys.reseal_begun keys.reseal_ended ");
    EXPECT_EQ(key_events("oak"), "keys.reseal_begun keys.reseal_ended ");
}

TEST_P(reseal_on, whoever_was_killed_is_followed_by_somebody_who_starts_from_the_beginning)
{
    populate();
    engine_->reload_keys(both("new"));
    std::int64_t n = 0;
    for (int killed_after = 1; killed_after < 12; ++killed_after) {
        std::string next;
        for (int i = 0; i < killed_after; ++i) {
            const reseal_progress made = reseal_step(*engine_, engine_->seal(), next, 2, start_us, clock_source::host);
            n += made.n_resealed;
            next = made.next;
        }
    }
    n += reseal(*engine_, 2).n_resealed;
    EXPECT_EQ(n, 26);
    EXPECT_EQ(unopened(ring({"new"}, "new")), 0);
    EXPECT_EQ(key_events("maple"), "keys.reseal_begun keys.reseal_ended ");
    EXPECT_EQ(key_events("oak"), "keys.reseal_begun keys.reseal_ended ");
}

TEST_P(reseal_on, each_key_has_its_counts)
{
    populate();
    static_cast<void>(add_set("subject-2"));
    static_cast<void>(add_challenge("subject-2", start_us));
    const auto under = [](const std::string& key) {
        return key_counts{{{keyed::policy, key}, 4},  {{keyed::subject, key}, 10},     {{keyed::factor, key}, 12},
                          {{keyed::secret, key}, 10}, {{keyed::recovery_set, key}, 1}, {{keyed::challenge, key}, 1},
                          {{keyed::canary, key}, 1}};
    };
    EXPECT_EQ(counts(), under("old"));
    EXPECT_EQ(counts(1), under("old"));
    EXPECT_EQ(counts(1000), under("old"));
    engine_->reload_keys(both("new"));
    EXPECT_EQ(counts(), under("old"));
    static_cast<void>(reseal(*engine_, 1000));
    key_counts expected = under("new");
    for (const keyed what : {keyed::recovery_set, keyed::challenge, keyed::canary}) {
        expected.erase({what, "new"});
        expected[{what, "old"}] = 1;
    }
    EXPECT_EQ(counts(), expected);
    EXPECT_EQ(counts(1), expected);
}

TEST_P(reseal_on, recovery_codes_stay_under_their_key_and_keep_it_needed_until_there_is_another_set)
{
    populate();
    const recovery_set set = add_set("subject-2");
    const factor_key paper{"maple", "subject-2", set.factor};
    engine_->reload_keys(both("new"));
    reseal_progress made = reseal(*engine_, 100);
    EXPECT_EQ(made.left, (key_counts{{{keyed::recovery_set, "old"}, 1}, {{keyed::canary, "old"}, 1}}));
    EXPECT_EQ(answer(paper, view(set.codes[0]), start_us).code, status::ok);
    EXPECT_EQ(answer(paper, view(set.codes[0]), start_us).code, status::replayed);
    EXPECT_EQ(error_of([&] { engine_->reload_keys(ring({"new"}, "new")); }), status::e_keys);
    const recovery_set later = add_set("subject-2");
    made = reseal(*engine_, 100);
    EXPECT_TRUE(made.left.empty());
    engine_->reload_keys(ring({"new"}, "new"));
    EXPECT_EQ(answer({"maple", "subject-2", later.factor}, view(later.codes[0]), start_us).code, status::ok);
}

TEST_P(reseal_on, a_challenge_stays_while_it_may_be_answered_and_is_removed_afterwards)
{
    const std::string id = add_challenge("subject-2", start_us);
    engine_->reload_keys(both("new"));
    EXPECT_EQ(reseal(*engine_, 100).left.count({keyed::challenge, "old"}), 1);
    const auto is_there = [&] {
        return read(
            [&](transaction& t) { return load_challenge(t, engine_->seal(), "maple", "subject-2", id).has_value(); });
    };
    EXPECT_TRUE(is_there());
    EXPECT_EQ(counts(3, start_us + challenge_life_us - 1).count({keyed::challenge, "old"}), 1);
    EXPECT_EQ(counts(3, start_us + challenge_life_us).count({keyed::challenge, "old"}), 0);
    EXPECT_TRUE(reseal(*engine_, 100, start_us + challenge_life_us).left.empty());
    EXPECT_FALSE(is_there());
}

TEST_P(reseal_on, a_row_that_was_changed_meanwhile_is_not_overwritten)
{
    populate();
    engine_->reload_keys(both("new"));
    const row_seal with = engine_->seal();
    const auto rows_of = [&](keyed_rows table) {
        return read([&](transaction& t) { return table(t, with, {"maple", "", "", 1, start_us, true}); });
    };
    const auto factors = rows_of(keyed_factors);
    const auto subjects = rows_of(keyed_subjects);
    write([&](transaction& t) {
        struct subject owner = lock_subject(t, with, "maple", "subject-0", start_us);
        owner.epoch = 7;
        update_subject(t, with, owner);
        factor one = *load_factor(t, with, phone);
        one.state = factor_state::suspended;
        update_factor(t, with, one);
    });
    write([&](transaction& t) {
        EXPECT_FALSE(factors[0].reseal(t));
        EXPECT_FALSE(subjects[0].reseal(t));
    });
    read([&](transaction& t) {
        EXPECT_EQ(load_factor(t, with, phone)->state, factor_state::suspended);
        EXPECT_EQ(load_subject(t, with, "maple", "subject-0")->epoch, 7);
    });
    // Its secret is still under the old key; whoever walks again takes it.
    static_cast<void>(reseal(*engine_, 3));
    EXPECT_EQ(unopened(ring({"new"}, "new")), 0);
}

TEST_P(reseal_on, a_damaged_row_is_left_as_it_is_and_told)
{
    populate();
    engine_->reload_keys(both("new"));
    change("UPDATE factor SET state = 'active' WHERE tenant = 'maple' AND factor = 'token'");
    change("UPDATE subject SET epoch = 9 WHERE tenant = 'oak' AND subject = 'subject-3'");
    const reseal_progress made = reseal(*engine_, 4);
    EXPECT_EQ(made.n_damaged, 2);
    EXPECT_EQ(made.left,
              (key_counts{{{keyed::factor, "old"}, 1}, {{keyed::subject, "old"}, 1}, {{keyed::canary, "old"}, 1}}));
    EXPECT_EQ(
        error_of([&] {
            read([&](transaction& t) { static_cast<void>(load_subject(t, engine_->seal(), "oak", "subject-3")); });
        }),
        status::e_store_corrupt);
}

TEST_P(reseal_on, a_place_is_what_a_step_gave)
{
    for (const char* const text : {"x", "{}", "[1]", R"(["",99,"","",0,"old"])", R"(["",0,"","",-1,"old"])"}) {
        EXPECT_EQ(error_of([&] {
                      static_cast<void>(reseal_step(*engine_, engine_->seal(), text, 1, start_us, clock_source::host));
                  }),
                  status::e_argument);
        EXPECT_EQ(error_of([&] {
                      static_cast<void>(count_keys(*engine_, engine_->seal(), text, 1, start_us, clock_source::host));
                  }),
                  status::e_argument);
    }
}

TEST_P(reseal_on, a_key_that_is_promoted_during_a_walk_has_it_begin_again)
{
    populate();
    engine_->reload_keys(both("new"));
    const std::string next = reseal_step(*engine_, engine_->seal(), "", 10, start_us, clock_source::host).next;
    engine_->reload_keys(ring({"old", "new", "newest"}, "newest"));
    std::string at = next;
    while (!at.empty()) {
        at = reseal_step(*engine_, engine_->seal(), at, 10, start_us, clock_source::host).next;
    }
    EXPECT_EQ(unopened(ring({"newest"}, "newest")), 0);
    EXPECT_EQ(key_events("maple"), "keys.reseal_begun keys.reseal_begun keys.reseal_ended ");
}

// Else a call that has the factor and goes on to the next subject, as calls that share a commit do, and the step would
// wait for each other.
TEST_P(reseal_on, a_step_that_waits_for_a_subjects_factor_holds_no_later_subject)
{
    if (text(GetParam()) != "postgres") {
        GTEST_SKIP() << "one writer at a time";
    }
    add_factor(phone);
    add_factor({"maple", "subject-1", "phone"});
    engine_->reload_keys(both("new"));
    std::string next;
    for (int i = 0; i < 2; ++i) {  // over the end of the policies, of which there are none, and the first subject
        next = reseal_step(*engine_, engine_->seal(), next, 1, start_us, clock_source::host).next;
    }
    static constexpr statement factor_of_first = {
        "SELECT 1 FROM factor WHERE tenant = 'maple' AND subject = 'subject-0' FOR UPDATE"};
    static constexpr statement second = {
        "SELECT 1 FROM subject WHERE tenant = 'maple' AND subject = 'subject-1' FOR UPDATE NOWAIT"};
    const auto session = connect();
    std::future<reseal_progress> step;
    {
        transaction call(*session, access::write, soon());
        EXPECT_EQ(call.run(factor_of_first), 1U);
        step = std::async(std::launch::async, [&] {
            return reseal_step(*engine_, engine_->seal(), next, 10, start_us, clock_source::host);
        });
        await_waiting(call, step);
        EXPECT_EQ(error_of([&] { call.run(second); }), status::ok);
    }
    EXPECT_EQ(step.get().n_resealed, 1 + 2 + 1);  // the second subject, both factors, and the canary
}

// Else the call writes the secret back under the key that the step took it from, and nobody looks at it again.
TEST_P(reseal_on, a_step_waits_for_a_call_that_has_loaded_the_factor)
{
    if (text(GetParam()) != "postgres") {
        GTEST_SKIP() << "one writer at a time";
    }
    add_factor(phone);
    engine_->reload_keys(both("new"));
    std::string next;
    for (int i = 0; i < 2; ++i) {  // over the end of the policies, of which there are none, and the subject
        next = reseal_step(*engine_, engine_->seal(), next, 1, start_us, clock_source::host).next;
    }
    const auto session = connect();
    std::future<reseal_progress> step;
    {
        transaction call(*session, access::write, soon());
        EXPECT_TRUE(lock_known_subject(call, engine_->seal(), "maple", "subject-0"));
        factor one = *load_factor(call, engine_->seal(), phone);
        step = std::async(std::launch::async, [&] {
            return reseal_step(*engine_, engine_->seal(), next, 10, start_us, clock_source::host);
        });
        await_waiting(call, step);
        one.state = factor_state::suspended;
        update_factor(call, engine_->seal(), one);
        call.commit();
    }
    for (next = step.get().next; !next.empty();) {
        next = reseal_step(*engine_, engine_->seal(), next, 10, start_us, clock_source::host).next;
    }
    EXPECT_EQ(counts(), (key_counts{{{keyed::subject, "new"}, 1},
                                    {{keyed::factor, "new"}, 1},
                                    {{keyed::secret, "new"}, 1},
                                    {{keyed::canary, "new"}, 1}}));
    read([&](transaction& t) { EXPECT_EQ(load_factor(t, engine_->seal(), phone)->state, factor_state::suspended); });
}

ON_EACH_STORE(reseal_on);

}  // namespace
}  // namespace counterseal::core
