// SPDX-License-Identifier: Apache-2.0
// Factors in pages, in the order of subject and id.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/factor.hpp"

namespace counterseal::core {

struct listed_factor {
    factor of;
    std::int64_t codes_left = 0;  // of recovery codes
};

struct factor_page {
    status code = status::ok;  // e_argument: `after` is no text that a page gave
    std::vector<listed_factor> factors{};
    std::string next{};  // for the next page; empty: this was the last one
};

/// Of one subject, where one is named. `after`: `next` of the page before, or empty. What is added or ends between two
/// pages moves nothing that was not shown yet. Throws store_error of e_store_corrupt.
[[nodiscard]] factor_page list_factors(transaction& in, const row_seal& with, std::string_view tenant,
                                       std::optional<std::string_view> subject, std::string_view after,
                                       std::int64_t limit);

}  // namespace counterseal::core
