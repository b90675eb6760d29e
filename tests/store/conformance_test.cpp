// SPDX-License-Identifier: Apache-2.0
// The promises of store.hpp, one by one.
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>

#include "core/store/faulty.hpp"
#include "stores.hpp"

namespace counterseal::core {
namespace {

constexpr statement insert = {"INSERT INTO thing (name, number, note, data) VALUES ($1, $2, $3, $4)"};
constexpr statement insert_name = {"INSERT INTO thing (name, number) VALUES ($1, $2)"};
constexpr statement insert_or_not = {"INSERT INTO thing (name, number) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"};
constexpr statement select_all = {"SELECT name, number, note, data FROM thing ORDER BY name"};
constexpr statement select_number = {"SELECT number FROM thing WHERE name = $1"};
constexpr statement advance = {"UPDATE thing SET number = $2 WHERE name = $1 AND number < $2"};
constexpr statement advance_and_tell = {
    "UPDATE thing SET number = number + $2 WHERE name = $1 AND number < $3 RETURNING number"};

constexpr set_statement advance_set = {
    {"UPDATE thing SET number = $2 WHERE name = $1 AND number < $2 AND number < $3 RETURNING name, number"},
    {"UPDATE thing SET number = of_number FROM unnest($1::text[], $2::bigint[]) AS given (of_name, of_number) "
     "WHERE name = of_name AND number < of_number AND number < $3 RETURNING name, number"}};

using text = std::string_view;
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();

void put(store_session& in, text name, std::int64_t number)
{
    in_transaction(in, soon(), [&](transaction& t) { t.run(insert_name, {name, number}); });
}

/// The number of a thing as a session of its own sees it.
std::optional<std::int64_t> number_of(store& in, text name)
{
    const auto session = in.connect(soon());
    return in_transaction(*session, soon(), [&](transaction& t) -> std::optional<std::int64_t> {
        rows out;
        return t.run(select_number, {name}, &out) == 0 ? std::nullopt : std::optional(out.integer(0, 0));
    });
}

using conformance = stores;

TEST_P(conformance, a_set_is_its_rows_each_with_the_same_condition)
{
    const auto session = connect();
    for (const text name : {"a", "b", "c", "Ä \xF0\x9F\xA9\xBA"}) {
        put(*session, name, 5);
    }
    const std::vector<text> names = {"a", "nobody", "b", "Ä \xF0\x9F\xA9\xBA", ""};
    const std::vector<std::int64_t> numbers = {6, 6, 5, largest, 6};
    in_transaction(*session, soon(), [&](transaction& t) {
        rows out;
        ASSERT_EQ(t.run_set(advance_set, {names, numbers, std::int64_t{6}}, &out), 2U);
        ASSERT_EQ(out.size(), 2U);
        const std::size_t a = out.text(0, 0) == "a" ? 0 : 1;
        EXPECT_EQ(out.integer(a, 1), 6);
        EXPECT_EQ(out.text(1 - a, 0), names[3]);
        EXPECT_EQ(out.integer(1 - a, 1), largest);
        EXPECT_EQ(t.run_set(advance_set, {names, numbers, std::int64_t{6}}, &out), 0U);
        EXPECT_TRUE(out.empty());
        EXPECT_EQ(t.run_set(advance_set, {std::span<const text>(), std::span<const std::int64_t>(), smallest}), 0U);
    });
    EXPECT_EQ(number_of(*which_, "a"), 6);
    EXPECT_EQ(number_of(*which_, "b"), 5);
    EXPECT_EQ(number_of(*which_, names[3]), largest);
}

TEST_P(conformance, values_come_back_as_they_went_in)
{
    const auto session = connect();
    const std::vector<std::uint8_t> bytes = {0, 255, 0, 10};
    const std::string_view umlaut = "Ä \xF0\x9F\xA9\xBA";
    in_transaction(*session, soon(), [&](transaction& t) {
        t.run(insert, {text("a"), largest, umlaut, bytes_view(bytes)});
        t.run(insert, {text("b"), smallest, text(""), bytes_view()});
        t.run(insert, {text("c"), null{}, null{}, null{}});
    });
    in_transaction(*session, soon(), [&](transaction& t) {
        rows out;
        ASSERT_EQ(t.run(select_all, {}, &out), 3U);
        EXPECT_EQ(out.integer(0, 1), largest);
        EXPECT_EQ(out.text(0, 2), umlaut);
        EXPECT_EQ(out.bytes(0, 3), bytes);
        EXPECT_EQ(out.integer(1, 1), smallest);
        EXPECT_EQ(out.text(1, 2), "");
        EXPECT_TRUE(out.bytes(1, 3).empty());
        for (std::size_t column = 1; column < 4; ++column) {
            EXPECT_TRUE(out.is_null(2, column));
        }
    });
}

TEST_P(conformance, a_value_of_another_type_than_its_column_is_a_damaged_row)
{
    const auto session = connect();
    static constexpr statement one_of_each = {"SELECT 1, 'a', NULL"};
    in_transaction(*session, soon(), [&](transaction& t) {
        rows out;
        EXPECT_EQ(t.run(one_of_each, {}, &out), 1U);
        EXPECT_EQ(error_of([&] { static_cast<void>(out.text(0, 0)); }), status::e_store_corrupt);
        EXPECT_EQ(error_of([&] { static_cast<void>(out.integer(0, 1)); }), status::e_store_corrupt);
        EXPECT_EQ(error_of([&] { static_cast<void>(out.bytes(0, 1)); }), status::e_store_corrupt);
        EXPECT_EQ(error_of([&] { static_cast<void>(out.text(0, 2)); }), status::e_store_corrupt);
    });
}

TEST_P(conformance, text_sorts_by_its_bytes)
{
    const auto session = connect();
    for (const text name : {"b", "B", "a", "_", "Z", "ä"}) {
        put(*session, name, 0);
    }
    in_transaction(*session, soon(), [&](transaction& t) {
        rows out;
        t.run(select_all, {}, &out);
        std::string names;
        for (std::size_t i = 0; i < out.size(); ++i) {
            names += out.text(i, 0);
        }
        EXPECT_EQ(names, "BZ_abä");
    });
}

TEST_P(conformance, the_row_count_of_a_condition_is_the_verdict)
{
    const auto session = connect();
    put(*session, "a", 5);
    in_transaction(*session, soon(), [&](transaction& t) {
        EXPECT_EQ(t.run(advance, {text("a"), std::int64_t{6}}), 1U);
        EXPECT_EQ(t.run(advance, {text("a"), std::int64_t{6}}), 0U);
        EXPECT_EQ(t.run(advance, {text("nobody"), std::int64_t{6}}), 0U);
    });
    EXPECT_EQ(number_of(*which_, "a"), 6);
}

TEST_P(conformance, a_statement_tells_what_it_changed)
{
    const auto session = connect();
    put(*session, "a", 5);
    in_transaction(*session, soon(), [&](transaction& t) {
        rows out;
        EXPECT_EQ(t.run(advance_and_tell, {text("a"), std::int64_t{2}, std::int64_t{6}}, &out), 1U);
        EXPECT_EQ(out.integer(0, 0), 7);
        EXPECT_EQ(t.run(advance_and_tell, {text("a"), std::int64_t{2}, std::int64_t{6}}, &out), 0U);
        EXPECT_TRUE(out.empty());
    });
}

TEST_P(conformance, a_conflict_is_an_answer_where_the_statement_says_so_and_else_an_error)
{
    const auto session = connect();
    put(*session, "a", 5);
    in_transaction(*session, soon(), [&](transaction& t) {
        EXPECT_EQ(t.run(insert_or_not, {text("a"), std::int64_t{6}}), 0U);
        EXPECT_EQ(t.run(insert_or_not, {text("b"), std::int64_t{6}}), 1U);
    });
    EXPECT_EQ(error_of([&] { put(*session, "a", 7); }), status::e_store_corrupt);
    EXPECT_EQ(number_of(*which_, "a"), 5);
    put(*session, "c", 8);  // the session goes on
    EXPECT_EQ(number_of(*which_, "c"), 8);
}

TEST_P(conformance, what_was_not_committed_was_not)
{
    const auto session = connect();
    put(*session, "a", 5);
    {
        transaction t(*session, access::write, soon());
        t.run(advance, {text("a"), std::int64_t{6}});
    }
    EXPECT_EQ(number_of(*which_, "a"), 5);
    EXPECT_THROW(in_transaction(*session, soon(),
                                [&](transaction& t) {
                                    t.run(advance, {text("a"), std::int64_t{6}});
                                    throw std::runtime_error("the host's own");
                                }),
                 std::runtime_error);
    EXPECT_EQ(number_of(*which_, "a"), 5);
}

/// What came under one key, as one text of the list that each brings along.
void note_all(transaction&, const std::string& key, std::span<std::any> given)
{
    using noted = std::pair<std::vector<std::string>*, std::string>;
    std::string all = key + ":";
    for (const std::any& one : given) {
        all += " " + std::any_cast<const noted&>(one).second;
    }
    std::any_cast<noted&>(given.front()).first->push_back(all);
}

TEST_P(conformance, a_savepoint_takes_back_what_came_after_it)
{
    const auto session = connect();
    std::vector<std::string> at_end;
    const auto put = [&](transaction& t, const char* key, const char* what) {
        t.at_end(key, std::pair(&at_end, std::string(what)), note_all);
    };
    in_transaction(*session, soon(), [&](transaction& t) {
        t.run(insert_name, {text("kept"), std::int64_t{1}});
        put(t, "b", "first");
        {
            savepoint undone(t);
            t.run(insert_name, {text("undone"), std::int64_t{1}});
            put(t, "b", "undone");
            undone.undo();
        }
        const savepoint outer(t);
        t.run(insert_name, {text("kept too"), std::int64_t{1}});
        savepoint inner(t);
        t.run(insert_name, {text("undone too"), std::int64_t{1}});
        inner.undo();
        put(t, "a", "one");
        put(t, "b", "second");
    });
    EXPECT_EQ(number_of(*which_, "kept"), 1);
    EXPECT_EQ(number_of(*which_, "kept too"), 1);
    EXPECT_EQ(number_of(*which_, "undone"), std::nullopt);
    EXPECT_EQ(number_of(*which_, "undone too"), std::nullopt);
    EXPECT_EQ(at_end, (std::vector<std::string>{"a: one", "b: first second"}));
}

TEST_P(conformance, a_savepoint_takes_those_along_that_an_exception_left_open_in_it)
{
    const auto session = connect();
    in_transaction(*session, soon(), [&](transaction& t) {
        t.run(insert_name, {text("kept"), std::int64_t{1}});
        savepoint outer(t);
        t.run(insert_name, {text("in the outer one"), std::int64_t{1}});
        try {
            const savepoint inner(t);
            t.run(insert_name, {text("in the inner one"), std::int64_t{1}});
            throw std::runtime_error("on the way out");
        } catch (const std::runtime_error&) {
            outer.undo();
        }
        savepoint later(t);
        t.run(insert_name, {text("later"), std::int64_t{1}});
        later.undo();
    });
    EXPECT_EQ(number_of(*which_, "kept"), 1);
    for (const char* const name : {"in the outer one", "in the inner one", "later"}) {
        EXPECT_EQ(number_of(*which_, name), std::nullopt) << name;
    }
}

TEST_P(conformance, a_transaction_that_reads_waits_for_nobody_and_writes_nothing)
{
    if (is_memory()) {
        GTEST_SKIP() << "memory has one lock for all";
    }
    const auto writer = connect();
    const auto reader = connect();
    transaction slow(*writer, access::write, soon());
    slow.run(insert_name, {text("a"), std::int64_t{1}});
    {
        static constexpr statement select = {"SELECT number FROM thing WHERE name = $1"};
        transaction look(*reader, access::read, soon());
        EXPECT_EQ(look.run(select, {text("a")}), 0U);
        EXPECT_NE(error_of([&] { look.run(insert_name, {text("b"), std::int64_t{1}}); }), status::ok);
    }
    slow.commit();
    EXPECT_EQ(number_of(*which_, "a"), 1);
    EXPECT_EQ(number_of(*which_, "b"), std::nullopt);
}

TEST_P(conformance, who_waits_for_another_writer_waits_until_the_deadline)
{
    const auto first = connect();
    const auto second = connect();
    put(*first, "a", 5);
    transaction slow(*first, access::write, soon());
    slow.run(advance, {text("a"), std::int64_t{6}});
    const auto impatient = [] { return std::chrono::steady_clock::now() + std::chrono::milliseconds(50); };
    EXPECT_EQ(error_of([&] {
                  in_transaction(*second, impatient(),
                                 [&](transaction& t) { t.run(advance, {text("a"), std::int64_t{7}}); });
              }),
              status::e_store_unavailable);
    slow.commit();
    in_transaction(*second, soon(), [&](transaction& t) {
        EXPECT_EQ(t.run(advance, {text("a"), std::int64_t{7}}), 1U);  // and then the session goes on
    });
}

TEST_P(conformance, a_deadline_in_the_past_changes_nothing)
{
    const auto session = connect();
    put(*session, "a", 5);
    const deadline past = std::chrono::steady_clock::now() - std::chrono::seconds(1);
    const status s = error_of(
        [&] { in_transaction(*session, past, [&](transaction& t) { t.run(advance, {text("a"), std::int64_t{6}}); }); });
    // A store that needs no waiting may be done before it looks at the clock.
    EXPECT_EQ(number_of(*which_, "a"), s == status::ok ? 6 : 5);
    EXPECT_TRUE(s == status::ok || s == status::e_store_unavailable);
}

TEST_P(conformance, there_is_no_statement_outside_a_transaction)
{
    const auto session = connect();
    EXPECT_NE(error_of([&] { session->run(select_all, {}); }), status::ok);
    EXPECT_NE(error_of([&] { session->commit(); }), status::ok);
    session->roll_back();
    session->roll_back();
    put(*session, "a", 1);
    EXPECT_EQ(number_of(*which_, "a"), 1);
}

TEST_P(conformance, another_node_sees_what_was_committed)
{
    if (is_memory()) {
        GTEST_SKIP() << "memory has one node";
    }
    const auto node = open_again();
    const auto here = connect();
    put(*here, "a", 5);
    EXPECT_EQ(number_of(*node, "a"), 5);
    const auto there = node->connect(soon());
    in_transaction(*there, soon(), [&](transaction& t) { t.run(advance, {text("a"), std::int64_t{9}}); });
    EXPECT_EQ(number_of(*which_, "a"), 9);
}

TEST_P(conformance, planned_faults_are_what_their_names_say)
{
    put(*connect(), "a", 1);
    fault_plan plan;
    const auto faulty = make_faulty(open_again(), plan);
    if (is_memory()) {
        GTEST_SKIP() << "memory has one node";
    }
    const auto session = faulty->connect(soon());
    const auto set = [&](std::int64_t number) {
        return error_of(
            [&] { in_transaction(*session, soon(), [&](transaction& t) { t.run(advance, {text("a"), number}); }); });
    };
    EXPECT_EQ(set(2), status::ok);
    for (const auto& [fault, code, left] : {std::tuple(store_fault::down, status::e_store_unavailable, 2),
                                            std::tuple(store_fault::statement, status::e_store_unavailable, 2),
                                            std::tuple(store_fault::commit_lost, status::e_store_unknown, 2),
                                            std::tuple(store_fault::commit_silent, status::e_store_unknown, 3)}) {
        plan.arm(fault, 1, 1);
        EXPECT_EQ(set(3), code);
        EXPECT_EQ(number_of(*which_, "a"), left);
        EXPECT_GE(plan.n_calls(), 1U);
    }
    plan.arm(store_fault::statement, 2);
    EXPECT_EQ(set(4), status::ok);  // the first one passes
    EXPECT_EQ(set(5), status::e_store_unavailable);
    plan.disarm();
    EXPECT_EQ(set(5), status::ok);
}

INSTANTIATE_TEST_SUITE_P(store, conformance, ::testing::Values("memory", "sqlite", "postgres"),
                         [](const auto& of) { return std::string(of.param); });

}  // namespace
}  // namespace counterseal::core
