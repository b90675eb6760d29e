// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/store/store.hpp"

namespace counterseal::core {

struct sqlite_place {
    std::string path;     // empty: in memory, gone with the store; for tests
    bool create = false;  // makes the file, readable by its owner alone, where there is none
};

/// SQLite in WAL mode with synchronous=FULL: what was committed survives a power cut. Only local file systems; the file
/// carries our application_id, and a file of somebody else's is e_schema. Throws store_error.
[[nodiscard]] std::unique_ptr<store> open_sqlite(const sqlite_place& place, deadline until);

}  // namespace counterseal::core
