// SPDX-License-Identifier: Apache-2.0
// What the PostgreSQL store promises beyond the suite.
#include "core/store/postgres.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "core/store/postgres_connection.hpp"
#include "core/store/postgres_hosts.hpp"
#include "failing_memory.hpp"
#include "stores.hpp"

namespace counterseal::core {
namespace {

status opening(const std::string& url)
{
    return error_of([&] { static_cast<void>(open_postgres(url, soon())); });
}

/// Below the store: whoever calls the server itself.
std::unique_ptr<postgres_connection> connect_directly()
{
    const auto by = libpq::load();
    const std::string url = postgres_url();
    return std::make_unique<postgres_connection>(by, url, hosts_of(*by, url).front(), soon());
}

TEST(postgres, a_server_elsewhere_has_to_prove_who_it_is)
{
    for (const char* url :
         {"postgresql://10.1.2.3/db", "postgresql://db.example/db?sslmode=require", "postgresql:///db?host=db.example",
          "postgresql://localhost/db?hostaddr=10.1.2.3", "postgresql://localhost,db.example/db",
          "postgresql:///db?host=/tmp,db.example", "postgresql:///db?host=@here,10.1.2.3",
          "postgresql:///db?host=localhost,localhost&hostaddr=127.0.0.1,10.1.2.3",
          "postgresql:///db?host=localhost,localhost&hostaddr=127.0.0.1", "postgresql:///db?host=a,b,c&port=1,2",
          "postgresql:///db?service=remote", "postgresql://localhost/db?sslmode=verify-full&service=remote"}) {
        EXPECT_EQ(opening(url), status::e_argument) << url;
    }
}

TEST(postgres, several_servers_of_this_machine_need_not)
{
    EXPECT_EQ(opening("postgresql://127.0.0.1:1,localhost:1/db"), status::e_store_unavailable);
    EXPECT_EQ(opening("postgresql:///db?host=/nowhere,127.0.0.1&port=1,1"), status::e_store_unavailable);
}

TEST(postgres, a_host_that_says_nothing_takes_a_share_of_the_time_alone)
{
    const int silent = ::socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_GE(silent, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t len = sizeof at;
    ASSERT_EQ(::bind(silent, reinterpret_cast<const sockaddr*>(&at), len), 0);
    ASSERT_EQ(::listen(silent, 8), 0);  // and nobody accepts
    ASSERT_EQ(::getsockname(silent, reinterpret_cast<sockaddr*>(&at), &len), 0);
    std::string url = postgres_url();
    const std::size_t host = url.find("127.0.0.1:");
    ASSERT_NE(host, std::string::npos);
    url.insert(host, "127.0.0.1:" + std::to_string(ntohs(at.sin_port)) + ",");
    const deadline until = std::chrono::steady_clock::now() + std::chrono::seconds(4);
    EXPECT_EQ(error_of([&] { static_cast<void>(open_postgres(url, until)); }), status::ok);
    ::close(silent);
}

TEST(postgres, the_environment_cannot_send_it_elsewhere)
{
    ::setenv("PGHOST", "db.example", 1);
    const status s = opening("postgresql:///db");
    ::unsetenv("PGHOST");
    EXPECT_EQ(s, status::e_argument);
}

TEST(postgres, an_error_shows_no_password)
{
    for (const char* url : {"postgresql://me:sesame@127.0.0.1:1/db", "postgresql://me:sesame@local host/%zz"}) {
        try {
            static_cast<void>(open_postgres(url, soon()));
            ADD_FAILURE() << "opened " << url;
        } catch (const store_error& e) {
            EXPECT_EQ(std::string(e.what()).find("sesame"), std::string::npos) << e.what();
        }
    }
}

TEST(postgres, nobody_there_is_unavailable)
{
    EXPECT_EQ(opening("postgresql://127.0.0.1:1/db"), status::e_store_unavailable);
}

TEST(postgres, a_server_that_does_not_sync_is_none)
{
    const auto administrator = connect_directly();
    const auto waits_for = [&](const char* setting, status expected) {
        administrator->run(setting, {}, nullptr);
        administrator->run("SELECT pg_reload_conf()", {}, nullptr);
        status s = opening(postgres_url());
        for (const deadline until = soon(); s != expected && std::chrono::steady_clock::now() < until;) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));  // until the server has read it
            s = opening(postgres_url());
        }
        EXPECT_EQ(s, expected) << setting;
    };
    waits_for("ALTER SYSTEM SET fsync = off", status::e_store_unavailable);
    waits_for("ALTER SYSTEM RESET fsync", status::ok);
}

TEST(postgres, a_commit_of_what_has_failed_is_none)
{
    const auto one = connect_directly();
    one->run("BEGIN", {}, nullptr);
    EXPECT_NE(error_of([&] { one->run("SELECT 1 / 0", {}, nullptr); }), status::ok);
    EXPECT_EQ(error_of([&] { one->commit(); }), status::e_store_unavailable);
    one->run("BEGIN", {}, nullptr);
    EXPECT_EQ(error_of([&] { one->commit(); }), status::ok);
}

TEST(postgres, settings_of_a_transaction_end_with_it)
{
    const auto made = open_postgres(postgres_url(), soon());
    const auto session = made->connect(soon());
    static constexpr statement setting = {
        "SELECT current_setting('synchronous_commit'), current_setting('search_path')"};
    in_transaction(*session, soon(), [&](transaction& t) {
        rows out;
        t.run(setting, {}, &out);
        EXPECT_EQ(out.text(0, 0), "on");
        EXPECT_EQ(out.text(0, 1), "counterseal");
    });
}

TEST(postgres, text_is_utf8_whatever_the_client_was_set_to)
{
    const auto made = open_postgres(postgres_url() + "?client_encoding=LATIN1", soon());
    const auto session = made->connect(soon());
    static constexpr statement length = {"SELECT char_length($1)"};
    in_transaction(*session, soon(), [&](transaction& t) {
        rows out;
        t.run(length, {std::string_view("m\xc3\xbcller")}, &out);
        EXPECT_EQ(out.integer(0, 0), 6);
    });
}

TEST(postgres, a_lost_connection_is_an_error_and_then_a_new_connection)
{
    const auto made = open_postgres(postgres_url(), soon());
    const auto session = made->connect(soon());
    static constexpr statement one = {"SELECT 1"};
    const auto other = made->connect(soon());
    const status s = error_of([&] {
        in_transaction(*session, soon(), [&](transaction& t) {
            cut_off(*session, *other);
            t.run(one);
        });
    });
    EXPECT_EQ(s, status::e_store_unavailable);
    in_transaction(*session, soon(), [&](transaction& t) { EXPECT_EQ(t.run(one), 1U); });
}

TEST(postgres, whether_a_commit_without_memory_happened_is_not_known)
{
    const auto made = open_postgres(postgres_url(), soon());
    const auto session = made->connect(soon());
    const auto other = made->connect(soon());
    for (const bool lasts : {false, true}) {
        std::uint64_t n = 1;
        for (bool is_struck = true; is_struck; ++n) {
            session->begin(access::write, soon());
            cut_off(*session, *other);
            faults::fail_at(n, lasts);  // for the words of the error, too
            const status s = error_of([&] { session->commit(); });
            is_struck = faults::stop_failing() >= n;
            EXPECT_EQ(s, status::e_store_unknown) << n;
        }
        EXPECT_GT(n, 2U);
    }
    EXPECT_EQ(error_of([&] { in_transaction(*session, soon(), [](transaction&) {}); }), status::ok);
}

TEST(postgres, a_connection_on_which_nothing_begins_makes_way_for_another)
{
    const auto owners = open_postgres(postgres_url(), soon());
    const auto owner = owners->connect(soon());
    const auto as_owner = [&](const char* sql) {
        in_transaction(*owner, soon(), [&](transaction&) { owner->execute(sql); });
    };
    as_owner("DROP ROLE IF EXISTS plain");
    as_owner("CREATE ROLE plain LOGIN");
    std::string url = postgres_url();
    url.replace(url.find("tester@"), 7, "plain@");
    const auto made = open_postgres(url, soon());
    const auto session = made->connect(soon());
    const auto begun = [&] { return error_of([&] { transaction(*session, access::write, soon()); }); };
    static constexpr statement is_owner = {"SELECT 1 WHERE current_user <> 'plain'"};
    if (in_transaction(*session, soon(), [&](transaction& t) { return t.run(is_owner); }) == 1) {
        GTEST_SKIP() << "a pooler that knows one user";
    }
    as_owner("REVOKE EXECUTE ON FUNCTION set_config FROM PUBLIC");  // with which each transaction begins
    const status refused = begun();
    as_owner("GRANT EXECUTE ON FUNCTION set_config TO PUBLIC");
    EXPECT_EQ(refused, status::e_schema);
    EXPECT_EQ(begun(), status::ok);
}

TEST(postgres, transactions_in_each_others_way_are_tried_again)
{
    const auto made = open_postgres(postgres_url(), soon());
    const auto first = made->connect(soon());
    static constexpr statement insert = {"INSERT INTO pair (name, number) VALUES ($1, 0)"};
    static constexpr statement up = {"UPDATE pair SET number = number + 1 WHERE name = $1"};
    static constexpr statement sum = {"SELECT sum(number)::bigint FROM pair"};
    in_transaction(*first, soon(), [&](transaction& t) {
        first->execute("DROP SCHEMA IF EXISTS counterseal CASCADE");
        first->execute("CREATE SCHEMA counterseal");
        first->execute("CREATE TABLE pair (name TEXT PRIMARY KEY, number BIGINT)");
        t.run(insert, {std::string_view("a")});
        t.run(insert, {std::string_view("b")});
    });
    // Each holds one row and wants the other's: the server ends one of them by 40P01.
    std::atomic<int> n_tries{0};
    std::atomic<int> n_holding{0};
    const auto both = [&](std::string_view own, std::string_view others) {
        const auto session = made->connect(soon());
        in_transaction(*session, soon(), [&](transaction& t) {
            ++n_tries;
            t.run(up, {own});
            ++n_holding;
            while (n_holding < 2) {
                std::this_thread::yield();
            }
            t.run(up, {others});
        });
    };
    std::thread here(both, "a", "b");
    std::thread there(both, "b", "a");
    here.join();
    there.join();
    EXPECT_GE(n_tries, 3);  // the one that was ended may meet the other again
    in_transaction(*first, soon(), [&](transaction& t) {
        rows out;
        t.run(sum, {}, &out);
        EXPECT_EQ(out.integer(0, 0), 4);
    });
}

}  // namespace
}  // namespace counterseal::core
