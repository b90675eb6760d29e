// SPDX-License-Identifier: Apache-2.0
#include "core/store/schema.hpp"

#include <thread>

#include "stores.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view first[] = {"CREATE TABLE person (name {text} PRIMARY KEY, seal {bytes}){end}"};
constexpr std::string_view second[] = {"ALTER TABLE person ADD COLUMN epoch {integer} NOT NULL DEFAULT 0"};
constexpr std::string_view third[] = {"CREATE TABLE event (seq {integer} PRIMARY KEY){end}"};
constexpr migration versions[] = {{first}, {second}, {third}};
constexpr migrations all(versions);

constexpr statement insert = {"INSERT INTO person (name, epoch) VALUES ($1, $2)"};

using schema = stores;

TEST_P(schema, goes_from_nothing_to_the_last_version_and_stays)
{
    const auto session = connect();
    EXPECT_EQ(schema_version(*session, soon()), 0);
    migrate(*session, soon(), all);
    EXPECT_EQ(schema_version(*session, soon()), 3);
    in_transaction(*session, soon(), [&](transaction& t) { t.run(insert, {std::string_view("a"), std::int64_t{7}}); });
    migrate(*session, soon(), all);
    EXPECT_EQ(schema_version(*session, soon()), 3);
}

TEST_P(schema, is_checked_and_never_changed_by_the_check)
{
    const auto session = connect();
    EXPECT_EQ(error_of([&] { check_schema(*session, soon(), all); }), status::e_schema);
    EXPECT_EQ(schema_version(*session, soon()), 0);
    migrate(*session, soon(), all.first(2));
    EXPECT_EQ(error_of([&] { check_schema(*session, soon(), all); }), status::e_schema) << "too old";
    check_schema(*session, soon(), all.first(2));
    check_schema(*session, soon(), all.first(1));  // the program before still runs
    migrate(*session, soon(), all);
    check_schema(*session, soon(), all.first(2));
    EXPECT_EQ(error_of([&] { check_schema(*session, soon(), all.first(1)); }), status::e_schema) << "too new";
}

TEST_P(schema, of_a_later_program_is_left_alone)
{
    const auto session = connect();
    migrate(*session, soon(), all);
    migrate(*session, soon(), all.first(2));
    EXPECT_EQ(schema_version(*session, soon()), 3);
}

TEST_P(schema, is_whole_or_unchanged)
{
    static constexpr std::string_view broken[] = {"CREATE TABLE event (seq {integer} PRIMARY KEY){end}",
                                                  "CREATE NONSENSE"};
    static constexpr migration with_fault[] = {{first}, {broken}};
    const auto session = connect();
    EXPECT_NE(error_of([&] { migrate(*session, soon(), with_fault); }), status::ok);
    EXPECT_EQ(schema_version(*session, soon()), 0);
    migrate(*session, soon(), all);  // nothing of it is in the way
    EXPECT_EQ(schema_version(*session, soon()), 3);
}

TEST_P(schema, is_made_once_by_many_at_a_time)
{
    std::vector<std::thread> nodes;
    for (int i = 0; i < 6; ++i) {
        nodes.emplace_back([&] {
            const auto session = connect();
            migrate(*session, soon(), all);
        });
    }
    for (std::thread& node : nodes) {
        node.join();
    }
    EXPECT_EQ(schema_version(*connect(), soon()), 3);
}

TEST_P(schema, prints_what_it_would_run)
{
    const auto session = connect();
    const std::vector<std::string> sql = migration_sql(session->words(), 1, all);
    ASSERT_EQ(sql.size(), 3U);
    EXPECT_EQ(sql[0].find('{'), std::string::npos);
    EXPECT_NE(sql[0].find("ALTER TABLE person"), std::string::npos);
    EXPECT_TRUE(migration_sql(session->words(), 3, all).empty());
    migrate(*session, soon(), all.first(1));
    in_transaction(*session, soon(), [&](transaction&) {
        for (const std::string& one : sql) {
            session->execute(one);
        }
    });
    check_schema(*session, soon(), all);
}

INSTANTIATE_TEST_SUITE_P(store, schema, ::testing::Values("memory", "sqlite", "postgres"),
                         [](const auto& of) { return std::string(of.param); });

}  // namespace
}  // namespace counterseal::core
