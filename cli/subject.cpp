// SPDX-License-Identifier: Apache-2.0
// What concerns a subject as a whole, and what happened.
#include <memory>
#include <nlohmann/json.hpp>

#include "factor.hpp"
#include "store_options.hpp"
#include "table.hpp"

namespace counterseal::cli {
namespace {

struct reset_command {
    tenant_options where;
    std::string subject;
    authority_options by;

    exit_status operator()(session& run) const
    {
        engine_request request = where.request();
        request.member("subject", subject);
        by.put(request);
        engine on = where.open();
        const engine_answer made = call(on, CSEAL_OP_ADMIN_RESET, request);
        const std::string n = cell(nlohmann::json::parse(made.json), "revoked");
        return answer(run, made, {"revoked: " + n, "there is no such subject"});
    }
};

struct events_command {
    tenant_options where;
    optional_text subject;
    std::uint64_t after = 0;
    page_options page;

    exit_status operator()(session& run) const
    {
        engine_request request = where.request();
        request.optional("subject", subject).raw("after", std::to_string(after));
        page.put(request);
        engine on = where.open();
        const engine_answer found = call(on, CSEAL_OP_EVENTS, request);
        if (run.as_json) {
            return answer(run, found, {});
        }
        const nlohmann::json all = nlohmann::json::parse(found.json);
        table shown({"seq", "at", "type", "subject", "factor", "actor", "reason", "detail"});
        for (const nlohmann::json& one : all.at("events")) {
            shown.row({cell(one, "seq"), time_cell(one, "at_us"), cell(one, "type"), cell(one, "subject"),
                       cell(one, "factor_id"), cell(one, "actor"), cell(one, "reason"), cell(one, "detail")});
        }
        shown.write_to(run);
        page_options::tell_next(run, cell(all, "next"));
        return exit_status::done;
    }
};

}  // namespace

void add_subject(commands& to, CLI::App& root)
{
    CLI::App& subject = *root.add_subcommand("subject", "Who logs in");
    subject.require_subcommand(1);
    const auto reset = std::make_shared<reset_command>();
    CLI::App& leaf =
        to.add(subject, "reset", "End all factors, grants and challenges: who lost everything enrolls anew",
               [reset](session& run) { return (*reset)(run); });
    reset->where.add_to(leaf);
    leaf.add_option("--subject", reset->subject, "Who")->required();
    reset->by.add_to(leaf);
}

void add_events(commands& to, CLI::App& root)
{
    const auto events = std::make_shared<events_command>();
    CLI::App& leaf = to.add(root, "events", "List what happened", [events](session& run) { return (*events)(run); });
    events->where.add_to(leaf);
    events->subject.add_to(leaf, "--subject", "To one subject");
    add_number(leaf, "--after", events->after, "The number of the last one that is known")->capture_default_str();
    events->page.add_to(leaf);
}

}  // namespace counterseal::cli
