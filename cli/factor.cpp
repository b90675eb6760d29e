// SPDX-License-Identifier: Apache-2.0
// The factors of a tenant: listed, and changed by an administrator.
#include "factor.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "store_options.hpp"
#include "table.hpp"

namespace counterseal::cli {
namespace {

struct list_command {
    tenant_options where;
    optional_text subject;
    optional_text after;
    page_options page;

    exit_status operator()(session& run) const
    {
        engine_request request = where.request();
        request.optional("subject", subject).optional("after", after);
        page.put(request);
        engine on = where.open();
        const engine_answer found = call(on, CSEAL_OP_LIST_FACTORS, request);
        if (run.as_json) {
            return answer(run, found, {});
        }
        const nlohmann::json all = nlohmann::json::parse(found.json);
        table shown({"factor", "subject", "type", "state", "label", "from", "created", "confirmed", "locked", "left"});
        for (const nlohmann::json& one : all.at("factors")) {
            shown.row({cell(one, "factor_id"), cell(one, "subject"), cell(one, "type"), cell(one, "state"),
                       cell(one, "label"), cell(one, "provenance"), time_cell(one, "created_us"),
                       time_cell(one, "confirmed_us"), lock_cell(one), cell(one, "codes_left")});
        }
        shown.write_to(run);
        page_options::tell_next(run, cell(all, "next"));
        return exit_status::done;
    }

    static std::string lock_cell(const nlohmann::json& of)
    {
        if (!of.at("is_locked").get<bool>()) {
            return "";
        }
        // Many failures in a row disable a factor for good, whatever the lock before that was.
        return of.at("locked_until_us").is_null() ? "until unlocked" : time_cell(of, "locked_until_us");
    }
};

struct change_command {
    std::uint32_t op;
    const char* past;
    tenant_options where;
    factor_options which;
    authority_options by;

    exit_status operator()(session& run) const
    {
        engine_request request = where.request();
        which.put(request);
        by.put(request);
        engine on = where.open();
        const engine_answer made = call(on, op, request);
        const std::string state = cell(nlohmann::json::parse(made.json), "state");
        return answer(run, made,
                      {"state: " + state, state.empty() ? "the subject has no such factor"
                                                        : "a factor that is " + state + " cannot be " + past});
    }
};

}  // namespace

void factor_options::add_to(CLI::App& command)
{
    command.add_option("--subject", subject, "Whose factor")->required();
    command.add_option("--factor", factor, "Its name, as `factor list` tells")->required()->type_name("ID");
}

void factor_options::put(engine_request& into) const
{
    into.member("subject", subject).member("factor_id", factor);
}

void page_options::add_to(CLI::App& command)
{
    add_number(command, "--limit", limit, "How many at most, 1 to 1000")->capture_default_str();
}

void page_options::put(engine_request& into) const
{
    into.member("limit", std::int64_t{limit});
}

void page_options::tell_next(session& run, const std::string& next)
{
    if (!next.empty()) {
        run.line("there may be more: --after " + next);
    }
}

std::string cell(const nlohmann::json& of, const char* name)
{
    const auto found = of.find(name);
    if (found == of.end() || found->is_null()) {
        return "";
    }
    return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string time_cell(const nlohmann::json& of, const char* name)
{
    return of.at(name).is_null() ? "" : time_text(of.at(name));
}

void add_factor(commands& to, CLI::App& root)
{
    CLI::App& factor = *root.add_subcommand("factor", "The factors of a tenant's subjects");
    factor.require_subcommand(1);

    const auto list = std::make_shared<list_command>();
    CLI::App& list_leaf =
        to.add(factor, "list", "List factors, without secrets", [list](session& run) { return (*list)(run); });
    list->where.add_to(list_leaf);
    list->subject.add_to(list_leaf, "--subject", "Of one subject");
    list->after.add_to(list_leaf, "--after", "Where the page before ended, as it told")->type_name("PLACE");
    list->page.add_to(list_leaf);

    const struct {
        const char* name;
        std::uint32_t op;
        const char* past;
        const char* text;
    } changes[] = {
        {"suspend", CSEAL_OP_SUSPEND, "suspended", "Let a factor rest until it is resumed"},
        {"resume", CSEAL_OP_RESUME, "resumed", "Let a suspended factor be used again"},
        {"revoke", CSEAL_OP_REVOKE, "revoked", "End a factor for good. Its secret is destroyed"},
        {"unlock", CSEAL_OP_UNLOCK, "unlocked", "Forget the failures of a factor, and its lock"},
    };
    for (const auto& one : changes) {
        const auto change = std::make_shared<change_command>(change_command{one.op, one.past, {}, {}, {}});
        CLI::App& leaf = to.add(factor, one.name, one.text, [change](session& run) { return (*change)(run); });
        change->where.add_to(leaf);
        change->which.add_to(leaf);
        change->by.add_to(leaf);
    }
    add_factor_import(to, factor);
    add_confirm(to, factor);
}

}  // namespace counterseal::cli
