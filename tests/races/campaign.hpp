// SPDX-License-Identifier: Apache-2.0
// The campaigns by name: what one worker prepares, and what all of them do in each round.
#pragma once

#include <cstdint>
#include <span>

#include "worker.hpp"

namespace races {

struct campaign {
    const char* name;
    bool meets;  // before each round; otherwise everybody goes on alone
    void (*prepare)(worker&);
    void (*round)(worker&, std::int64_t number);
};

[[nodiscard]] std::span<const campaign> campaigns() noexcept;

// One code, many hands.
void prepare_codes(worker& by);
void present_code(worker& by, std::int64_t round);
void present_codes_in_batches(worker& by, std::int64_t round);
void present_counter(worker& by, std::int64_t round);
void answer_login(worker& by, std::int64_t round);
void prepare_failing_store(worker& by);
void present_code_to_failing_store(worker& by, std::int64_t round);
void prepare_recovery(worker& by);
void present_recovery_code(worker& by, std::int64_t round);

// Budgets, locks, challenges.
void guess(worker& by, std::int64_t round);

// Who owns a subject: first factors, resets, revocations, replacements.
void enroll_first(worker& by, std::int64_t round);
void end_everything(worker& by, std::int64_t round);

// Anything at any time.
void prepare_anything(worker& by);
void do_anything(worker& by, std::int64_t round);

}  // namespace races
