// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/bulk/verify.hpp"
#include "core/bulk/verify_rows.hpp"

namespace counterseal::core {
namespace {

struct hotp_rule {
    // The window of a row begins where the row before of the same key has left it.
    static constexpr bool looks_at_all = true;

    const hotp_options& options;

    void window(const row_home& home, tile& t, floor_state floor) const noexcept
    {
        hotp_window(home, options, floor, t);
    }

    row_verdict settle(const row_home& home, tile& t, std::size_t i, floor_state) const noexcept
    {
        for (;;) {
            // Whether a counter matches is the row's status; which one, is what gets stored.
            const bool matches = declassify(is_nonzero(t.highest[i]));
            const auto next = static_cast<std::int64_t>(t.first[i] + (matches ? declassify(t.highest[i]) : 0));
            if (home.moves_states()) {
                const auto state = home.table->state(t.row[i]);
                std::int64_t kept = state.load(std::memory_order_relaxed);
                const bool is_overtaken = static_cast<std::uint64_t>(kept) > t.first[i];
                if (is_overtaken ||
                    (matches && !state.compare_exchange_strong(kept, next, std::memory_order_relaxed))) {
                    hotp_begin_at(home, options, std::max(t.first[i], static_cast<std::uint64_t>(kept)), t, i);
                    if (t.is_refused(i)) {
                        return {status::e_range, 0};
                    }
                    match_row(*home.kernel, t, i);
                    continue;
                }
            }
            return {matches ? status::ok : status::wrong, next};
        }
    }
};

}  // namespace

status hotp_verify_batch(row_home home, const hotp_options& options, const batch_answers& out)
{
    const status opened = open_hotp(home, options, out);
    return verify_rows(opened, hotp_rule{options}, home, options.digits, out);
}

}  // namespace counterseal::core
