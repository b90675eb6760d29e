// SPDX-License-Identifier: Apache-2.0
// A subject with one factor, on each store.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/event_log.hpp"
#include "core/engine/verify_factor.hpp"
#include "stores.hpp"

namespace counterseal::core {
using text = std::string_view;
constexpr std::int64_t start_us = 1'700'000'000 * second_us;
constexpr std::int64_t minute_us = 60 * second_us;
constexpr text secret = "12345678901234567890";  // of RFC 4226's and RFC 6238's examples

[[nodiscard]] std::string code_of(bytes_view key, std::int64_t time_us);
[[nodiscard]] std::string code_at(std::int64_t time_us);

/// Of the right shape, and no code of the steps around `time_us`.
[[nodiscard]] std::string wrong_at(std::int64_t time_us);

class verify_factor_on : public stores {
protected:
    void SetUp() override;

    /// What `work` returns, after its commit.
    template <class Work>
    auto write(Work&& work)
    {
        const auto session = connect();
        return in_transaction(*session, soon(), std::forward<Work>(work));
    }

    void add_subject(text tenant, text subject);
    void add_factor(const factor_key& key, const std::function<void(factor&)>& change = [](factor&) {});

    factor_verdict answer(store_session& session, const factor_key& key, text code, std::int64_t time_us);
    /// To several factors of a subject.
    factor_verdict answer_any(const std::vector<std::string>& ids, text code, std::int64_t time_us,
                              text subject = "alice");
    status check(const factor_key& key, text code, std::int64_t time_us);
    factor load(const factor_key& key);
    /// The number of rows, or another integer, that a text asks for.
    std::int64_t ask(const statement& sql);
    void change(const std::string& sql);
    /// That many wrong codes, none of which is refused unseen.
    void fail(const factor_key& key, int times, std::int64_t time_us);
    /// The types of all events of maple, a blank behind each.
    std::string events();

    const factor_key phone{"maple", "alice", "phone"};
    const factor_key token{"maple", "alice", "token"};
    std::unique_ptr<const crypto> crypto_ = crypto::open("");
    std::vector<std::uint8_t> key_ = {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8,
                                      1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 9};
    key_ring keys_ = key_ring::from_keys({{"k", key_}}, "k");
    sealer sealer_{*crypto_, keys_};
    event_log log_{*crypto_, "store", private_key::generate(*crypto_, signature_type::ed25519)};
    row_seal seal_{sealer_, "store", log_};
    throttle limits_{.subject_failures = 1'000'000};
};

/// Runs the tests of a fixture on each store.
#define ON_EACH_STORE(fixture)                                                                   \
    INSTANTIATE_TEST_SUITE_P(engine, fixture, ::testing::Values("memory", "sqlite", "postgres"), \
                             [](const auto& of) { return std::string(of.param); })

}  // namespace counterseal::core
