// SPDX-License-Identifier: Apache-2.0
#include "core/bulk/repeats.hpp"

#include <algorithm>

namespace counterseal::core {

repeats::repeats(const row_home& home) : home_{home}
{
    const batch& in = *home.in;
    // A table that keeps states sees repeats by itself, and rows 0, 1, 2, ... of a table are all different.
    are_seen_ = home.table == nullptr ? in.ids.is_there()
                                      : home.table->replay() == table_replay::report_only && in.rows.is_there();
    if (are_seen_ && in.n_rows > few) {
        many_ = std::make_unique_for_overwrite<repeat[]>(in.n_rows);
    }
}

void repeats::note(std::size_t row, std::int64_t given) noexcept
{
    const batch& in = *home_.in;
    repeat& next = many_ != nullptr ? many_[n_] : few_[n_];
    next = {home_.table == nullptr ? in.ids[row] : in.rows[row], row, given};
    ++n_;
}

std::span<const repeat> repeats::sorted() noexcept
{
    const std::span<repeat> noted{many_ != nullptr ? many_.get() : few_, n_};
    std::ranges::sort(noted,
                      [](const repeat& a, const repeat& b) { return a.id != b.id ? a.id < b.id : a.row < b.row; });
    return noted;
}

}  // namespace counterseal::core
