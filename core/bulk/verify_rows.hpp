// SPDX-License-Identifier: Apache-2.0
// What TOTP and HOTP have in common when they are verified in batches. A Rule tells the rest:
//
//     looks_at_all                  whether rows that match nothing have to be settled too
//     window(home, tile, floor)     sets first, stride and steps, and refuses rows whose time or state is out of bounds
//     settle(home, tile, i, floor)  the verdict on a row, and the state that it leaves if it is accepted
#pragma once

#include "core/bulk/opening.hpp"
#include "core/bulk/repeats.hpp"
#include "core/bulk/tile.hpp"
#include "core/bulk/window.hpp"
#include "core/ct/taint.hpp"

namespace counterseal::core {

struct row_verdict {
    status code;
    std::int64_t value;  // with ok
};

template <class Rule>
class row_verifier {
public:
    row_verifier(const Rule& rule, const row_home& home, std::uint32_t digits, const batch_answers& out)
        : rule_{rule}, home_{home}, in_{*home.in}, digits_{digits}, out_{out}, repeats_{home}
    {
    }

    void run() noexcept
    {
        in_room_for(in_, [&](tile t) {
            bool is_any_accepted = false;
            for_each_tile(home_, [&](std::size_t begin, std::size_t n) {
                is_any_accepted |= verify(t, begin, n, {}, repeats_.are_seen());
            });
            if (is_any_accepted && repeats_.are_seen()) {
                verify_repeats(t);
            }
        });
    }

private:
    /// Returns whether a row was accepted.
    bool verify(tile& t, std::size_t begin, std::size_t n, floor_state floor, bool notes) noexcept
    {
        gather(home_, begin, n, digits_, out_.statuses, t);
        rule_.window(home_, t, floor);
        match(*home_.kernel, t);
        const std::size_t n_found = find(t);
        bool is_any_accepted = false;
        std::size_t n_told = 0;
        for (std::size_t next = 0; next < n_found; ++next) {
            const std::size_t i = t.found[next];
            tell_given(t, n_told, i + 1);
            n_told = i + 1;
            if (notes) {
                repeats_.note(begin + i, out_.values[begin + i]);
            }
            const row_verdict verdict = rule_.settle(home_, t, i, floor);
            t.statuses[i] = static_cast<std::int8_t>(verdict.code);
            if (verdict.code == status::ok) {
                is_any_accepted = true;
                if (out_.values != nullptr) {
                    out_.values[begin + i] = verdict.value;
                }
            }
        }
        tell_given(t, n_told, n);
        t.wipe_used(home_);
        return is_any_accepted;
    }

    /// What the rows begin, ..., end - 1 leave unless they are accepted: the state given in, which a row before may
    /// have moved.
    void tell_given(const tile& t, std::size_t begin, std::size_t end) const noexcept
    {
        for (std::size_t i = begin; out_.values != nullptr && i < end; ++i) {
            std::int64_t given = t.given[i];
            if (in_.states.is_there()) {
                given = in_.states[t.begin + i];
            } else if (home_.moves_states() && !t.is_refused(i)) {
                given = home_.table->state(t.row[i]).load(std::memory_order_relaxed);
            }
            out_.values[t.begin + i] = given;
        }
    }

    std::size_t find(const tile& t) const noexcept
    {
        std::size_t n = 0;
        for (std::size_t i = 0; i < t.n; ++i) {
            t.found[n] = static_cast<std::uint32_t>(i);
            // Whether a row matches anything is what its status tells; which counter it matches stays secret here.
            const bool is_looked_at = Rule::looks_at_all ? !t.is_refused(i) : declassify(t.highest[i] != 0);
            n += is_looked_at ? 1 : 0;
        }
        return n;
    }

    void verify_repeats(tile& t) noexcept
    {
        std::uint64_t id = 0;
        floor_state floor;
        for (const repeat& next : repeats_.sorted()) {
            if (next.id != id) {
                floor.reset();
                id = next.id;
            }
            if (floor.has_value()) {
                out_.values[next.row] = next.given;
                verify(t, next.row, 1, floor, false);
            }
            if (out_.statuses[next.row] == static_cast<std::int8_t>(status::ok)) {
                floor = out_.values[next.row];
            }
        }
    }

    const Rule& rule_;
    const row_home& home_;
    const batch& in_;
    std::uint32_t digits_;
    batch_answers out_;
    repeats repeats_;
};

/// A whole batch; `opened` is what open_totp() or open_hotp() said of it. Throws std::bad_alloc.
template <class Rule>
[[nodiscard]] status verify_rows(status opened, const Rule& rule, const row_home& home, std::uint32_t digits,
                                 const batch_answers& out)
{
    if (opened != status::ok) {
        return opened;
    }
    if (const status s = check_states(home, out); s != status::ok) {
        return s;
    }
    const auto unchanged = home.share();
    row_verifier(rule, home, digits, out).run();
    return status::batch_done;
}

}  // namespace counterseal::core
