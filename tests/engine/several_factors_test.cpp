// SPDX-License-Identifier: Apache-2.0
// One response to any of a subject's factors: whose it is gets used, and the others keep what they had.
#include "core/engine/recovery.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

constexpr text other_secret = "abcdefghijklmnopqrst";

class several_factors_on : public verify_factor_on {
protected:
    void SetUp() override
    {
        verify_factor_on::SetUp();
        // Of the same shape, with another secret.
        factor made;
        made.key = token;
        made.state = factor_state::active;
        seal_secret(seal_, made, bytes_of(other_secret));
        write([&](transaction& t) { insert_factor(t, seal_, made); });
        set_ = make_recovery_set(*crypto_, 10);
        write([&](transaction& t) { store_recovery_set(t, seal_, "maple", "alice", set_, start_us); });
        all_ = {"phone", "token", set_.factor};
    }

    /// Attempts, streak and lock of a factor.
    std::vector<std::int64_t> counts(const std::string& id)
    {
        const factor of = load({"maple", "alice", id});
        return {of.hot.attempts, of.hot.streak, of.hot.locked_until_us};
    }
    std::int64_t failures()
    {
        static constexpr statement of_alice = {"SELECT failures FROM subject WHERE subject = 'alice'"};
        return ask(of_alice);
    }
    /// No code of any factor.
    static std::string wrong_for_all(std::int64_t time_us)
    {
        for (int number = 100'000;; ++number) {
            const std::string code = std::to_string(number);
            bool is_right = false;
            for (int step = -1; step <= 1; ++step) {
                const std::int64_t at = time_us + step * 30 * second_us;
                is_right |= code == code_at(at) || code == code_of(bytes_of(other_secret), at);
            }
            if (!is_right) {
                return code;
            }
        }
    }

    recovery_set set_;
    std::vector<std::string> all_;
};

// M13, django-two-factor-auth#473
TEST_P(several_factors_on, thirty_good_logins_with_one_leave_the_others_untouched)
{
    fail(token, 3, start_us);
    const auto before = counts("token");
    std::int64_t now = start_us;
    for (int i = 0; i < 30; ++i, now += 30 * second_us) {
        const factor_verdict v = answer_any(all_, code_at(now), now);
        EXPECT_EQ(v.code, status::ok) << i;
        EXPECT_EQ(v.factor, "phone");
        EXPECT_EQ(v.value, now / second_us / 30);
    }
    EXPECT_EQ(counts("token"), before);
    EXPECT_EQ(counts(set_.factor), (std::vector<std::int64_t>{0, 0, 0}));
    EXPECT_EQ(failures(), 3);
    const factor_verdict v = answer_any(all_, view(set_.codes[0]), now);
    EXPECT_EQ(v.code, status::ok);
    EXPECT_EQ(v.factor, set_.factor);
    EXPECT_EQ(counts("token"), before);
    EXPECT_EQ(answer_any(all_, view(set_.codes[0]), now).code, status::replayed);
}

TEST_P(several_factors_on, a_wrong_code_counts_on_each_that_it_may_be_of_and_once_on_the_subject)
{
    const factor_verdict v = answer_any(all_, wrong_for_all(start_us), start_us);
    EXPECT_EQ(v.code, status::wrong);
    EXPECT_EQ(v.factor, "");
    EXPECT_EQ(counts("phone"), (std::vector<std::int64_t>{1, 1, 0}));
    EXPECT_EQ(counts("token"), (std::vector<std::int64_t>{1, 1, 0}));
    EXPECT_EQ(counts(set_.factor), (std::vector<std::int64_t>{0, 0, 0}));  // another shape
    EXPECT_EQ(failures(), 1);
    EXPECT_EQ(events(), "factor.enrolled factor.wrong factor.wrong ");
}

TEST_P(several_factors_on, a_used_code_gives_everybody_the_attempt_back)
{
    EXPECT_EQ(answer_any(all_, code_at(start_us), start_us).code, status::ok);
    fail(token, 2, start_us);
    for (int i = 0; i < 10; ++i) {
        const factor_verdict v = answer_any(all_, code_at(start_us), start_us);
        EXPECT_EQ(v.code, status::replayed);
        EXPECT_EQ(v.factor, "phone");
    }
    EXPECT_EQ(counts("phone"), (std::vector<std::int64_t>{0, 0, 0}));
    EXPECT_EQ(counts("token"), (std::vector<std::int64_t>{2, 2, 0}));
    EXPECT_EQ(failures(), 2);
}

TEST_P(several_factors_on, a_lock_that_has_passed_is_put_back_too)
{
    fail(token, 5, start_us);
    const auto before = counts("token");
    EXPECT_EQ(before, (std::vector<std::int64_t>{5, 5, start_us + 30 * second_us}));
    const std::int64_t later = start_us + minute_us;
    EXPECT_EQ(answer_any(all_, code_at(later), later).factor, "phone");
    EXPECT_EQ(counts("token"), before);
}

TEST_P(several_factors_on, a_locked_one_is_not_looked_at_and_the_others_are)
{
    fail(token, 5, start_us);
    EXPECT_EQ(answer_any(all_, code_of(bytes_of(other_secret), start_us), start_us).code, status::wrong);
    EXPECT_EQ(counts("token")[0], 5);
    EXPECT_EQ(counts("phone")[0], 1);
    EXPECT_EQ(answer_any(all_, code_at(start_us), start_us).code, status::ok);
    fail(phone, 5, start_us + second_us);
    const factor_verdict v = answer_any(all_, code_at(start_us + 30 * second_us - 1), start_us + 30 * second_us - 1);
    EXPECT_EQ(v.code, status::throttled);
    EXPECT_EQ(v.locked_until_us, start_us + 30 * second_us);  // the first of them to come back
}

TEST_P(several_factors_on, what_fits_none_is_malformed_and_no_factor_at_all_is_wrong)
{
    for (const text shape : {"", "12345", "1234567", "12345a", "0000-0000-0000-000"}) {
        EXPECT_EQ(answer_any(all_, shape, start_us).code, status::malformed) << shape;
    }
    EXPECT_EQ(answer_any({}, code_at(start_us), start_us).code, status::wrong);
    EXPECT_EQ(answer_any({"none", "no"}, code_at(start_us), start_us).code, status::wrong);
    EXPECT_EQ(answer_any({"phone"}, code_at(start_us), start_us, "bob").code, status::wrong);
    EXPECT_EQ(failures(), 0);
    EXPECT_EQ(events(), "factor.enrolled ");
}

TEST_P(several_factors_on, one_that_is_named_twice_is_charged_once)
{
    EXPECT_EQ(answer_any({"phone", "phone"}, wrong_at(start_us), start_us).code, status::wrong);
    EXPECT_EQ(counts("phone"), (std::vector<std::int64_t>{1, 1, 0}));
}

TEST_P(several_factors_on, a_code_that_is_right_for_two_is_used_up_for_both)
{
    add_factor({"maple", "alice", "twin"});
    const std::vector<std::string> twins = {"phone", "twin"};
    EXPECT_EQ(answer_any(twins, code_at(start_us), start_us).code, status::ok);
    EXPECT_EQ(answer_any(twins, code_at(start_us), start_us).code, status::replayed);
    EXPECT_EQ(check({"maple", "alice", "twin"}, code_at(start_us), start_us), status::replayed);
}

ON_EACH_STORE(several_factors_on);

}  // namespace
}  // namespace counterseal::core
