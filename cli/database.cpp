// SPDX-License-Identifier: Apache-2.0
// The tables of a store: made, brought up to date, looked at; and its time.
#include <memory>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "factor.hpp"
#include "store_options.hpp"

namespace counterseal::cli {
namespace {

exit_status tell(session& run, engine& on)
{
    const engine_answer health = call(on, CSEAL_OP_HEALTH, {});
    const std::int64_t version = nlohmann::json::parse(health.json).at("schema");
    return answer(run, health, {"schema version " + std::to_string(version), ""});
}

struct migrate_command {
    store_options store;
    bool print_sql = false;

    exit_status operator()(session& run) const
    {
        if (!print_sql) {
            engine on = store.open({.create = true, .migrate = true});
            return tell(run, on);
        }
        std::string sql;
        try {
            sql = engine::schema_sql(store.url());
        } catch (const problem_error& fault) {
            raise_store_error(fault);
        }
        if (run.as_json) {
            json document;
            document.begin_object().member("status", std::string_view("done"));
            document.member("sql", std::string_view(sql)).end_object();
            run.document(document);
        } else {
            append(run.out, sql);
        }
        return exit_status::done;
    }
};

struct set_clock_command {
    tenant_options where;
    authority_options by;

    exit_status operator()(session& run) const
    {
        engine_request request = where.request();
        by.put(request);
        engine on = where.open();
        const engine_answer made = call(on, CSEAL_OP_SET_CLOCK, request);
        const nlohmann::json all = nlohmann::json::parse(made.json);
        const std::string from = all.at("from_us") == 0 ? "none" : time_cell(all, "from_us");  // nobody wrote to it yet
        return answer(run, made, {"the store's time: " + from + " -> " + time_cell(all, "to_us"), ""});
    }
};

}  // namespace

void add_database(commands& to, CLI::App& root)
{
    CLI::App& db = *root.add_subcommand("db", "The tables of a store");
    db.require_subcommand(1);

    const auto migrate = std::make_shared<migrate_command>();
    CLI::App& migrate_leaf = to.add(db, "migrate", "Make the tables, or bring them to this program's version",
                                    [migrate](session& run) { return (*migrate)(run); });
    migrate->store.add_to(migrate_leaf);
    migrate_leaf.add_flag("--print-sql", migrate->print_sql,
                          "Print what would be run, and run nothing. Needs no keys; empty: there is nothing to do");

    const auto store = std::make_shared<store_options>();
    CLI::App& check_leaf =
        to.add(db, "check", "See whether store, tables and keys belong together and answer", [store](session& run) {
            engine on = store->open();
            return tell(run, on);
        });
    store->add_to(check_leaf);

    const auto clock = std::make_shared<set_clock_command>();
    CLI::App& clock_leaf = to.add(
        db, "set-clock", "Make the time of now the latest that the store has seen, after a wrong clock wrote to it",
        [clock](session& run) { return (*clock)(run); });
    clock->where.add_to(clock_leaf);
    clock->by.add_to(clock_leaf);
}

}  // namespace counterseal::cli
