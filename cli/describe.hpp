// SPDX-License-Identifier: Apache-2.0
// The commands as data, read off the parser itself, and the texts made from them: completion and the manual page cannot
// tell anything else than the parser does.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace counterseal::cli {

struct described_option {
    std::vector<std::string> names;   // "-o", "--output"; one without dashes for a positional
    std::string type;                 // "N"; empty for a flag
    std::vector<std::string> values;  // the only ones there are, or none
    std::string default_value;
    std::string text;
    bool required = false;
    bool positional = false;
    bool many = false;  // a positional that stands more than once
};

struct described_command {
    std::string path;  // "totp new"; empty for the program
    std::string text;
    std::vector<std::string> children;
    std::vector<described_option> options;
};

/// The program and every command that help shows, parents first.
[[nodiscard]] std::vector<described_command> describe(const CLI::App& root);

[[nodiscard]] std::string bash_completion(const CLI::App& root);
[[nodiscard]] std::string fish_completion(const CLI::App& root);
[[nodiscard]] std::string zsh_completion(const CLI::App& root);
[[nodiscard]] std::string manual_page(const CLI::App& root);

}  // namespace counterseal::cli
