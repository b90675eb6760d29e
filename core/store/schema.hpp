// SPDX-License-Identifier: Apache-2.0
// Versions of a schema: which one a store has, and how it gets to another.
//
// Expand, then contract: a version adds what the next program needs and leaves what the one before uses; what nobody
// uses any more goes two versions later. So a store of version n serves programs that want n or n - 1, and programs of
// both may run on it while nodes are replaced one by one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/transaction.hpp"

namespace counterseal::core {

/// What makes version n of version n - 1: statements in the words of all stores, with {integer}, {text}, {bytes} for
/// types and {end} behind the last parenthesis of a table.
struct migration {
    std::span<const std::string_view> statements;
};

/// The versions 1, 2, ... of one schema.
using migrations = std::span<const migration>;

/// The version of the store; 0: there is nothing yet.
[[nodiscard]] std::int64_t schema_version(store_session& in, deadline until);
[[nodiscard]] std::int64_t schema_version(transaction& in);

/// Throws store_error of e_schema unless a program with these migrations can use the store as it is.
void check_schema(store_session& in, deadline until, migrations all);

/// Brings the store to the last version, in one transaction; whoever does the same at the same time waits. A store that
/// has a later one already is left alone.
void migrate(store_session& in, deadline until, migrations all);

/// What migrate() would run on a store of version `from`, a statement a line, for an administrator to read or to run.
[[nodiscard]] std::vector<std::string> migration_sql(const dialect& words, std::int64_t from, migrations all);

}  // namespace counterseal::core
