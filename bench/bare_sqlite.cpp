// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

#include <stdexcept>

#include "bench/bare_store.hpp"
#include "bench/engine_people.hpp"

namespace counterseal::bench {
namespace {

class bare_sqlite final : public bare_store {
public:
    explicit bare_sqlite(const std::string& file)
    {
        need(sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr));
        for (const char* sql : {"PRAGMA cache_size=-16384", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"}) {
            need(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
        }
        begin_ = prepare("BEGIN IMMEDIATE");
        commit_ = prepare("COMMIT");
        advance_ = prepare(
            "UPDATE factor SET last_value = ?4 "
            "WHERE tenant = ?1 AND subject = ?2 AND factor = ?3 AND last_value < ?4");
        insert_ = prepare(
            "INSERT INTO challenge "
            "(tenant, subject, challenge, context, session, epoch, created_us, expires_us, tag) "
            "VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8)");
        bind(advance_, 1, tenant);
        bind(insert_, 1, tenant);
        bind(insert_, 4, bare_context);
    }
    ~bare_sqlite() override
    {
        for (sqlite3_stmt* one : {begin_, commit_, advance_, insert_}) {
            sqlite3_finalize(one);
        }
        sqlite3_close(handle_);
    }

    std::size_t advance(const bare_update& one) override
    {
        step(begin_);
        const std::size_t n = change(one);
        step(commit_);
        return n;
    }

    std::size_t advance(const std::vector<bare_update>& many) override
    {
        std::size_t n = 0;
        step(begin_);
        for (const bare_update& one : many) {
            n += change(one);
        }
        step(commit_);
        return n;
    }

    std::size_t insert_challenge(const std::string& subject, const std::string& id, std::int64_t now_us) override
    {
        const std::string tag(bare_tag_len, 't');
        bind(insert_, 2, subject);
        bind(insert_, 3, id);
        need(sqlite3_bind_blob(insert_, 5, tag.data(), static_cast<int>(tag.size()), SQLITE_STATIC));
        need(sqlite3_bind_int64(insert_, 6, now_us));
        need(sqlite3_bind_int64(insert_, 7, now_us + 300 * second_us));
        need(sqlite3_bind_blob(insert_, 8, tag.data(), static_cast<int>(tag.size()), SQLITE_STATIC));
        step(begin_);
        step(insert_);
        const int n = sqlite3_changes(handle_);
        step(commit_);
        return static_cast<std::size_t>(n);
    }

private:
    void need(int result)
    {
        if (result != SQLITE_OK) {
            throw std::runtime_error(std::string("bare SQLite: ") + sqlite3_errmsg(handle_));
        }
    }
    sqlite3_stmt* prepare(const char* sql)
    {
        sqlite3_stmt* made = nullptr;
        need(sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr));
        return made;
    }
    void bind(sqlite3_stmt* to, int place, std::string_view text)
    {
        need(sqlite3_bind_text(to, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
    }
    void step(sqlite3_stmt* one)
    {
        if (sqlite3_step(one) != SQLITE_DONE) {
            need(sqlite3_reset(one));
            throw std::runtime_error("bare SQLite: a statement returned a row");
        }
        need(sqlite3_reset(one));
    }
    std::size_t change(const bare_update& one)
    {
        bind(advance_, 2, one.subject);
        bind(advance_, 3, one.factor);
        need(sqlite3_bind_int64(advance_, 4, one.value));
        step(advance_);
        return static_cast<std::size_t>(sqlite3_changes(handle_));
    }

    sqlite3* handle_ = nullptr;
    sqlite3_stmt* begin_ = nullptr;
    sqlite3_stmt* commit_ = nullptr;
    sqlite3_stmt* advance_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
};

}  // namespace

std::unique_ptr<bare_store> open_bare_sqlite(const std::string& file)
{
    return std::make_unique<bare_sqlite>(file);
}

}  // namespace counterseal::bench
