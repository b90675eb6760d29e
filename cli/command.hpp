// SPDX-License-Identifier: Apache-2.0
// What every command is given, and where it is registered.
#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "exits.hpp"
#include "hidden.hpp"
#include "input.hpp"
#include "json.hpp"

namespace counterseal::cli {

/// One run of the program.
struct session {
    bool as_json = false;
    input in;
    hidden_text out;  // goes to standard output at the end, whatever the exit status is

    void line(std::string_view text)
    {
        append(out, text);
        append(out, "\n");
    }
    void document(const json& of) { line(view(of.text())); }
};

/// Where a command that writes a document may put it.
struct destination {
    std::string path;  // empty or "-": standard output
    bool force = false;

    void add_to(CLI::App& command);
    [[nodiscard]] bool is_file() const noexcept { return !path.empty() && path != "-"; }
    /// Puts what has been said so far, or another text, into the file, if one is named.
    void finish(session& run) const;
    void put(session& run, std::string_view text) const;
};

class commands {
public:
    explicit commands(CLI::App& root);

    [[nodiscard]] session& run() noexcept { return run_; }

    /// Adds the leaf `name` below `parent`, with what all have in common.
    CLI::App& add(CLI::App& parent, const std::string& name, const std::string& description,
                  std::function<exit_status(session&)> call);

    /// Adds a leaf that no help shows, without options of its own.
    CLI::App& add_hidden(CLI::App& parent, const std::string& name, std::function<exit_status(session&)> call);

    /// After parsing: what the command that was named does.
    exit_status call(const CLI::App& root);

private:
    session run_;
    std::map<const CLI::App*, std::function<exit_status(session&)>> calls_;
};

void add_totp(commands& to, CLI::App& root);
void add_hotp(commands& to, CLI::App& root);
void add_ocra(commands& to, CLI::App& root);
void add_seed_files(commands& to, CLI::App& root);
void add_keys(commands& to, CLI::App& root);
void add_database(commands& to, CLI::App& root);
void add_policy(commands& to, CLI::App& root);
void add_factor(commands& to, CLI::App& root);
void add_subject(commands& to, CLI::App& root);
void add_enroll(commands& to, CLI::App& root);  // and recovery codes
void add_events(commands& to, CLI::App& root);
void add_audit(commands& to, CLI::App& root);
void add_own(commands& to, CLI::App& root);  // version, and the hidden ones

/// A number in decimal and nothing else: the parser by itself would take 010 for 8 and -1 for 2^64 - 1.
template <class Number>
CLI::Option* add_number(CLI::App& command, const std::string& name, Number& into, const std::string& text)
{
    const auto rule = [](const std::string& given) -> std::string {
        Number number = 0;
        const auto [end, fault] = std::from_chars(given.data(), given.data() + given.size(), number);
        const bool whole = fault == std::errc{} && end == given.data() + given.size();
        return whole && (given == "0" || given[0] != '0') ? "" : "must be a whole number in decimal";
    };
    return command.add_option(name, into, text)->type_name("N")->check(CLI::Validator(rule, ""));
}

/// A status as people and JSON read it: "wrong".
[[nodiscard]] std::string word(cseal_status status);

/// Says the answer to a code: the document, or one line with what to store where it was accepted.
[[nodiscard]] exit_status answer(session& run, cseal_status status, const json& document, const std::string& to_store);

}  // namespace counterseal::cli
