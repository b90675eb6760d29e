// SPDX-License-Identifier: Apache-2.0
#include "stores.hpp"

#include <cstdlib>
#include <stdexcept>

#include "core/store/postgres.hpp"
#include "core/store/sqlite.hpp"

namespace counterseal::core {

own_folder::own_folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "counterseal-store-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no folder for the test");
    }
    path_ = name;
}

own_folder::~own_folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string postgres_url()
{
    const char* const url = std::getenv("COUNTERSEAL_TEST_POSTGRES");
    if (url == nullptr) {
        throw std::runtime_error("no PostgreSQL: run this through tests/store/postgres_server.py");
    }
    return url;
}

void cut_off(store_session& session, store_session& by)
{
    static constexpr statement who = {"SELECT pg_backend_pid()"};
    static constexpr statement end = {"SELECT pg_terminate_backend($1::int)"};
    rows out;
    session.run(who, {}, &out);
    const parameter pid[] = {out.integer(0, 0)};
    by.begin(access::write, soon());
    by.run(end, pid);
    by.roll_back();
}

void stores::SetUp()
{
    which_ = open_again();
    const auto session = connect();
    in_transaction(*session, soon(), [&](transaction&) {
        const dialect& words = session->words();
        if (std::string_view(GetParam()) == "postgres") {
            session->execute("DROP SCHEMA IF EXISTS counterseal CASCADE");
        }
        for (const std::string_view sql : words.before_migration) {
            session->execute(std::string(sql));
        }
        session->execute("CREATE TABLE thing (name " + std::string(words.text) + " PRIMARY KEY, number " +
                         std::string(words.integer) + ", note " + std::string(words.text) + ", data " +
                         std::string(words.bytes) + ")" + std::string(words.end_of_table));
    });
}

std::unique_ptr<store> stores::open_again()
{
    const std::string_view kind = GetParam();
    if (kind == "postgres") {
        return open_postgres(postgres_url(), soon());
    }
    return open_sqlite({.path = kind == "sqlite" ? folder_.file("store.db") : "", .create = true}, soon());
}

}  // namespace counterseal::core
