// SPDX-License-Identifier: Apache-2.0
// One of those who call at the same time. It writes down each of its calls: when it began and ended, what it asked,
// what was answered.
#pragma once

#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "board.hpp"
#include "counterseal/counterseal.hpp"

namespace races {

using json = nlohmann::json;

inline constexpr std::int64_t second_us = 1'000'000;
inline constexpr std::int64_t step_us = 30 * second_us;

struct settings {
    std::string campaign;
    std::string url;
    std::string ring;
    std::string folder;
    unsigned n_processes = 1;
    unsigned n_threads = 2;
    std::int64_t n_rounds = 100;
    std::uint64_t seed = 1;
};

class worker {
public:
    /// number: -1 for the one who prepares and looks afterwards, while nobody else is there.
    worker(const settings& with, board& shared, counterseal::engine& on, int number);

    /// A call of an operation, with tenant and time put into the request and `note` into the history. Returns what was
    /// written there.
    json call(std::uint32_t op, json request, std::string_view secret = {}, json note = json::object());
    /// What the last call gave as secret, and what it answered.
    [[nodiscard]] const std::string& given() const noexcept { return given_; }
    [[nodiscard]] const json& answered() const noexcept { return answered_; }

    /// Until everybody is here.
    void meet() { pthread_barrier_wait(&shared.barrier); }

    [[nodiscard]] std::int64_t now_us() const noexcept { return shared.now_us.load(); }
    [[nodiscard]] std::int64_t step() const noexcept { return now_us() / step_us; }
    void move_clock(std::int64_t by_us) noexcept { shared.now_us.fetch_add(by_us); }
    [[nodiscard]] std::uint64_t below(std::uint64_t n) { return random() % n; }
    [[nodiscard]] bool is_first() const noexcept { return number == 0; }
    [[nodiscard]] unsigned n_workers() const noexcept { return with.n_processes * with.n_threads; }

    void write(const json& line) { history << line.dump() << '\n'; }

    const settings& with;
    board& shared;
    counterseal::engine& on;
    const int number;
    std::mt19937_64 random;

private:
    std::ofstream history;
    std::string given_;
    json answered_;
};

// Of factors. Codes have eight digits: a guess is right once in a hundred million.

/// Takes over a factor with a key drawn from the worker's numbers.
known_factor import_totp(worker& by, const std::string& subject);
known_factor import_hotp(worker& by, const std::string& subject);
[[nodiscard]] std::string code_of(const known_factor& of, std::int64_t step);
/// No code of a step near this one.
[[nodiscard]] std::string wrong_code(worker& by, const known_factor& of, std::int64_t step);
/// Whether a neighbour of the step has the same code, so that it would count as the neighbour's.
[[nodiscard]] bool is_shared_code(const known_factor& of, std::int64_t step);

// Calls that every campaign makes.

inline constexpr std::string_view session = "c2Vzc2lvbi1vZi10aGUtY2FtcGFpZ24";

[[nodiscard]] std::string subject_name(std::string_view kind, std::int64_t number);
/// That a second factor is required.
void set_policy(worker& by);
/// A response to one factor; `step` is that of the code, -1: of none.
json verify_factor(worker& by, const std::string& subject, const known_factor& of, std::int64_t step,
                   json note = json::object());
/// The code of a HOTP factor's first counter; what it leaves as next counter, 1, is its step in the history.
void verify_first_counter(worker& by, const std::string& subject, const known_factor& of, json note);
struct batch_item {
    std::string subject;
    known_factor of;
    std::int64_t step;
    json note;
};
/// Responses to many factors in one call. In the history each is a verify_factor of its own in the call's interval.
void verify_batch(worker& by, const std::vector<batch_item>& items);
/// Asks for a challenge; "" where it is none.
std::string evaluate(worker& by, const std::string& subject, std::string_view grant = {});
json answer_challenge(worker& by, const std::string& subject, const std::string& challenge, const known_factor& of,
                      std::int64_t step, json note = json::object());
void show_grant(worker& by, const std::string& subject, std::string_view grant);
/// Begins a factor; nothing where it is refused. `extra` goes into the request.
known_factor enroll(worker& by, const std::string& subject, std::string_view grant = {},
                    const json& extra = json::object());
json confirm(worker& by, const std::string& subject, const known_factor& of, std::int64_t step);
void administer(worker& by, std::uint32_t op, const std::string& subject, const known_factor* of = nullptr);
/// New recovery codes, which are put on the board at `at`. False: refused.
bool make_recovery_codes(worker& by, const std::string& subject, known_subject& at, std::string_view grant = {});
void verify_recovery_code(worker& by, const std::string& subject, const known_subject& at, std::size_t which,
                          json note = json::object());

}  // namespace races
