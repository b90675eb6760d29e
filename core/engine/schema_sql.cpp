// SPDX-License-Identifier: Apache-2.0
#include "core/engine/schema_sql.hpp"

#include <unistd.h>

#include "core/engine/open_store.hpp"
#include "core/engine/tables.hpp"

namespace counterseal::core {

std::string schema_sql(std::string_view url, deadline until)
{
    place where = parse_store_url(url);
    if (where.kind == store_kind::sqlite && ::access(where.where.c_str(), F_OK) != 0) {
        where = parse_store_url("memory:");
    }
    const auto opened = open_store(where, false, until);
    const auto session = opened->connect(until);
    const dialect& words = session->words();
    const auto steps = migration_sql(words, schema_version(*session, until), engine_tables());
    if (steps.empty()) {
        return {};
    }
    std::string all = "BEGIN;\n";
    for (const std::string_view sql : words.before_migration) {
        all.append(sql).append(";\n");
    }
    for (const std::string& sql : steps) {
        all.append(sql).append(";\n");
    }
    return all += "COMMIT;\n";
}

}  // namespace counterseal::core
