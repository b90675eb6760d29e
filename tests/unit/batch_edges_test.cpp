// SPDX-License-Identifier: Apache-2.0
// Rows at the edges of what a batch may hold: time 0, ten digits, states that the table and the caller both have.
#include <gtest/gtest.h>

#include "core/bulk/verify.hpp"
#include "core/otp/window.hpp"
#include "tests/unit/support/batch_model.hpp"
#include "tests/unit/support/bulk_kernels.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint64_t now_s = 1'700'000'000;
constexpr auto now_step = static_cast<std::int64_t>(now_s / 30);

/// One key, and the calls for one row.
class batch_edges : public test::each_bulk_kernel {
protected:
    [[nodiscard]] std::uint32_t code_of(std::uint64_t counter, std::uint32_t digits = 6) const
    {
        return counter_code(mac_of(one.prepared(0)), counter, digits);
    }

    void fill(key_table& table, std::int64_t state) const
    {
        std::uint32_t first = 99;
        ASSERT_EQ(table.add({one.keys[0].data(), 0, one.keys[0].size(), {}}, 1,
                            {reinterpret_cast<const std::uint8_t*>(&state), 0}, first),
                  status::ok);
    }

    struct answer {
        std::int8_t verdict = 99;
        std::int64_t value = -99;
        bool operator==(const answer&) const = default;
    };
    static answer are(status verdict, std::int64_t value) { return {static_cast<std::int8_t>(verdict), value}; }

    /// A TOTP row without a table.
    [[nodiscard]] answer raw(std::string code, std::uint64_t time, const totp_options& options) const
    {
        answer got;
        const std::int64_t never = -1;
        batch in;
        in.n_rows = 1;
        in.codes_are = code_kind::text;
        in.codes.base = reinterpret_cast<const std::uint8_t*>(code.data());
        in.code_width = code.size();
        in.times = {reinterpret_cast<const std::uint8_t*>(&time), 0};
        in.states = {reinterpret_cast<const std::uint8_t*>(&never), 0};
        in.keys = {one.keys[0].data(), 0, one.keys[0].size(), {}};
        EXPECT_EQ(
            totp_verify_batch({&in, nullptr, tested().hash, &tested()}, options, {&got.verdict, &got.value, nullptr}),
            status::batch_done);
        return got;
    }

    /// A row of a table with a state that the caller tells as well.
    template <class Options>
    [[nodiscard]] static answer told(const key_table& table, std::uint32_t code, std::int64_t state,
                                     const Options& options)
    {
        answer got;
        batch in;
        in.n_rows = 1;
        in.codes.base = reinterpret_cast<const std::uint8_t*>(&code);
        in.times = {reinterpret_cast<const std::uint8_t*>(&now_s), 0};
        in.states = {reinterpret_cast<const std::uint8_t*>(&state), 0};
        const row_home home{&in, &table, {}, &tested()};
        if constexpr (std::is_same_v<Options, totp_options>) {
            EXPECT_EQ(totp_verify_batch(home, options, {&got.verdict, &got.value, nullptr}), status::batch_done);
        } else {
            EXPECT_EQ(hotp_verify_batch(home, options, {&got.verdict, &got.value, nullptr}), status::batch_done);
        }
        return got;
    }

    const test::plain_table one{tested().hash, {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, {}};
};

TEST_P(batch_edges, there_is_no_step_before_the_first)
{
    const totp_options options{.past = 5};
    const auto text = [&](std::uint64_t step) {
        std::string code = std::to_string(code_of(step));
        return code.insert(0, 6 - code.size(), '0');
    };
    EXPECT_EQ(raw(text(0), 31, options), are(status::ok, 0));
    EXPECT_EQ(raw(text(2), 31, options), are(status::ok, 2));
    EXPECT_EQ(raw(text(~std::uint64_t{0}), 31, options), are(status::wrong, -1));
    EXPECT_EQ(raw(text(~std::uint64_t{0} - 3), 31, options), are(status::wrong, -1));
}

TEST_P(batch_edges, ten_digits_that_exceed_31_bits_are_wrong)
{
    const totp_options options{.digits = 10};
    const std::uint64_t code = code_of(static_cast<std::uint64_t>(now_step), 10);
    std::string right = std::to_string(code);
    right.insert(0, 10 - right.size(), '0');
    EXPECT_EQ(raw(right, now_s, options), are(status::ok, now_step));
    EXPECT_EQ(raw(std::to_string(code + (std::uint64_t{1} << 32)), now_s, options), are(status::wrong, -1));
    EXPECT_EQ(raw(std::to_string(code + (std::uint64_t{1} << 31)), now_s, options), are(status::wrong, -1));
    EXPECT_EQ(raw("9999999999", now_s, options), are(status::wrong, -1));
}

TEST_P(batch_edges, of_two_last_steps_the_higher_one_counts)
{
    const std::uint32_t code = code_of(static_cast<std::uint64_t>(now_step));
    for (const table_replay replay : {table_replay::this_process, table_replay::report_only}) {
        const auto verdict = [&](std::int64_t kept, std::int64_t given) {
            key_table table(tested().hash, table_kind::totp, replay);
            fill(table, kept);
            return told(table, code, given, totp_options{});
        };
        EXPECT_EQ(verdict(-1, now_step - 1), are(status::ok, now_step));
        EXPECT_EQ(verdict(-1, now_step), are(status::replayed, now_step));
        EXPECT_EQ(verdict(now_step, 7), are(status::replayed, 7));
        EXPECT_EQ(verdict(now_step - 1, now_step - 2), are(status::ok, now_step));
        EXPECT_EQ(verdict(-1, -2), are(status::e_range, -2));
    }
}

TEST_P(batch_edges, of_two_next_counters_the_higher_one_counts)
{
    for (const table_replay replay : {table_replay::this_process, table_replay::report_only}) {
        const auto verdict = [&](std::int64_t kept, std::int64_t given, std::uint64_t counter) {
            key_table table(tested().hash, table_kind::hotp, replay);
            fill(table, kept);
            return told(table, code_of(counter), given, hotp_options{6, 1});
        };
        EXPECT_EQ(verdict(0, 5, 6), are(status::ok, 7));
        EXPECT_EQ(verdict(0, 5, 4), are(status::wrong, 5));
        EXPECT_EQ(verdict(5, 0, 4), are(status::wrong, 0));
        EXPECT_EQ(verdict(5, 0, 6), are(status::ok, 7));
        EXPECT_EQ(verdict(5, -1, 5), are(status::e_range, -1));
    }
}

FOR_EACH_BULK_KERNEL(batch_edges);

}  // namespace
}  // namespace counterseal::core
