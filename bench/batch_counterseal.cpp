// SPDX-License-Identifier: Apache-2.0
// Whole batches through the C ABI, with the kernels that it picks for this CPU.
#include <chrono>
#include <cstring>
#include <random>
#include <thread>

#include "bench/batch_row.hpp"
#include "bench/batch_table.hpp"
#include "bench/row.hpp"

namespace counterseal::bench {
namespace {

constexpr std::int64_t never = -1;

/// Rows of a table that tells and does not store.
class prepared {
public:
    explicit prepared(const users& all, bool own_times = false)
        : table_{table_of(all, CSEAL_TABLE_TOTP, CSEAL_REPLAY_REPORT_ONLY)}, answers_{all.size()}
    {
        if (own_times) {
            times_.assign(all.size(), now_s);
        }
    }

    std::int64_t operator()(const std::vector<std::uint32_t>& codes) { return verify(codes, codes.size()); }

    std::int64_t verify(const std::vector<std::uint32_t>& codes, std::size_t n)
    {
        cseal_batch batch = new_batch();
        batch.n_rows = n;
        batch.codes = codes.data();
        batch.times = times_.empty() ? &now_s : times_.data();
        batch.times_stride = times_.empty() ? 0 : sizeof now_s;
        return answers_.accepted(
            cseal_totp_verify_batch(table_.get(), &batch, nullptr, answers_.status.data(), answers_.step.data()), n);
    }

private:
    table_ptr table_;
    std::vector<std::uint64_t> times_;
    answers answers_;
};

class raw {
public:
    explicit raw(const users& all) : all_{all}, answers_{all.size()} {}

    std::int64_t operator()(const std::vector<std::uint32_t>& codes)
    {
        cseal_batch batch = new_batch();
        batch.n_rows = codes.size();
        batch.codes = codes.data();
        batch.times = &now_s;
        batch.states = &never;
        batch.states_stride = 0;
        batch.keys = all_.secret(0).data();
        batch.keys_stride = all_.secret(0).size();
        batch.key_len = all_.secret(0).size();
        return answers_.accepted(cseal_totp_verify_batch_raw(algorithm_of(all_.by()), &batch, nullptr,
                                                             answers_.status.data(), answers_.step.data()),
                                 codes.size());
    }

private:
    const users& all_;
    answers answers_;
};

/// Batches of `n` rows, one behind another through the crowd.
void time_size(benchmark::State& state, std::size_t n)
{
    prepared verify{crowd_of(hash::sha1)};
    const auto& codes = codes_of(hash::sha1).miss;
    std::int64_t accepted = 0;
    for (auto _ : state) {
        accepted += verify.verify(codes, n);
    }
    if (accepted != 0) {
        state.SkipWithError("a wrong code was not a miss");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n));
}

/// Each thread its own half of the rows of one table, in batches of 4,096. Verifications a second by the clock on the
/// wall: CPU time is that of one thread.
void time_threads(benchmark::State& state, std::size_t n_threads)
{
    constexpr std::size_t at_once = 4'096;
    const table_ptr table = table_of(crowd_of(hash::sha1), CSEAL_TABLE_TOTP, CSEAL_REPLAY_REPORT_ONLY);
    const auto& codes = codes_of(hash::sha1).miss;
    std::vector<std::uint32_t> rows(n_rows);
    for (std::uint32_t i = 0; i < n_rows; ++i) {
        rows[i] = i;
    }
    const auto verify_part = [&](std::size_t part) {
        answers own{at_once};
        for (int pass = 0; pass < 16; ++pass) {
            for (std::size_t begin = part * n_rows / n_threads; begin < (part + 1) * n_rows / n_threads;
                 begin += at_once) {
                cseal_batch batch = new_batch();
                batch.n_rows = at_once;
                batch.rows = rows.data() + begin;
                batch.codes = codes.data() + begin;
                batch.times = &now_s;
                (void)cseal_totp_verify_batch(table.get(), &batch, nullptr, own.status.data(), own.step.data());
            }
        }
    };
    const auto begin = std::chrono::steady_clock::now();
    for (auto _ : state) {
        std::vector<std::jthread> threads;
        for (std::size_t part = 1; part < n_threads; ++part) {
            threads.emplace_back(verify_part, part);
        }
        verify_part(0);
    }
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    state.counters["items_per_second"] = static_cast<double>(state.iterations() * 16 * n_rows) / passed.count();
}

/// Rows in random order, every second with a right code: a table of `n` users that stores steps. Times advance, so that
/// the right codes are fresh in every pass; making them is not timed.
void time_replay(benchmark::State& state, std::size_t n)
{
    std::vector<std::uint8_t> keys(n * 20);
    std::mt19937_64 random{20261125};
    for (std::size_t i = 0; i < keys.size(); i += 4) {
        const auto word = static_cast<std::uint32_t>(random());
        std::memcpy(keys.data() + i, &word, sizeof word);
    }
    const table_ptr table = new_table(hash::sha1, CSEAL_TABLE_TOTP, CSEAL_REPLAY_THIS_PROCESS);
    add_rows(table.get(), keys.data(), 20, n);
    keys = {};
    const std::size_t at_once = std::min<std::size_t>(n, n_rows);
    std::vector<std::uint32_t> rows(at_once);
    std::vector<std::uint32_t> codes(at_once);
    answers own{at_once};
    std::uint64_t time = now_s;
    std::int64_t n_accepted = 0;
    std::int64_t n_right = 0;
    for (auto _ : state) {
        state.PauseTiming();
        time += 3 * period_s;
        for (std::size_t i = 0; i < at_once; ++i) {
            rows[i] = static_cast<std::uint32_t>(n == at_once ? i : random() % n);
        }
        if (n == at_once) {
            std::shuffle(rows.begin(), rows.end(), random);
        }
        cseal_batch batch = new_batch();
        batch.n_rows = at_once;
        batch.rows = rows.data();
        batch.times = &time;
        if (cseal_totp_generate_batch(table.get(), 0, &batch, nullptr, own.status.data(), codes.data()) !=
            CSEAL_BATCH_DONE) {
            state.SkipWithError("codes could not be made");
            break;
        }
        for (std::size_t i = 0; i < at_once; ++i) {
            const bool is_right = random() % 2 == 0;
            codes[i] =
                is_right ? codes[i] : (codes[i] + 1 + static_cast<std::uint32_t>(random() % 999'998)) % 1'000'000;
            n_right += is_right ? 1 : 0;
        }
        // What making the codes has brought into the caches goes again where the table is larger than they are.
        static std::vector<std::uint8_t> other(n > n_rows ? std::size_t{64} << 20 : 1);
        for (std::size_t i = 0; i < other.size(); i += 64) {
            ++other[i];
        }
        batch.codes = codes.data();
        state.ResumeTiming();
        n_accepted += own.accepted(
            cseal_totp_verify_batch(table.get(), &batch, nullptr, own.status.data(), own.step.data()), at_once);
    }
    // A wrong code is right once in some hundred thousand, and a row that was drawn twice is a replay.
    if (n_accepted < n_right * 98 / 100 || n_accepted > n_right * 101 / 100) {
        state.SkipWithError("not every second code was accepted");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(at_once));
}

/// HOTP with one counter, or codes made: the work of one step a row.
void time_one_step(benchmark::State& state, hash h, bool is_hotp)
{
    const users& all = crowd_of(h);
    const table_ptr table = table_of(all, is_hotp ? CSEAL_TABLE_HOTP : CSEAL_TABLE_TOTP, CSEAL_REPLAY_REPORT_ONLY);
    std::vector<std::uint32_t> codes(n_rows, 123'456);
    std::vector<std::uint64_t> next(n_rows);
    answers own{n_rows};
    cseal_batch batch = new_batch();
    batch.n_rows = n_rows;
    batch.times = &now_s;
    for (auto _ : state) {
        if (is_hotp) {
            batch.codes = codes.data();
        }
        const cseal_status done =
            is_hotp ? cseal_hotp_verify_batch(table.get(), &batch, nullptr, own.status.data(), next.data())
                    : cseal_totp_generate_batch(table.get(), 0, &batch, nullptr, own.status.data(), codes.data());
        if (done != CSEAL_BATCH_DONE) {
            state.SkipWithError("refused");
            break;
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n_rows));
}

}  // namespace

void add_batch_rows()
{
    for (const hash h : all_hashes) {
        const std::string name = name_of(h);
        add_batch_row("totp_verify_batch/" + name + "/raw/counterseal", h, [](const users& all) { return raw{all}; });
        add_batch_row("totp_verify_batch/" + name + "/prepared/counterseal", h,
                      [](const users& all) { return prepared{all}; });
        add_batch_row("totp_verify_counters/" + name + "/counterseal", h,
                      [](const users& all) { return prepared{all, true}; });
        benchmark::RegisterBenchmark(("hotp_verify_batch/" + name).c_str(), time_one_step, h, true);
        benchmark::RegisterBenchmark(("totp_generate_batch/" + name).c_str(), time_one_step, h, false);
    }
    for (const std::size_t n : {1U, 2U, 3U, 4U, 8U, 16U, 32U, 64U, 256U, 1'024U, 4'096U, 65'536U}) {
        benchmark::RegisterBenchmark(("totp_verify_size/" + std::to_string(n)).c_str(), time_size, n);
    }
    for (const std::size_t n : {1U, 2U}) {
        benchmark::RegisterBenchmark(("totp_verify_threads/" + std::to_string(n)).c_str(), time_threads, n);
    }
    benchmark::RegisterBenchmark("totp_verify_replay/sha1", time_replay, n_rows);
    benchmark::RegisterBenchmark("totp_verify_cold/10000000", time_replay, 10'000'000U);
}

}  // namespace counterseal::bench
