// SPDX-License-Identifier: Apache-2.0
// What the program tells about itself.
#include <utility>

#include "command.hpp"
#include "describe.hpp"

namespace counterseal::cli {

namespace {

std::string library_version()
{
    std::uint32_t part[3]{};
    static_cast<void>(cseal_version(&part[0], &part[1], &part[2]));
    return std::to_string(part[0]) + "." + std::to_string(part[1]) + "." + std::to_string(part[2]);
}

}  // namespace

void add_own(commands& to, CLI::App& root)
{
    root.set_version_flag("--version", "counterseal " + library_version(), "Tell the version of the library");
    to.add(root, "version", "Tell the version of the library, as --version does", [](session& run) {
        const std::string version = library_version();
        if (run.as_json) {
            json document;
            document.begin_object().member("status", std::string_view("done"));
            document.member("version", std::string_view(version)).end_object();
            run.document(document);
        } else {
            run.line("counterseal " + version);
        }
        return exit_status::done;
    });
    to.add_hidden(root, "man", [&root](session& run) {
        append(run.out, manual_page(root));
        return exit_status::done;
    });
    CLI::App& completion = *root.add_subcommand("completion")->group("");
    completion.require_subcommand(1);
    for (const auto& [shell, script] :
         {std::pair{"bash", &bash_completion}, {"fish", &fish_completion}, {"zsh", &zsh_completion}}) {
        to.add_hidden(completion, shell, [&root, script = script](session& run) {
            append(run.out, script(root));
            return exit_status::done;
        });
    }
}

}  // namespace counterseal::cli
