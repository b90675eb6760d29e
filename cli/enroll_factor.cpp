// SPDX-License-Identifier: Apache-2.0
// New factors of a subject: what a phone scans, recovery codes for a sheet of paper, and the code that confirms.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "factor.hpp"
#include "output.hpp"
#include "source.hpp"
#include "store_options.hpp"
#include "table.hpp"

namespace counterseal::cli {
namespace {

constexpr std::size_t max_code_len = 4096;
constexpr const char* step_up =
    "the subject has a factor. The login enrolls another one, after it was shown that one; or `subject reset` ends it";

exit_status confirm(session& run, engine& on, const engine_request& request, std::string_view code)
{
    const engine_answer verdict = call(on, CSEAL_OP_CONFIRM, request, bytes_of(code));
    if (run.as_json) {
        run.document(document_of(verdict, word(verdict.status)));
    } else if (verdict) {
        run.line("accepted: the factor counts from the next code on");
    } else {
        run.line(word(verdict.status) + ": " + cseal_status_meaning(verdict.status));
    }
    return verdict ? exit_status::done : exit_status::refused;
}

/// "counterseal enroll": a key counts within a session, and no login has this one.
constexpr const char* session_of_ours = "Y291bnRlcnNlYWwgZW5yb2xs";

struct enroll_command {
    tenant_options where;
    std::string subject;
    optional_text label;
    optional_text issuer;
    optional_text account;
    optional_text idempotency_key;
    std::string algorithm = "SHA1";
    std::uint32_t digits = 6;
    std::uint32_t period_s = 30;
    bool qr = false;
    bool confirms = false;
    destination to;

    [[nodiscard]] engine_request request() const
    {
        engine_request made = where.request();
        made.member("subject", subject).member("algorithm", algorithm);
        made.optional("label", label).optional("issuer", issuer).optional("account", account);
        made.optional("idempotency_key", idempotency_key);
        made.member("session", session_of_ours);
        made.member("digits", std::int64_t{digits}).member("period", std::int64_t{period_s});
        return made;
    }

    void tell(session& run, const nlohmann::json& all, std::string_view uri) const
    {
        if (qr) {
            append(run.out, view(hide(render_qr(uri, "", qr_kind::ansi))));
        }
        run.line("factor: " + cell(all, "factor_id"));
        run.line("confirm before: " + time_cell(all, "expires_us"));
        append(run.out, "uri: ");
        run.line(uri);
        to.finish(run);
    }

    exit_status operator()(session& run) const
    {
        engine on = where.open();
        const engine_answer made = call(on, CSEAL_OP_ENROLL_TOTP, request());
        if (!made) {
            return answer(run, made, {"", step_up});
        }
        const std::string_view uri = text_of(made.bytes);
        if (run.as_json) {
            run.document(document_of(made, "done", [&](json& into) { into.member("uri", uri); }));
            to.finish(run);
            return exit_status::done;
        }
        const nlohmann::json all = nlohmann::json::parse(made.json);
        tell(run, all, uri);
        if (!confirms) {
            return exit_status::done;
        }
        write_stdout(view(run.out));  // the phone has to see it before there is a code
        run.out.clear();
        const hidden_text code = run.in.typed("code", false, max_code_len);
        engine_request of = where.request();
        of.member("subject", subject).member("factor_id", cell(all, "factor_id"));
        return confirm(run, on, of, without_newline(view(code)));
    }
};

struct recovery_command {
    tenant_options where;
    std::string subject;
    destination to;

    exit_status operator()(session& run) const
    {
        engine_request request = where.request();
        request.member("subject", subject);
        engine on = where.open();
        const engine_answer made = call(on, CSEAL_OP_RECOVERY_CODES, request);
        if (!made) {
            return answer(run, made, {"", step_up});
        }
        const std::string_view codes = text_of(made.bytes);
        if (run.as_json) {
            run.document(document_of(made, "done", [&](json& into) {
                into.key("codes").begin_array();
                for (std::string_view left = codes; !left.empty();) {
                    const std::string_view one = left.substr(0, left.find('\n'));
                    left.remove_prefix(std::min(one.size() + 1, left.size()));
                    into.value(one);
                }
                into.end_array();
            }));
        } else {
            append(run.out, codes);
        }
        to.finish(run);
        return exit_status::done;
    }
};

struct confirm_command {
    tenant_options where;
    factor_options which;
    code_source code;

    exit_status operator()(session& run) const
    {
        engine_request request = where.request();
        which.put(request);
        const hidden_text typed = code.read(run).front();
        engine on = where.open();
        return confirm(run, on, request, view(typed));
    }
};

void add_recovery_codes(commands& to, CLI::App& root)
{
    const auto codes = std::make_shared<recovery_command>();
    CLI::App& leaf = to.add(root, "recovery-codes", "Make recovery codes as the first factor of a subject. Prints them",
                            [codes](session& run) { return (*codes)(run); });
    codes->where.add_to(leaf);
    leaf.add_option("--subject", codes->subject, "Whose codes")->required();
    codes->to.add_to(leaf);
}

}  // namespace

void add_enroll(commands& to, CLI::App& root)
{
    const auto made = std::make_shared<enroll_command>();
    CLI::App& leaf = to.add(root, "enroll", "Make a TOTP factor as the first factor of a subject. Prints its secret",
                            [made](session& run) { return (*made)(run); });
    made->where.add_to(leaf);
    leaf.add_option("--subject", made->subject, "Whose factor")->required();
    made->label.add_to(leaf, "--label", "What the subject calls it");
    made->issuer.add_to(leaf, "--issuer", "Who runs the login, for example the practice");
    made->account.add_to(leaf, "--account", "Who logs in; default: the subject");
    leaf.add_option("--algorithm", made->algorithm, "Hash of the HMAC")
        ->check(CLI::IsMember({"SHA1", "SHA256", "SHA512"}))
        ->capture_default_str();
    add_number(leaf, "--digits", made->digits, "Digits of a code, 6 to 10")->capture_default_str();
    add_number(leaf, "--period", made->period_s, "Seconds that a step lasts")->capture_default_str();
    made->idempotency_key.add_to(leaf, "--idempotency-key",
                                 "Any text: who gives it again is given the same factor while it is not confirmed");
    leaf.add_flag("--qr", made->qr, "Show a QR code, too")->excludes(leaf.get_option("--json"));
    leaf.add_flag("--confirm", made->confirms, "Read the first code from standard input, and confirm the factor")
        ->excludes(leaf.get_option("--json"));
    made->to.add_to(leaf);
    add_recovery_codes(to, root);
}

void add_confirm(commands& to, CLI::App& factor)
{
    const auto made = std::make_shared<confirm_command>();
    CLI::App& leaf = to.add(factor, "confirm", "Confirm a new factor by its first code, which then opens nothing else",
                            [made](session& run) { return (*made)(run); });
    made->code.add_to(leaf, 1);
    made->where.add_to(leaf);
    made->which.add_to(leaf);
}

}  // namespace counterseal::cli
