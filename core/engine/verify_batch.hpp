// SPDX-License-Identifier: Apache-2.0
// Responses to the factors of many subjects in one transaction.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/verify_factor.hpp"

namespace counterseal::core {

struct batch_item {
    std::string subject;
    std::string factor;
    response what;
};

struct item_verdict {
    status code;
    std::int64_t value = -1;  // of an accepted one: the step, or the counter to expect next
};

/// The verdict on each item is the one of verify_response(), called for one item after another in their order; of an
/// item for which that throws, the error's code, and nothing of it is written. Throws store_error where the transaction
/// is over, has to be tried again, or must not be committed: somebody changed a factor whose subject is locked.
///
/// The first item of each subject goes with those of the others: subjects locked, free factors found, codes evaluated,
/// attempts counted, steps advanced and events written by a few statements for all. Whatever is not ordinary goes item
/// by item.
[[nodiscard]] std::vector<item_verdict> verify_batch(transaction& in, const row_seal& with, const throttle& limits,
                                                     std::string_view tenant, std::span<const batch_item> items,
                                                     std::int64_t now_us, std::string_view purpose);

}  // namespace counterseal::core
