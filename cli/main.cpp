// SPDX-License-Identifier: Apache-2.0
// counterseal: the library for people and scripts.
#include <algorithm>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "output.hpp"
#include "printable.hpp"

namespace counterseal::cli {
namespace {

/// Tells what went wrong; as the answer, too, where JSON was asked for.
exit_status failed(bool as_json, exit_status status, std::string_view code, std::string_view message)
{
    if (as_json) {
        json document;
        document.begin_object().member("status", std::string_view("error")).member("code", code);
        document.member("message", message).end_object();
        write_stdout(std::string(view(document.text())) + "\n");
    }
    write_stderr("counterseal: " + printable(message) + "\n");
    return status;
}

/// The command that the first words name, as far as they do.
struct named_command {
    const CLI::App* at;
    std::string path{};
    std::string_view stranger{};  // the word after them

    named_command(const CLI::App& root, std::span<const std::string_view> words) : at{&root}
    {
        for (const std::string_view word : words) {
            const auto found = at->get_subcommands([&](const CLI::App* one) { return one->get_name() == word; });
            if (found.empty()) {
                stranger = word;
                return;
            }
            at = found.front();
            path += at->get_name() + " ";
        }
    }
    [[nodiscard]] bool is_group() const { return at->get_require_subcommand_min() > 0; }
};

/// Letters and hyphens, as commands have; anything else may be a secret, and is not repeated.
bool looks_like_command(std::string_view word)
{
    constexpr std::size_t most = 15;  // base32 of 80 bits has 16
    return !word.empty() && word.size() <= most && word.front() != '-' &&
           std::ranges::all_of(word, [](char c) { return ('a' <= c && c <= 'z') || c == '-'; });
}

std::string no_such_command(const named_command& named)
{
    if (looks_like_command(named.stranger)) {
        return "there is no command " + named.path + std::string(named.stranger);
    }
    if (named.path.empty()) {
        return "a command must be given";
    }
    std::string all;
    for (const CLI::App* one : named.at->get_subcommands([](const CLI::App* of) { return !of->get_group().empty(); })) {
        all += (all.empty() ? "" : ", ") + one->get_name();
    }
    return named.path + "must be followed by one of " + all;
}

exit_status usage(const CLI::App& root, bool as_json, const CLI::ParseError& fault,
                  std::span<const std::string_view> arguments)
{
    if (dynamic_cast<const CLI::CallForVersion*>(&fault) != nullptr) {
        write_stdout(std::string(fault.what()) + "\n");
        return exit_status::done;
    }
    if (fault.get_exit_code() == 0) {  // --help
        write_stdout(root.help());
        return exit_status::done;
    }
    if (arguments.empty()) {
        write_stderr(root.help());
        return exit_status::usage;
    }
    const named_command named(root, arguments);
    const std::string see = ": see counterseal " + named.path + "--help";
    if (named.is_group()) {
        return failed(as_json, exit_status::usage, "USAGE", no_such_command(named) + see);
    }
    // The parser would repeat what it does not know, and that may be a secret.
    const bool strange = dynamic_cast<const CLI::ExtrasError*>(&fault) != nullptr;
    return failed(as_json, exit_status::usage, "USAGE",
                  strange ? "there is an argument that this command does not know" + see : fault.what());
}

exit_status run(int argc, char** argv)
{
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    CLI::App root("one-time codes, their URIs and QR codes, and the second factors of a practice", "counterseal");
    commands all(root);
    add_totp(all, root);
    add_hotp(all, root);
    add_ocra(all, root);
    add_seed_files(all, root);
    add_keys(all, root);
    add_database(all, root);
    add_policy(all, root);
    add_factor(all, root);
    add_subject(all, root);
    add_enroll(all, root);
    add_events(all, root);
    add_audit(all, root);
    add_own(all, root);
    // Known before anything is parsed, so that an error in the arguments is answered in the same way.
    const auto options_end = std::ranges::find(arguments, "--");
    const bool as_json = std::find(arguments.begin(), options_end, "--json") != options_end;
    try {
        refuse_secrets(arguments);
        root.parse(argc, argv);
        const exit_status status = all.call(root);
        write_stdout(view(all.run().out));
        return status;
    } catch (const CLI::ParseError& fault) {
        return usage(root, as_json, fault, arguments);
    } catch (const usage_error& fault) {
        return failed(as_json, exit_status::usage, "USAGE", fault.what());
    } catch (const trouble& fault) {
        return failed(as_json, exit_status::trouble, "TROUBLE", fault.what());
    } catch (const config_error& fault) {
        return failed(as_json, exit_status::usage, fault.name(), fault.what());
    } catch (const error& fault) {
        return failed(as_json, exit_status::trouble, fault.name(), fault.what());
    } catch (const std::bad_alloc&) {
        return failed(as_json, exit_status::trouble, "CSEAL_E_NOMEM", cseal_status_meaning(CSEAL_E_NOMEM));
    }
}

}  // namespace
}  // namespace counterseal::cli

int main(int argc, char** argv)
{
    try {
        return static_cast<int>(counterseal::cli::run(argc, argv));
    } catch (const std::exception& fault) {
        counterseal::cli::write_stderr("counterseal: " + counterseal::cli::printable(fault.what()) + "\n");
        return static_cast<int>(counterseal::cli::exit_status::trouble);
    }
}
