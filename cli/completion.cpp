// SPDX-License-Identifier: Apache-2.0
// Completion scripts for bash, fish and zsh.
#include <algorithm>
#include <sstream>

#include "describe.hpp"

namespace counterseal::cli {
namespace {

std::string joined(const std::vector<std::string>& words, const char* between)
{
    std::string all;
    for (const std::string& word : words) {
        all += (all.empty() ? "" : between) + word;
    }
    return all;
}

/// In single quotes, as all three shells read them.
std::string quoted(const std::string& text)
{
    std::string made = "'";
    for (const char c : text) {
        made += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return made + "'";
}

bool takes_value(const described_option& option)
{
    return !option.positional && !option.type.empty();
}

/// Whether it takes a file where no option stands.
bool takes_file(const described_command& command)
{
    return std::ranges::any_of(command.options, [](const described_option& option) {
        return option.positional && option.names.front() == "FILE";
    });
}

std::string path_of(const described_command& parent, const std::string& child)
{
    return parent.path + (parent.path.empty() ? "" : " ") + child;
}

/// For bash and zsh: follows the words up to the command that they name.
void add_descent(std::ostream& out, const std::vector<described_command>& all)
{
    out << "        case \"$command:$word\" in\n";
    for (const described_command& command : all) {
        for (const std::string& child : command.children) {
            out << "            " << quoted(command.path + ":" + child)
                << ") command=" << quoted(path_of(command, child)) << " ;;\n";
        }
    }
    out << "        esac\n    done\n";
}

/// For bash and zsh: after an option with a value, what `completed` does for its values; it ends with "return".
template <class Completed>
void add_values(std::ostream& out, const std::vector<described_command>& all, Completed completed)
{
    for (const described_command& command : all) {
        for (const described_option& option : command.options) {
            if (!takes_value(option)) {
                continue;
            }
            std::vector<std::string> patterns;
            for (const std::string& name : option.names) {
                patterns.push_back(quoted(command.path + ":" + name));
            }
            out << "        " << joined(patterns, "|") << ")\n            " << completed(option) << "; return ;;\n";
        }
    }
}

/// For fish: a function that tells whether the words so far name the command of its argument. Words alone would not do:
/// `import` is a command, and one of `factor`.
void add_fish_descent(std::ostream& out, const std::vector<described_command>& all)
{
    out << "function __counterseal_is\n"
           "    set -l command ''\n"
           "    for word in (commandline -opc)[2..-1]\n"
           "        switch \"$command:$word\"\n";
    for (const described_command& command : all) {
        for (const std::string& child : command.children) {
            out << "            case " << quoted(command.path + ":" + child) << "\n                set command "
                << quoted(path_of(command, child)) << '\n';
        }
    }
    out << "        end\n"
           "    end\n"
           "    test \"$command\" = \"$argv[1]\"\n"
           "end\n";
}

const std::string& text_of_child(const std::vector<described_command>& all, const described_command& parent,
                                 const std::string& child)
{
    return std::ranges::find(all, path_of(parent, child), &described_command::path)->text;
}

/// For zsh: a word with what it means, as _describe reads it.
std::string zsh_item(const std::string& word, const std::string& text)
{
    return " " + quoted(word + ":" + text);
}

}  // namespace

std::string bash_completion(const CLI::App& root)
{
    const auto all = describe(root);
    std::ostringstream out;
    out << "# bash completion for counterseal, made by the program itself\n"
           "_counterseal()\n{\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command='' words='' word\n"
           "    COMPREPLY=()\n"
           "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n";
    add_descent(out, all);
    out << "    case \"$command:$prev\" in\n";
    add_values(out, all, [](const described_option& option) {
        return option.type == "FILE"
                   ? "compopt -o default"
                   : "mapfile -t COMPREPLY < <(compgen -W " + quoted(joined(option.values, " ")) + " -- \"$cur\")";
    });
    out << "    esac\n    case \"$command\" in\n";
    for (const described_command& command : all) {
        std::vector<std::string> words = command.children;
        for (const described_option& option : command.options) {
            if (!option.positional) {
                words.insert(words.end(), option.names.begin(), option.names.end());
            }
        }
        out << "        " << quoted(command.path) << ") words=" << quoted(joined(words, " "));
        if (takes_file(command)) {
            out << "\n            [[ $cur == -* ]] || { compopt -o default; return; }";
        }
        out << " ;;\n";
    }
    out << "    esac\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
           "}\n"
           "complete -F _counterseal counterseal\n";
    return out.str();
}

std::string fish_completion(const CLI::App& root)
{
    const auto all = describe(root);
    std::ostringstream out;
    out << "# fish completion for counterseal, made by the program itself\n"
           "complete -c counterseal -f\n";
    add_fish_descent(out, all);
    for (const described_command& command : all) {
        const std::string start = "complete -c counterseal -n " + quoted("__counterseal_is \"" + command.path + "\"");
        if (takes_file(command)) {
            out << start << " -F\n";
        }
        for (const std::string& child : command.children) {
            out << start << " -a " << child << " -d " << quoted(text_of_child(all, command, child)) << '\n';
        }
        for (const described_option& option : command.options) {
            if (option.positional) {
                continue;
            }
            out << start;
            for (const std::string& name : option.names) {
                out << (name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1));
            }
            if (takes_value(option)) {
                out << (option.type == "FILE" ? " -r -F" : " -x");
            }
            if (!option.values.empty()) {
                out << " -a " << quoted(joined(option.values, " "));
            }
            out << " -d " << quoted(option.text) << '\n';
        }
    }
    return out.str();
}

std::string zsh_completion(const CLI::App& root)
{
    const auto all = describe(root);
    std::ostringstream out;
    out << "#compdef counterseal\n"
           "# zsh completion for counterseal, made by the program itself\n"
           "_counterseal()\n{\n"
           "    local command='' word\n"
           "    local -a commands options\n"
           "    for word in \"${(@)words[2,CURRENT-1]}\"; do\n";
    add_descent(out, all);
    out << "    case \"$command:${words[CURRENT-1]}\" in\n";
    add_values(out, all, [](const described_option& option) {
        return option.type == "FILE"   ? "_files"
               : option.values.empty() ? "_message " + quoted(option.text)
                                       : "compadd -- " + joined(option.values, " ");
    });
    out << "    esac\n    case \"$command\" in\n";
    for (const described_command& command : all) {
        out << "        " << quoted(command.path) << ")\n            commands=(";
        for (const std::string& child : command.children) {
            out << zsh_item(child, text_of_child(all, command, child));
        }
        out << " )\n            options=(";
        for (const described_option& option : command.options) {
            for (const std::string& name : option.positional ? std::vector<std::string>{} : option.names) {
                out << zsh_item(name, option.text);
            }
        }
        out << " )\n";
        if (takes_file(command)) {
            out << "            [[ ${words[CURRENT]} == -* ]] || { _files; return }\n";
        }
        out << "            ;;\n";
    }
    out << "    esac\n"
           "    _describe -t commands command commands\n"
           "    [[ ${words[CURRENT]} != -* && ${#commands} -gt 0 ]] || _describe -o option options\n"
           "}\n"
           "_counterseal \"$@\"\n";
    return out.str();
}

}  // namespace counterseal::cli
