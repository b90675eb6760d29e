// SPDX-License-Identifier: Apache-2.0
// The log of a tenant: what an event costs in it, what a proof costs, and how fast somebody verifies an export who has
// no store.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "bench/engine_people.hpp"
#include "bench/row.hpp"
#include "bench/store_file.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/event.hpp"
#include "core/engine/stored_event.hpp"
#include "core/engine/tree_head.hpp"
#include "core/enroll/json.hpp"
#include "counterseal/counterseal.hpp"

namespace counterseal::bench {
namespace {

constexpr std::int64_t event_us = 10'000;  // between two events
constexpr std::int64_t at_once = 1'000;

/// The smoke run has no time for large logs.
std::int64_t size_of_log(std::int64_t n)
{
    constexpr std::int64_t quick = 3'000;
    return std::getenv("COUNTERSEAL_BENCH_QUICK") == nullptr ? n : std::min(n, quick);
}

/// A store whose tenant has events and nothing else, written by the code that writes them in a login.
class long_log {
public:
    explicit long_log(std::int64_t n)
    {
        core::engine_options how;
        how.url = file_.url();
        how.create = true;
        how.schema = core::schema_mode::migrate;
        how.patience = std::chrono::minutes(10);
        on_.emplace(how, core::key_ring::from_keys({{ring_id, core::bytes_view(ring_key())}}, ring_id),
                    core::crypto::open(""));
        constexpr std::int64_t at_once_to_fill = 20'000;
        while (n_ < n) {
            append(std::min(at_once_to_fill, n - n_));
        }
    }

    [[nodiscard]] std::int64_t size() const noexcept { return n_; }
    [[nodiscard]] std::string url() const { return file_.url(); }

    /// In one transaction.
    void append(std::int64_t n)
    {
        const core::row_seal seal = on_->seal();
        on_->write(core::clock_source::host, [&](core::transaction& t) {
            for (std::int64_t i = n_; i < n_ + n; ++i) {
                const auto person = static_cast<std::size_t>(i * 7'919 % 100'000);
                core::append_event(t, seal,
                                   {.tenant = tenant,
                                    .at_us = enrolled_us + i * event_us,
                                    .type = "factor.accepted",
                                    .subject = subject_of(person),
                                    .factor = factor_of(person),
                                    .detail = R"({"purpose":"bench","value":)" + std::to_string(60'000'000 + i) + '}'});
            }
        });
        n_ += n;
    }

    /// All of it, as somebody has it who took it page by page.
    [[nodiscard]] std::string exported()
    {
        std::string lines;
        on_->read_within(core::clock_source::host, std::chrono::minutes(10), [&](core::transaction& t) {
            core::event_hash hash(on_->provider());
            for (std::int64_t after = 0; after < n_; after += at_once) {
                for (const core::stored_event& one : core::load_events(t, tenant, after, at_once)) {
                    lines += hash.line(one);
                }
            }
            return 0;
        });
        return lines;
    }

    /// What is kept elsewhere, as JSON: a checkpoint of all that is there now.
    [[nodiscard]] std::string kept()
    {
        const core::row_seal seal = on_->seal();
        const auto made = on_->write(core::clock_source::host, [&](core::transaction& t) {
            return core::checkpoint_now(t, seal.log, tenant, enrolled_us + n_ * event_us);
        });
        std::string all = "[";
        all += core::quoted(made->value().note);
        return all += ']';
    }

private:
    store_file file_{new_name()};
    std::optional<core::engine> on_;
    std::int64_t n_ = 0;
};

/// Those rows that work with the same log share it, and whoever comes first fills it.
long_log& log_of(std::int64_t n)
{
    static std::map<std::int64_t, std::unique_ptr<long_log>> all;
    std::unique_ptr<long_log>& one = all[n];
    if (one == nullptr) {
        one = std::make_unique<long_log>(size_of_log(n));
    }
    return *one;
}

double cpu_seconds()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double wall_seconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// A row: make() is called when it first runs, and what it returned does `n` things a call, in the time of `clock`.
template <class Make>
void add_row(const char* name, double (*clock)(), Make make)
{
    using work = decltype(make());
    auto begun = std::make_shared<std::optional<work>>();
    const auto row = [=](benchmark::State& state) {
        try {
            if (!*begun) {
                begun->emplace(make());
            }
            std::int64_t n = 0;
            for (auto _ : state) {
                const double start = clock();
                n += (**begun)();
                state.SetIterationTime(clock() - start);
            }
            state.SetItemsProcessed(n);
        } catch (const std::exception& e) {
            state.SkipWithError(e.what());
        }
    };
    benchmark::RegisterBenchmark(name, row)->UseManualTime();
}

constexpr std::int64_t million = 1'000'000;

auto appending()
{
    return [&log = log_of(million)] {
        log.append(at_once);
        return at_once;
    };
}

auto verifying()
{
    long_log& log = log_of(million);
    return [lines = log.exported(), kept = log.kept()] {
        const std::string report = verify_log(lines, kept);
        const std::string before = R"("events":)";
        return std::stoll(report.substr(report.find(before) + before.size()));
    };
}

auto proving()
{
    long_log& log = log_of(10 * million);
    const key_ring ring(ring_key(), ring_id);
    return [on = std::make_shared<engine>(log.url(), ring), size = log.size(), i = std::int64_t{0}]() mutable {
        // Places far from one another, each in tiles that were not read before.
        const std::int64_t seq = i++ * 7'919'993 % size + 1;
        const std::string request = std::string(R"({"tenant":")") + tenant + R"(","seq":)" + std::to_string(seq) +
                                    R"(,"size":)" + std::to_string(size) + "}";
        const engine_answer got = on->call(CSEAL_OP_PROVE, request);
        if (got.status != CSEAL_OK) {
            throw std::runtime_error("no proof: " + got.json);
        }
        return std::int64_t{1};
    };
}

}  // namespace

void add_audit_rows()
{
    add_row("audit/append", cpu_seconds, appending);
    add_row("audit/proof", wall_seconds, proving);
    add_row("audit/verify", cpu_seconds, verifying);
}

}  // namespace counterseal::bench
