// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "command.hpp"
#include "enroll.hpp"
#include "source.hpp"

namespace counterseal::cli {
namespace {

struct code_command {
    seed_source source{seed_kind::totp};
    time_option at;

    exit_status operator()(session& run) const
    {
        const seed of = source.read(run);
        const totp_options options = totp_options_of(of);
        const std::uint64_t time_s = at.get();
        const hidden_text code = hide(key_of(of).totp(time_s, options));
        if (run.as_json) {
            const std::uint64_t step = (time_s - options.t0_s) / options.period_s;
            json document;
            document.begin_object().member("status", std::string_view("done")).member("code", view(code));
            document.member("step", step);
            document.member("valid_until", options.t0_s + (step + 1) * options.period_s).end_object();
            run.document(document);
        } else {
            run.line(view(code));
        }
        return exit_status::done;
    }
};

struct verify_command {
    seed_source source{seed_kind::totp};
    code_source code;
    time_option at;
    std::string last_step;
    std::uint32_t past = 1;
    std::uint32_t future = 1;

    exit_status operator()(session& run) const
    {
        const std::int64_t last = step_named(last_step);
        const seed of = source.read(run);
        totp_options options = totp_options_of(of);
        options.past = past;
        options.future = future;
        const hidden_text typed = code.read(run).front();
        const totp_verdict verdict = key_of(of).verify_totp(view(typed), last, at.get(), options);
        json document;
        document.begin_object().member("status", std::string_view(word(verdict.status)));
        if (verdict) {
            document.member("last_step", verdict.step).member("delta", verdict.delta);
        }
        document.end_object();
        return answer(run, verdict.status, document, "last step " + std::to_string(verdict.step));
    }
};

}  // namespace

void add_totp(commands& to, CLI::App& root)
{
    CLI::App& totp = *root.add_subcommand("totp", "Time-based one-time codes (RFC 6238)");
    totp.require_subcommand(1);
    add_enrollment(to, totp, seed_kind::totp);

    const auto code = std::make_shared<code_command>();
    CLI::App& code_leaf = to.add(totp, "code", "Compute the code of a secret. Prints a code that lets its reader in",
                                 [code](session& run) { return (*code)(run); });
    code->source.add_to(code_leaf);
    code->at.add_to(code_leaf);

    const auto verify = std::make_shared<verify_command>();
    CLI::App& verify_leaf = to.add(totp, "verify", "Check a typed code, and tell the step to store",
                                   [verify](session& run) { return (*verify)(run); });
    verify->code.add_to(verify_leaf, 1);
    verify_leaf
        .add_option("--last-step", verify->last_step, "The step that was accepted last, or never: no code counts twice")
        ->type_name("N|never")
        ->required();
    verify->source.add_to(verify_leaf);
    verify->at.add_to(verify_leaf);
    add_number(verify_leaf, "--past", verify->past, "Steps before the current one that count")->capture_default_str();
    add_number(verify_leaf, "--future", verify->future, "Steps after it that count")->capture_default_str();
}

}  // namespace counterseal::cli
