// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/bulk/verify.hpp"
#include "core/bulk/verify_rows.hpp"

namespace counterseal::core {
namespace {

struct totp_rule {
    static constexpr bool looks_at_all = false;

    const totp_options& options;

    void window(const row_home& home, tile& t, floor_state) const noexcept { totp_window(home, options, t); }

    row_verdict settle(const row_home& home, const tile& t, std::size_t i, floor_state floor) const noexcept
    {
        // A window that would begin before step 0 begins below it, modulo 2^64. There is no such step, and no secret in
        // whether one matches.
        const std::uint64_t step = t.first[t.stride * i] + t.highest[i] - 1;
        if (declassify(is_less(INT64_MAX, step))) {
            return {status::wrong, 0};
        }
        std::int64_t last = std::max(t.given[i], floor.value_or(-1));
        for (;;) {
            // Whether the code was used before is the row's status; the step of an accepted row is what gets stored.
            if (declassify(is_less(step, static_cast<std::uint64_t>(last) + 1))) {
                return {status::replayed, 0};
            }
            const auto value = static_cast<std::int64_t>(declassify(step));
            if (!home.moves_states()) {
                return {status::ok, value};
            }
            const auto state = home.table->state(t.row[i]);
            std::int64_t kept = state.load(std::memory_order_relaxed);
            if (kept > last) {
                last = kept;
            } else if (state.compare_exchange_strong(kept, value, std::memory_order_relaxed)) {
                return {status::ok, value};
            }
        }
    }
};

}  // namespace

status totp_verify_batch(row_home home, const totp_options& options, const batch_answers& out)
{
    const status opened = open_totp(home, options, out);
    return verify_rows(opened, totp_rule{options}, home, options.digits, out);
}

}  // namespace counterseal::core
