// SPDX-License-Identifier: Apache-2.0
// How every row of a whole batch is run: proven first, then timed over misses, all rows an iteration.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/users.hpp"

namespace counterseal::bench {

/// Codes of the crowd as numbers.
struct crowd_codes {
    std::vector<std::uint32_t> miss;
    std::vector<std::uint32_t> hit[window_steps];

    explicit crowd_codes(const users& all)
    {
        const auto number = [](const char* text) {
            return static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
        };
        for (std::size_t i = 0; i < all.size(); ++i) {
            miss.push_back(number(all.miss(i)));
            for (std::size_t step = 0; step < window_steps; ++step) {
                hit[step].push_back(number(all.hit(i, step)));
            }
        }
    }
};

inline const crowd_codes& codes_of(hash h)
{
    static std::unique_ptr<const crowd_codes> all[3];
    auto& one = all[static_cast<std::size_t>(h)];
    if (one == nullptr) {
        one = std::make_unique<const crowd_codes>(crowd_of(h));
    }
    return *one;
}

/// A batch verifier is a callable of (codes): how many of the first n rows it accepts, or -1 for a fault.
template <class Verifier>
std::string fault_of_batch(Verifier& verifier, const crowd_codes& codes)
{
    if (verifier(codes.miss) != 0) {
        return "a wrong code was not a miss";
    }
    for (const auto& hits : codes.hit) {
        if (verifier(hits) != static_cast<std::int64_t>(hits.size())) {
            return "a right code was no match";
        }
    }
    return {};
}

template <class Make>
void add_batch_row(const std::string& name, hash h, Make make)
{
    using verifier = decltype(make(crowd_of(h)));
    struct state_of_row {
        std::optional<verifier> verify;
        std::string fault;
    };
    auto row = std::make_shared<state_of_row>();
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
        const crowd_codes& codes = codes_of(h);
        if (!row->verify) {
            row->fault = fault_of_batch(row->verify.emplace(make(crowd_of(h))), codes);
        }
        if (!row->fault.empty()) {
            state.SkipWithError(row->fault.c_str());
            return;
        }
        std::int64_t n_accepted = 0;
        for (auto _ : state) {
            n_accepted += (*row->verify)(codes.miss);
        }
        if (n_accepted != 0) {
            state.SkipWithError("a wrong code was not a miss while timed");
        }
        state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n_rows));
    });
}

}  // namespace counterseal::bench
