// SPDX-License-Identifier: Apache-2.0
// Somebody who logs in, as far as the engine knows: a row that exists from the first write about them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/engine/sealing.hpp"
#include "core/store/transaction.hpp"

namespace counterseal::core {

/// All of it is authenticated.
struct subject {
    std::string tenant;
    std::string name;
    std::int64_t version = 1;         // of the row: counts its changes
    std::int64_t epoch = 1;           // grants and challenges of an earlier one are worth nothing
    bool is_enrolled = false;         // confirmed a factor at least once, whatever became of it
    std::int64_t grace_until_us = 0;  // set once; 0: there was none yet
    std::int64_t created_us = 0;
};

class event_log;

/// What the rows of a store are sealed and authenticated with, which store that is, and what its log is signed with.
struct row_seal {
    const sealer& by;
    std::string_view store;
    const event_log& log;
    std::shared_ptr<const sealer> held{};  // of an engine: other keys may take the place of these meanwhile
};

/// Throws store_error with `what` unless `s` is ok.
void need(status s, const char* what);

/// The same of what a key has to fit; that the ring lacks the key is told in `what`'s place.
void need_fitting(status s, const char* what);

/// Nothing: nothing was written about them yet. Throws store_error: e_store_corrupt where the row is not as the engine
/// wrote it.
[[nodiscard]] std::optional<subject> load_subject(transaction& in, const row_seal& with, std::string_view tenant,
                                                  std::string_view name);

/// The row, made if there is none, and locked up to the end of the transaction: whoever changes something about a
/// subject or its factors does this first, so that one comes after the other. Throws store_error; of e_argument where
/// name_fault() has something against a name.
[[nodiscard]] subject lock_subject(transaction& in, const row_seal& with, std::string_view tenant,
                                   std::string_view name, std::int64_t now_us);

/// The lock alone. False: there is no such row.
bool lock_subject_row(transaction& in, std::string_view tenant, std::string_view name);

/// As lock_subject() where there is a row; none is made.
[[nodiscard]] std::optional<subject> lock_known_subject(transaction& in, const row_seal& with, std::string_view tenant,
                                                        std::string_view name);

/// Writes what was changed in a locked one.
void update_subject(transaction& in, const row_seal& with, subject& of);

/// Remembers of a locked one that it confirmed a factor.
void mark_enrolled(transaction& in, const row_seal& with, subject& of);

}  // namespace counterseal::core
