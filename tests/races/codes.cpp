// SPDX-License-Identifier: Apache-2.0
// Contended codes: all workers present one code at the same moment. "contended" in the history says that exactly one
// of these calls must be accepted.
#include <algorithm>
#include <chrono>
#include <thread>

#include "campaign.hpp"

namespace races {
namespace {

constexpr std::int64_t n_subjects = 4;  // with four factors each, where every worker has its own

known_factor factor_of(worker& by, std::int64_t subject)
{
    return by.shared.subjects[static_cast<std::size_t>(subject)].factors[0];
}

/// The next step, once everybody is there. Everybody is there again when it returns.
void next_step(worker& by, std::int64_t n = 1)
{
    if (by.is_first()) {
        by.move_clock(n * step_us);
    }
    by.meet();
}

}  // namespace

void prepare_codes(worker& by)
{
    set_policy(by);
    for (std::int64_t i = 0; i < n_subjects; ++i) {
        by.shared.subjects[static_cast<std::size_t>(i)].factors[0] = import_totp(by, subject_name("codes", i));
    }
}

void present_code(worker& by, std::int64_t round)
{
    next_step(by);
    const std::int64_t subject = round % n_subjects;
    const known_factor of = factor_of(by, subject);
    if (!is_shared_code(of, by.step())) {
        verify_factor(by, subject_name("codes", subject), of, by.step(), {{"contended", round}});
    }
}

void present_codes_in_batches(worker& by, std::int64_t round)
{
    next_step(by);
    std::vector<batch_item> items;
    for (std::int64_t subject = 0; subject < n_subjects; ++subject) {
        const known_factor of = factor_of(by, subject);
        if (!is_shared_code(of, by.step())) {
            items.push_back(
                {subject_name("codes", subject), of, by.step(), {{"contended", round * n_subjects + subject}}});
        }
    }
    // Each in an order of its own. Some present one code alone, which is in the batches of the others.
    std::ranges::shuffle(items, by.random);
    if (by.number % 4 != 3) {
        verify_batch(by, items);
    } else if (!items.empty()) {
        verify_factor(by, items[0].subject, items[0].of, items[0].step, items[0].note);
    }
}

void present_counter(worker& by, std::int64_t round)
{
    // A new token each round: who comes too late is wrong, since a counter that was passed is none of the window.
    known_factor& of = by.shared.subjects[0].factors[0];
    const std::string name = subject_name("counters", round);
    if (by.is_first()) {
        of = import_hotp(by, name);
    }
    by.meet();
    verify_first_counter(by, name, of, {{"contended", round}});
}

void answer_login(worker& by, std::int64_t round)
{
    next_step(by);
    const std::int64_t subject = round % n_subjects;
    const std::string name = subject_name("codes", subject);
    const known_factor of = factor_of(by, subject);
    auto& asked = by.shared.subjects[static_cast<std::size_t>(subject)].challenges[0];
    const bool has_own = round % 2 == 0;
    std::string mine;
    if (has_own) {
        // One code for many challenges.
        mine = evaluate(by, name);
        by.meet();
    } else {
        // Two codes for one challenge.
        if (by.is_first()) {
            asked.set(evaluate(by, name));
        }
        by.meet();
        mine = asked.get();
    }
    const std::int64_t step = by.step() + (has_own ? 0 : by.number % 2);
    answer_challenge(by, name, mine, of, step, {{"contended", round}});
    by.meet();
    if (by.is_first() && !has_own) {
        by.move_clock(step_us);  // past the second of the two codes
    }
}

void prepare_failing_store(worker& by)
{
    prepare_codes(by);
    for (std::size_t i = 0; i < n_subjects; ++i) {
        for (known_factor& one : by.shared.subjects[i].factors) {
            one = import_totp(by, subject_name("codes", static_cast<std::int64_t>(i)));
        }
    }
}

void present_code_to_failing_store(worker& by, std::int64_t round)
{
    constexpr const char* faults[] = {"none", "store_down", "commit_unknown", "commit_lost"};
    const auto fail_with = [&](const char* what) { by.call(CSEAL_OP_FAULT, {{"what", what}}); };
    next_step(by, 2);
    const bool has_own = round % 2 != 0;
    const auto mine = static_cast<std::size_t>(by.number);
    const std::size_t subject = has_own ? mine % n_subjects : static_cast<std::size_t>(round) % n_subjects;
    const std::string name = subject_name("codes", static_cast<std::int64_t>(subject));
    const known_factor of = by.shared.subjects[subject].factors[has_own ? mine / n_subjects : 0];
    if (has_own) {
        // Each its own code, and the store fails while some of their commits are under way.
        if (by.is_first()) {
            const auto pause = [&] { std::this_thread::sleep_for(std::chrono::microseconds(by.below(800))); };
            pause();
            fail_with(faults[2 + by.below(2)]);
            pause();
            fail_with("none");
        } else {
            for (const std::int64_t later : {0, 1}) {
                verify_factor(by, name, of, by.step() + later);
            }
        }
        by.meet();
        verify_factor(by, name, of, by.step() + 1);
        return;
    }
    if (is_shared_code(of, by.step())) {
        return;
    }
    if (by.is_first()) {
        fail_with(faults[by.below(4)]);
    }
    by.meet();
    verify_factor(by, name, of, by.step(), {{"contended", round}});
    by.meet();
    if (by.is_first()) {
        fail_with("none");
    }
    by.meet();
    verify_factor(by, name, of, by.step(), {{"contended", round}});
}

void prepare_recovery(worker& by)
{
    set_policy(by);
}

void present_recovery_code(worker& by, std::int64_t round)
{
    // Each set has ten codes, each of which takes long to hash.
    constexpr std::int64_t n_codes = 3;
    const std::string name = subject_name("recovery", round / n_codes);
    known_subject& at = by.shared.subjects[0];
    if (by.is_first() && round % n_codes == 0) {
        make_recovery_codes(by, name, at);
    }
    by.meet();
    verify_recovery_code(by, name, at, static_cast<std::size_t>(round % n_codes), {{"contended", round}});
}

}  // namespace races
