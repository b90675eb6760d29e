// SPDX-License-Identifier: Apache-2.0
// Logins by passkey of people who did not say who they are, and passkeys that come from elsewhere.
#include "core/webauthn/credential_column.hpp"
#include "passkey_fixture.hpp"

namespace counterseal::core {
namespace {

class usernameless : public passkeys {
protected:
    std::optional<factor_key> owner()
    {
        return write([&](transaction& t) { return find_credential(t, "maple", key.id); });
    }
};

TEST_P(usernameless, a_passkey_alone_is_two_factors)
{
    const std::string id = enroll(key);
    const passkey_question q = any_question();
    ASSERT_EQ(q.why, reason::ok);
    const json options = json::parse(q.options);
    EXPECT_TRUE(options.at("allowCredentials").empty());
    EXPECT_EQ(options.at("userVerification"), "required");
    ASSERT_TRUE(owner());
    EXPECT_EQ(owner()->subject, "alice");
    EXPECT_EQ(owner()->factor, id);
    const decision d = log_in_by({.id = q.challenge_id}, key.answer(q.options));
    EXPECT_EQ(d.why, reason::ok);
    EXPECT_EQ(d.assurance, 2);
    EXPECT_EQ(d.amr, (std::vector<std::string>{"hwk", "user", "mfa"}));
    EXPECT_EQ(why({.grant = std::string(view(d.grant))}), reason::ok);
}

TEST_P(usernameless, a_question_has_one_answer)
{
    enroll(key);
    const passkey_question q = any_question();
    const std::string good = key.answer(q.options);
    EXPECT_EQ(log_in_by({.id = q.challenge_id}, good).why, reason::ok);
    EXPECT_EQ(log_in_by({.id = q.challenge_id}, good).why, reason::challenge_dead);
    const passkey_question other = any_question();
    key.user_present = false;
    EXPECT_EQ(log_in_by({.id = other.challenge_id}, key.answer(other.options)).why, reason::passkey_refused);
    key.user_present = true;
    EXPECT_EQ(log_in_by({.id = other.challenge_id}, key.answer(other.options)).why, reason::challenge_dead);
}

TEST_P(usernameless, whoever_was_not_verified_is_not_let_in)
{
    enroll(key);
    key.user_verified = false;
    const passkey_question q = any_question();
    EXPECT_EQ(log_in_by({.id = q.challenge_id}, key.answer(q.options)).why, reason::passkey_refused);
    EXPECT_EQ(json::parse(last_event().detail).at("refusal"), "user_verification");
}

TEST_P(usernameless, a_question_belongs_to_session_tenant_and_time)
{
    enroll(key);
    const passkey_question q = any_question();
    const std::string good = key.answer(q.options);
    EXPECT_EQ(log_in_by({.id = q.challenge_id, .session = std::string(other_browser)}, good).why,
              reason::wrong_challenge);
    EXPECT_EQ(log_in_by({.id = q.challenge_id, .tenant = "oak"}, good).why, reason::wrong_challenge);
    EXPECT_EQ(log_in_by({.id = "none", .subject = "alice"}, good).why, reason::wrong_challenge);
    const std::int64_t late_us = start_us + challenge_life_us;
    EXPECT_EQ(log_in_by({.id = q.challenge_id, .time_us = late_us}, good).why, reason::challenge_dead);
}

TEST_P(usernameless, the_policy_is_asked_with_what_the_host_knows_then)
{
    enroll(key);
    const passkey_question q = any_question();
    EXPECT_EQ(log_in_by({.id = q.challenge_id}, key.answer(q.options), {"nobody"}).why, reason::no_policy);
    EXPECT_EQ(any_question("caldav").why, reason::legacy_path_blocked);
    EXPECT_EQ(any_question("imap").why, reason::unknown_path);
    set(clinic);
    EXPECT_EQ(any_question().why, reason::no_policy);
}

// LinOTP docs 12.1: whatever becomes of the question.
TEST_P(usernameless, whom_the_directory_disabled_is_denied_and_asked_no_more)
{
    enroll(key);
    const passkey_question q = any_question();
    const std::string good = key.answer(q.options);
    for (int round = 0; round < 2; ++round) {  // the second time it was answered already
        const std::string open = challenge_of();
        EXPECT_EQ(log_in_by({.id = q.challenge_id, .status = "disabled"}, good).why, reason::subject_disabled) << round;
        EXPECT_EQ(question(open).why, reason::challenge_dead) << round;
    }
}

TEST_P(usernameless, the_passkey_has_to_be_of_the_subject_that_is_named)
{
    enroll(key);
    fake_authenticator theirs(*crypto_);
    theirs.id = std::vector<std::uint8_t>(16, 9);
    enroll(theirs, "bob");
    const passkey_question q = any_question();
    EXPECT_EQ(log_in_by({.id = q.challenge_id}, theirs.answer(q.options)).why, reason::passkey_refused);
    EXPECT_EQ(json::parse(last_event().detail).at("refusal"), "user_credential");
}

// Strangers can ask for as many questions as they like, and no budget ends what they answer.
TEST_P(usernameless, what_is_refused_again_and_again_is_one_event_a_minute)
{
    static constexpr statement n_told = {"SELECT count(*) FROM event WHERE type = 'login.refused'"};
    enroll(key);
    fake_authenticator theirs(*crypto_);
    theirs.id = std::vector<std::uint8_t>(16, 9);
    key.user_verified = false;
    const auto refuse = [&](fake_authenticator& by, std::int64_t at_us) {
        const passkey_question q = any_question("web", browser, at_us);
        EXPECT_EQ(log_in_by({.id = q.challenge_id, .time_us = at_us}, by.answer(q.options)).why,
                  reason::passkey_refused);
    };
    for (int i = 0; i < 3; ++i) {
        refuse(key, start_us);     // of a factor
        refuse(theirs, start_us);  // of none
    }
    EXPECT_EQ(ask(n_told), 2);
    refuse(key, start_us + minute_us);
    EXPECT_EQ(ask(n_told), 3);
    const json told = json::parse(last_event().detail);
    EXPECT_EQ(told.at("refusal"), "user_verification");
    EXPECT_EQ(told.at("refused"), 3);
}

TEST_P(usernameless, what_expired_is_removed)
{
    enroll(key);
    const passkey_question q = any_question();
    EXPECT_EQ(log_in_by({.id = q.challenge_id}, key.answer(q.options)).why, reason::ok);
    static constexpr statement count = {"SELECT count(*) FROM challenge WHERE subject = ''"};
    EXPECT_EQ(ask(count), 1);
    const std::int64_t later_us = start_us + 2 * challenge_life_us;
    const passkey_question next = any_question("web", browser, later_us);
    EXPECT_EQ(log_in_by({.id = next.challenge_id, .time_us = later_us}, key.answer(next.options)).why, reason::ok);
    EXPECT_EQ(ask(count), 1);
}

// Else two commits of several logins, each with a subject that the other one waits for, would wait for each other.
TEST_P(usernameless, expired_questions_are_locked_after_all_else)
{
    if (text(GetParam()) != "postgres") {
        GTEST_SKIP() << "one writer at a time";
    }
    enroll(key);
    const passkey_question q = any_question();
    EXPECT_EQ(log_in_by({.id = q.challenge_id}, key.answer(q.options)).why, reason::ok);
    const std::int64_t later_us = start_us + 2 * challenge_life_us;
    const passkey_question next = any_question("web", browser, later_us);
    static constexpr statement lock_expired = {"SELECT 1 FROM challenge WHERE subject = '' FOR UPDATE NOWAIT"};
    const auto session = connect();
    const auto other = connect();
    transaction first(*session, access::write, soon());
    const passkey_login login{"maple", "alice", next.challenge_id, bytes_of(browser), {}, "active"};
    static_cast<void>(take_passkey_login(first, means_, login, key.id, later_us));
    {
        transaction second(*other, access::write, soon());
        EXPECT_EQ(error_of([&] { EXPECT_EQ(second.run(lock_expired), 1U); }), status::ok);
    }
    first.commit();
    static constexpr statement count = {"SELECT count(*) FROM challenge WHERE subject = ''"};
    EXPECT_EQ(ask(count), 1);
}

TEST_P(usernameless, a_credential_from_elsewhere_logs_in)
{
    const std::string first = enroll(key);
    const passkey there = stored(first);
    const auto import = [&](passkey_import what, text subject) {
        return write(
            [&](transaction& t) { return import_passkey(t, seal_, *crypto_, "maple", subject, what, start_us); });
    };
    const std::string record = write_credential(there.record);
    const passkey_import what{.record = record, .user_handle = there.user_handle, .provenance = "another library"};
    EXPECT_EQ(import(what, "alice").rule, "credential is registered already");
    change("DELETE FROM credential");
    change("DELETE FROM factor");
    passkey_import dry = what;
    dry.dry_run = true;
    EXPECT_EQ(import(dry, "alice").code, status::ok);
    EXPECT_FALSE(owner());
    const passkey_import_result made = import(what, "alice");
    EXPECT_EQ(made.code, status::ok) << made.rule;
    EXPECT_TRUE(made.warnings.empty());
    const passkey_question q = any_question();
    EXPECT_EQ(log_in_by({.id = q.challenge_id}, key.answer(q.options)).why, reason::ok);
}

TEST_P(usernameless, what_is_no_credential_is_not_taken_over)
{
    const auto rule = [&](const std::string& record, text provenance = "elsewhere") {
        return write([&](transaction& t) {
                   return import_passkey(t, seal_, *crypto_, "maple", "carol",
                                         {.record = record, .provenance = provenance}, start_us);
               })
            .rule;
    };
    EXPECT_TRUE(rule("{}").starts_with("credential: version")) << rule("{}");
    EXPECT_TRUE(rule(R"({"version": 1, "id": "AQID", "public_key": "MFkw"})").starts_with("credential: public_key"));
    EXPECT_TRUE(rule(R"({"version": 1, "id": "AQID", "public_key": "oA"})").starts_with("credential: public_key"));
    EXPECT_TRUE(rule("{}", "self").starts_with("provenance"));
    EXPECT_FALSE(write([&](transaction& t) { return load_subject(t, seal_, "maple", "carol"); }));
}

ON_EACH_STORE(usernameless);

}  // namespace
}  // namespace counterseal::core
