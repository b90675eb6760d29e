// SPDX-License-Identifier: Apache-2.0
#include "core/engine/open_store.hpp"

#include "core/store/postgres.hpp"
#include "core/store/sqlite.hpp"

namespace counterseal::core {

place parse_store_url(std::string_view url)
{
    constexpr std::string_view sqlite = "sqlite:///";
    if (url.starts_with(sqlite) && url.size() > sqlite.size()) {
        return {store_kind::sqlite, std::string(url.substr(sqlite.size()))};
    }
    if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
        return {store_kind::postgres, std::string(url)};
    }
    if (url == "memory:") {
        return {store_kind::memory, {}};
    }
    throw store_error(status::e_argument,
                      "a store is sqlite:///file, sqlite:////absolute/file, postgresql://... or memory:");
}

std::unique_ptr<store> open_store(const place& at, bool create, deadline until)
{
    if (at.kind == store_kind::postgres) {
        return open_postgres(at.where, until);
    }
    return open_sqlite({.path = at.where, .create = create}, until);
}

}  // namespace counterseal::core
