// SPDX-License-Identifier: Apache-2.0
// A batch of HOTP codes equals its rows verified one after another: a window begins where the row before has left it.
#include <gtest/gtest.h>

#include "core/bulk/generate.hpp"
#include "core/bulk/verify.hpp"
#include "core/otp/truncate.hpp"
#include "core/otp/window.hpp"
#include "tests/unit/support/batch_model.hpp"
#include "tests/unit/support/bulk_kernels.hpp"

namespace counterseal::core {
namespace {

using test::column_of;
using test::packed_keys;
using test::plain_table;

constexpr std::size_t n_keys = 19;

struct drawn {
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> codes;
    std::vector<std::int8_t> statuses;
    std::vector<std::int64_t> counters;
};

/// Codes near and beyond the windows, so that an earlier row decides whether a later one matches.
drawn draw(const plain_table& table, std::size_t n, std::uint32_t look_ahead, std::mt19937_64& random)
{
    drawn all;
    for (std::size_t i = 0; i < n; ++i) {
        const auto row = static_cast<std::uint32_t>(random() % table.keys.size());
        const hmac_key key = table.prepared(row);
        const std::uint64_t counter = static_cast<std::uint64_t>(table.states[row]) + random() % (2 * look_ahead + 3);
        all.rows.push_back(row);
        all.codes.push_back(random() % 4 == 0 ? static_cast<std::uint32_t>(random() % 1'000'000)
                                              : counter_code(mac_of(key), counter, 6));
    }
    all.statuses.assign(n, 99);
    all.counters.assign(n, -99);
    return all;
}

void verify_one_by_one(plain_table& table, const drawn& all, const hotp_options& options,
                       std::vector<std::int8_t>& statuses, std::vector<std::int64_t>& counters)
{
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
        const hmac_key key = table.prepared(all.rows[i]);
        char code[6];
        write_decimal(all.codes[i], 6, code);
        std::int64_t& state = table.states[all.rows[i]];
        const auto verdict = hotp_verify(mac_of(key), {code, 6}, static_cast<std::uint64_t>(state), options);
        state = static_cast<std::int64_t>(verdict.next_counter);
        statuses.push_back(static_cast<std::int8_t>(verdict.code));
        counters.push_back(state);
    }
}

plain_table random_table(hash_id hash, std::mt19937_64& random)
{
    plain_table table = test::random_table(hash, n_keys, 0, random);
    for (std::size_t row = 0; row < n_keys; ++row) {
        table.states[row] = static_cast<std::int64_t>(random() >> (1 + random() % 63));
    }
    return table;
}

class batch_hotp : public test::each_bulk_kernel {};

TEST_P(batch_hotp, equals_its_rows_one_after_another)
{
    enum class home { moving, reporting, raw };
    std::mt19937_64 random(1);
    for (const home where : {home::moving, home::reporting, home::raw}) {
        for (const std::uint32_t look_ahead : {0U, 1U, 5U, 100U}) {
            for (const std::size_t n : {1U, 40U, 500U}) {
                const hotp_options options{6, look_ahead};
                plain_table plain = random_table(tested().hash, random);
                const packed_keys keys(plain.keys);
                key_table table(tested().hash, table_kind::hotp,
                                where == home::moving ? table_replay::this_process : table_replay::report_only);
                std::uint32_t first = 99;
                ASSERT_EQ(table.add(keys.source(), n_keys, column_of(plain.states), first), status::ok);
                drawn all = draw(plain, n, look_ahead, random);
                batch in;
                in.n_rows = n;
                in.codes = column_of(all.codes);
                std::vector<std::vector<std::uint8_t>> row_keys;
                std::vector<std::uint64_t> ids;
                std::vector<std::int64_t> given;
                for (const std::uint32_t row : all.rows) {
                    row_keys.push_back(plain.keys[row]);
                    ids.push_back(row);
                    given.push_back(plain.states[row]);
                }
                const packed_keys raw(row_keys);
                if (where == home::raw) {
                    in.keys = raw.source();
                    in.ids = column_of(ids);
                    in.states = column_of(given);
                } else {
                    in.rows = column_of(all.rows);
                }
                ASSERT_EQ(hotp_verify_batch({&in, where == home::raw ? nullptr : &table, tested().hash, &tested()},
                                            options, {all.statuses.data(), all.counters.data(), nullptr}),
                          status::batch_done);
                std::vector<std::int8_t> statuses;
                std::vector<std::int64_t> counters;
                verify_one_by_one(plain, all, options, statuses, counters);
                EXPECT_EQ(all.statuses, statuses) << n << ' ' << look_ahead;
                for (std::size_t i = 0; i < n; ++i) {
                    if (statuses[i] == 0) {
                        EXPECT_EQ(all.counters[i], counters[i]);
                    } else if (where != home::moving) {
                        EXPECT_EQ(all.counters[i], given[i]);
                    }
                }
                for (std::size_t row = 0; where == home::moving && row < n_keys; ++row) {
                    EXPECT_EQ(table.state(row).load(), plain.states[row]);
                }
            }
        }
    }
}

TEST_P(batch_hotp, a_state_without_successor_is_a_row_out_of_range)
{
    const std::vector<std::vector<std::uint8_t>> key{{1, 2, 3}};
    const packed_keys keys(key);
    key_table table(tested().hash, table_kind::hotp, table_replay::this_process);
    std::uint32_t first = 99;
    const std::vector<std::int64_t> last{INT64_MAX - 5};
    ASSERT_EQ(table.add(keys.source(), 1, column_of(last), first), status::ok);
    const std::uint32_t code = 123456;
    std::int8_t verdict = 99;
    batch in;
    in.n_rows = 1;
    in.codes = {reinterpret_cast<const std::uint8_t*>(&code), 4};
    const row_home home{&in, &table, {}, &tested()};
    EXPECT_EQ(hotp_verify_batch(home, {6, 4}, {&verdict, nullptr, nullptr}), status::batch_done);
    EXPECT_EQ(verdict, static_cast<std::int8_t>(status::wrong));
    EXPECT_EQ(hotp_verify_batch(home, {6, 5}, {&verdict, nullptr, nullptr}), status::batch_done);
    EXPECT_EQ(verdict, static_cast<std::int8_t>(status::e_range));
}

FOR_EACH_BULK_KERNEL(batch_hotp);

}  // namespace
}  // namespace counterseal::core
