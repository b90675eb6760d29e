// SPDX-License-Identifier: Apache-2.0
// The policy of a tenant: put in force, and shown.
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "command.hpp"
#include "printable.hpp"
#include "store_options.hpp"
#include "table.hpp"

namespace counterseal::cli {
namespace {

constexpr std::size_t max_policy_len = std::size_t{1} << 20;

struct set_command {
    tenant_options where;
    authority_options by;
    std::string file;

    exit_status operator()(session& run) const
    {
        const hidden_text document = run.in.file(file, "the policy", max_policy_len);
        // It becomes part of the request: what is more or less than one object would change the rest of it.
        if (const auto read = nlohmann::json::parse(view(document), nullptr, false); !read.is_object()) {
            throw usage_error(file + (read.is_discarded() ? " must be JSON" : " must be one JSON object"));
        }
        engine_request request = where.request();
        by.put(request);
        request.raw("policy", view(document));
        engine on = where.open();
        const engine_answer made = call(on, CSEAL_OP_SET_POLICY, request);
        return answer(run, made, {"version " + nlohmann::json::parse(made.json).at("version").dump(), ""});
    }
};

struct show_command {
    tenant_options where;
    optional_text at;

    exit_status operator()(session& run) const
    {
        engine_request request = where.request();
        if (at.is_given()) {
            request.member("at_us", time_named(at.text, "--at"));
        }
        engine on = where.open();
        const engine_answer found = call(on, CSEAL_OP_POLICY, request);
        if (run.as_json) {
            return answer(run, found, {});
        }
        const nlohmann::json all = nlohmann::json::parse(found.json);
        if (all.at("version").is_null()) {
            run.line("none: every login is denied");
            return exit_status::done;
        }
        run.line("version: " + all.at("version").dump());
        run.line("since: " + time_text(all.at("effective_us")));
        run.line("actor: " + printable(all.at("actor").get<std::string>()));
        run.line("reason: " + printable(all.at("reason").get<std::string>()));
        std::istringstream lines(all.at("policy").dump(2));
        for (std::string line; std::getline(lines, line);) {
            run.line(printable(line));
        }
        return exit_status::done;
    }
};

}  // namespace

void add_policy(commands& to, CLI::App& root)
{
    CLI::App& policy = *root.add_subcommand("policy", "What a login of a tenant needs");
    policy.require_subcommand(1);

    const auto set = std::make_shared<set_command>();
    CLI::App& set_leaf = to.add(policy, "set", "Put a policy in force. The one before it is kept for the record",
                                [set](session& run) { return (*set)(run); });
    set_leaf.add_option("FILE", set->file, "The policy as JSON; - is standard input")->type_name("")->required();
    set->where.add_to(set_leaf);
    set->by.add_to(set_leaf);

    const auto show = std::make_shared<show_command>();
    CLI::App& show_leaf = to.add(policy, "show", "Show the policy in force, or the one that was",
                                 [show](session& run) { return (*show)(run); });
    show->where.add_to(show_leaf);
    show->at.add_to(show_leaf, "--at", "When, as 2026-11-28T18:00:00Z or Unix seconds; default: now")
        ->type_name("TIME");
}

}  // namespace counterseal::cli
