// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>

#include "command.hpp"
#include "source.hpp"

namespace counterseal::cli {
namespace {

/// What both commands hash; which of it there has to be, the suite says.
struct challenge {
    std::string suite;
    std::string question;
    std::string pin_hash_file;
    std::string session_file;
    key_options key;
    time_option at;
    std::uint64_t counter = 0;
    const CLI::Option* counter_option = nullptr;

    void add_to(CLI::App& command, const char* counter_name, const char* counter_text)
    {
        command.add_option("--suite", suite, "How the code is made, for example OCRA-1:HOTP-SHA1-6:QN08")->required();
        command.add_option("--question", question, "The challenge, as the server stored it")->required();
        key.add_to(command);
        counter_option = add_number(command, counter_name, counter, counter_text);
        at.add_to(command);
        command.add_option("--pin-hash-file", pin_hash_file, "The hash of the PIN in hex, where the suite has one")
            ->type_name("FILE");
        command.add_option("--session-file", session_file, "The session information in hex, where the suite has it")
            ->type_name("FILE");
    }

    [[nodiscard]] static std::optional<secret> hex_of(session& run, const std::string& path, const char* what)
    {
        return path.empty() ? std::nullopt : std::optional<secret>(hex_file(run, path, what));
    }

    /// Says no where an option and the suite do not fit.
    void check(const cseal_ocra_info& of) const
    {
        const bool given = counter_option->count() > 0;
        if (given != (of.has_counter != 0)) {
            throw usage_error(counter_option->get_name() + (given ? " does not fit a suite without a counter"
                                                                  : " is required: the suite has a counter"));
        }
        if (of.time_step_s == 0 && at.is_given()) {
            throw usage_error("--at does not fit a suite without a time step");
        }
    }

    /// Calls `with` with what is hashed, and with the time.
    template <class With>
    auto with_inputs(session& run, const cseal_ocra_info& of, With with) const
    {
        check(of);
        const std::optional<secret> pin_hash = hex_of(run, pin_hash_file, "the hash of the PIN");
        const std::optional<secret> session_information = hex_of(run, session_file, "the session information");
        ocra_inputs inputs{question};
        if (pin_hash) {
            inputs.pin_hash = pin_hash->bytes();
        }
        if (session_information) {
            inputs.session = session_information->bytes();
        }
        return with(inputs, of.time_step_s == 0 ? 0 : at.get());
    }

    [[nodiscard]] ocra open(session& run) const { return {suite, key.decode(view(key.text(run, "secret"))).bytes()}; }
};

struct code_command {
    challenge of;

    exit_status operator()(session& run) const
    {
        const ocra with = of.open(run);
        const hidden_text code = of.with_inputs(run, with.info(), [&](const ocra_inputs& inputs, std::uint64_t now_s) {
            return hide(with.generate(inputs, of.counter, now_s));
        });
        if (run.as_json) {
            json document;
            document.begin_object().member("status", std::string_view("done")).member("code", view(code)).end_object();
            run.document(document);
        } else {
            run.line(view(code));
        }
        return exit_status::done;
    }
};

struct verify_command {
    challenge of;
    code_source code;
    std::string last_step;
    ocra_options options;

    exit_status operator()(session& run) const
    {
        const ocra with = of.open(run);
        const cseal_ocra_info info = with.info();
        const bool timed = info.time_step_s != 0;
        if (timed != !last_step.empty()) {
            throw usage_error(timed ? "--last-step is required: the suite has a time step"
                                    : "--last-step does not fit a suite without a time step");
        }
        const std::int64_t last = timed ? step_named(last_step) : -1;
        const ocra_verdict verdict = of.with_inputs(run, info, [&](const ocra_inputs& inputs, std::uint64_t now_s) {
            const hidden_text typed = code.read(run).front();
            return with.verify(view(typed), inputs, of.counter, last, now_s, options);
        });

        std::string to_store;
        json document;
        document.begin_object().member("status", std::string_view(word(verdict.status)));
        if (verdict && info.has_counter != 0) {
            document.member("next_counter", verdict.next_counter);
            to_store = "next counter " + std::to_string(verdict.next_counter);
        }
        if (verdict && timed) {
            document.member("last_step", verdict.step).member("delta", verdict.delta);
            to_store += (to_store.empty() ? "last step " : ", last step ") + std::to_string(verdict.step);
        }
        document.end_object();
        return answer(run, verdict.status, document, to_store.empty() ? "that this challenge was answered" : to_store);
    }
};

}  // namespace

void add_ocra(commands& to, CLI::App& root)
{
    CLI::App& parent = *root.add_subcommand("ocra", "Answers to challenges (RFC 6287)");
    parent.require_subcommand(1);

    const auto code = std::make_shared<code_command>();
    code->of.add_to(to.add(parent, "code", "Compute the answer to a challenge. Prints a code that lets its reader in",
                           [code](session& run) { return (*code)(run); }),
                    "--counter", "The counter of the code, where the suite has one");

    const auto verify = std::make_shared<verify_command>();
    CLI::App& leaf = to.add(parent, "verify", "Check a typed answer, and tell what to store",
                            [verify](session& run) { return (*verify)(run); });
    verify->code.add_to(leaf, 1);
    verify->of.add_to(leaf, "--next-counter", "The counter that is expected next, where the suite has one");
    leaf.add_option("--last-step", verify->last_step,
                    "The step that was accepted last, or never, where the suite has a time step")
        ->type_name("N|never");
    add_number(leaf, "--look-ahead", verify->options.look_ahead, "Counters beyond it that count, too")
        ->capture_default_str();
    add_number(leaf, "--past", verify->options.past, "Steps before the current one that count")->capture_default_str();
    add_number(leaf, "--future", verify->options.future, "Steps after it that count")->capture_default_str();
}

}  // namespace counterseal::cli
