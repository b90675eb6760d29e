// SPDX-License-Identifier: Apache-2.0
// What somebody changes in the rows, with or without a key, is not what the log says.
#include "core/engine/admin.hpp"
#include "core/engine/enroll.hpp"
#include "core/engine/erase.hpp"
#include "core/engine/recovery.hpp"
#include "core/engine/stored_event.hpp"
#include "core/engine/verify_state.hpp"
#include "decision_fixture.hpp"

namespace counterseal::core {
namespace {

constexpr std::int64_t later_us = start_us + 10 * minute_us;

class states : public decisions {
protected:
    void SetUp() override
    {
        decisions::SetUp();
        change("DELETE FROM factor");  // the fixture's were made without events
        change("DELETE FROM subject");
    }

    std::string import(text subject, char first, std::int64_t time_us = later_us)
    {
        std::string key(secret);
        key[0] = first;
        factor_import what;
        what.secret = bytes_of(key);
        what.provenance = "test";
        what.is_active = true;
        return write([&](transaction& t) {
                   return import_factor(t, seal_, *crypto_, "maple", subject, what, -1, time_us);
               })
            .factor;
    }
    std::string code(char first, std::int64_t time_us)
    {
        std::string key(secret);
        key[0] = first;
        return code_of(bytes_of(key), time_us);
    }

    /// All kinds of events: enrolled, confirmed, wrong, locked, unlocked, replaced, revoked, reset, used codes.
    void live()
    {
        alice_ = import("alice", 'a', start_us);
        for (int i = 0; i < 7; ++i) {
            check({"maple", "alice", alice_}, i % 3 == 2 ? "000000" : code('a', start_us + i * minute_us),
                  start_us + i * minute_us);
        }
        bob_ = import("bob", 'b');
        for (int i = 0; i < 5; ++i) {
            check({"maple", "bob", bob_}, "000000", later_us);
        }
        const authority root{"root", "because"};
        carol_ = import("carol", 'c');
        check({"maple", "carol", carol_}, "000000", later_us);
        write([&](transaction& t) {
            EXPECT_EQ(unlock_factor(t, seal_, {"maple", "carol", carol_}, root, later_us).code, status::ok);
            EXPECT_EQ(suspend_factor(t, seal_, {"maple", "carol", carol_}, root, later_us).code, status::ok);
        });
        dan_ = import("dan", 'd');
        write(
            [&](transaction& t) { EXPECT_EQ(admin_reset(t, seal_, "maple", "dan", root, later_us).code, status::ok); });
        const recovery_set set = make_recovery_set(*crypto_, 1);
        write([&](transaction& t) { store_recovery_set(t, seal_, "maple", "alice", set, later_us); });
        EXPECT_EQ(answer_any({set.factor}, std::string(view(set.codes[0])), later_us).code, status::ok);
        codes_ = set.factor;
        const auto made = write(
            [&](transaction& t) { return enroll_totp(t, seal_, *crypto_, "maple", "erin", totp_request{}, later_us); });
        const factor_key erin{"maple", "erin", made.factor};
        const response typed = prepare_response(*crypto_, {}, code_of(made.secret, later_us));
        EXPECT_EQ(write([&](transaction& t) { return confirm(t, seal_, limits_, erin, typed, later_us); }).code,
                  status::ok);
        static_cast<void>(ask_for({.subject = "frank", .time_us = later_us}));  // time to enroll
    }

    /// As somebody does it who has the database: the tree stays as it is.
    void purge_by_hand(std::int64_t seq)
    {
        write([&](transaction& t) {
            static constexpr statement reduce = {
                "UPDATE event SET at_us = 0, type = '', subject = '', factor = '', actor = '', reason = '', "
                "detail = '', salt = NULL, person = NULL, leaf = $2 WHERE tenant = 'maple' AND seq = $1"};
            event_hash hash(*crypto_);
            const sha256_digest leaf = hash.leaf(load_events(t, "maple", seq - 1, 1).front());
            EXPECT_EQ(t.run(reduce, {seq, bytes_view(leaf)}), 1U);
        });
    }

    void erase_by_hand(std::int64_t seq)
    {
        write([&](transaction& t) {
            static constexpr statement erase = {
                "UPDATE event SET subject = '', actor = '', reason = '', salt = NULL, person = $2 "
                "WHERE tenant = 'maple' AND seq = $1"};
            event_hash hash(*crypto_);
            const stored_event one = load_events(t, "maple", seq - 1, 1).front();
            const sha256_digest person = hash.person(one.what, one.salt);
            EXPECT_EQ(t.run(erase, {seq, bytes_view(person)}), 1U);
        });
    }

    state_report verified()
    {
        return write([&](transaction& t) { return verify_state(t, seal_, "maple"); });
    }
    std::string faults()
    {
        std::string all;
        for (const state_fault& one : verified().faults) {
            all += one.subject + " " + one.what + " " + one.stored + " not " + one.folded + "; ";
        }
        return all;
    }

    std::string alice_;
    std::string bob_;
    std::string carol_;
    std::string dan_;
    std::string codes_;
};

TEST_P(states, rows_that_only_the_engine_wrote_are_what_the_log_says)
{
    EXPECT_EQ(faults(), "");
    live();
    EXPECT_EQ(faults(), "");
    const state_report all = verified();
    EXPECT_GT(all.n_events, 25);
    EXPECT_EQ(all.n_factors, 6);
    EXPECT_EQ(all.n_subjects, 6);
}

TEST_P(states, each_hot_column_counts)
{
    live();
    for (const auto& [sql, undo, expected] : std::initializer_list<std::array<const char*, 3>>{
             {"UPDATE factor SET last_value = last_value - 1 WHERE subject = 'alice' AND type = 'totp'",
              "UPDATE factor SET last_value = last_value + 1 WHERE subject = 'alice' AND type = 'totp'", "last_value"},
             {"UPDATE factor SET attempts = attempts - 1 WHERE subject = 'bob'",
              "UPDATE factor SET attempts = attempts + 1 WHERE subject = 'bob'", "attempts"},
             {"UPDATE factor SET streak = streak - 5 WHERE subject = 'bob'",
              "UPDATE factor SET streak = streak + 5 WHERE subject = 'bob'", "streak"},
             {"UPDATE factor SET locked_until_us = locked_until_us - 1 WHERE subject = 'bob'",
              "UPDATE factor SET locked_until_us = locked_until_us + 1 WHERE subject = 'bob'", "locked_until_us"},
             {"UPDATE recovery_code SET used_us = -used_us", "UPDATE recovery_code SET used_us = -used_us", ""},
             {"UPDATE recovery_code SET used_us = 0", "", "used_codes"},
         }) {
        change(sql);
        if (const text wanted(expected); wanted.empty()) {
            EXPECT_EQ(faults(), "") << sql;
        } else {
            const auto found = verified().faults;
            ASSERT_EQ(found.size(), 1U) << sql << ": " << faults();
            EXPECT_EQ(found[0].what, wanted);
        }
        if (*undo != '\0') {
            change(undo);
            EXPECT_EQ(faults(), "") << undo;
        }
    }
}

/// As many are used as before, so that only their names tell that the old one would be taken again.
TEST_P(states, it_counts_which_recovery_code_is_used)
{
    live();
    change(
        "UPDATE recovery_code SET used_us = 7 WHERE digest = "
        "(SELECT digest FROM recovery_code WHERE used_us = 0 ORDER BY digest LIMIT 1)");
    change("UPDATE recovery_code SET used_us = 0 WHERE used_us > 7");
    const auto found = verified().faults;
    ASSERT_EQ(found.size(), 1U) << faults();
    EXPECT_EQ(found[0].what, "used_codes");
    EXPECT_EQ(found[0].factor, codes_);
    EXPECT_EQ(found[0].stored.size(), 64U);
    EXPECT_EQ(found[0].folded.size(), 64U);
    EXPECT_NE(found[0].stored, found[0].folded);
}

TEST_P(states, so_do_those_of_a_subject_and_the_rows_themselves)
{
    live();
    const auto only = [&](const char* sql, const std::string& wanted) {
        change(sql);
        EXPECT_EQ(faults(), wanted) << sql;
    };
    only("UPDATE subject SET failures = 0 WHERE subject = 'bob'", "bob failures 0 not 5; ");
    change("UPDATE subject SET failures = 5 WHERE subject = 'bob'");
    only("UPDATE subject SET failures_since_us = failures_since_us + 1 WHERE subject = 'bob'",
         "bob failures_since_us " + std::to_string(later_us + 1) + " not " + std::to_string(later_us) + "; ");
    change("UPDATE subject SET failures_since_us = failures_since_us - 1 WHERE subject = 'bob'");
    change("DELETE FROM policy");
    EXPECT_EQ(faults(), " policy_version 0 not 1; ");
    set(clinic, "maple", later_us);
    change("DELETE FROM factor WHERE subject = 'carol'");
    EXPECT_NE(faults().find("carol row none not one; "), std::string::npos) << faults();
}

TEST_P(states, an_old_row_put_back_with_its_right_tag_is_seen)
{
    live();
    for (const char* const table : {"factor", "subject"}) {
        change("CREATE TABLE kept_" + std::string(table) + " AS SELECT * FROM " + table);
    }
    const authority root{"root", "because"};
    write([&](transaction& t) {
        EXPECT_EQ(resume_factor(t, seal_, {"maple", "carol", carol_}, root, later_us).code, status::ok);
        EXPECT_EQ(admin_reset(t, seal_, "maple", "alice", root, later_us).code, status::ok);
    });
    EXPECT_EQ(faults(), "");
    for (const char* const table : {"factor", "subject"}) {
        change("DELETE FROM " + std::string(table));
        change("INSERT INTO " + std::string(table) + " SELECT * FROM kept_" + table);
    }
    const std::string all = faults();
    EXPECT_NE(all.find("carol state suspended not active; "), std::string::npos) << all;
    EXPECT_NE(all.find("alice state active not revoked; "), std::string::npos) << all;
    EXPECT_NE(all.find("alice epoch 1 not 2; "), std::string::npos) << all;
}

TEST_P(states, an_edited_log_is_not_its_tree)
{
    live();
    change("UPDATE event SET type = 'factor.unlocked' WHERE seq = 9");
    EXPECT_NE(faults().find(" tree "), std::string::npos);
    change("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)");
    EXPECT_NE(faults().find(" log "), std::string::npos);
}

TEST_P(states, what_was_erased_is_not_held_against_the_rows)
{
    live();
    write([&](transaction& t) {
        for (const char* const who : {"alice", "dan", "bob"}) {
            EXPECT_EQ(erase_person(t, seal_, "maple", who, {"root", "asked"}, later_us, {}).code, status::ok);
        }
    });
    EXPECT_EQ(faults(), "");
    change("UPDATE factor SET last_value = last_value - 1 WHERE subject = 'alice' AND type = 'totp'");
    EXPECT_NE(faults().find("alice last_value"), std::string::npos);  // a factor has its id
}

TEST_P(states, somebody_who_was_erased_may_come_back)
{
    live();
    write([&](transaction& t) {
        for (const char* const who : {"frank", "dan"}) {
            EXPECT_EQ(erase_person(t, seal_, "maple", who, {"root", "asked"}, later_us, {}).code, status::ok);
        }
    });
    import("frank", 'f');  // with the row that has his time to enroll
    import("dan", 'e');    // with the epoch of a reset
    EXPECT_EQ(faults(), "");
}

TEST_P(states, an_erasure_that_no_event_tells_is_seen)
{
    live();
    erase_by_hand(2);
    EXPECT_NE(faults().find(" log 1 events erased not 0; "), std::string::npos) << faults();
    const std::int64_t n = write([&](transaction& t) {
                               return erase_person(t, seal_, "maple", "dan", {"root", "asked"}, later_us, {});
                           }).n;
    ASSERT_GT(n, 1);
    EXPECT_NE(faults().find(" log " + std::to_string(n + 1) + " events erased not " + std::to_string(n) + "; "),
              std::string::npos)
        << faults();
}

/// What is old enough, by a store that has seen the day.
TEST_P(states, what_was_purged_is_not_held_against_the_rows)
{
    live();
    const std::int64_t day_us = later_us + retention_us + minute_us;
    change("UPDATE installation SET clock_us = " + std::to_string(day_us));
    const auto purge = [&](std::int64_t before_us) {
        return write(
            [&](transaction& t) { return purge_events(t, seal_, "maple", before_us, {"root", "old"}, day_us); });
    };
    if (text(GetParam()) == "postgres") {
        // The server has a clock of its own, by which nothing is six years old.
        EXPECT_EQ(purge(later_us).code, status::e_range);
        return;
    }
    EXPECT_GT(purge(start_us + 3 * minute_us).n, 3);  // some of those of alice's factor
    EXPECT_EQ(faults(), "");
    EXPECT_GT(purge(later_us).n, 3);
    EXPECT_EQ(faults(), "");
    change("UPDATE factor SET attempts = attempts - 1 WHERE subject = 'bob'");
    EXPECT_EQ(faults(), "bob attempts 4 not 5; ");  // what was left tells it
    change("UPDATE factor SET attempts = attempts + 1 WHERE subject = 'bob'");
    EXPECT_GT(purge(later_us + 1).n, 10);
    EXPECT_EQ(faults(), "");
    EXPECT_EQ(verified().n_factors, 6);
}

TEST_P(states, a_purge_that_no_event_tells_is_seen)
{
    live();
    const std::size_t n = static_cast<std::size_t>(verified().n_events);
    purge_by_hand(1);
    EXPECT_EQ(faults(), " log 1 events purged not the first 0; ");
    if (text(GetParam()) == "postgres") {
        return;  // nothing is six years old there
    }
    const std::int64_t day_us = later_us + retention_us;
    change("UPDATE installation SET clock_us = " + std::to_string(day_us));
    const std::int64_t n_old =
        1 + write([&](transaction& t) { return purge_events(t, seal_, "maple", later_us, {"root", "old"}, day_us); }).n;
    ASSERT_GT(n_old, 3);
    ASSERT_LT(static_cast<std::size_t>(n_old) + 2, n);
    EXPECT_EQ(faults(), "");  // what is old may be purged twice
    // Behind that: once with a hole, once without. What follows from the events that are gone is another matter.
    for (const std::int64_t n_more : {1, 2}) {
        purge_by_hand(n_old + 3 - n_more);
        EXPECT_TRUE(faults().starts_with(" log " + std::to_string(n_old + n_more) + " events purged not the first " +
                                         std::to_string(n_old) + "; "))
            << faults();
    }
}

ON_EACH_STORE(states);

}  // namespace
}  // namespace counterseal::core
