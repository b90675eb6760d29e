// SPDX-License-Identifier: Apache-2.0
// A filled store with an engine on it, through the C ABI, and a copy of it without one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/bare_store.hpp"
#include "bench/engine_people.hpp"
#include "bench/store_file.hpp"
#include "counterseal/counterseal.hpp"

namespace counterseal::bench {

/// Why a row cannot run here, which is no failure of it.
class cannot_run : public std::runtime_error {
    using runtime_error::runtime_error;
};

/// One request with what goes beside it.
struct call {
    std::string request;
    std::string secret;
};

class engine_store {
public:
    /// Fills a new store of a kind ("sqlite" or "postgres") with `n` people. Throws cannot_run where there is no such
    /// store to be had.
    engine_store(const std::string& kind, std::size_t n);
    engine_store(const engine_store&) = delete;
    engine_store& operator=(const engine_store&) = delete;

    [[nodiscard]] engine& on() { return *engine_; }
    [[nodiscard]] bare_store& bare();
    [[nodiscard]] queue_of_people& people() noexcept { return people_; }
    /// Another handle on the store, from nothing.
    [[nodiscard]] std::unique_ptr<engine> open() const;

    // What is timed is prepared here.
    [[nodiscard]] std::vector<call> verifications(std::size_t k);
    [[nodiscard]] call batch(std::size_t k);
    [[nodiscard]] std::vector<bare_update> updates(std::size_t k);
    [[nodiscard]] std::vector<call> logins(std::size_t k);
    /// Of people who have just shown their second factor, with their grants: each asked for `k` / `n` times.
    [[nodiscard]] std::vector<call> returns(std::size_t k, std::size_t n);

private:
    std::string url_;
    std::string bare_place_;
    std::optional<store_file> file_;  // of SQLite; removed when nothing has it open
    std::optional<store_file> bare_file_;
    std::unique_ptr<engine> engine_;
    std::unique_ptr<bare_store> bare_;
    queue_of_people people_;
    queue_of_people bare_people_;
};

/// How many of a batch's statuses are `code`; -1: it is no answer of a batch.
[[nodiscard]] std::int64_t count_statuses(const engine_answer& of, int code);

}  // namespace counterseal::bench
