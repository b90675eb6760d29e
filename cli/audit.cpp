// SPDX-License-Identifier: Apache-2.0
// The log of a tenant: signed, exported, and what leaves it.
#include "audit.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "printable.hpp"
#include "store_options.hpp"
#include "table.hpp"

namespace counterseal::cli {
namespace {

using parsed = nlohmann::json;

struct checkpoint_command {
    tenant_options where;
    destination to;

    exit_status operator()(session& run) const
    {
        engine on = where.open();
        const engine_answer made = call(on, CSEAL_OP_CHECKPOINT, where.request());
        const parsed found = parsed::parse(made.json).at("checkpoint");
        if (run.as_json) {
            return answer(run, made, {});
        }
        if (found.is_null()) {
            throw config_error(CSEAL_E_ARGUMENT, "the tenant has no events, or none since a checkpoint that is kept");
        }
        to.put(run, found.at("note").get_ref<const std::string&>());
        return exit_status::done;
    }
};

struct key_command {
    tenant_options where;

    exit_status operator()(session& run) const
    {
        engine on = where.open();
        const engine_answer made = call(on, CSEAL_OP_LOG_VERIFIER, where.request());
        return answer(run, made, {parsed::parse(made.json).at("verifier").get<std::string>(), ""});
    }
};

struct export_command {
    tenant_options where;
    destination to;
    std::string format = "lines";

    exit_status operator()(session& run) const
    {
        engine on = where.open();
        parsed next = 0;
        while (!next.is_null()) {
            engine_request request = where.request();
            request.raw("after", next.dump()).member("limit", std::int64_t{10'000}).member("format", format);
            const engine_answer page = call(on, CSEAL_OP_EXPORT_LOG, request);
            append(run.out, text_of(page.bytes));
            next = parsed::parse(page.json).at("next");
        }
        to.finish(run);
        return exit_status::done;
    }
};

struct erase_command {
    tenant_options where;
    std::string subject;
    authority_options by;

    exit_status operator()(session& run) const
    {
        engine_request request = where.request();
        request.member("subject", subject);
        by.put(request);
        engine on = where.open();
        const engine_answer made = call(on, CSEAL_OP_ERASE_PERSON, request);
        return answer(run, made, {"events: " + parsed::parse(made.json).at("events").dump(), ""});
    }
};

struct purge_command {
    tenant_options where;
    std::string before;
    authority_options by;

    exit_status operator()(session& run) const
    {
        engine_request request = where.request();
        request.member("before_us", time_named(before, "--before"));
        by.put(request);
        engine on = where.open();
        std::int64_t n = 0;
        bool is_complete = false;
        while (!is_complete) {
            const parsed made = parsed::parse(call(on, CSEAL_OP_PURGE_EVENTS, request).json);
            n += made.at("events").get<std::int64_t>();
            is_complete = made.at("is_complete").get<bool>();
        }
        if (run.as_json) {
            json document;
            document.begin_object().member("status", std::string_view("done")).member("events", n).end_object();
            run.document(document);
        } else {
            run.line("events: " + std::to_string(n));
        }
        return exit_status::done;
    }
};

}  // namespace

void add_audit(commands& to, CLI::App& root)
{
    CLI::App& audit = *root.add_subcommand("audit", "The log of a tenant, and what proves it");
    audit.require_subcommand(1);

    const auto checkpoint = std::make_shared<checkpoint_command>();
    CLI::App& checkpoint_leaf =
        to.add(audit, "checkpoint", "Sign the log as it is now: keep this where nobody who has the store can change it",
               [checkpoint](session& run) { return (*checkpoint)(run); });
    checkpoint->where.add_to(checkpoint_leaf);
    checkpoint->to.add_to(checkpoint_leaf);

    const auto key = std::make_shared<key_command>();
    CLI::App& key_leaf = to.add(audit, "key", "Show what checks the signature of the tenant's checkpoints",
                                [key](session& run) { return (*key)(run); });
    key->where.add_to(key_leaf);

    const auto out = std::make_shared<export_command>();
    CLI::App& out_leaf = to.add(audit, "export", "Write the log as JSON lines, which can be verified without the store",
                                [out](session& run) { return (*out)(run); });
    out->where.add_to(out_leaf);
    out_leaf
        .add_option(
            "--format", out->format,
            "lines; or what others read and nobody can verify: csv, fhir (R4 AuditEvent), ocsf (1.8), cef (RFC 5424)")
        ->check(CLI::IsMember({"lines", "csv", "fhir", "ocsf", "cef"}))
        ->capture_default_str();
    out->to.add_to(out_leaf);

    add_audit_verify(to, audit);

    const auto erase = std::make_shared<erase_command>();
    CLI::App& erase_leaf = to.add(audit, "erase", "Forget who the events of a subject were about; the log stays valid",
                                  [erase](session& run) { return (*erase)(run); });
    erase->where.add_to(erase_leaf);
    erase_leaf.add_option("--subject", erase->subject, "Who")->required();
    erase->by.add_to(erase_leaf);

    const auto purge = std::make_shared<purge_command>();
    CLI::App& purge_leaf = to.add(audit, "purge", "Leave only the hashes of events that are older than six years",
                                  [purge](session& run) { return (*purge)(run); });
    purge->where.add_to(purge_leaf);
    purge_leaf.add_option("--before", purge->before, "Up to when, as 2026-11-28T18:00:00Z or Unix seconds")
        ->type_name("TIME")
        ->required();
    purge->by.add_to(purge_leaf);
}

}  // namespace counterseal::cli
