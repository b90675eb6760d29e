// SPDX-License-Identifier: Apache-2.0
// Two-step enrollment: a pending factor grants nothing and ends nothing; its first code makes it active and no more.
#include "core/engine/enroll.hpp"

#include "core/engine/event.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

class enrollment_on : public verify_factor_on {
protected:
    enrollment enroll(const totp_request& request = {}, std::int64_t now_us = start_us, text subject = "bob")
    {
        return write(
            [&](transaction& t) { return enroll_totp(t, seal_, *crypto_, "maple", subject, request, now_us); });
    }
    factor_verdict confirm_with(const std::string& id, text code, std::int64_t now_us = start_us, text subject = "bob")
    {
        const response typed = prepare_response(*crypto_, {}, code);
        return write([&](transaction& t) {
            return confirm(t, seal_, limits_, {"maple", std::string(subject), id}, typed, now_us);
        });
    }
    std::vector<factor> all_of(text subject)
    {
        return write([&](transaction& t) { return load_factors(t, seal_, "maple", subject); });
    }
    std::optional<subject> who(text name)
    {
        return write([&](transaction& t) { return load_subject(t, seal_, "maple", name); });
    }
    static constexpr std::int64_t day_us = 24 * 3600 * second_us;
    static constexpr text browser = "0123456789abcdef";
    static constexpr text other_browser = "fedcba9876543210";
};

// M15, authentik#2330 (the engine's part)
TEST_P(enrollment_on, a_pending_factor_grants_nothing)
{
    const enrollment made = enroll();
    ASSERT_EQ(made.code, status::ok);
    EXPECT_EQ(made.secret.size(), 20);
    EXPECT_EQ(made.factor.size(), 32);
    EXPECT_EQ(made.expires_us, start_us + day_us);
    const std::string code = code_of(made.secret, start_us);
    EXPECT_EQ(check({"maple", "bob", made.factor}, code, start_us), status::enroll);
    EXPECT_EQ(confirm_with(made.factor, "000").code, status::malformed);
    EXPECT_EQ(confirm_with(made.factor, code == "123456" ? "123457" : "123456").code, status::wrong);
    EXPECT_EQ(check({"maple", "bob", made.factor}, code, start_us), status::enroll);
    EXPECT_FALSE(who("bob")->is_enrolled);
    EXPECT_FALSE(is_enrolled(all_of("bob")));
    EXPECT_EQ(all_of("bob")[0].state, factor_state::pending);
    EXPECT_EQ(events(), "factor.pending factor.wrong ");
}

// M18, hanko PR 2723
TEST_P(enrollment_on, the_code_that_confirmed_cannot_log_in)
{
    const enrollment made = enroll();
    const std::string code = code_of(made.secret, start_us);
    const factor_verdict confirmed = confirm_with(made.factor, code);
    EXPECT_EQ(confirmed.code, status::ok);
    EXPECT_EQ(confirmed.value, start_us / second_us / 30);
    const factor_key key{"maple", "bob", made.factor};
    EXPECT_EQ(check(key, code, start_us), status::replayed);
    const std::int64_t later = start_us + 30 * second_us;
    EXPECT_EQ(check(key, code_of(made.secret, later), later), status::ok);
    EXPECT_EQ(load(key).confirmed_us, start_us);
    EXPECT_TRUE(who("bob")->is_enrolled);
    EXPECT_TRUE(is_enrolled(all_of("bob")));
    EXPECT_EQ(events(), "factor.pending factor.confirmed factor.replayed factor.accepted ");
}

TEST_P(enrollment_on, only_a_pending_factor_of_this_subject_can_be_confirmed)
{
    EXPECT_EQ(confirm_with("phone", code_at(start_us), start_us, "alice").code, status::wrong);
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);  // which did not use its code up
    const enrollment made = enroll();
    EXPECT_EQ(confirm_with(made.factor, code_of(made.secret, start_us), start_us, "alice").code, status::wrong);
    EXPECT_EQ(confirm_with("none", "123456").code, status::wrong);
    EXPECT_EQ(confirm_with("none", "123456", start_us, "carol").code, status::wrong);
    EXPECT_FALSE(who("carol"));
    EXPECT_EQ(confirm_with(made.factor, code_of(made.secret, start_us)).code, status::ok);
    EXPECT_EQ(confirm_with(made.factor, code_of(made.secret, start_us)).code, status::wrong);
}

TEST_P(enrollment_on, confirming_is_throttled_like_any_response)
{
    const enrollment made = enroll();
    const std::string code = code_of(made.secret, start_us);
    const std::string wrong = code == "123456" ? "123457" : "123456";
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(confirm_with(made.factor, wrong).code, status::wrong);
    }
    const factor_verdict v = confirm_with(made.factor, code);
    EXPECT_EQ(v.code, status::throttled);
    EXPECT_EQ(v.locked_until_us, start_us + 30 * second_us);
    EXPECT_EQ(confirm_with(made.factor, code_of(made.secret, start_us + minute_us), start_us + minute_us).code,
              status::ok);
}

// M16, keycloak#38593
TEST_P(enrollment_on, the_replaced_factor_works_until_the_new_one_is_confirmed)
{
    add_factor(token);
    const enrollment made = enroll({.common = {.replaces = "phone"}}, start_us, "alice");
    ASSERT_EQ(made.code, status::ok);
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
    EXPECT_EQ(confirm_with(made.factor, wrong_at(start_us), start_us, "alice").code, status::wrong);
    const std::int64_t later = start_us + minute_us;
    EXPECT_EQ(check(phone, code_at(later), later), status::ok);
    EXPECT_EQ(confirm_with(made.factor, code_of(made.secret, later), later, "alice").code, status::ok);
    const std::int64_t last = later + minute_us;
    EXPECT_EQ(check(phone, code_at(last), last), status::revoked);
    const factor ended = load(phone);
    EXPECT_EQ(ended.state, factor_state::revoked);
    EXPECT_EQ(ended.ended_us, later);
    EXPECT_TRUE(ended.secret.empty());
    EXPECT_EQ(check(token, code_at(last), last), status::ok);
    EXPECT_EQ(check({"maple", "alice", made.factor}, code_of(made.secret, last), last), status::ok);
}

// M17 by another way: begun with a password alone, confirmed after the owner has enrolled.
TEST_P(enrollment_on, what_was_begun_beside_it_ends_with_the_factor_that_is_replaced)
{
    const enrollment theirs = enroll({}, start_us, "alice");
    const enrollment own = enroll({.common = {.replaces = "phone"}}, start_us, "alice");
    EXPECT_EQ(confirm_with(own.factor, code_of(own.secret, start_us), start_us, "alice").code, status::ok);
    EXPECT_EQ(load({"maple", "alice", theirs.factor}).state, factor_state::revoked);
    EXPECT_EQ(load({"maple", "alice", own.factor}).state, factor_state::active);
}

TEST_P(enrollment_on, what_was_begun_without_a_grant_ends_when_the_first_factor_is_confirmed)
{
    const enrollment of_thief = enroll();
    const enrollment made = enroll();
    EXPECT_EQ(confirm_with(made.factor, code_of(made.secret, start_us)).code, status::ok);
    EXPECT_EQ(confirm_with(of_thief.factor, code_of(of_thief.secret, start_us)).code, status::revoked);
    EXPECT_TRUE(load({"maple", "bob", of_thief.factor}).secret.empty());
    // With one that lives, whoever began had a grant.
    const enrollment second = enroll();
    const enrollment third = enroll();
    EXPECT_EQ(confirm_with(second.factor, code_of(second.secret, start_us)).code, status::ok);
    EXPECT_EQ(confirm_with(third.factor, code_of(third.secret, start_us)).code, status::ok);
}

TEST_P(enrollment_on, an_imported_or_a_recovery_factor_may_be_the_first_one_too)
{
    const enrollment first = enroll();
    write([&](transaction& t) {
        const factor_import what{.secret = bytes_of(secret), .provenance = "old server"};
        EXPECT_EQ(import_factor(t, seal_, *crypto_, "maple", "bob", what, 0, start_us).code, status::ok);
    });
    EXPECT_EQ(confirm_with(first.factor, code_of(first.secret, start_us)).code, status::revoked);
    const enrollment second = enroll({}, start_us, "carol");
    write([&](transaction& t) {
        store_recovery_set(t, seal_, "maple", "carol", make_recovery_set(*crypto_, 1), start_us);
    });
    EXPECT_EQ(confirm_with(second.factor, code_of(second.secret, start_us), start_us, "carol").code, status::revoked);
}

TEST_P(enrollment_on, what_is_replaced_is_a_live_factor_of_the_same_subject)
{
    const enrollment pending = enroll({}, start_us, "alice");
    add_factor(token, [](factor& f) { f.state = factor_state::revoked; });
    for (const std::string& id : {std::string("none"), std::string("token"), pending.factor}) {
        const enrollment refused = enroll({.common = {.replaces = id}}, start_us, "alice");
        EXPECT_EQ(refused.code, status::e_argument) << id;
        EXPECT_TRUE(std::string_view(refused.rule).starts_with("replaces"));
        EXPECT_TRUE(refused.secret.empty());
    }
    EXPECT_EQ(enroll({.common = {.replaces = "phone"}}, start_us, "bob").code, status::e_argument);
    EXPECT_FALSE(who("bob"));  // a refusal writes nothing
    EXPECT_EQ(all_of("alice").size(), 3);
}

TEST_P(enrollment_on, the_same_request_finds_its_factor_while_it_is_pending)
{
    const pending_request form_7{.request = "form 7", .session = bytes_of(browser)};
    const enrollment first = enroll({.common = {.label = "Phone", .request = "form 7", .session = bytes_of(browser)}});
    const enrollment again = enroll({.common = form_7}, start_us + second_us);
    EXPECT_EQ(again.factor, first.factor);
    EXPECT_EQ(again.secret, first.secret);
    EXPECT_EQ(again.expires_us, first.expires_us);
    EXPECT_NE(enroll({.common = {.request = "form 8", .session = bytes_of(browser)}}).factor, first.factor);
    EXPECT_NE(enroll({.common = form_7}, start_us, "carol").factor, first.factor);
    EXPECT_NE(enroll().factor, enroll().factor);
    EXPECT_EQ(all_of("bob").size(), 4);
    EXPECT_EQ(confirm_with(first.factor, code_of(first.secret, start_us)).code, status::ok);
    EXPECT_NE(enroll({.common = form_7}).factor, first.factor);
}

// Else whoever knows a password and guesses the name would know the secret that its owner confirms later.
TEST_P(enrollment_on, a_request_of_another_session_is_another_one)
{
    const enrollment theirs = enroll({.common = {.request = "form 7", .session = bytes_of(other_browser)}});
    const enrollment own = enroll({.common = {.request = "form 7", .session = bytes_of(browser)}});
    EXPECT_NE(own.factor, theirs.factor);
    EXPECT_NE(own.secret, theirs.secret);
    EXPECT_EQ(confirm_with(own.factor, code_of(own.secret, start_us)).code, status::ok);
    EXPECT_EQ(load({"maple", "bob", theirs.factor}).state, factor_state::revoked);
}

TEST_P(enrollment_on, a_request_that_was_another_one_the_first_time_is_refused)
{
    const pending_request form_7{.request = "form 7", .session = bytes_of(browser)};
    const enrollment first = enroll({.common = form_7}, start_us, "alice");
    EXPECT_EQ(enroll({.digits = 8, .common = form_7}, start_us, "alice").code, status::e_argument);
    EXPECT_EQ(enroll({.period_s = 60, .common = form_7}, start_us, "alice").code, status::e_argument);
    const enrollment other =
        enroll({.common = {.replaces = "phone", .request = "form 7", .session = bytes_of(browser)}}, start_us, "alice");
    EXPECT_EQ(other.code, status::e_argument);
    EXPECT_EQ(text(other.rule).substr(0, 16), "idempotency_key ");
    EXPECT_EQ(enroll({.common = form_7}, start_us, "alice").factor, first.factor);
}

TEST_P(enrollment_on, a_pending_factor_expires_after_a_day)
{
    const pending_request form_7{.request = "form 7", .session = bytes_of(browser)};
    const enrollment first = enroll({.common = form_7});
    const enrollment second = enroll({}, start_us + 1);
    // The stored time follows a clock by five minutes a commit, locks and expiry the later of both.
    const std::int64_t at = start_us + day_us;
    EXPECT_EQ(confirm_with(first.factor, code_of(first.secret, at), at).code, status::expired);
    EXPECT_EQ(load({"maple", "bob", first.factor}).state, factor_state::pending);
    const enrollment later = enroll({.common = form_7}, at);
    EXPECT_NE(later.factor, first.factor);
    const factor ended = load({"maple", "bob", first.factor});
    EXPECT_EQ(ended.state, factor_state::revoked);
    EXPECT_TRUE(ended.secret.empty());
    EXPECT_EQ(confirm_with(second.factor, code_of(second.secret, at), at).code, status::ok);
}

TEST_P(enrollment_on, settings_are_kept_and_out_of_bounds_refused)
{
    const enrollment made =
        enroll({.hash = hash_id::sha512, .digits = 8, .period_s = 60, .common = {.label = "Téléphone"}});
    EXPECT_EQ(made.secret.size(), 64);
    const factor stored = load({"maple", "bob", made.factor});
    EXPECT_EQ(stored.hash, hash_id::sha512);
    EXPECT_EQ(stored.digits, 8);
    EXPECT_EQ(stored.period_s, 60);
    EXPECT_EQ(stored.label, "Téléphone");
    EXPECT_EQ(stored.provenance, "self");
    EXPECT_EQ(enroll({.hash = hash_id::sha256}).secret.size(), 32);
    EXPECT_EQ(enroll({.digits = 5}).code, status::e_range);
    EXPECT_EQ(enroll({.period_s = 0}).code, status::e_range);
    EXPECT_EQ(enroll({.common = {.label = "a\nb"}}).code, status::e_argument);
    EXPECT_EQ(enroll({.common = {.request = "a\nb"}}).code, status::e_argument);
    EXPECT_EQ(all_of("bob").size(), 2);
}

TEST_P(enrollment_on, a_grant_is_needed_once_a_factor_is_confirmed_and_lives)
{
    factor of;
    EXPECT_FALSE(is_enrolled({}));
    EXPECT_FALSE(is_enrolled({&of, 1}));  // pending
    of.confirmed_us = start_us;
    for (const factor_state s : {factor_state::active, factor_state::suspended}) {
        of.state = s;
        EXPECT_TRUE(is_enrolled({&of, 1}));
    }
    of.state = factor_state::revoked;
    EXPECT_FALSE(is_enrolled({&of, 1}));
}

ON_EACH_STORE(enrollment_on);

}  // namespace
}  // namespace counterseal::core
