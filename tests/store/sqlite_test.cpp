// SPDX-License-Identifier: Apache-2.0
// What the SQLite store promises beyond the suite.
#include "core/store/sqlite.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "failing_memory.hpp"
#include "stores.hpp"

namespace counterseal::core {
namespace {

std::int64_t ask(const std::string& path, const std::string& sql)
{
    sqlite3* db = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    sqlite3_stmt* raw = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &raw, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    const std::int64_t first = sqlite3_step(raw) == SQLITE_ROW ? sqlite3_column_int64(raw, 0) : 0;
    sqlite3_finalize(raw);
    sqlite3_close(db);
    return first;
}

unsigned mode_of(const std::string& path)
{
    struct stat s{};
    EXPECT_EQ(::stat(path.c_str(), &s), 0) << path;
    return s.st_mode & 0777U;
}

TEST(sqlite, a_store_is_made_only_when_asked_for)
{
    const own_folder folder;
    const std::string path = folder.file("store.db");
    EXPECT_EQ(error_of([&] { static_cast<void>(open_sqlite({.path = path}, soon())); }), status::e_store_unavailable);
    EXPECT_FALSE(std::filesystem::exists(path));
    static_cast<void>(open_sqlite({.path = path, .create = true}, soon()));
    static_cast<void>(open_sqlite({.path = path}, soon()));
}

TEST(sqlite, what_cannot_be_opened_is_named_with_the_reason)
{
    const own_folder folder;
    const auto told = [](const sqlite_place& place) -> std::string {
        try {
            static_cast<void>(open_sqlite(place, soon()));
        } catch (const store_error& e) {
            return e.what();
        }
        return "opened";
    };
    const std::string none = folder.file("none.db");
    EXPECT_EQ(told({.path = none}),
              "cannot open the store " + none + ": it does not exist; open with create, which makes it");
    const std::string nowhere = folder.file("nowhere/store.db");
    EXPECT_EQ(told({.path = nowhere, .create = true}),
              "cannot create the store " + nowhere + ": No such file or directory");
    const std::string inside_a_file = folder.file("notes") + "/store.db";
    std::ofstream(folder.file("notes")) << "x";
    EXPECT_EQ(told({.path = inside_a_file}), "cannot open the store " + inside_a_file + ": Not a directory");
}

TEST(sqlite, a_store_is_readable_by_its_owner_alone)
{
    const own_folder folder;
    const mode_t before = ::umask(0);
    const auto made = open_sqlite({.path = folder.file("store.db"), .create = true}, soon());
    const auto session = made->connect(soon());
    in_transaction(*session, soon(), [&](transaction&) { session->execute("CREATE TABLE t (a INTEGER) STRICT"); });
    ::umask(before);
    for (const char* name : {"store.db", "store.db-wal", "store.db-shm"}) {
        EXPECT_EQ(mode_of(folder.file(name)), 0600U) << name;
    }
}

TEST(sqlite, a_name_with_signs_of_a_uri_is_a_name)
{
    const own_folder folder;
    for (const char* name : {"a?mode=memory", "50%25", "a#b", "with blank", "\xC3\xA4"}) {
        static_cast<void>(open_sqlite({.path = folder.file(name), .create = true}, soon()));
        EXPECT_TRUE(std::filesystem::exists(folder.file(name))) << name;
    }
}

TEST(sqlite, files_of_others_are_refused_and_left_as_they_are)
{
    const own_folder folder;
    const std::string database = folder.file("other.db");
    ask(database, "CREATE TABLE theirs (a)");
    const std::string marked = folder.file("marked.db");
    ask(marked, "PRAGMA application_id=77");
    const std::string no_database = folder.file("notes.txt");
    std::ofstream(no_database) << std::string(5000, 'x');
    for (const std::string& path : {database, marked, no_database}) {
        EXPECT_EQ(error_of([&] { static_cast<void>(open_sqlite({.path = path, .create = true}, soon())); }),
                  status::e_schema)
            << path;
    }
    EXPECT_EQ(ask(database, "SELECT count(*) FROM sqlite_schema"), 1);
    EXPECT_EQ(ask(marked, "PRAGMA application_id"), 77);
}

TEST(sqlite, what_was_committed_was_synced)
{
    const own_folder folder;
    const auto made = open_sqlite({.path = folder.file("store.db"), .create = true}, soon());
    const auto session = made->connect(soon());
    static constexpr statement synchronous = {"SELECT synchronous FROM pragma_synchronous"};
    static constexpr statement journal = {"SELECT journal_mode FROM pragma_journal_mode"};
    static constexpr statement of_a_mac = {
        "SELECT fullfsync, checkpoint_fullfsync FROM pragma_fullfsync, pragma_checkpoint_fullfsync"};
    static constexpr statement secure = {"SELECT secure_delete FROM pragma_secure_delete"};
    in_transaction(*session, soon(), [&](transaction& t) {
        rows out;
        t.run(synchronous, {}, &out);
        EXPECT_EQ(out.integer(0, 0), 2);  // FULL
        t.run(journal, {}, &out);
        EXPECT_EQ(out.text(0, 0), "wal");
        t.run(of_a_mac, {}, &out);
        EXPECT_EQ(out.integer(0, 0), 1);
        EXPECT_EQ(out.integer(0, 1), 1);
        t.run(secure, {}, &out);
        EXPECT_EQ(out.integer(0, 0), 1);
    });
}

TEST(sqlite, whether_a_commit_without_memory_happened_is_not_known)
{
    const auto made = open_sqlite({}, soon());
    const auto session = made->connect(soon());
    session->begin(access::write, soon());
    session->execute("CREATE TABLE t (a INTEGER) STRICT");
    faults::fail_at(1, true);
    const status s = error_of([&] { session->commit(); });
    faults::stop_failing();
    EXPECT_EQ(s, status::e_store_unknown);
    EXPECT_EQ(error_of([&] { in_transaction(*session, soon(), [](transaction&) {}); }), status::ok);
}

// What is committed to a file without a name is gone with the process, and what came in its place was never looked at.
TEST(sqlite, a_store_whose_files_were_taken_away_decides_nothing_until_it_is_opened_anew)
{
    using path_of = const std::filesystem::path&;
    const std::pair<const char*, void (*)(path_of, path_of)> ways[] = {
        {"another one in its place", [](path_of store, path_of backup) { std::filesystem::rename(backup, store); }},
        {"another one in its place without the old log",
         [](path_of store, path_of backup) {
             std::filesystem::rename(backup, store);
             std::filesystem::remove(store.string() + "-wal");
             std::filesystem::remove(store.string() + "-shm");
         }},
        {"another one's content, and no log",
         [](path_of store, path_of backup) {
             std::filesystem::copy_file(backup, store, std::filesystem::copy_options::overwrite_existing);
             std::filesystem::remove(store.string() + "-wal");
         }},
        {"moved", [](path_of store, path_of) { std::filesystem::rename(store, store.string() + ".old"); }},
        {"removed", [](path_of store, path_of) { std::filesystem::remove(store); }},
    };
    for (const auto& [name, take_away] : ways) {
        const own_folder folder;
        const std::string path = folder.file("store.db");
        const auto made = open_sqlite({.path = path, .create = true}, soon());
        const auto used = made->connect(soon());
        const auto idle = made->connect(soon());
        in_transaction(*used, soon(), [&](transaction&) { used->execute("CREATE TABLE t (a INTEGER) STRICT"); });
        const std::string backup = folder.file("backup.db");
        static_cast<void>(open_sqlite({.path = backup, .create = true}, soon()));

        take_away(path, backup);

        for (store_session* const session : {used.get(), idle.get()}) {
            for (const access how : {access::write, access::read}) {
                EXPECT_EQ(error_of([&] { transaction(*session, how, soon()); }), status::e_store_unavailable) << name;
            }
        }
        EXPECT_EQ(error_of([&] {
                      const auto later = made->connect(soon());
                      transaction(*later, access::read, soon());
                  }),
                  status::e_store_unavailable)
            << name;
    }
}

TEST(sqlite, whoever_only_reads_notices_soon_that_the_file_was_taken_away)
{
    const own_folder folder;
    const std::string path = folder.file("store.db");
    const auto made = open_sqlite({.path = path, .create = true}, soon());
    const auto session = made->connect(soon());
    const auto read = [&] { return error_of([&] { transaction(*session, access::read, soon()); }); };
    EXPECT_EQ(read(), status::ok);
    std::filesystem::remove(path);
    status seen = read();
    for (const deadline until = soon(); seen == status::ok && std::chrono::steady_clock::now() < until; seen = read()) {
    }
    EXPECT_EQ(seen, status::e_store_unavailable);
}

TEST(sqlite, a_session_that_is_made_later_goes_to_no_other_file)
{
    const own_folder folder;
    const std::string path = folder.file("store.db");
    const auto made = open_sqlite({.path = path, .create = true}, soon());
    const std::string backup = folder.file("backup.db");
    static_cast<void>(open_sqlite({.path = backup, .create = true}, soon()));
    std::filesystem::rename(backup, path);
    const auto session = made->connect(soon());
    EXPECT_EQ(error_of([&] { transaction(*session, access::read, soon()); }), status::e_store_unavailable);
    const auto anew = open_sqlite({.path = path}, soon());
    const auto other = anew->connect(soon());
    EXPECT_EQ(error_of([&] { transaction(*other, access::read, soon()); }), status::ok);
}

TEST(sqlite, a_statement_that_never_ends_ends_at_the_deadline)
{
    const auto made = open_sqlite({}, soon());
    const auto session = made->connect(soon());
    static constexpr statement endless = {
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"};
    const deadline in_a_moment = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    EXPECT_EQ(error_of([&] { in_transaction(*session, in_a_moment, [](transaction& t) { t.run(endless); }); }),
              status::e_store_unavailable);
    in_transaction(*session, soon(), [&](transaction&) { session->execute("CREATE TABLE t (a INTEGER) STRICT"); });
}

TEST(sqlite, memory_stores_are_apart)
{
    const auto one = open_sqlite({}, soon());
    const auto other = open_sqlite({}, soon());
    for (const auto* which : {&one, &other}) {
        const auto session = (*which)->connect(soon());
        in_transaction(*session, soon(), [&](transaction&) { session->execute("CREATE TABLE t (a INTEGER) STRICT"); });
    }
}

}  // namespace
}  // namespace counterseal::core
