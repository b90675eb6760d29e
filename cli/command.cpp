// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

#include <utility>

#include "output.hpp"

namespace counterseal::cli {

void destination::add_to(CLI::App& command)
{
    command.add_option("-o,--output", path, "Write to FILE, of mode 0600, instead of standard output")
        ->type_name("FILE");
    command.add_flag("--force", force, "Replace FILE if it exists");
}

void destination::put(session& run, std::string_view text) const
{
    if (is_file()) {
        write_file(path, text, force);
    } else {
        append(run.out, text);
    }
}

void destination::finish(session& run) const
{
    if (is_file()) {
        write_file(path, view(run.out), force);
        run.out.clear();
    }
}

commands::commands(CLI::App& root)
{
    root.require_subcommand(1);
}

CLI::App& commands::add(CLI::App& parent, const std::string& name, const std::string& description,
                        std::function<exit_status(session&)> call)
{
    CLI::App& leaf = *parent.add_subcommand(name, description);
    leaf.add_flag("--json", run_.as_json, "Answer with one JSON object");
    calls_.emplace(&leaf, std::move(call));
    return leaf;
}

CLI::App& commands::add_hidden(CLI::App& parent, const std::string& name, std::function<exit_status(session&)> call)
{
    CLI::App& leaf = *parent.add_subcommand(name)->group("");
    calls_.emplace(&leaf, std::move(call));
    return leaf;
}

exit_status commands::call(const CLI::App& root)
{
    const CLI::App* at = &root;
    while (!at->get_subcommands().empty()) {
        at = at->get_subcommands().front();
    }
    return calls_.at(at)(run_);
}

std::string word(cseal_status status)
{
    if (status == CSEAL_OK) {
        return "accepted";
    }
    std::string name = cseal_status_name(status);
    for (char& c : name) {
        c = 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
    return name;
}

exit_status answer(session& run, cseal_status status, const json& document, const std::string& to_store)
{
    if (run.as_json) {
        run.document(document);
    } else if (status == CSEAL_OK) {
        run.line("accepted: store " + to_store);
    } else {
        run.line(word(status) + ": " + cseal_status_meaning(status));
    }
    return status == CSEAL_OK ? exit_status::done : exit_status::refused;
}

}  // namespace counterseal::cli
