// SPDX-License-Identifier: Apache-2.0
// A migration to read, or to run by hand where the program may not make tables.
#pragma once

#include <string>
#include <string_view>

#include "core/store/store.hpp"

namespace counterseal::core {

/// What opening the store with schema_mode::migrate would run, as one transaction; empty where it would run nothing. A
/// file that is not there is as good as an empty store, and is not made. Throws store_error.
[[nodiscard]] std::string schema_sql(std::string_view url, deadline until);

}  // namespace counterseal::core
