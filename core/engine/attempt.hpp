// SPDX-License-Identifier: Apache-2.0 What a response costs a subject and its factors (DESIGN 8.2). Each statement is
// one condition and one change, and its row count is the answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/engine/clock.hpp"
#include "core/engine/factor.hpp"
#include "core/engine/reason.hpp"
#include "core/engine/throttle.hpp"

namespace counterseal::core {

/// The detail of an event about a response; a negative value is none, and so is an empty name of a recovery code.
[[nodiscard]] std::string attempt_detail(std::string_view purpose, std::int64_t value,
                                         std::string_view recovery_code = {});

class attempt {
public:
    /// `purpose` goes into the events. All of it must outlive the object.
    attempt(transaction& in, const row_seal& with, const throttle& limits, std::string_view tenant,
            std::string_view subject, std::string_view purpose, const store_time& time) noexcept
        : in_{in}, with_{with}, limits_{limits}, tenant_{tenant}, subject_{subject}, purpose_{purpose}, time_{time}
    {
    }

    /// Has the subject's row locked from then on. False: its budget is used up, or there is no such subject.
    [[nodiscard]] bool lock_subject_in_budget();
    /// Counts one failure of that subject.
    void charge_subject();
    /// When the budget of the subject begins anew.
    [[nodiscard]] std::int64_t subject_rests_until();

    /// Counts the attempt before anything is looked at, so that parallel guesses share one budget. A lock that has
    /// passed takes the failures before it along, those in a row excepted.
    [[nodiscard]] bool reserve(const factor& of);
    /// Takes that back: the factor has the counts again that it was loaded with.
    void put_back(const factor& of);

    /// Burns the code of an OTP: false where somebody was faster. Or says that a recovery code was right.
    [[nodiscard]] bool advance(const factor& of, std::int64_t value);
    void forget_failures(const factor& of);

    /// Settles a wrong one: the failure that uses the budget up locks the factor.
    void fail(const factor& of);

    /// Whether the factor has used a budget up that was larger when it did, so that no lock stands. Nothing would ever
    /// end that: the lock that is due begins with the first response that finds it so.
    [[nodiscard]] bool is_overdue(const factor& of) const noexcept;
    /// Locks such a factor; returns until when.
    std::int64_t lock(const factor& of);

    /// Says that a response was refused unseen, because of a factor or (nullptr) of the subject's budget; an event says
    /// it once a minute.
    void refuse(const factor* of, reason why);

    /// Says that a code was right and not new, and returns why: replay; or step_in_future where the step that was used
    /// lies beyond those of the latest time that any node has seen, so that no code of this factor is new until then.
    reason tell_replay(const factor& of);

    void log(std::string_view type, const factor& of, std::int64_t value = -1, std::string_view recovery_code = {});

private:
    std::int64_t lock(const factor& of, std::int64_t streak);
    void append(std::string_view type, const std::string& factor, std::string_view why, std::string detail);

    transaction& in_;
    const row_seal& with_;
    const throttle& limits_;
    std::string_view tenant_;
    std::string_view subject_;
    std::string_view purpose_;
    const store_time& time_;
    std::string charged_{};  // of a wrong one: what the subject's budget is then, for the event
};

}  // namespace counterseal::core
