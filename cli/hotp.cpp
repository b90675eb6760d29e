// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "command.hpp"
#include "enroll.hpp"
#include "source.hpp"

namespace counterseal::cli {
namespace {

constexpr std::uint32_t resync_look_ahead = 50;

exit_status answer(session& run, const hotp_verdict& verdict)
{
    json document;
    document.begin_object().member("status", std::string_view(word(verdict.status)));
    if (verdict) {
        document.member("next_counter", verdict.next_counter);
    }
    document.end_object();
    return answer(run, verdict.status, document, "next counter " + std::to_string(verdict.next_counter));
}

struct code_command {
    seed_source source{seed_kind::hotp};
    std::uint64_t counter = 0;

    exit_status operator()(session& run) const
    {
        const seed of = source.read(run);
        const hidden_text code = hide(key_of(of).hotp(counter, {of.info().digits, 0}));
        if (run.as_json) {
            json document;
            document.begin_object().member("status", std::string_view("done")).member("code", view(code));
            document.member("counter", counter).end_object();
            run.document(document);
        } else {
            run.line(view(code));
        }
        return exit_status::done;
    }
};

struct verify_command {
    explicit verify_command(std::uint32_t how_far) : look_ahead(how_far) {}

    seed_source source{seed_kind::hotp};
    code_source codes;
    std::uint64_t next_counter = 0;
    std::uint32_t look_ahead;

    void add_to(CLI::App& command, std::size_t n)
    {
        codes.add_to(command, n);
        add_number(command, "--next-counter", next_counter, "The counter that is expected next")->required();
        source.add_to(command);
        add_number(command, "--look-ahead", look_ahead, "Counters beyond it that count, too")->capture_default_str();
    }

    exit_status operator()(session& run) const
    {
        const seed of = source.read(run);
        const auto typed = codes.read(run);
        const hotp_options options{of.info().digits, look_ahead};
        const otp_key key = key_of(of);
        return answer(run, typed.size() == 1 ? key.verify_hotp(view(typed[0]), next_counter, options)
                                             : key.resync_hotp(view(typed[0]), view(typed[1]), next_counter, options));
    }
};

}  // namespace

void add_hotp(commands& to, CLI::App& root)
{
    CLI::App& hotp = *root.add_subcommand("hotp", "Counter-based one-time codes (RFC 4226)");
    hotp.require_subcommand(1);
    add_enrollment(to, hotp, seed_kind::hotp);

    const auto code = std::make_shared<code_command>();
    CLI::App& code_leaf = to.add(hotp, "code", "Compute the code of a secret. Prints a code that lets its reader in",
                                 [code](session& run) { return (*code)(run); });
    add_number(code_leaf, "--counter", code->counter, "The counter of the code")->required();
    code->source.add_to(code_leaf);

    const auto verify = std::make_shared<verify_command>(0);
    verify->add_to(to.add(hotp, "verify", "Check a typed code, and tell the counter to store",
                          [verify](session& run) { return (*verify)(run); }),
                   1);

    const auto resync = std::make_shared<verify_command>(resync_look_ahead);
    resync->add_to(to.add(hotp, "resync", "Find a token that ran ahead by two codes in a row",
                          [resync](session& run) { return (*resync)(run); }),
                   2);
}

}  // namespace counterseal::cli
