// SPDX-License-Identifier: Apache-2.0
// A batch of TOTP codes equals its rows verified one after another.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/bulk/generate.hpp"
#include "core/bulk/verify.hpp"
#include "tests/unit/support/batch_model.hpp"
#include "tests/unit/support/bulk_kernels.hpp"

namespace counterseal::core {
namespace {

using test::column_of;
using test::packed_keys;
using test::plain_table;

constexpr std::uint64_t now_s = 1'700'000'000;

struct drawn {
    std::vector<std::uint32_t> rows;
    std::vector<std::uint64_t> times;
    std::vector<std::string> codes;  // as typed
    std::vector<std::uint32_t> numbers;
    std::vector<char> texts;  // 12 characters each
    std::vector<std::int8_t> statuses;
    std::vector<std::int64_t> steps;
};

/// Rows with right codes of the window and outside it, wrong and malformed ones; many rows of one key in a batch.
drawn draw(const plain_table& table, std::size_t n, const totp_options& options, bool shared_time,
           std::mt19937_64& random)
{
    drawn all;
    for (std::size_t i = 0; i < n; ++i) {
        const auto row = static_cast<std::uint32_t>(random() % table.keys.size());
        const std::uint64_t time = shared_time ? now_s : now_s + random() % 300;
        std::string code(options.digits, '0');
        const hmac_key key = table.prepared(row);
        const std::uint64_t near = time - 30 * 3 + 30 * (random() % 6);
        EXPECT_EQ(totp_generate(mac_of(key), near, options, code.data()), status::ok);
        if (random() % 5 == 0) {
            code = std::to_string(random() % 1'000'000);
            code.resize(options.digits, '7');
        }
        all.rows.push_back(row);
        all.times.push_back(time);
        all.numbers.push_back(static_cast<std::uint32_t>(std::stoull(code)));
        if (random() % 9 == 0) {
            code = random() % 2 == 0 ? code.substr(1) : code.substr(0, 3) + " " + code.substr(3);
        }
        code.copy(all.texts.insert(all.texts.end(), 12, '\0').base(), 12);
        all.codes.push_back(code);
    }
    all.statuses.assign(n, 99);
    all.steps.assign(n, -99);
    return all;
}

/// The calls for one code, and what they leave in `table`.
void verify_one_by_one(plain_table& table, const drawn& all, const totp_options& options, bool as_text,
                       std::vector<std::int8_t>& statuses, std::vector<std::int64_t>& steps)
{
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
        const hmac_key key = table.prepared(all.rows[i]);
        std::string number = std::to_string(all.numbers[i]);
        number.insert(0, options.digits - std::min<std::size_t>(number.size(), options.digits), '0');
        std::int64_t& state = table.states[all.rows[i]];
        const auto verdict = totp_verify(mac_of(key), as_text ? all.codes[i] : number, state, all.times[i], options);
        state = verdict.step;
        statuses.push_back(static_cast<std::int8_t>(verdict.code));
        steps.push_back(verdict.step);
    }
}

batch batch_of(const drawn& all, bool as_text, bool shared_time)
{
    batch in;
    in.n_rows = all.rows.size();
    in.codes_are = as_text ? code_kind::text : code_kind::number;
    in.codes = as_text ? column<std::uint32_t>{reinterpret_cast<const std::uint8_t*>(all.texts.data()), 12}
                       : column_of(all.numbers);
    in.code_width = 12;
    in.times = column_of(all.times);
    in.times.stride = shared_time ? 0 : in.times.stride;
    return in;
}

class batch_totp : public test::each_bulk_kernel {};

TEST_P(batch_totp, equals_its_rows_one_after_another_in_a_table_that_moves_its_states)
{
    std::mt19937_64 random(1);
    for (const bool as_text : {false, true}) {
        for (const bool shared_time : {false, true}) {
            for (const std::size_t n : {1U, 2U, 3U, 17U, 400U, 1601U}) {
                const totp_options options{.digits = 6 + static_cast<std::uint32_t>(n % 4), .past = 2, .future = 3};
                plain_table plain = test::random_table(tested().hash, 41, -1, random);
                const packed_keys keys(plain.keys);
                key_table table(tested().hash, table_kind::totp, table_replay::this_process);
                std::uint32_t first = 99;
                ASSERT_EQ(table.add(keys.source(), 41, {}, first), status::ok);
                ASSERT_EQ(first, 0);
                drawn all = draw(plain, n, options, shared_time, random);
                batch in = batch_of(all, as_text, shared_time);
                in.rows = column_of(all.rows);
                ASSERT_EQ(totp_verify_batch({&in, &table, {}, &tested()}, options,
                                            {all.statuses.data(), all.steps.data(), nullptr}),
                          status::batch_done);
                std::vector<std::int8_t> statuses;
                std::vector<std::int64_t> steps;
                verify_one_by_one(plain, all, options, as_text, statuses, steps);
                EXPECT_EQ(all.statuses, statuses) << n;
                for (std::size_t i = 0; i < n; ++i) {
                    // A malformed code is refused before the state of its row is looked at again.
                    if (statuses[i] != static_cast<std::int8_t>(status::malformed)) {
                        EXPECT_EQ(all.steps[i], steps[i]);
                    }
                }
                for (std::size_t row = 0; row < 41; ++row) {
                    EXPECT_EQ(table.state(row).load(), plain.states[row]);
                }
            }
        }
    }
}

/// Rows of a report-only table, or raw keys with ids: the same verdicts, and nothing is written but the answers.
TEST_P(batch_totp, equals_its_rows_one_after_another_where_nothing_keeps_states)
{
    std::mt19937_64 random(2);
    for (const bool is_raw : {false, true}) {
        for (const std::size_t n : {1U, 30U, 65U, 900U}) {
            const totp_options options{.digits = 8};
            plain_table plain = test::random_table(tested().hash, 23, 56'666'660, random);
            const packed_keys keys(plain.keys);
            key_table table(tested().hash, table_kind::totp, table_replay::report_only);
            std::uint32_t first = 99;
            ASSERT_EQ(table.add(keys.source(), 23, column_of(plain.states), first), status::ok);
            drawn all = draw(plain, n, options, false, random);
            batch in = batch_of(all, false, false);
            std::vector<std::vector<std::uint8_t>> row_keys;
            std::vector<std::uint64_t> ids;
            for (const std::uint32_t row : all.rows) {
                row_keys.push_back(plain.keys[row]);
                ids.push_back(~std::uint64_t{row});
                all.steps[ids.size() - 1] = plain.states[row];
            }
            const packed_keys raw(row_keys);
            in.keys = raw.source();
            in.ids = column_of(ids);
            in.rows = column_of(all.rows);
            in.states = column_of(all.steps);  // in place
            const auto given = all.steps;
            ASSERT_EQ(totp_verify_batch({&in, is_raw ? nullptr : &table, tested().hash, &tested()}, options,
                                        {all.statuses.data(), all.steps.data(), nullptr}),
                      status::batch_done);
            std::vector<std::int8_t> statuses;
            std::vector<std::int64_t> steps;
            verify_one_by_one(plain, all, options, false, statuses, steps);
            EXPECT_EQ(all.statuses, statuses) << n;
            for (std::size_t i = 0; i < n; ++i) {
                EXPECT_EQ(all.steps[i], statuses[i] == 0 ? steps[i] : given[i]);
            }
        }
    }
}

TEST_P(batch_totp, generation_equals_the_calls_for_one_code)
{
    std::mt19937_64 random(3);
    const totp_options options{.digits = 7};
    plain_table plain = test::random_table(tested().hash, 50, -1, random);
    const packed_keys keys(plain.keys);
    batch in;
    in.n_rows = 50;
    in.keys = keys.source();
    std::vector<std::uint64_t> times(50);
    std::ranges::generate(times, [&] { return random() % 20'000'000'000; });
    times[7] = 200'000'000'000;
    in.times = column_of(times);
    std::vector<std::int8_t> statuses(50, 99);
    std::vector<std::uint32_t> codes(50, 99);
    ASSERT_EQ(totp_generate_batch({&in, nullptr, tested().hash, &tested()}, options,
                                  {statuses.data(), nullptr, codes.data()}),
              status::batch_done);
    for (std::size_t i = 0; i < 50; ++i) {
        if (i == 7) {
            EXPECT_EQ(statuses[i], static_cast<std::int8_t>(status::e_time));
            EXPECT_EQ(codes[i], 0);
            continue;
        }
        std::string code(7, '0');
        ASSERT_EQ(totp_generate(mac_of(plain.prepared(i)), times[i], options, code.data()), status::ok);
        EXPECT_EQ(statuses[i], 0);
        EXPECT_EQ(codes[i], std::stoull(code));
    }
}

FOR_EACH_BULK_KERNEL(batch_totp);

}  // namespace
}  // namespace counterseal::core
