// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/store/store.hpp"

namespace counterseal::core {

/// PostgreSQL (or what speaks its protocol) behind a URL of libpq's form, also through a pooler that gives a connection
/// for one transaction only: nothing is kept in the server's session, no statement is prepared by name.
///
/// Trust: a server on another machine needs sslmode=verify-full in the URL, else e_argument; each transaction runs with
/// synchronous_commit=on, in UTF-8; a server with fsync=off, a database of another encoding and a standby are
/// e_store_unavailable. Tables live in the schema `counterseal`. Throws store_error.
[[nodiscard]] std::unique_ptr<store> open_postgres(const std::string& url, deadline until);

}  // namespace counterseal::core
