// SPDX-License-Identifier: Apache-2.0
#include "describe.hpp"

#include <sstream>

namespace counterseal::cli {
namespace {

std::vector<std::string> split(const std::string& text, char at)
{
    std::vector<std::string> parts;
    std::istringstream left(text);
    for (std::string part; std::getline(left, part, at);) {
        parts.push_back(part);
    }
    return parts;
}

described_option describe(const CLI::Option& of)
{
    described_option made;
    made.positional = of.get_positional();
    made.names = split(of.get_name(made.positional, true), ',');
    made.type = of.get_items_expected_max() == 0 ? "" : of.get_type_name();
    // CLI::IsMember says "TEXT:{one,other}".
    if (const std::size_t start = made.type.find(":{"); start != std::string::npos) {
        made.values = split(made.type.substr(start + 2, made.type.size() - start - 3), ',');
        made.type.clear();
        for (const std::string& value : made.values) {
            made.type += (made.type.empty() ? "" : "|") + value;
        }
    }
    made.default_value = of.get_default_str();
    made.text = of.get_description();
    made.required = of.get_required();
    made.many = of.get_items_expected_max() > 1;
    return made;
}

void collect(const CLI::App& at, const std::string& path, std::vector<described_command>& into)
{
    const auto shown = [](const CLI::App* child) { return !child->get_group().empty(); };
    described_command made{path, at.get_description(), {}, {}};
    for (const CLI::Option* option : at.get_options()) {
        if (!option->get_group().empty()) {
            made.options.push_back(describe(*option));
        }
    }
    const auto children = at.get_subcommands(shown);
    for (const CLI::App* child : children) {
        made.children.push_back(child->get_name());
    }
    into.push_back(std::move(made));
    for (const CLI::App* child : children) {
        collect(*child, path + (path.empty() ? "" : " ") + child->get_name(), into);
    }
}

}  // namespace

std::vector<described_command> describe(const CLI::App& root)
{
    std::vector<described_command> all;
    collect(root, "", all);
    return all;
}

}  // namespace counterseal::cli
