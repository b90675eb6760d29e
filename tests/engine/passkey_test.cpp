// SPDX-License-Identifier: Apache-2.0
// Passkeys as factors: registered, asked for, answered once, and ended.
#include "core/engine/admin.hpp"
#include "core/engine/verify_state.hpp"
#include "core/enroll/base64url.hpp"
#include "passkey_fixture.hpp"

namespace counterseal::core {
namespace {

using factor_types_list = std::vector<factor_type>;

TEST_P(passkeys, one_that_was_registered_answers_a_challenge)
{
    enroll(key);
    const decision asked = ask_for({});
    ASSERT_EQ(asked.code, status::challenge) << name_of(asked.why);
    ASSERT_EQ(asked.factors.size(), 1U);
    EXPECT_EQ(asked.factors[0].type, factor_type::webauthn);
    const passkey_question q = question(asked.challenge_id);
    ASSERT_EQ(q.why, reason::ok);
    EXPECT_EQ(q.challenge_id, asked.challenge_id);
    const json options = json::parse(q.options);
    EXPECT_EQ(options.at("rpId"), "maple.example");
    EXPECT_EQ(options.at("allowCredentials").size(), 1U);
    const decision d = answer_by({.id = asked.challenge_id}, key.answer(q.options));
    EXPECT_EQ(d.why, reason::ok);
    EXPECT_EQ(d.assurance, 2);
    EXPECT_EQ(d.amr, (std::vector<std::string>{"pwd", "hwk", "user", "mfa"}));
    EXPECT_EQ(why({.grant = std::string(view(d.grant))}), reason::ok);
    EXPECT_EQ(last_event().type, "login.allowed");
}

TEST_P(passkeys, one_that_is_synced_is_no_hardware)
{
    key.backup_eligible = true;
    key.backup_state = true;
    key.user_verified = false;
    const std::string id = enroll(key);
    EXPECT_TRUE(stored(id).record.backup_state);
    EXPECT_EQ(log_in(key).amr, (std::vector<std::string>{"pwd", "swk", "user"}));
}

TEST_P(passkeys, whoever_has_none_is_offered_one_where_the_policy_has_a_relying_party)
{
    EXPECT_EQ(ask_for({.subject = "bob"}).types,
              (factor_types_list{factor_type::webauthn, factor_type::totp, factor_type::hotp}));
    set(clinic);
    EXPECT_EQ(ask_for({.subject = "bob", .groups = {"admins"}}).types,
              (factor_types_list{factor_type::totp, factor_type::hotp}));
    const passkey_enrollment refused = begin();
    EXPECT_EQ(refused.code, status::e_argument);
    EXPECT_EQ(refused.rule, "tenant must have a policy with a relying_party");
}

TEST_P(passkeys, a_pending_one_grants_nothing)
{
    const passkey_enrollment begun = begin();
    EXPECT_EQ(ask_for({}).code, status::enroll);
    EXPECT_TRUE(begun.expires_us > start_us);
}

TEST_P(passkeys, a_registration_has_one_answer)
{
    const passkey_enrollment begun = begin();
    key.origin = "https://evil.example";
    EXPECT_EQ(finish(begun.factor, key.register_with(begun.options)).code, status::wrong);
    const event told = last_event();
    EXPECT_EQ(told.type, "factor.revoked");
    EXPECT_EQ(json::parse(told.detail), (json{{"refusal", "origin"}, {"step", 9}}));
    key.origin = "https://maple.example";
    EXPECT_EQ(finish(begun.factor, key.register_with(begun.options)).code, status::revoked);
    EXPECT_EQ(ask_for({}).code, status::enroll);
}

TEST_P(passkeys, a_crash_between_taking_and_settling_leaves_no_second_answer)
{
    const passkey_enrollment begun = begin();
    const factor_key of{"maple", "alice", begun.factor};
    const auto take = [&] {
        return write([&](transaction& t) { return take_registration(t, seal_, policies_, of, start_us); }).refused;
    };
    EXPECT_EQ(take(), status::ok);
    EXPECT_EQ(take(), status::wrong);
}

TEST_P(passkeys, an_identifier_is_registered_once_in_a_tenant)
{
    enroll(key);
    fake_authenticator other(*crypto_);
    const passkey_enrollment begun = begin({.user_name = "bob"}, "bob");
    EXPECT_EQ(finish(begun.factor, other.register_with(begun.options), "bob").code, status::wrong);
    EXPECT_EQ(json::parse(last_event().detail).at("refusal"), "credential_id_taken");
}

TEST_P(passkeys, the_same_request_finds_the_same_enrollment)
{
    const passkey_request request{.common = {.request = "form 7", .session = bytes_of(browser)}, .user_name = "alice"};
    const passkey_enrollment first = begin(request);
    const passkey_enrollment again = begin(request, "alice", start_us + second_us);
    EXPECT_EQ(first.factor, again.factor);
    EXPECT_EQ(json::parse(first.options).at("challenge"), json::parse(again.options).at("challenge"));
}

TEST_P(passkeys, further_ones_of_a_subject_share_its_user_handle_and_exclude_the_first)
{
    enroll(key);
    const json options = json::parse(begin().options);
    EXPECT_EQ(options.at("excludeCredentials").size(), 1U);
    fake_authenticator second(*crypto_);
    second.id = std::vector<std::uint8_t>(16, 9);
    const std::string id = enroll(second);
    EXPECT_EQ(to_base64url<std::string>(stored(id).user_handle), options.at("user").at("id").get<std::string>());
}

TEST_P(passkeys, each_answer_uses_its_question_up)
{
    enroll(key);
    const std::string id = challenge_of();
    const std::string before = question(id).options;
    EXPECT_EQ(question(id).options, before) << "asking alone changes nothing";
    key.origin = "https://evil.example";
    const decision refused = answer_by({.id = id}, key.answer(before));
    EXPECT_EQ(refused.why, reason::passkey_refused);
    EXPECT_EQ(refused.challenge_id, id) << "it may be asked once more";
    EXPECT_EQ(json::parse(last_event().detail).at("refusal"), "origin");
    EXPECT_EQ(json::parse(last_event().detail).at("step"), 12);
    key.origin = "https://maple.example";
    const std::string good = key.answer(before);
    EXPECT_EQ(answer_by({.id = id}, good).why, reason::passkey_refused) << "the question was used up";
    EXPECT_EQ(json::parse(last_event().detail).at("refusal"), "challenge");
    EXPECT_NE(question(id).options, before);
    EXPECT_EQ(answer_by({.id = id}, key.answer(question(id).options)).why, reason::ok);
}

TEST_P(passkeys, a_code_of_the_wrong_form_gives_no_question_back)
{
    add_factor(phone);
    enroll(key);
    const std::string id = challenge_of();
    const std::string before = question(id).options;
    key.user_present = false;
    EXPECT_EQ(answer_by({.id = id}, key.answer(before)).why, reason::passkey_refused);
    EXPECT_EQ(answered({.id = id, .code = "no code"}), reason::malformed);
    key.user_present = true;
    EXPECT_EQ(answer_by({.id = id}, key.answer(before)).why, reason::passkey_refused);
}

TEST_P(passkeys, five_answers_end_a_challenge)
{
    enroll(key);
    const std::string id = challenge_of();
    key.user_present = false;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(answer_by({.id = id}, key.answer(question(id).options)).why, reason::passkey_refused) << i;
    }
    EXPECT_EQ(question(id).why, reason::challenge_dead);
}

TEST_P(passkeys, questions_belong_to_session_subject_and_time)
{
    enroll(key);
    const std::string id = challenge_of();
    EXPECT_EQ(question(id, other_browser).why, reason::wrong_challenge);
    EXPECT_EQ(question(id, browser, "bob").why, reason::wrong_challenge);
    EXPECT_EQ(question(id, browser, "alice", start_us + challenge_life_us).why, reason::challenge_dead);
    const std::string good = key.answer(question(id).options);
    EXPECT_EQ(answer_by({.id = id, .session = std::string(other_browser)}, good).why, reason::wrong_challenge);
    EXPECT_EQ(answer_by({.id = id}, good).why, reason::ok) << "an answer from elsewhere leaves it as it is";
}

TEST_P(passkeys, a_counter_that_did_not_rise_is_refused_and_nothing_is_stored)
{
    key.sign_count = 5;
    const std::string id = enroll(key);
    key.sign_count = 7;
    EXPECT_EQ(log_in(key).why, reason::ok);
    EXPECT_EQ(stored(id).record.sign_count, 7U);
    key.sign_count = 7;
    EXPECT_EQ(log_in(key).why, reason::passkey_refused);
    EXPECT_EQ(json::parse(last_event().detail).at("refusal"), "sign_count");
    EXPECT_EQ(stored(id).record.sign_count, 7U);
}

TEST_P(passkeys, of_two_answers_at_a_time_the_second_is_checked_against_what_the_first_stored)
{
    key.sign_count = 1;
    const std::string id = enroll(key);
    key.sign_count = 2;
    const std::string slow = challenge_of();
    const std::string fast = challenge_of({.session = std::string(other_browser)});
    const std::string first = key.answer(question(fast, other_browser).options);
    const std::string second = key.answer(question(slow).options);  // a clone, at the same count
    const decision d = answer_by({.id = slow}, second, [&] {
        EXPECT_EQ(answer_by({.id = fast, .session = std::string(other_browser)}, first).why, reason::ok);
    });
    EXPECT_EQ(d.why, reason::passkey_refused);
    EXPECT_EQ(stored(id).record.sign_count, 2U);
}

TEST_P(passkeys, what_was_taken_away_meanwhile_counts)
{
    const std::string id = enroll(key);
    const std::string asked = challenge_of();
    const std::string good = key.answer(question(asked).options);
    const decision d = answer_by({.id = asked}, good, [&] {
        write([&](transaction& t) {
            return suspend_factor(t, seal_, {"maple", "alice", id}, {"root", "lost"}, start_us).code;
        });
    });
    EXPECT_EQ(d.code, status::deny);
    EXPECT_EQ(d.why, reason::challenge_dead);
}

TEST_P(passkeys, m36_whoever_is_disabled_between_the_two_halves_of_an_answer_stays_out)
{
    enroll(key);
    const std::string id = challenge_of();
    EXPECT_EQ(answer_by({.id = id, .status = "disabled"}, key.answer(question(id).options)).why,
              reason::subject_disabled);
    EXPECT_EQ(question(id).why, reason::challenge_dead);
}

// Who phished a code would else bring a passkey of their own, to where a rule asks for one.
TEST_P(passkeys, beside_a_passkey_only_a_passkey_or_a_recovery_code_lets_enroll)
{
    add_subject("maple", "alice");
    add_factor(phone);
    const auto may_enroll = [&](text grant) {
        return write([&](transaction& t) {
            return is_grant_valid(t, means_, "maple", "alice", bytes_of(browser), grant, enroll_action, std::nullopt,
                                  start_us);
        });
    };
    const std::string by_code = decisions::log_in();
    EXPECT_TRUE(may_enroll(by_code));
    const std::string added = enroll(key);
    EXPECT_FALSE(may_enroll(by_code));
    EXPECT_TRUE(may_enroll(view(log_in(key).grant)));
    // The step-up that an enrollment asks for offers what will do, and a grant that will not is none there.
    const decision asked = ask_for({.action = "enroll", .grant = by_code});
    ASSERT_EQ(asked.why, reason::step_up);
    ASSERT_EQ(asked.factors.size(), 1);
    EXPECT_EQ(asked.factors[0].id, added);
    EXPECT_EQ(answered({.id = asked.challenge_id, .code = code_at(start_us), .factor = "phone"}),
              reason::factor_disabled_by_policy);
    EXPECT_EQ(why({.grant = by_code}), reason::ok);  // a login is another matter
    write([&](transaction& t) {
        EXPECT_EQ(suspend_factor(t, seal_, {"maple", "alice", added}, {"root", "lost"}, start_us).code, status::ok);
    });
    EXPECT_EQ(why({.action = "enroll"}), reason::no_usable_factor);  // taking it away for a while is no way in
}

// What a stranger began by a phished code, and would finish when the owner has something better.
TEST_P(passkeys, the_first_one_ends_what_was_begun_without_any)
{
    add_subject("maple", "alice");
    add_factor(phone);
    add_factor({"maple", "alice", "begun"}, [](factor& of) { of.state = factor_state::pending; });
    const passkey_enrollment theirs = begin();
    enroll(key);
    EXPECT_EQ(load({"maple", "alice", "begun"}).state, factor_state::revoked);
    EXPECT_EQ(load({"maple", "alice", theirs.factor}).state, factor_state::revoked);
    fake_authenticator second{*crypto_};
    second.id = std::vector<std::uint8_t>(16, 9);
    const passkey_enrollment own = begin();
    enroll(second);  // beside a first one it ends nothing
    EXPECT_EQ(load({"maple", "alice", own.factor}).state, factor_state::pending);
}

TEST_P(passkeys, where_the_tenant_takes_none_any_more_nobody_has_to_show_one)
{
    add_subject("maple", "alice");
    add_factor(phone);
    enroll(key);
    set(clinic);
    const decision asked = ask_for({.action = "enroll"});
    ASSERT_EQ(asked.factors.size(), 1);
    EXPECT_EQ(asked.factors[0].id, "phone");
}

TEST_P(passkeys, one_of_somebody_else_is_none)
{
    enroll(key);
    fake_authenticator theirs(*crypto_);
    theirs.id = std::vector<std::uint8_t>(16, 9);
    enroll(theirs, "bob");
    const std::string id = challenge_of();
    EXPECT_EQ(answer_by({.id = id}, theirs.answer(question(id).options)).why, reason::passkey_refused);
    EXPECT_EQ(json::parse(last_event().detail).at("refusal"), "credential_not_allowed");
}

TEST_P(passkeys, revoking_one_shreds_it_and_frees_its_identifier)
{
    const std::string id = enroll(key);
    write([&](transaction& t) {
        return revoke_factor(t, seal_, {"maple", "alice", id}, {"root", "lost"}, start_us).code;
    });
    EXPECT_TRUE(load({"maple", "alice", id}).secret.empty());
    EXPECT_FALSE(write([&](transaction& t) { return find_credential(t, "maple", key.id); }));
    EXPECT_NE(enroll(key), id);
}

TEST_P(passkeys, the_rows_are_what_the_log_says)
{
    key.sign_count = 1;
    enroll(key);
    key.sign_count = 4;
    EXPECT_EQ(log_in(key).why, reason::ok);
    key.user_present = false;
    EXPECT_EQ(log_in(key).why, reason::passkey_refused);
    const state_report report = write([&](transaction& t) { return verify_state(t, seal_, "maple"); });
    EXPECT_TRUE(report.faults.empty()) << report.faults[0].what << ' ' << report.faults[0].stored << ' '
                                       << report.faults[0].folded;
}

TEST_P(passkeys, an_identifier_that_leads_elsewhere_is_a_fault_of_the_store_and_lets_nobody_in)
{
    enroll(key);
    fake_authenticator theirs(*crypto_);
    theirs.id = std::vector<std::uint8_t>(16, 9);
    const std::string other = enroll(theirs, "bob");
    change("UPDATE credential SET subject = 'bob', factor = '" + other + "' WHERE subject = 'alice'");
    const state_report report = write([&](transaction& t) { return verify_state(t, seal_, "maple"); });
    ASSERT_EQ(report.faults.size(), 1U);
    EXPECT_EQ(report.faults[0].what, "credential");
    EXPECT_EQ(report.faults[0].stored, "of another factor");
    const passkey_question q = any_question();
    EXPECT_EQ(log_in_by({.id = q.challenge_id, .subject = "bob"}, key.answer(q.options)).why, reason::passkey_refused);
}

ON_EACH_STORE(passkeys);

}  // namespace
}  // namespace counterseal::core
