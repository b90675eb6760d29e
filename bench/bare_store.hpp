// SPDX-License-Identifier: Apache-2.0
// A store without an engine: the same rows in the same tables, the same conditional update, the same durability, by the
// database's own C interface and nothing around it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace counterseal::bench {

struct bare_update {
    std::string subject;
    std::string factor;
    std::int64_t value;  // of last_value, which has to be smaller
};

/// Every member throws std::runtime_error. Each call is one commit and returns how many rows it changed, after they
/// are durable.
class bare_store {
public:
    virtual ~bare_store() = default;
    bare_store() = default;
    bare_store(const bare_store&) = delete;
    bare_store& operator=(const bare_store&) = delete;

    virtual std::size_t advance(const bare_update& one) = 0;
    virtual std::size_t advance(const std::vector<bare_update>& many) = 0;

    /// A row of the table of challenges, as long as the engine's.
    virtual std::size_t insert_challenge(const std::string& subject, const std::string& id, std::int64_t now_us) = 0;
};

/// SQLite's C API: prepared statements, WAL, synchronous=FULL; many by one statement run for each row.
[[nodiscard]] std::unique_ptr<bare_store> open_bare_sqlite(const std::string& file);

/// libpq: statements prepared on the server, parameters in binary, synchronous_commit=on; many by arrays and unnest.
[[nodiscard]] std::unique_ptr<bare_store> open_bare_postgres(const std::string& url);

/// Another database of the server, with everything that stands in `from`, to which nobody may be connected. Returns its
/// URL.
[[nodiscard]] std::string copy_postgres(const std::string& admin_url, const std::string& from, const std::string& to);

/// Runs SQL on a server.
void run_postgres(const std::string& url, const std::string& sql);

inline constexpr const char* bare_context =
    R"({"action":"login","first_method":"pwd","groups":["staff"],"path":"web","status":"active"})";
inline constexpr std::size_t bare_tag_len = 38;  // of a tag under a key whose id has five letters

}  // namespace counterseal::bench
