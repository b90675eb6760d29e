// SPDX-License-Identifier: Apache-2.0
// Factors that come from elsewhere: a token that was bought, a login that was replaced.
#include <memory>
#include <nlohmann/json.hpp>

#include "factor.hpp"
#include "output.hpp"
#include "printable.hpp"
#include "source.hpp"
#include "store_options.hpp"

namespace counterseal::cli {
namespace {

const char* name_of(algorithm hash) noexcept
{
    return hash == algorithm::sha1 ? "SHA1" : hash == algorithm::sha256 ? "SHA256" : "SHA512";
}

struct import_command {
    explicit import_command(seed_kind of) : kind(of), source(of) {}

    void put_settings(engine_request& into, const seed_info& of) const
    {
        if (of.encoder != encoder::decimal) {
            throw usage_error("--encoder must be decimal: the engine checks no other codes");
        }
        into.member("algorithm", name_of(of.hash)).member("digits", std::int64_t{of.digits});
        if (kind == seed_kind::hotp) {
            into.member("type", "hotp").raw("next_counter", std::to_string(next_counter));
            return;
        }
        const std::int64_t last = step_named(last_step);
        into.member("type", "totp").member("period", std::int64_t{of.period_s});
        into.raw("t0", std::to_string(of.t0_s)).raw("last_step", last < 0 ? "null" : std::to_string(last));
        into.member("drift", drift);
    }

    exit_status operator()(session& run) const
    {
        const seed of = source.read(run);
        engine_request request = where.request();
        request.member("subject", subject).member("provenance", provenance);
        request.optional("label", label).optional("actor", actor);
        put_settings(request, of.info());
        request.raw("active", pending ? "false" : "true").raw("allow_legacy", allow_legacy ? "true" : "false");
        request.raw("dry_run", dry_run ? "true" : "false");
        engine on = where.open();
        const secret key = of.key();
        const engine_answer made = call(on, CSEAL_OP_IMPORT_FACTOR, request, key.bytes());
        const nlohmann::json all = nlohmann::json::parse(made.json);
        if (!run.as_json) {
            for (const nlohmann::json& warning : all.at("warnings")) {
                write_stderr("counterseal: warning: " + printable(warning.get<std::string>()) + "\n");
            }
        }
        return answer(run, made, {dry_run ? "nothing was stored" : "factor: " + cell(all, "factor_id"), ""});
    }

    seed_kind kind;
    seed_source source;
    tenant_options where;
    std::string subject;
    std::string provenance;
    optional_text label;
    optional_text actor;
    std::string last_step;
    std::uint64_t next_counter = 0;
    std::int64_t drift = 0;
    bool pending = false;
    bool allow_legacy = false;
    bool dry_run = false;
};

void add_one(commands& to, CLI::App& parent, seed_kind kind)
{
    const bool is_totp = kind == seed_kind::totp;
    const auto made = std::make_shared<import_command>(kind);
    CLI::App& leaf = to.add(parent, is_totp ? "totp" : "hotp",
                            is_totp ? "Take over a token or app that goes by time" : "Take over a token that counts",
                            [made](session& run) { return (*made)(run); });
    made->where.add_to(leaf);
    leaf.add_option("--subject", made->subject, "Whose factor it becomes")->required();
    leaf.add_option("--provenance", made->provenance, "Where it comes from, for the record")->required();
    if (is_totp) {
        leaf.add_option("--last-step", made->last_step,
                        "The step that was accepted last, or never: no code counts twice")
            ->type_name("N|never")
            ->required();
        add_number(leaf, "--drift", made->drift,
                   "By how many steps the token's clock is ahead of this one; below 0: behind");
    } else {
        add_number(leaf, "--next-counter", made->next_counter, "The counter that is expected next")->required();
    }
    made->source.add_to(leaf);
    made->label.add_to(leaf, "--label", "What the subject calls it");
    made->actor.add_to(leaf, "--actor", "Who does this");
    leaf.add_flag("--pending", made->pending, "It counts only when its first code was confirmed");
    leaf.add_flag("--allow-legacy", made->allow_legacy, "Take a secret of 80 to 127 bits, too");
    leaf.add_flag("--dry-run", made->dry_run, "Check all of it and store nothing");
}

}  // namespace

void add_factor_import(commands& to, CLI::App& factor)
{
    CLI::App& import = *factor.add_subcommand("import", "Take over a factor from elsewhere, with its secret");
    import.require_subcommand(1);
    add_one(to, import, seed_kind::totp);
    add_one(to, import, seed_kind::hotp);
}

}  // namespace counterseal::cli
