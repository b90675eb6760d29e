// SPDX-License-Identifier: Apache-2.0
// TOTP against a plain search, on random windows full of collisions.
#include <gtest/gtest.h>

#include "core/otp/totp.hpp"
#include "tests/unit/support/fake_mac.hpp"
#include "tests/unit/support/typing.hpp"

namespace counterseal::core {
namespace {

using test::random_source;

struct plan {
    totp_options options;
    std::uint64_t now_s;
    std::int64_t last_step;
    std::uint64_t code;
    bool well_formed;
};

/// Small numbers, so that windows meet step 0, last_step and each other.
plan random_plan(random_source& random)
{
    plan made;
    const auto past = static_cast<std::uint32_t>(random.below(21));
    made.options = {static_cast<std::uint32_t>(random.between(6, 10)),
                    static_cast<std::uint32_t>(random.between(1, 40)),
                    past,
                    static_cast<std::uint32_t>(random.below(21 - past)),
                    random.below(2) == 0,
                    random.below(3) == 0 ? random.below(200) : 0};
    made.now_s = made.options.t0_s + random.below(1000);
    const std::uint64_t now = (made.now_s - made.options.t0_s) / made.options.period_s;
    made.last_step = static_cast<std::int64_t>(random.below(now + 25)) - 1;
    made.code = random.below(6);
    made.well_formed = random.below(4) != 0;
    return made;
}

totp_verdict plain_search(const test::fake_mac& fake, const plan& at)
{
    if (!at.well_formed) {
        return {status::malformed, at.last_step};
    }
    const auto now = static_cast<std::int64_t>((at.now_s - at.options.t0_s) / at.options.period_s);
    for (std::int64_t step = now + at.options.future; step >= now - std::int64_t{at.options.past} && step >= 0;
         --step) {
        if (fake.value(static_cast<std::uint64_t>(step)) == at.code) {
            return step > at.last_step ? totp_verdict{status::ok, step} : totp_verdict{status::replayed, at.last_step};
        }
    }
    return {status::wrong, at.last_step};
}

TEST(totp_model, random_windows)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    int n_of[4] = {};
    for (int round = 0; round < 30'000; ++round) {
        const plan at = random_plan(random);
        const std::uint64_t salt = random.next();
        const std::uint64_t n_codes = random.between(2, 40);
        const test::fake_mac fake([&](std::uint64_t step) {
            return static_cast<std::uint32_t>((step * 0x9e3779b97f4a7c15 ^ salt) * 0xbf58476d1ce4e5b9 % n_codes);
        });
        const std::string right = test::code_text(at.code, at.options.digits);
        const std::string text = at.well_formed ? test::typed(right, random) : test::mistyped(right, random);

        const auto expected = plain_search(fake, at);
        const auto verdict = totp_verify(fake.mac(), text, at.last_step, at.now_s, at.options);
        ASSERT_EQ(verdict.code, expected.code) << "round " << round << ", typed " << testing::PrintToString(text);
        ASSERT_EQ(verdict.step, expected.step) << "round " << round;

        const std::uint64_t now = (at.now_s - at.options.t0_s) / at.options.period_s;
        const std::uint64_t before = now < at.options.past ? now : at.options.past;
        ASSERT_EQ(fake.asked(), test::counting_from(now - before, before + 1 + at.options.future));
        ++n_of[static_cast<int>(verdict.code)];
    }
    for (const int n : n_of) {
        EXPECT_GT(n, 1000) << "the plans reach every verdict";
    }
}

TEST(totp_model, no_code_is_accepted_twice)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (int round = 0; round < 3000; ++round) {
        const std::uint64_t salt = random.next();
        const test::fake_mac fake([&](std::uint64_t step) { return static_cast<std::uint32_t>((step ^ salt) % 5); });
        std::int64_t last_step = -1;
        const totp_options options{6, 30, 2, 2};
        const std::uint64_t start = random.below(1'000'000);
        const std::string code = test::code_text(random.below(5), 6);
        std::int64_t highest_seen = -1;
        for (std::uint64_t now_s = start; now_s < start + 300; now_s += 7) {
            const auto verdict = totp_verify(fake.mac(), code, last_step, now_s, options);
            if (verdict.code == status::ok) {
                ASSERT_GT(verdict.step, highest_seen) << "a step was used twice";
                highest_seen = verdict.step;
                // The next submission, at once, is refused.
                const auto again = totp_verify(fake.mac(), code, verdict.step, now_s, options);
                ASSERT_EQ(again.code, status::replayed);
                ASSERT_EQ(again.step, verdict.step);
            }
            ASSERT_GE(verdict.step, last_step) << "last_step never falls";
            last_step = verdict.step;
        }
    }
}

}  // namespace
}  // namespace counterseal::core
