// SPDX-License-Identifier: Apache-2.0
#include "image_check.hpp"

#include <sqlite3.h>

#include <memory>
#include <string_view>
#include <vector>

#include "image_vfs.hpp"

namespace faults {
namespace {

using connection = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
using statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

class fingerprint {
public:
    void add(const void* data, std::size_t len) noexcept
    {
        const auto* bytes = static_cast<const unsigned char*>(data);
        for (std::size_t i = 0; i < len; ++i) {
            hash_ = (hash_ ^ bytes[i]) * 0x100000001b3;  // FNV-1a
        }
        hash_ = (hash_ ^ len) * 0x100000001b3;
    }
    [[nodiscard]] std::uint64_t value() const noexcept { return hash_; }

private:
    std::uint64_t hash_ = 0xcbf29ce484222325;
};

/// Calls each(statement) for each row. The result of the last step.
template <class Each>
int for_rows(sqlite3* in, const std::string& sql, Each&& each)
{
    sqlite3_stmt* raw = nullptr;
    int result = sqlite3_prepare_v2(in, sql.c_str(), -1, &raw, nullptr);
    const statement finalized(raw, sqlite3_finalize);
    if (result != SQLITE_OK) {
        return result;
    }
    for (result = sqlite3_step(raw); result == SQLITE_ROW; result = sqlite3_step(raw)) {
        each(raw);
    }
    return result;
}

}  // namespace

content look_at(image& what, bool whole)
{
    mount(&what);
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2("store", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, image_vfs_name);
    const connection closed(raw, sqlite3_close);
    if (opened != SQLITE_OK) {
        return {0, "cannot be opened"};
    }
    sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    const auto ignore = [](sqlite3_stmt*) {};
    for_rows(raw, "PRAGMA locking_mode=EXCLUSIVE", ignore);
    for_rows(raw, "PRAGMA temp_store=MEMORY", ignore);
    content out;
    std::vector<std::string> tables;
    fingerprint all;
    int result =
        for_rows(raw, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name", [&](sqlite3_stmt* row) {
            for (int i = 0; i < 2; ++i) {
                all.add(sqlite3_column_blob(row, i), static_cast<std::size_t>(sqlite3_column_bytes(row, i)));
            }
            tables.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(row, 0)));
        });
    for (const std::string& table : tables) {
        if (result != SQLITE_DONE) {
            break;
        }
        // All tables are without rowid, so that this is the order of their keys.
        result = for_rows(raw, "SELECT * FROM \"" + table + '"', [&](sqlite3_stmt* row) {
            for (int i = 0; i < sqlite3_column_count(row); ++i) {
                const auto len = static_cast<std::size_t>(sqlite3_column_bytes(row, i));
                all.add(len == 0 ? "" : sqlite3_column_blob(row, i), len);
            }
        });
    }
    if (result == SQLITE_DONE && whole) {
        result = for_rows(raw, "PRAGMA integrity_check", [&](sqlite3_stmt* row) {
            const std::string_view said(reinterpret_cast<const char*>(sqlite3_column_text(row, 0)));
            if (said != "ok") {
                out.fault += std::string(said) + "; ";
            }
        });
    }
    if (result != SQLITE_DONE) {
        out.fault = sqlite3_errmsg(raw);
    }
    out.fingerprint = all.value();
    return out;
}

}  // namespace faults
