// SPDX-License-Identifier: Apache-2.0
// What the commands about factors share.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "command.hpp"
#include "engine_request.hpp"

namespace counterseal::cli {

/// One factor of a subject.
struct factor_options {
    std::string subject;
    std::string factor;

    void add_to(CLI::App& command);
    void put(engine_request& into) const;
};

/// A part of a long answer.
struct page_options {
    std::uint32_t limit = 100;

    void add_to(CLI::App& command);
    void put(engine_request& into) const;
    /// How to go on, where there is more.
    static void tell_next(session& run, const std::string& next);
};

/// A member of an answer for a table: text as it is, anything else as JSON has it, null as nothing.
[[nodiscard]] std::string cell(const nlohmann::json& of, const char* name);
[[nodiscard]] std::string time_cell(const nlohmann::json& of, const char* name);

void add_factor_import(commands& to, CLI::App& factor);
void add_confirm(commands& to, CLI::App& factor);

}  // namespace counterseal::cli
