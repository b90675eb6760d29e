// SPDX-License-Identifier: Apache-2.0
// What administrators may do, each time with a name and a reason.
#include "core/engine/admin.hpp"

#include "core/engine/enroll.hpp"
#include "core/engine/event.hpp"
#include "core/engine/recovery.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

using action = admin_verdict (*)(transaction&, const row_seal&, const factor_key&, const authority&, std::int64_t);
constexpr std::pair<action, text> actions[] = {
    {suspend_factor, "suspend"}, {resume_factor, "resume"}, {revoke_factor, "revoke"}, {unlock_factor, "unlock"}};

class administration_on : public verify_factor_on {
protected:
    admin_verdict act(action what, const factor_key& key, const authority& by = {"root", "lost phone"})
    {
        return write([&](transaction& t) { return what(t, seal_, key, by, start_us); });
    }
    reset_verdict reset(text subject, const authority& by = {"root", "call-back"})
    {
        return write([&](transaction& t) { return admin_reset(t, seal_, "maple", subject, by, start_us); });
    }
    subject alice()
    {
        return *write([&](transaction& t) { return load_subject(t, seal_, "maple", "alice"); });
    }
};

TEST_P(administration_on, a_suspended_factor_works_again_when_it_is_resumed)
{
    const admin_verdict suspended = act(suspend_factor, phone);
    EXPECT_EQ(suspended.code, status::ok);
    EXPECT_EQ(suspended.state, factor_state::suspended);
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::revoked);
    EXPECT_EQ(act(resume_factor, phone).state, factor_state::active);
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
}

TEST_P(administration_on, a_revoked_factor_never_comes_back)
{
    const admin_verdict revoked = act(revoke_factor, phone);
    EXPECT_EQ(revoked.code, status::ok);
    EXPECT_EQ(revoked.state, factor_state::revoked);
    const factor ended = load(phone);
    EXPECT_EQ(ended.ended_us, start_us);
    EXPECT_TRUE(ended.secret.empty());
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::revoked);
    for (const auto& [what, name] : actions) {
        const admin_verdict refused = act(what, phone);
        EXPECT_EQ(refused.code, status::deny) << name;
        EXPECT_EQ(refused.state, factor_state::revoked);
    }
    EXPECT_EQ(events(), "factor.revoked ");
}

// Whoever had the factor may have used it before somebody noticed.
TEST_P(administration_on, what_a_factor_let_in_or_began_ends_when_it_is_taken_away)
{
    for (const bool is_revoked : {false, true}) {
        const action what = is_revoked ? revoke_factor : suspend_factor;
        const char* const name = is_revoked ? "revoke" : "suspend";
        const std::int64_t epoch = alice().epoch;
        const factor_key begun{"maple", "alice", std::string("begun by ") + name};
        const factor_key imported{"maple", "alice", std::string("imported ") + name};
        add_factor(begun, [](factor& of) { of.state = factor_state::pending; });
        add_factor(imported, [](factor& of) {
            of.state = factor_state::pending;
            of.provenance = "old server";
        });
        EXPECT_EQ(act(what, phone).code, status::ok) << name;
        EXPECT_EQ(alice().epoch, epoch + 1) << name;
        EXPECT_EQ(load(begun).state, factor_state::revoked) << name;
        EXPECT_EQ(load(imported).state, factor_state::pending) << name;
        // One that never was confirmed let nobody in.
        EXPECT_EQ(act(revoke_factor, imported).code, status::ok) << name;
        EXPECT_EQ(alice().epoch, epoch + 1) << name;
        static_cast<void>(act(resume_factor, phone));
        EXPECT_EQ(alice().epoch, epoch + 1) << name;
    }
}

TEST_P(administration_on, states_that_an_action_does_not_start_from_are_a_status)
{
    add_factor(token, [](factor& f) { f.state = factor_state::pending; });
    EXPECT_EQ(act(resume_factor, phone).code, status::deny);
    EXPECT_EQ(act(suspend_factor, token).code, status::deny);
    EXPECT_EQ(act(suspend_factor, token).state, factor_state::pending);
    EXPECT_EQ(act(revoke_factor, token).code, status::ok);
    EXPECT_EQ(act(suspend_factor, phone).code, status::ok);
    EXPECT_EQ(act(suspend_factor, phone).code, status::deny);
    EXPECT_EQ(act(revoke_factor, phone).code, status::ok);
    EXPECT_EQ(events(), "factor.revoked factor.suspended factor.revoked ");
}

TEST_P(administration_on, unlocking_forgets_failures_of_the_factor_and_of_its_subject)
{
    limits_.subject_failures = 5;
    fail(phone, 5, start_us);
    change("UPDATE factor SET streak = 100 WHERE factor = 'phone'");
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::locked);
    EXPECT_EQ(act(unlock_factor, phone).state, factor_state::active);
    const factor after = load(phone);
    EXPECT_EQ(after.hot.attempts, 0);
    EXPECT_EQ(after.hot.streak, 0);
    EXPECT_EQ(after.hot.locked_until_us, 0);
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
}

TEST_P(administration_on, each_action_is_an_event_with_actor_and_reason)
{
    for (const auto& [what, name] : {actions[0], actions[1], actions[3], actions[2]}) {
        EXPECT_EQ(act(what, phone, {"root", name}).code, status::ok);
    }
    EXPECT_EQ(reset("alice", {"root", "reset"}).code, status::ok);
    const auto all = write([&](transaction& t) { return list_events(t, "maple", "alice", 0, 100); });
    ASSERT_EQ(all.size(), 5);
    const std::pair<text, text> expected[] = {{"factor.suspended", "suspend"},
                                              {"factor.resumed", "resume"},
                                              {"factor.unlocked", "unlock"},
                                              {"factor.revoked", "revoke"},
                                              {"subject.reset", "reset"}};
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].type, expected[i].first);
        EXPECT_EQ(all[i].reason, expected[i].second);
        EXPECT_EQ(all[i].actor, "root");
        EXPECT_EQ(all[i].factor, i < 4 ? "phone" : "");
    }
}

TEST_P(administration_on, without_actor_or_reason_nothing_is_done)
{
    const std::string long_reason(1001, 'r');
    for (const authority& by : {authority{"", "reason"}, authority{"root", ""}, authority{"root", "a\nb"},
                                authority{"\xff", "reason"}, authority{"root", long_reason}}) {
        for (const auto& [what, name] : actions) {
            EXPECT_EQ(act(what, phone, by).code, status::e_argument) << name;
        }
        EXPECT_EQ(reset("alice", by).code, status::e_argument);
    }
    EXPECT_EQ(load(phone).state, factor_state::active);
    EXPECT_EQ(alice().epoch, 1);
    EXPECT_EQ(events(), "");
}

TEST_P(administration_on, unknown_factors_and_subjects_are_not_made_by_asking)
{
    for (const auto& [what, name] : actions) {
        EXPECT_EQ(act(what, {"maple", "alice", "none"}).code, status::wrong) << name;
        EXPECT_EQ(act(what, {"maple", "nobody", "phone"}).code, status::wrong);
        EXPECT_EQ(act(what, {"oak", "alice", "phone"}).code, status::wrong);
    }
    EXPECT_EQ(reset("nobody").code, status::wrong);
    static constexpr statement count = {"SELECT count(*) FROM subject"};
    EXPECT_EQ(ask(count), 1);
    EXPECT_EQ(events(), "");
}

TEST_P(administration_on, a_reset_ends_everything_but_that_the_subject_was_enrolled)
{
    static constexpr statement n_open = {"SELECT count(*) FROM challenge WHERE is_open = 1"};
    static constexpr statement failures = {"SELECT failures FROM subject WHERE subject = 'alice'"};
    const enrollment pending =
        write([&](transaction& t) { return enroll_totp(t, seal_, *crypto_, "maple", "alice", {}, start_us); });
    const recovery_set set = make_recovery_set(*crypto_, 1);
    write([&](transaction& t) { store_recovery_set(t, seal_, "maple", "alice", set, start_us); });
    const std::string empty = std::string_view(GetParam()) == "postgres" ? "'\\x'" : "x''";
    for (const char* const who : {"alice", "bob"}) {
        change(std::string("INSERT INTO challenge (tenant, subject, challenge, context, session, epoch, created_us, "
                           "expires_us, tag) VALUES ('maple', '") +
               who + "', 'c', '', " + empty + ", 1, 0, 0, " + empty + ")");
    }
    add_subject("maple", "bob");
    add_factor({"maple", "bob", "phone"});
    fail(phone, 2, start_us);
    const reset_verdict done = reset("alice");
    EXPECT_EQ(done.code, status::ok);
    EXPECT_EQ(done.epoch, 2);
    EXPECT_EQ(done.n_revoked, 3);
    EXPECT_EQ(alice().epoch, 2);
    EXPECT_TRUE(alice().is_enrolled);
    for (const std::string& id : {std::string("phone"), pending.factor, set.factor}) {
        const factor ended = load({"maple", "alice", id});
        EXPECT_EQ(ended.state, factor_state::revoked);
        EXPECT_TRUE(ended.secret.empty());
    }
    EXPECT_EQ(ask(n_open), 1);
    EXPECT_EQ(ask(failures), 0);
    EXPECT_EQ(check({"maple", "bob", "phone"}, code_at(start_us), start_us), status::ok);
    EXPECT_EQ(reset("alice").n_revoked, 0);
    EXPECT_EQ(alice().epoch, 3);
}

TEST_P(administration_on, a_clock_that_went_back_lets_nobody_do_anything)
{
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
    change("UPDATE installation SET clock_us = clock_us + 10000000");
    for (const auto& [what, name] : actions) {
        EXPECT_EQ(error_of([&, what = what] { static_cast<void>(act(what, phone)); }), status::e_time) << name;
    }
    EXPECT_EQ(error_of([&] { static_cast<void>(reset("alice")); }), status::e_time);
}

ON_EACH_STORE(administration_on);

}  // namespace
}  // namespace counterseal::core
