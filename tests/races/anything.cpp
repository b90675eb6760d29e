// SPDX-License-Identifier: Apache-2.0
// Random calls of everybody on few subjects. What one finds out goes on the board, where others use it or have used it
// already.
#include "campaign.hpp"

namespace races {
namespace {

constexpr std::uint64_t n_subjects = 3;
enum kind : std::size_t { factor_kind, pending_kind, challenge_kind, grant_kind };

known_subject copy_of(worker& by, std::size_t subject)
{
    const board_lock held(by.shared);
    return by.shared.subjects[subject];
}

/// Calls put(place, value) with the place of the oldest one of a kind.
template <class Array, class Put>
void remember(worker& by, std::size_t subject, kind of, Array known_subject::* where, Put&& put)
{
    const board_lock held(by.shared);
    known_subject& at = by.shared.subjects[subject];
    auto& all = at.*where;
    put(all[at.n[of]++ % all.size()]);
}

void remember_factor(worker& by, std::size_t subject, const known_factor& of, bool is_pending)
{
    if (!of.id.get().empty()) {
        remember(by, subject, is_pending ? pending_kind : factor_kind,
                 is_pending ? &known_subject::pending : &known_subject::factors, [&](known_factor& at) { at = of; });
    }
}

void remember_grant(worker& by, std::size_t subject)
{
    if (!by.given().empty()) {
        remember(by, subject, grant_kind, &known_subject::grants, [&](auto& at) { at.set(by.given()); });
    }
}

template <class Array>
const auto& any_of(worker& by, const Array& from)
{
    return from[by.below(from.size())];
}

/// Mostly a code that is due, sometimes none.
std::int64_t some_step(worker& by)
{
    const std::uint64_t dice = by.below(8);
    return dice < 2 ? -1 : by.step() + static_cast<std::int64_t>(dice % 3) - 1;
}

void begin_factor(worker& by, std::size_t subject, const std::string& name, const known_subject& at)
{
    json extra = json::object();
    if (by.below(3) == 0) {
        extra["replaces"] = any_of(by, at.factors).id.get();
    }
    if (by.below(3) == 0) {
        // No URI can be written for it, which shows only after the factor was: nothing of it may stay.
        extra["issuer"] = "a:b";
    }
    const std::string grant = by.below(2) == 0 ? any_of(by, at.grants).get() : "";
    remember_factor(by, subject, enroll(by, name, grant, extra), true);
}

void confirm_factor(worker& by, std::size_t subject, const std::string& name, const known_subject& at)
{
    const known_factor one = any_of(by, at.pending);
    if (!one.id.get().empty() && confirm(by, name, one, some_step(by))["status"] == "OK") {
        remember_factor(by, subject, one, false);
    }
}

void ask(worker& by, std::size_t subject, const std::string& name, const known_subject& at)
{
    const std::string challenge = evaluate(by, name, by.below(2) == 0 ? any_of(by, at.grants).get() : "");
    if (!challenge.empty()) {
        remember(by, subject, challenge_kind, &known_subject::challenges, [&](auto& to) { to.set(challenge); });
    }
}

void administer_any(worker& by, const std::string& name, const known_factor& of)
{
    switch (by.below(8)) {
        case 0: administer(by, CSEAL_OP_REVOKE, name, &of); break;
        case 1:
            administer(by, CSEAL_OP_SUSPEND, name, &of);
            administer(by, CSEAL_OP_RESUME, name, &of);
            break;
        case 2: administer(by, CSEAL_OP_ADMIN_RESET, name); break;
        default: administer(by, CSEAL_OP_UNLOCK, name, &of); break;
    }
}

}  // namespace

void prepare_anything(worker& by)
{
    set_policy(by);
    for (std::size_t i = 0; i < n_subjects; ++i) {
        const std::string name = subject_name("any", static_cast<std::int64_t>(i));
        remember_factor(by, i, import_totp(by, name), false);
    }
}

void do_anything(worker& by, std::int64_t /*round*/)
{
    const std::size_t subject = by.below(n_subjects);
    const std::string name = subject_name("any", static_cast<std::int64_t>(subject));
    const known_subject at = copy_of(by, subject);
    const known_factor of = any_of(by, at.factors);
    const std::uint64_t dice = by.below(1000);
    if (dice >= 990 && !at.code_set.get().empty()) {
        verify_recovery_code(by, name, at, by.below(at.codes.size()));
    } else if (dice == 989) {
        make_recovery_codes(by, name, by.shared.subjects[subject], any_of(by, at.grants).get());
    } else if (dice >= 970) {
        by.move_clock(static_cast<std::int64_t>(by.below(60)) * second_us);
    } else if (dice >= 930) {
        begin_factor(by, subject, name, at);
    } else if (dice >= 870) {
        confirm_factor(by, subject, name, at);
    } else if (dice >= 860) {
        remember_factor(by, subject, import_totp(by, name), false);
    } else if (of.id.get().empty()) {
        return;
    } else if (dice >= 700) {
        ask(by, subject, name, at);
    } else if (dice >= 680) {
        administer_any(by, name, of);
    } else if (dice >= 620) {
        show_grant(by, name, any_of(by, at.grants).get());
    } else if (dice >= 350) {
        const std::string challenge = any_of(by, at.challenges).get();
        if (!challenge.empty()) {
            answer_challenge(by, name, challenge, of, some_step(by));
            remember_grant(by, subject);
        }
    } else {
        verify_factor(by, name, of, some_step(by));
    }
}

}  // namespace races
