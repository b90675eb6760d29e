// SPDX-License-Identifier: Apache-2.0
// What leaves a log whose tree stays valid: who it was about, and what is older than it has to be kept.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/crypto/sha256.hpp"
#include "core/engine/admin.hpp"

namespace counterseal::core {

/// ok: done. e_argument: no actor or no reason. e_range: events are kept for six years.
struct erasure {
    status code;
    std::int64_t n = 0;       // events that were changed
    bool is_complete = true;  // false: there are more; call again
};

/// Numbers of events, in order, with a hash for each.
struct hashed_events {
    std::vector<std::int64_t> numbers;
    std::vector<sha256_digest> hashes;
};

/// The events of a subject up to `up_to`, the last of the log, each with the hash of who it was about.
struct persons_found {
    hashed_events events;
    std::int64_t up_to = 0;
};

/// Reads the whole log of a tenant, which takes seconds with millions of events, and only reads.
[[nodiscard]] persons_found find_persons(transaction& in, const row_seal& with, std::string_view tenant,
                                         std::string_view subject);

/// Forgets who the events of a subject were about, who did it and why. What happened stays, with its factor; an event
/// says that it was done, and not about whom. What others' events say about the subject, and the subject's rows, stay.
/// `known` was found before; only what came since is looked for, since nobody else writes meanwhile.
[[nodiscard]] erasure erase_person(transaction& in, const row_seal& with, std::string_view tenant,
                                   std::string_view subject, const authority& by, std::int64_t now_us,
                                   const persons_found& known);

/// Six years of at most 366 days in two of them.
inline constexpr std::int64_t retention_us = std::int64_t{6 * 365 + 2} * 24 * 3600 * 1'000'000;
inline constexpr std::int64_t most_purged = 10'000;

/// Leaves of the oldest events, up to the first one that did not happen before `before_us`, no more than their hashes:
/// at most most_purged at a time. The age is reckoned with the store's clocks, whatever time the caller brings; an
/// event says that it was done.
[[nodiscard]] erasure purge_events(transaction& in, const row_seal& with, std::string_view tenant,
                                   std::int64_t before_us, const authority& by, std::int64_t now_us);

}  // namespace counterseal::core
