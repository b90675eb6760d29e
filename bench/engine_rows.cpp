// SPDX-License-Identifier: Apache-2.0
// The engine beside the bare store: calls through the C ABI, each of which has to be accepted. By the clock on the
// wall, because commits wait; what is asked is prepared before the clock starts.
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdlib>
#include <map>
#include <thread>

#include "bench/engine_store.hpp"
#include "bench/row.hpp"

namespace counterseal::bench {
namespace {

constexpr std::size_t batch_len = 1'000;
constexpr std::size_t n_callers = 64;

/// The smoke run has no time to fill large stores.
std::size_t size_of_store(std::size_t n)
{
    constexpr std::size_t quick = 2'000;
    return std::getenv("COUNTERSEAL_BENCH_QUICK") == nullptr ? n : std::min(n, quick);
}

/// The store of a kind and size: filled when its first row runs. Why it cannot be had is told to every row.
engine_store& store_of(const std::string& kind, std::size_t n)
{
    struct made {
        std::unique_ptr<engine_store> store;
        std::string fault;
    };
    static std::map<std::pair<std::string, std::size_t>, made> all;
    const auto [at, is_new] = all.try_emplace({kind, n});
    made& one = at->second;
    if (is_new) {
        try {
            one.store = std::make_unique<engine_store>(kind, size_of_store(n));
        } catch (const std::exception& e) {
            one.fault = e.what();
        }
    }
    if (one.store == nullptr) {
        throw cannot_run(one.fault);
    }
    return *one.store;
}

engine_answer ask(engine& on, std::uint32_t op, const call& what)
{
    return on.call(op, what.request, {reinterpret_cast<const std::uint8_t*>(what.secret.data()), what.secret.size()});
}

/// How many calls, one after another, have the status that is wanted.
std::int64_t count(engine& on, std::uint32_t op, const std::vector<call>& calls, cseal_status wanted)
{
    std::int64_t n = 0;
    for (const call& one : calls) {
        n += ask(on, op, one).status == wanted ? 1 : 0;
    }
    return n;
}

/// n_callers threads that are there before the clock starts.
class crowd {
public:
    crowd()
    {
        for (std::size_t i = 0; i < n_callers; ++i) {
            threads_.emplace_back([this, i] { live(i); });
        }
    }
    ~crowd()
    {
        calls_ = nullptr;
        start_.arrive_and_wait();
    }
    crowd(const crowd&) = delete;
    crowd& operator=(const crowd&) = delete;

    std::int64_t run(engine& on, const std::vector<call>& calls)
    {
        on_ = &on;
        calls_ = &calls;
        n_accepted_ = 0;
        start_.arrive_and_wait();
        end_.arrive_and_wait();
        return n_accepted_;
    }

private:
    void live(std::size_t i)
    {
        for (;;) {
            start_.arrive_and_wait();
            if (calls_ == nullptr) {
                return;
            }
            for (std::size_t at = i; at < calls_->size(); at += n_callers) {
                n_accepted_ += ask(*on_, CSEAL_OP_VERIFY_FACTOR, (*calls_)[at]).status == CSEAL_OK ? 1 : 0;
            }
            end_.arrive_and_wait();
        }
    }

    engine* on_ = nullptr;
    const std::vector<call>* calls_ = nullptr;
    std::atomic<std::int64_t> n_accepted_{0};
    std::barrier<> start_{static_cast<std::ptrdiff_t>(n_callers) + 1};
    std::barrier<> end_{static_cast<std::ptrdiff_t>(n_callers) + 1};
    std::vector<std::jthread> threads_;
};

/// A row: `prepare` makes what `run` is timed with, and `run` tells how many of `n_wanted` it did.
template <class Prepare, class Run>
void add_row(const std::string& name, std::size_t n, std::int64_t n_wanted, Prepare prepare, Run run)
{
    const std::string kind = name.substr(0, name.find('/'));
    const auto row = [=](benchmark::State& state) {
        try {
            engine_store& store = store_of(kind, n);
            auto begun = prepare(store);
            for (auto _ : state) {
                auto what = begun();
                const auto start = std::chrono::steady_clock::now();
                const std::int64_t n_done = run(store, what);
                const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
                state.SetIterationTime(took.count());
                if (n_done != n_wanted) {
                    state.SkipWithError(
                        (std::to_string(n_done) + " of " + std::to_string(n_wanted) + " accepted").c_str());
                    return;
                }
            }
            state.SetItemsProcessed(state.iterations() * n_wanted);
        } catch (const std::exception& e) {
            state.SkipWithError(e.what());
        }
    };
    benchmark::RegisterBenchmark(("engine/" + name).c_str(), row)->UseManualTime();
}

/// Nothing but what is made anew for each iteration.
template <class Make>
auto each_time(Make make)
{
    return [make](engine_store& store) { return [make, &store] { return make(store); }; };
}

constexpr std::int64_t few = 32;

void add_verifications(const std::string& kind, std::size_t n)
{
    add_row(kind + "/single", n, few, each_time([](engine_store& on) { return on.verifications(few); }),
            [](engine_store& store, const std::vector<call>& calls) {
                return count(store.on(), CSEAL_OP_VERIFY_FACTOR, calls, CSEAL_OK);
            });
    constexpr std::int64_t many = n_callers * 16;
    add_row(kind + "/callers64", n, many, each_time([](engine_store& on) { return on.verifications(many); }),
            [](engine_store& store, const std::vector<call>& calls) {
                static crowd all;
                return all.run(store.on(), calls);
            });
    const auto batch = each_time([](engine_store& on) { return on.batch(batch_len); });
    add_row(kind + "/batch1000", n, batch_len, batch, [](engine_store& store, const call& what) {
        return count_statuses(ask(store.on(), CSEAL_OP_VERIFY_BATCH, what), CSEAL_OK);
    });
    // What was accepted is used up: the state went on.
    add_row(
        kind + "/batch1000_replayed", n, batch_len,
        [](engine_store& store) {
            return [&store] {
                call what = store.batch(batch_len);
                if (count_statuses(ask(store.on(), CSEAL_OP_VERIFY_BATCH, what), CSEAL_OK) != batch_len) {
                    throw std::runtime_error("not all of a batch were accepted");
                }
                return what;
            };
        },
        [](engine_store& store, const call& what) {
            return count_statuses(ask(store.on(), CSEAL_OP_VERIFY_BATCH, what), CSEAL_REPLAYED);
        });
    add_row(kind + "/bare_single", n, few, each_time([](engine_store& on) { return on.updates(few); }),
            [](engine_store& store, const std::vector<bare_update>& updates) {
                std::size_t n_changed = 0;
                for (const bare_update& one : updates) {
                    n_changed += store.bare().advance(one);
                }
                return static_cast<std::int64_t>(n_changed);
            });
    add_row(kind + "/bare_batch1000", n, batch_len, each_time([](engine_store& on) { return on.updates(batch_len); }),
            [](engine_store& store, const std::vector<bare_update>& updates) {
                return static_cast<std::int64_t>(store.bare().advance(updates));
            });
}

/// A session that comes back with its grant: nothing is written.
void add_evaluate(const std::string& name, std::size_t n)
{
    constexpr std::size_t n_people = 200;
    add_row(
        name, n, n_people,
        [](engine_store& store) { return [calls = store.returns(n_people, n_people)] { return calls; }; },
        [](engine_store& store, const std::vector<call>& calls) {
            return count(store.on(), CSEAL_OP_EVALUATE, calls, CSEAL_OK);
        });
}

void add_challenges(const std::string& kind, std::size_t n)
{
    add_row(kind + "/challenge", n, few, each_time([](engine_store& on) { return on.logins(few); }),
            [](engine_store& store, const std::vector<call>& calls) {
                return count(store.on(), CSEAL_OP_EVALUATE, calls, CSEAL_CHALLENGE);
            });
    struct insertion {
        std::vector<bare_update> who;
        std::int64_t now_us;
    };
    add_row(kind + "/bare_insert", n, few, each_time([](engine_store& on) {
                static std::int64_t now_us = enrolled_us;
                std::vector<bare_update> who = on.updates(few);
                for (bare_update& one : who) {
                    one.factor = factor_of(static_cast<std::size_t>(++now_us));  // no id comes twice
                }
                return insertion{std::move(who), now_us};
            }),
            [](engine_store& store, const insertion& what) {
                std::size_t n_inserted = 0;
                for (const bare_update& one : what.who) {
                    n_inserted += store.bare().insert_challenge(one.subject, one.factor, what.now_us);
                }
                return static_cast<std::int64_t>(n_inserted);
            });
}

/// From nothing to the first answer that needs the store.
void add_open(const std::string& name, std::size_t n)
{
    add_row(name, n, 1, each_time([](engine_store&) { return 0; }), [](engine_store& store, int) {
        return std::int64_t{ask(*store.open(), CSEAL_OP_HEALTH, {"{}", {}}).status == CSEAL_OK};
    });
}

}  // namespace

void add_engine_rows()
{
    constexpr std::size_t usual = 100'000;
    constexpr std::size_t usual_postgres = 10'000;  // filling it takes a trip to the server for each row
    constexpr std::size_t small = 1'000;
    constexpr std::size_t large = 1'000'000;
    for (const auto& [kind, n] : {std::pair("sqlite", usual), std::pair("postgres", usual_postgres)}) {
        add_verifications(kind, n);
        add_evaluate(std::string(kind) + "/evaluate", n);
        add_challenges(kind, n);
    }
    for (const std::size_t n : {small, large}) {
        const std::string of = "sqlite/factors" + std::to_string(n);
        add_row(of + "/single", n, few, each_time([](engine_store& on) { return on.verifications(few); }),
                [](engine_store& store, const std::vector<call>& calls) {
                    return count(store.on(), CSEAL_OP_VERIFY_FACTOR, calls, CSEAL_OK);
                });
        add_evaluate(of + "/evaluate", n);
        add_open(of + "/open", n);
    }
}

}  // namespace counterseal::bench
