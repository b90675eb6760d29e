// SPDX-License-Identifier: Apache-2.0
// Guessers: wrong codes and codes used before, at the factor and at several of its challenges, from all workers at
// once; then the clock passes the lock, the right code comes to a challenge from before it, and guessing goes on.
#include "campaign.hpp"

namespace races {
namespace {

void guess_for_a_while(worker& by, const std::string& name, const known_subject& at, std::int64_t used)
{
    for (int i = 0; i < 3; ++i) {
        const std::int64_t step = by.below(3) == 0 ? used : -1;
        if (by.below(2) == 0) {
            verify_factor(by, name, at.factors[0], step);
        } else {
            answer_challenge(by, name, at.challenges[by.below(4)].get(), at.factors[0], step);
        }
    }
}

}  // namespace

void guess(worker& by, std::int64_t round)
{
    const std::string name = subject_name("guess", round);
    known_subject& at = by.shared.subjects[0];
    if (by.is_first()) {
        by.move_clock(step_us);
        at.factors[0] = import_totp(by, name);
        verify_factor(by, name, at.factors[0], by.step());
        for (std::size_t i = 0; i < 4; ++i) {
            at.challenges[i].set(evaluate(by, name));
        }
    }
    by.meet();
    const std::int64_t used = by.step();
    guess_for_a_while(by, name, at, used);
    by.meet();
    if (by.is_first()) {
        by.move_clock(step_us + second_us);  // the first lock is over, and the next code is due
        for (const auto& challenge : at.challenges) {
            if (!challenge.get().empty()) {
                answer_challenge(by, name, challenge.get(), at.factors[0], by.step());
            }
        }
        if (round % 2 == 0) {
            verify_factor(by, name, at.factors[0], by.step());
        }
    }
    by.meet();
    guess_for_a_while(by, name, at, used);
}

}  // namespace races
