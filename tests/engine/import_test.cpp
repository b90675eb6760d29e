// SPDX-License-Identifier: Apache-2.0
// Factors that come from elsewhere bring their history along, and a dry run says the same without writing.
#include <openssl/sha.h>

#include "core/engine/enroll.hpp"
#include "core/engine/event.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

constexpr std::int64_t step_now = start_us / second_us / 30;

class imports_on : public verify_factor_on {
protected:
    factor_import totp(text key = secret) const { return {.secret = bytes_of(key), .provenance = "old server"}; }
    import_result import(const factor_import& what, std::int64_t last_value, text subject = "bob")
    {
        return write([&](transaction& t) {
            return import_factor(t, seal_, *crypto_, "maple", subject, what, last_value, start_us);
        });
    }
    std::int64_t n_rows()
    {
        static constexpr statement count = {
            "SELECT (SELECT count(*) FROM factor) + (SELECT count(*) FROM subject) + (SELECT count(*) FROM event)"};
        return ask(count);
    }
    /// Refused by this rule, with and without a dry run, and nothing was written.
    void expect_refused(factor_import what, std::int64_t last_value, status code, text argument)
    {
        const std::int64_t before = n_rows();
        for (const bool dry : {true, false}) {
            what.dry_run = dry;
            const import_result result = import(what, last_value);
            EXPECT_EQ(result.code, code) << argument;
            EXPECT_TRUE(result.rule != nullptr && text(result.rule).starts_with(argument)) << argument;
            EXPECT_EQ(result.factor, "");
        }
        EXPECT_EQ(n_rows(), before);
    }
};

TEST_P(imports_on, the_last_step_that_was_used_there_is_not_accepted_here)
{
    const import_result made = import(totp(), step_now);
    ASSERT_EQ(made.code, status::ok);
    EXPECT_TRUE(made.warnings.empty());
    const factor_key key{"maple", "bob", made.factor};
    EXPECT_EQ(check(key, code_at(start_us), start_us), status::replayed);
    const std::int64_t later = start_us + 30 * second_us;
    EXPECT_EQ(check(key, code_at(later), later), status::ok);
    const factor stored = load(key);
    EXPECT_EQ(stored.provenance, "old server");
    EXPECT_EQ(stored.confirmed_us, start_us);
    EXPECT_TRUE(write([&](transaction& t) { return load_subject(t, seal_, "maple", "bob")->is_enrolled; }));
}

TEST_P(imports_on, a_hotp_token_goes_on_where_it_was)
{
    factor_import what = totp();
    what.type = factor_type::hotp;
    const import_result made = import(what, 1);
    ASSERT_EQ(made.code, status::ok);
    const factor_key key{"maple", "bob", made.factor};
    EXPECT_EQ(check(key, "755224", start_us), status::wrong);  // RFC 4226 appendix D, counter 0
    EXPECT_EQ(check(key, "287082", start_us), status::ok);     // counter 1
    EXPECT_EQ(load(key).hot.last_value, 2);
}

TEST_P(imports_on, one_that_is_not_active_waits_for_its_first_code_for_ever)
{
    factor_import what = totp();
    what.is_active = false;
    const import_result made = import(what, -1);
    const factor_key key{"maple", "bob", made.factor};
    EXPECT_EQ(check(key, code_at(start_us), start_us), status::enroll);
    EXPECT_FALSE(write([&](transaction& t) { return load_subject(t, seal_, "maple", "bob")->is_enrolled; }));
    EXPECT_EQ(expires_us(load(key)), 0);
    const std::int64_t next_year = start_us + 365 * 24 * 3600 * second_us;
    const response typed = prepare_response(*crypto_, {}, code_at(next_year));
    EXPECT_EQ(write([&](transaction& t) { return confirm(t, seal_, limits_, key, typed, next_year); }).code,
              status::ok);
    EXPECT_EQ(load(key).state, factor_state::active);
}

TEST_P(imports_on, short_secrets_need_permission_and_the_shortest_never_get_it)
{
    const std::string key(20, 'k');
    factor_import what = totp(text(key).substr(0, 15));
    expect_refused(what, 0, status::e_range, "secret");
    what.allow_legacy = true;
    const import_result made = import(what, 0);
    EXPECT_EQ(made.code, status::ok);
    ASSERT_EQ(made.warnings.size(), 1);
    EXPECT_TRUE(made.warnings[0].starts_with("secret"));
    what.secret = bytes_of(text(key).substr(0, 10));
    EXPECT_EQ(import(what, 0).code, status::ok);
    what.secret = bytes_of(text(key).substr(0, 9));
    expect_refused(what, 0, status::e_range, "secret");
    what.secret = {};
    expect_refused(what, 0, status::e_range, "secret");
    EXPECT_EQ(import(totp(text(key).substr(0, 16)), 0).code, status::ok);
}

TEST_P(imports_on, what_cannot_be_kept_is_refused)
{
    factor_import what = totp();
    what.type = factor_type::recovery;
    expect_refused(what, 0, status::e_unsupported, "type");
    what = totp();
    what.provenance = "self";
    expect_refused(what, 0, status::e_argument, "provenance");
    what.provenance = "";
    expect_refused(what, 0, status::e_argument, "provenance");
    what = totp();
    what.label = "a\tb";
    expect_refused(what, 0, status::e_argument, "label");
    what = totp();
    what.actor = "\xff";
    expect_refused(what, 0, status::e_argument, "actor");
    what = totp();
    what.digits = 11;
    expect_refused(what, 0, status::e_range, "digits");
    what = totp();
    expect_refused(what, -2, status::e_range, "last_step");
    expect_refused(what, step_now + 2, status::e_range, "last_step");
    what.t0_s = start_us / second_us + 1;
    expect_refused(what, 0, status::e_time, "time");
    what = totp();
    what.type = factor_type::hotp;
    expect_refused(what, -1, status::e_range, "next_counter");
    what.drift = 1;
    expect_refused(what, 0, status::e_argument, "drift");
    const std::string huge(4097, 'k');
    expect_refused(totp(huge), 0, status::e_range, "secret");
}

// RFC 6238 section 6
TEST_P(imports_on, a_token_that_is_early_or_late_is_asked_for_by_its_own_clock)
{
    std::vector<factor_key> all;
    for (const std::int64_t drift : {-10, -3, 3, 10}) {
        factor_import what = totp();
        what.drift = drift;
        const std::string owner = "drift " + std::to_string(drift);
        const import_result made = import(what, -1, owner);
        ASSERT_EQ(made.code, status::ok) << drift;
        EXPECT_TRUE(made.warnings.back().starts_with("drift")) << drift;
        const factor_key key{"maple", owner, made.factor};
        EXPECT_EQ(load(key).drift, drift);
        const auto shown = [&](std::int64_t steps) { return code_at(start_us + (drift + steps) * 30 * second_us); };
        EXPECT_EQ(check(key, code_at(start_us), start_us), status::wrong) << drift;
        for (const int beyond : {-2, 2}) {
            EXPECT_EQ(check(key, shown(beyond), start_us), status::wrong) << drift;
        }
        std::int64_t last = step_now + drift - 1;  // the token's own step, which is what replay goes by
        for (const int within : {-1, 0, 1}) {
            EXPECT_EQ(check(key, shown(within), start_us), status::ok) << drift << within;
            EXPECT_EQ(load(key).hot.last_value, last++) << drift;
            EXPECT_EQ(check(key, shown(within), start_us), status::replayed) << drift << within;
        }
        all.push_back(key);
    }
    const std::int64_t later = start_us + minute_us;  // their clocks go on as ours does
    for (const factor_key& key : all) {
        EXPECT_EQ(check(key, code_at(later + load(key).drift * 30 * second_us), later), status::ok) << key.subject;
    }
}

TEST_P(imports_on, the_last_step_of_a_token_that_drifts_is_its_own)
{
    factor_import what = totp();
    for (const std::int64_t drift : {-3, 3}) {
        what.drift = drift;
        const std::string owner = "last " + std::to_string(drift);
        expect_refused(what, step_now + drift + 2, status::e_range, "last_step");
        const import_result made = import(what, step_now + drift, owner);
        ASSERT_EQ(made.code, status::ok) << drift;
        const auto shown = [&](std::int64_t steps) { return code_at(start_us + (drift + steps) * 30 * second_us); };
        EXPECT_EQ(check({"maple", owner, made.factor}, shown(0), start_us), status::replayed) << drift;
        EXPECT_EQ(check({"maple", owner, made.factor}, shown(1), start_us), status::ok) << drift;
    }
    for (const std::int64_t drift : {std::int64_t{-11}, std::int64_t{11}, INT64_MIN, INT64_MAX}) {
        what.drift = drift;
        expect_refused(what, 0, status::e_range, "drift");
    }
    what.drift = -1;
    what.t0_s = start_us / second_us;  // at which the token's clock has not arrived
    expect_refused(what, 0, status::e_time, "time");
}

TEST_P(imports_on, a_token_that_drifts_is_confirmed_by_its_own_clock)
{
    factor_import what = totp();
    what.is_active = false;
    what.drift = 5;
    const factor_key key{"maple", "bob", import(what, -1).factor};
    const auto confirm_with = [&](std::int64_t time_us) {
        const response typed = prepare_response(*crypto_, {}, code_at(time_us));
        return write([&](transaction& t) { return confirm(t, seal_, limits_, key, typed, start_us); }).code;
    };
    const std::int64_t there = start_us + 5 * 30 * second_us;
    EXPECT_EQ(confirm_with(start_us), status::wrong);
    EXPECT_EQ(confirm_with(there), status::ok);
    EXPECT_EQ(load(key).drift, 5);  // kept when the row is written again
    EXPECT_EQ(check(key, code_at(there), start_us), status::replayed);
}

TEST_P(imports_on, a_dry_run_writes_nothing_and_says_the_same)
{
    const std::int64_t before = n_rows();
    factor_import what = totp();
    what.period_s = 300;
    what.dry_run = true;
    const import_result dry = import(what, -1, "nobody yet");
    EXPECT_EQ(dry.code, status::ok);
    EXPECT_EQ(dry.factor, "");
    EXPECT_EQ(n_rows(), before);
    what.dry_run = false;
    const import_result wet = import(what, -1, "nobody yet");
    EXPECT_EQ(wet.warnings, dry.warnings);
    EXPECT_EQ(wet.warnings.size(), 2);  // the period, and no last step
    EXPECT_NE(n_rows(), before);
}

TEST_P(imports_on, the_same_secret_twice_would_make_each_code_good_twice)
{
    EXPECT_EQ(import(totp(), 0, "bob").code, status::ok);
    expect_refused(totp(), 0, status::e_argument, "secret");
    EXPECT_EQ(import(totp(), 0, "carol").code, status::ok);  // whose subject cannot be asked about others
    EXPECT_EQ(import(totp("12345678901234567891"), 0, "bob").code, status::ok);
}

TEST_P(imports_on, what_is_the_same_secret_to_hmac_is_the_same_secret)
{
    const std::string longer = std::string(secret) + std::string(3, '\0');
    const std::string long_one(80, 'k');
    std::string its_hash(SHA_DIGEST_LENGTH, '\0');
    SHA1(bytes_of(long_one).data(), long_one.size(), reinterpret_cast<unsigned char*>(its_hash.data()));
    EXPECT_EQ(import(totp(), 0, "bob").code, status::ok);
    expect_refused(totp(longer), 0, status::e_argument, "secret");
    EXPECT_EQ(import(totp(long_one), 0, "bob").code, status::ok);
    expect_refused(totp(its_hash), 0, status::e_argument, "secret");
}

TEST_P(imports_on, an_event_tells_who_brought_it_from_where)
{
    factor_import what = totp();
    what.actor = "admin";
    const import_result made = import(what, 0);
    const auto all = write([&](transaction& t) { return list_events(t, "maple", "bob", 0, 10); });
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].type, "factor.imported");
    EXPECT_EQ(all[0].actor, "admin");
    EXPECT_EQ(all[0].factor, made.factor);
    EXPECT_EQ(all[0].detail, R"({"provenance":"old server","state":"active","type":"totp","value":0})");
}

ON_EACH_STORE(imports_on);

}  // namespace
}  // namespace counterseal::core
