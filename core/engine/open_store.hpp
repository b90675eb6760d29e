// SPDX-License-Identifier: Apache-2.0
// Which store a URL names.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/store/store.hpp"

namespace counterseal::core {

enum class store_kind : std::uint8_t { sqlite, postgres, memory };

struct place {
    store_kind kind;
    std::string where;  // the path of the file, or the URL of the server
};

/// sqlite:///relative.db, sqlite:////absolute.db, postgresql://... or postgres://..., memory:. Throws store_error of
/// e_argument for another one; its text never shows the URL, which may hold a password.
[[nodiscard]] place parse_store_url(std::string_view url);

/// Throws store_error; of e_unsupported where the module of PostgreSQL is not installed.
[[nodiscard]] std::unique_ptr<store> open_store(const place& at, bool create, deadline until);

}  // namespace counterseal::core
