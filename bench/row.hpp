// SPDX-License-Identifier: Apache-2.0
// How every row is run, whoever does the work: proven first, then timed over misses, one verification an iteration.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bench/users.hpp"

namespace counterseal::bench {

/// What a verifier said. A fault is no miss: a peer that fails at once would look very fast.
enum class answer { match, miss, fault };

/// Says what is wrong with a verifier, or nothing: every user's wrong code must be a miss, and the right code of each
/// of the three steps a match, so a row that is timed is known to look at all three.
template <class Verifier>
std::string fault_of(Verifier& verifier, const users& all)
{
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (verifier(i, all.miss(i)) != answer::miss) {
            return "a wrong code was not a miss";
        }
        for (std::size_t step = 0; step < window_steps; ++step) {
            if (verifier(i, all.hit(i, step)) != answer::match) {
                return "the right code of step " + std::to_string(step) + " was no match";
            }
        }
    }
    return {};
}

/// Adds the row `name`. Make(users) returns the verifier, a callable of (user's index, code); it is called when the row
/// first runs, and its result serves all repetitions.
template <class Make>
void add_row(const std::string& name, hash h, const users& (*of)(hash), Make make)
{
    using verifier = decltype(make(of(h)));
    struct state_of_row {
        std::optional<verifier> verify;
        std::string fault;
    };
    auto row = std::make_shared<state_of_row>();
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
        const users& all = of(h);
        if (!row->verify) {
            row->fault = fault_of(row->verify.emplace(make(all)), all);
        }
        if (!row->fault.empty()) {
            state.SkipWithError(row->fault.c_str());
            return;
        }
        verifier& verify = *row->verify;
        std::uint64_t n_misses = 0;
        std::size_t i = 0;
        for (auto _ : state) {
            n_misses += verify(i, all.miss(i)) == answer::miss ? 1U : 0U;
            i = i + 1 == all.size() ? 0 : i + 1;
        }
        if (n_misses != static_cast<std::uint64_t>(state.iterations())) {
            state.SkipWithError("a wrong code was not a miss while timed");
        }
        state.SetItemsProcessed(state.iterations());
    });
}

/// Adds the rows totp_verify/<hash>/<form>/<who> and, of the many, totp_verify_batch/<hash>/<form>/<who>.
template <class Make>
void add_peer_rows(hash h, const char* form, const char* who, Make make)
{
    const std::string tail = std::string{"/"} + name_of(h) + "/" + form + "/" + who;
    add_row("totp_verify" + tail, h, users_of, make);
    add_row("totp_verify_batch" + tail, h, crowd_of, make);
}

// Each of the peer_*.cpp files adds its own.
void add_counterseal_rows();
void add_liboath_rows();
void add_openssl_rows();
void add_target_rows();
void add_ipsec_mb_rows();
void add_batch_rows();
void add_batch_target_rows();
void add_bulk_kernel_rows();
void add_engine_rows();
void add_webauthn_rows();
void add_audit_rows();

}  // namespace counterseal::bench
