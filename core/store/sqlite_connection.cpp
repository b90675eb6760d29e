// SPDX-License-Identifier: Apache-2.0
#include "core/store/sqlite_connection.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#ifdef STATX_INO
#include <sys/sysmacros.h>
#endif

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

#include "core/machine/machine.hpp"
#include "core/store/fork_gate.hpp"

namespace counterseal::core {
namespace {

[[nodiscard]] status code_of(int result) noexcept
{
    switch (result & 0xff) {
        case SQLITE_NOTADB: return status::e_schema;
        case SQLITE_CORRUPT:
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH: return status::e_store_corrupt;
        case SQLITE_MISUSE:
        case SQLITE_ERROR:
        case SQLITE_RANGE: return status::e_internal;
        default: return status::e_store_unavailable;
    }
}

int bind(sqlite3_stmt* handle, int place, const parameter& p)
{
    // Bound without a copy: `in` outlives the steps. A null pointer would bind null.
    if (const auto* number = std::get_if<std::int64_t>(&p)) {
        return sqlite3_bind_int64(handle, place, *number);
    }
    if (const auto* text = std::get_if<std::string_view>(&p)) {
        return sqlite3_bind_text64(handle, place, text->data() != nullptr ? text->data() : "", text->size(),
                                   SQLITE_STATIC, SQLITE_UTF8);
    }
    if (const auto* bytes = std::get_if<bytes_view>(&p)) {
        return bytes->empty() ? sqlite3_bind_zeroblob(handle, place, 0)
                              : sqlite3_bind_blob64(handle, place, bytes->data(), bytes->size(), SQLITE_STATIC);
    }
    return sqlite3_bind_null(handle, place);
}

cell column(sqlite3_stmt* handle, int i)
{
    switch (sqlite3_column_type(handle, i)) {
        case SQLITE_INTEGER: return sqlite3_column_int64(handle, i);
        case SQLITE_TEXT: {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle, i));
            return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(handle, i)));
        }
        case SQLITE_BLOB: {
            const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle, i));
            return std::vector<std::uint8_t>(bytes, bytes + sqlite3_column_bytes(handle, i));
        }
        default: return null{};
    }
}

bool is_of_each_row(const set_parameter& p) noexcept
{
    return p.index() >= 3;
}

parameter parameter_of(const set_parameter& p, std::size_t row) noexcept
{
    if (const auto* numbers = std::get_if<std::span<const std::int64_t>>(&p)) {
        return (*numbers)[row];
    }
    if (const auto* texts = std::get_if<std::span<const std::string_view>>(&p)) {
        return (*texts)[row];
    }
    if (const auto* bytes = std::get_if<std::span<const bytes_view>>(&p)) {
        return (*bytes)[row];
    }
    if (const auto* number = std::get_if<std::int64_t>(&p)) {
        return *number;
    }
    if (const auto* one = std::get_if<bytes_view>(&p)) {
        return *one;
    }
    return std::get<std::string_view>(p);
}

/// Nothing is asked about times: who was told the time of a file's last change has the next write note it anew (Linux
/// 6.13, multigrain timestamps), and its fdatasync() writes that down, too, which takes as long as a fifth of a commit.
std::optional<file_id> file_at(const char* name) noexcept
{
#ifdef STATX_INO
    struct statx told{};
    if (::statx(AT_FDCWD, name, AT_STATX_DONT_SYNC, STATX_INO, &told) == 0 && (told.stx_mask & STATX_INO) != 0) {
        return file_id{makedev(told.stx_dev_major, told.stx_dev_minor), told.stx_ino};
    }
    // Some sandboxes do not know this call.
#endif
    struct stat found{};
    return ::stat(name, &found) == 0 ? std::optional(file_id{found.st_dev, found.st_ino}) : std::nullopt;
}

using owned_statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

/// For the next call; what was bound may be secret.
int give_back(sqlite3_stmt* handle) noexcept
{
    sqlite3_reset(handle);
    return sqlite3_clear_bindings(handle);
}

}  // namespace

sqlite_connection::sqlite_connection(const std::string& uri, int flags, deadline until) : until_{until}
{
    const int result = sqlite3_open_v2(uri.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                       this_machine().file_system());
    std::unique_ptr<sqlite3, int (*)(sqlite3*)> closed(handle_, sqlite3_close);
    if (result != SQLITE_OK) {
        const std::string why = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
        throw store_error(code_of(result), "SQLite cannot open the store: " + why);
    }
    handle_ = closed.release();
    sqlite3_busy_handler(handle_, wait, this);
    constexpr int steps_between_looks = 10'000;
    sqlite3_progress_handler(handle_, steps_between_looks, is_late, this);
}

sqlite_connection::~sqlite_connection()
{
    for (const auto& [what, prepared] : prepared_) {
        sqlite3_finalize(prepared.handle);
    }
    sqlite3_close(handle_);
}

std::int64_t sqlite_connection::execute(const char* sql)
{
    sqlite3_stmt* raw = nullptr;
    check(sqlite3_prepare_v2(handle_, sql, -1, &raw, nullptr));
    const owned_statement finalized(raw, sqlite3_finalize);
    int result = sqlite3_step(raw);
    const std::int64_t first = result == SQLITE_ROW ? sqlite3_column_int64(raw, 0) : 0;
    while (result == SQLITE_ROW) {
        result = sqlite3_step(raw);
    }
    if (result != SQLITE_DONE) {
        check(result);
    }
    return first;
}

std::size_t sqlite_connection::run(const statement& what, std::span<const parameter> in, rows* out)
{
    const ready& prepared = prepare(what, in.size());
    const owned_statement in_use(prepared.handle, give_back);
    for (std::size_t i = 0; i < in.size(); ++i) {
        check(bind(in_use.get(), prepared.places[i], in[i]));
    }
    if (out != nullptr) {
        out->clear(static_cast<std::size_t>(sqlite3_column_count(in_use.get())));
    }
    return step(in_use.get(), out);
}

std::size_t sqlite_connection::run_each(const statement& what, std::span<const set_parameter> in, rows* out)
{
    const ready& prepared = prepare(what, in.size());
    const owned_statement in_use(prepared.handle, give_back);
    if (out != nullptr) {
        out->clear(static_cast<std::size_t>(sqlite3_column_count(in_use.get())));
    }
    std::size_t n = 0;
    for (std::size_t row = 0; row < size_of(in); ++row) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (const auto of_row = parameter_of(in[i], row); row == 0 || is_of_each_row(in[i])) {
                check(bind(in_use.get(), prepared.places[i], of_row));
            }
        }
        n += step(in_use.get(), out);
        sqlite3_reset(in_use.get());
    }
    return n;
}

sqlite_files sqlite_connection::files() const noexcept
{
    const char* const name = sqlite3_db_filename(handle_, "main");
    return {file_at(name), file_at(sqlite3_filename_wal(name))};
}

std::size_t sqlite_connection::step(sqlite3_stmt* handle, rows* out)
{
    const int n_columns = sqlite3_column_count(handle);
    std::size_t n_rows = 0;
    int result = sqlite3_step(handle);
    for (; result == SQLITE_ROW; result = sqlite3_step(handle)) {
        ++n_rows;
        for (int i = 0; out != nullptr && i < n_columns; ++i) {
            out->add(column(handle, i));
        }
    }
    if (result != SQLITE_DONE) {
        check(result);
    }
    return n_columns != 0 ? n_rows : static_cast<std::size_t>(sqlite3_changes64(handle_));
}

void sqlite_connection::check(int result) const
{
    if (result == SQLITE_NOMEM) {
        throw std::bad_alloc();
    }
    if (result != SQLITE_OK) {
        const bool has_yielded = (result & 0xff) == SQLITE_BUSY && has_yielded_;
        throw store_error(code_of(result), std::string("SQLite: ") + sqlite3_errmsg(handle_), has_yielded);
    }
}

const sqlite_connection::ready& sqlite_connection::prepare(const statement& what, std::size_t n_parameters)
{
    auto found = prepared_.find(&what);
    if (found == prepared_.end()) {
        sqlite3_stmt* raw = nullptr;
        const int result = sqlite3_prepare_v3(handle_, what.sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
        if ((result & 0xff) == SQLITE_ERROR) {
            // The text is ours: the tables are not, or no longer.
            throw store_error(status::e_schema, std::string("SQLite: ") + sqlite3_errmsg(handle_));
        }
        check(result);
        owned_statement made(raw, sqlite3_finalize);
        std::vector<int> places;
        for (int i = 1; i <= sqlite3_bind_parameter_count(raw); ++i) {
            std::string name = std::to_string(i);
            name.insert(name.begin(), '$');
            places.push_back(sqlite3_bind_parameter_index(raw, name.c_str()));
        }
        found = prepared_.emplace(&what, ready{raw, std::move(places)}).first;
        const sqlite3_stmt* const handed_over = made.release();
        static_cast<void>(handed_over);
    }
    if (found->second.places.size() != n_parameters) {
        throw store_error(status::e_internal, std::string("wrong number of parameters: ") + what.sql);
    }
    return found->second;
}

int sqlite_connection::is_late(void* self) noexcept
{
    return this_machine().now() >= static_cast<sqlite_connection*>(self)->until_ ? 1 : 0;
}
int sqlite_connection::wait(void* self, int n_waits) noexcept
{
    if (is_late(self) != 0) {
        return 0;
    }
    auto& one = *static_cast<sqlite_connection*>(self);
    one.has_yielded_ = one.yields_ && !one.is_in_transaction() && fork_gate::is_awaited();
    if (one.has_yielded_) {
        return 0;
    }
    // Another process has the lock: short naps at first, since a commit takes a millisecond or less.
    constexpr std::chrono::microseconds longest(5'000);
    this_machine().sleep(std::min(std::chrono::microseconds(100 * (n_waits + 1)), longest));
    return 1;
}

}  // namespace counterseal::core
