// SPDX-License-Identifier: Apache-2.0
#include "core/store/schema.hpp"

#include <utility>

namespace counterseal::core {
namespace {

constexpr std::string_view first_statements[] = {
    "CREATE TABLE schema_version (id {integer} PRIMARY KEY CHECK (id = 1), version {integer} NOT NULL){end}",
    "INSERT INTO schema_version (id, version) VALUES (1, 0)",
};

std::string in_words(std::string_view text, const dialect& words)
{
    const std::pair<std::string_view, std::string_view> replaced[] = {
        {"{integer}", words.integer}, {"{text}", words.text}, {"{bytes}", words.bytes}, {"{end}", words.end_of_table}};
    std::string out(text);
    for (const auto& [name, word] : replaced) {
        for (std::size_t at = out.find(name); at != std::string::npos; at = out.find(name, at + word.size())) {
            out.replace(at, name.size(), word);
        }
    }
    return out;
}

}  // namespace

std::int64_t schema_version(transaction& in)
{
    static constexpr statement ask = {"SELECT version FROM schema_version WHERE id = 1"};
    rows out;
    in.run(in.session().words().n_tables_named, {std::string_view("schema_version")}, &out);
    if (out.integer(0, 0) == 0) {
        return 0;
    }
    in.run(ask, {}, &out);
    return out.empty() ? 0 : out.integer(0, 0);
}

std::int64_t schema_version(store_session& in, deadline until)
{
    return in_transaction(in, until, [](transaction& t) { return schema_version(t); });
}

void check_schema(store_session& in, deadline until, migrations all)
{
    const auto wanted = static_cast<std::int64_t>(all.size());
    const std::int64_t found = schema_version(in, until);
    if (found == wanted || found == wanted + 1) {
        return;
    }
    const std::string versions = "the store has version " + std::to_string(found) +
                                 " of the schema, this program uses " + std::to_string(wanted);
    throw store_error(status::e_schema, found < wanted ? versions + ": migrate the store first"
                                                       : versions + ": update this program first");
}

void migrate(store_session& in, deadline until, migrations all)
{
    in_transaction(in, until, [&](transaction& t) {
        for (const std::string_view sql : in.words().before_migration) {
            in.execute(std::string(sql));
        }
        for (const std::string& sql : migration_sql(in.words(), schema_version(t), all)) {
            in.execute(sql);
        }
    });
}

std::vector<std::string> migration_sql(const dialect& words, std::int64_t from, migrations all)
{
    std::vector<std::string> out;
    const auto wanted = static_cast<std::int64_t>(all.size());
    if (from >= wanted) {
        return out;
    }
    if (from == 0) {
        for (const std::string_view sql : first_statements) {
            out.push_back(in_words(sql, words));
        }
    }
    for (auto version = static_cast<std::size_t>(from); version < all.size(); ++version) {
        for (const std::string_view sql : all[version].statements) {
            out.push_back(in_words(sql, words));
        }
    }
    out.push_back("UPDATE schema_version SET version = " + std::to_string(wanted) + " WHERE id = 1");
    return out;
}

}  // namespace counterseal::core
