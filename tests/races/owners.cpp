// SPDX-License-Identifier: Apache-2.0
// Who gets a subject and who loses it: the first factor needs no grant and must stay the only one that got none; after
// a reset, a revocation or a replacement nothing from before it opens anything.
#include <vector>

#include "campaign.hpp"

namespace races {

void enroll_first(worker& by, std::int64_t round)
{
    const std::string name = subject_name("first", round);
    const bool tries_recovery = round % 8 == 0 && by.number == 1;
    std::vector<known_factor> mine{enroll(by, name)};
    by.meet();
    // One confirms while the others begin once more.
    if (by.is_first()) {
        confirm(by, name, mine[0], by.step());
    } else if (tries_recovery) {
        make_recovery_codes(by, name, by.shared.subjects[0]);
    } else {
        for (int i = 0; i < 3; ++i) {
            const known_factor one = enroll(by, name);
            if (!one.id.get().empty()) {
                mine.push_back(one);
            }
        }
    }
    by.meet();
    for (const known_factor& one : mine) {
        if (!one.id.get().empty()) {
            confirm(by, name, one, by.step());
        }
    }
    if (by.is_first()) {
        verify_factor(by, name, mine[0], by.step());  // the code that confirmed cannot log in
    }
}

namespace {

void try_everything(worker& by, const std::string& name, const known_subject& at)
{
    const std::string grant = at.grants[0].get();
    switch (by.number % 4) {
        case 0: answer_challenge(by, name, at.challenges[0].get(), at.factors[0], by.step()); break;
        case 1: show_grant(by, name, grant); break;
        case 2: verify_factor(by, name, at.factors[0], by.step()); break;
        default: evaluate(by, name, grant); break;
    }
}

}  // namespace

void end_everything(worker& by, std::int64_t round)
{
    const std::string name = subject_name("end", round);
    known_subject& at = by.shared.subjects[0];
    if (by.is_first()) {
        by.move_clock(step_us);
        at.factors[0] = import_totp(by, name);
        at.grants[0].set("");
        answer_challenge(by, name, evaluate(by, name), at.factors[0], by.step());
        at.grants[0].set(by.given());
        at.challenges[0].set(evaluate(by, name));
        at.pending[0] = {};
        if (round % 3 == 2) {
            at.pending[0] = enroll(by, name, at.grants[0].get(), {{"replaces", at.factors[0].id.get()}});
        }
        by.move_clock(step_us);
    }
    by.meet();
    if (by.number == static_cast<int>(by.n_workers()) - 1) {
        switch (round % 3) {
            case 0: administer(by, CSEAL_OP_ADMIN_RESET, name); break;
            case 1: administer(by, CSEAL_OP_REVOKE, name, &at.factors[0]); break;
            default: confirm(by, name, at.pending[0], by.step()); break;
        }
    } else {
        try_everything(by, name, at);
    }
    by.meet();
    if (by.is_first()) {
        by.move_clock(step_us);
    }
    by.meet();
    try_everything(by, name, at);
}

}  // namespace races
