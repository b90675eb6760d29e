// SPDX-License-Identifier: Apache-2.0
// Many threads on few rows of one key table: exactly one accept for each code.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <barrier>
#include <thread>
#include <vector>

#include "core/bulk/generate.hpp"
#include "core/bulk/verify.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t n_threads = 8;
constexpr std::size_t n_keys = 3;
constexpr std::size_t n_rounds = 20;
constexpr std::size_t batch_len = 40;
constexpr std::uint64_t first_time = 1'700'000'000;

template <class T>
column<T> column_of(const T* values, std::size_t stride = sizeof(T))
{
    return {reinterpret_cast<const std::uint8_t*>(values), stride};
}

/// Keys that differ in their first byte.
struct few_keys {
    std::array<std::array<std::uint8_t, 20>, n_keys> bytes{};

    few_keys()
    {
        for (std::size_t i = 0; i < n_keys; ++i) {
            bytes[i].fill(7);
            bytes[i][0] = static_cast<std::uint8_t>(i);
        }
    }
    [[nodiscard]] key_source source() const { return {bytes[0].data(), 20, 20, {}}; }
};

/// Rows 0, 1, 2, 0, 1, 2, ...
std::array<std::uint32_t, batch_len> all_rows()
{
    std::array<std::uint32_t, batch_len> rows{};
    for (std::size_t i = 0; i < batch_len; ++i) {
        rows[i] = static_cast<std::uint32_t>(i % n_keys);
    }
    return rows;
}

/// Runs work(thread) on all threads at once.
template <class Work>
void together(Work&& work)
{
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < n_threads; ++thread) {
        threads.emplace_back([&work, thread] { work(thread); });
    }
}

TEST(key_table_threads, a_totp_code_is_accepted_exactly_once)
{
    const few_keys keys;
    key_table table(hash_id::sha1, table_kind::totp, table_replay::this_process);
    std::uint32_t first = 0;
    ASSERT_EQ(table.add(keys.source(), n_keys, {}, first), status::ok);
    const auto rows = all_rows();
    // Each round is one step of time later, so that the codes of a round are new.
    std::array<std::array<std::atomic<int>, n_keys>, n_rounds> accepted{};
    std::barrier round_begins(n_threads);
    together([&](std::size_t) {
        for (std::size_t round = 0; round < n_rounds; ++round) {
            const std::uint64_t time = first_time + 30 * round;
            std::array<std::int8_t, batch_len> statuses{};
            std::array<std::uint32_t, batch_len> codes{};
            batch in;
            in.n_rows = batch_len;
            in.rows = column_of(rows.data());
            in.times = column_of(&time, 0);
            EXPECT_EQ(totp_generate_batch({&in, &table, {}, nullptr}, {}, {statuses.data(), nullptr, codes.data()}),
                      status::batch_done);
            in.codes = column_of(codes.data());
            round_begins.arrive_and_wait();
            EXPECT_EQ(totp_verify_batch({&in, &table, {}, nullptr}, {}, {statuses.data(), nullptr, nullptr}),
                      status::batch_done);
            for (std::size_t i = 0; i < batch_len; ++i) {
                accepted[round][rows[i]] += statuses[i] == 0 ? 1 : 0;
            }
        }
    });
    for (std::size_t round = 0; round < n_rounds; ++round) {
        for (std::size_t key = 0; key < n_keys; ++key) {
            EXPECT_EQ(accepted[round][key], 1) << "round " << round << " key " << key;
        }
    }
}

TEST(key_table_threads, a_hotp_code_is_accepted_exactly_once)
{
    const few_keys keys;
    key_table table(hash_id::sha256, table_kind::hotp, table_replay::this_process);
    std::uint32_t first = 0;
    ASSERT_EQ(table.add(keys.source(), n_keys, {}, first), status::ok);
    const auto rows = all_rows();
    // With fewer digits, a code might by chance be that of another counter of the window, too.
    constexpr hotp_options ten_digits{10, 25};
    // Everybody types all codes in order: one of them for each counter gets in.
    std::array<std::array<std::atomic<int>, n_rounds + 1>, n_keys> accepted{};
    together([&](std::size_t) {
        for (std::int64_t counter = 0; counter < static_cast<std::int64_t>(n_rounds); ++counter) {
            std::array<std::int8_t, batch_len> statuses{};
            std::array<std::uint32_t, batch_len> codes{};
            std::array<std::int64_t, batch_len> next{};
            batch in;
            in.n_rows = batch_len;
            in.rows = column_of(rows.data());
            batch made;
            const auto raw = keys.source();
            for (std::size_t i = 0; i < batch_len; ++i) {
                made.n_rows = 1;
                made.keys = {raw.base + rows[i] * raw.stride, 0, raw.len, {}};
                made.states = column_of(&counter, 0);
                ASSERT_EQ(hotp_generate_batch({&made, nullptr, hash_id::sha256, nullptr}, ten_digits,
                                              {&statuses[i], nullptr, &codes[i]}),
                          status::batch_done);
            }
            in.codes = column_of(codes.data());
            ASSERT_EQ(
                hotp_verify_batch({&in, &table, {}, nullptr}, ten_digits, {statuses.data(), next.data(), nullptr}),
                status::batch_done);
            for (std::size_t i = 0; i < batch_len; ++i) {
                if (statuses[i] == 0) {
                    ++accepted[rows[i]][static_cast<std::size_t>(next[i])];
                }
            }
        }
    });
    for (std::size_t key = 0; key < n_keys; ++key) {
        // A counter may be jumped over by whoever is ahead, and is then accepted by nobody.
        for (const auto& times : accepted[key]) {
            EXPECT_LE(times, 1);
        }
        EXPECT_EQ(accepted[key][n_rounds], 1);
        EXPECT_EQ(table.state(key).load(), static_cast<std::int64_t>(n_rounds));
    }
}

TEST(key_table_threads, rows_come_and_go_while_others_are_verified)
{
    const few_keys keys;
    key_table table(hash_id::sha1, table_kind::totp, table_replay::this_process);
    std::uint32_t first = 0;
    ASSERT_EQ(table.add(keys.source(), n_keys, {}, first), status::ok);
    std::atomic<bool> is_over = false;
    std::atomic<std::uint64_t> n_batches = 0;
    std::jthread changes([&] {
        for (std::size_t i = 0; i < 200; ++i) {
            std::uint32_t row = 0;
            EXPECT_EQ(table.add(keys.source(), n_keys, {}, row), status::ok);
            EXPECT_EQ(table.replace(1, {keys.bytes[1]}, -1), status::ok);
            EXPECT_EQ(table.remove(row), status::ok);
            while (n_batches.load() < i) {
                std::this_thread::yield();
            }
        }
        is_over = true;
    });
    together([&](std::size_t) {
        const auto rows = all_rows();
        const std::uint64_t time = first_time;
        std::array<std::int8_t, batch_len> statuses{};
        std::array<std::uint32_t, batch_len> codes{};
        batch in;
        in.n_rows = batch_len;
        in.rows = column_of(rows.data());
        in.codes = column_of(codes.data());
        in.times = column_of(&time, 0);
        while (!is_over) {
            EXPECT_EQ(totp_verify_batch({&in, &table, {}, nullptr}, {}, {statuses.data(), nullptr, nullptr}),
                      status::batch_done);
            ++n_batches;
        }
    });
    EXPECT_EQ(table.size(), n_keys + 200 * n_keys);
}

}  // namespace
}  // namespace counterseal::core
