// SPDX-License-Identifier: Apache-2.0
// A connection to SQLite, its prepared statements, and how long it may wait.
#pragma once

#include <sqlite3.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <unordered_map>

#include "core/store/store.hpp"

namespace counterseal::core {

/// A file, whatever its name: that may come to stand for another one.
struct file_id {
    dev_t device;
    ino_t number;
    bool operator==(const file_id&) const = default;
};

/// What has the names of a database and of its log; nothing: no file.
struct sqlite_files {
    std::optional<file_id> database{};
    std::optional<file_id> log{};
    bool operator==(const sqlite_files&) const = default;
};

/// Every member throws store_error.
class sqlite_connection {
public:
    sqlite_connection(const std::string& uri, int flags, deadline until);
    ~sqlite_connection();
    sqlite_connection(const sqlite_connection&) = delete;
    sqlite_connection& operator=(const sqlite_connection&) = delete;

    /// Bounds everything that follows: waiting for others, and running.
    void set_deadline(deadline until) noexcept
    {
        until_ = until;
        has_yielded_ = false;
    }

    /// From here on a fork comes before waiting for another process: what had to wait, and had not begun anything, then
    /// throws a store_error that is_retryable().
    void yield_to_forks() noexcept { yields_ = true; }

    /// Text without parameters. Returns the first column of the first row, or 0.
    std::int64_t execute(const char* sql);

    /// store_session::run().
    std::size_t run(const statement& what, std::span<const parameter> in, rows* out);

    /// store_session::run_set(): a statement inside the process is fastest row by row.
    std::size_t run_each(const statement& what, std::span<const set_parameter> in, rows* out);

    /// What is there by now; the connection goes on with what it has opened. Not in memory.
    [[nodiscard]] sqlite_files files() const noexcept;

    [[nodiscard]] bool is_in_transaction() const noexcept { return sqlite3_get_autocommit(handle_) == 0; }

private:
    struct ready {
        sqlite3_stmt* handle;
        std::vector<int> places;  // of $1, $2, ...
    };

    void check(int result) const;
    const ready& prepare(const statement& what, std::size_t n_parameters);
    /// Runs one whose parameters are bound; adds to `out`.
    std::size_t step(sqlite3_stmt* handle, rows* out);
    static int is_late(void* self) noexcept;
    static int wait(void* self, int n_waits) noexcept;

    sqlite3* handle_ = nullptr;
    deadline until_;
    bool yields_ = false;
    bool has_yielded_ = false;  // when it was last asked to wait
    std::unordered_map<const statement*, ready> prepared_;
};

}  // namespace counterseal::core
