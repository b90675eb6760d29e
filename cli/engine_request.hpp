// SPDX-License-Identifier: Apache-2.0
// A call of the engine: its request, and what becomes of its answer.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "command.hpp"

namespace counterseal::cli {

/// An option that may be left out. An empty text is one that was given: what a script had nothing for is no default.
struct optional_text {
    std::string text;
    const CLI::Option* option = nullptr;

    CLI::Option* add_to(CLI::App& command, const std::string& name, const std::string& description);
    [[nodiscard]] bool is_given() const { return option->count() > 0; }
};

/// The JSON of a request. Text that is no UTF-8 is refused: mended, it would name somebody else.
class engine_request {
public:
    engine_request() { document_.begin_object(); }

    engine_request& member(const char* name, const std::string& text);
    engine_request& member(const char* name, std::int64_t number);
    /// Nothing where it was left out.
    engine_request& optional(const char* name, const optional_text& text);
    /// What is JSON already.
    engine_request& raw(const char* name, std::string_view text);

    [[nodiscard]] hidden_text text() const;

private:
    json document_;
};

/// Runs an operation. An error is thrown: config_error where the request breaks a rule, error for trouble.
[[nodiscard]] engine_answer call(engine& on, std::uint32_t op, const engine_request& request,
                                 std::span<const std::uint8_t> secret_in = {});

[[nodiscard]] inline std::string_view text_of(const secret& of) noexcept
{
    return {reinterpret_cast<const char*>(of.bytes().data()), of.bytes().size()};
}
[[nodiscard]] inline std::span<const std::uint8_t> bytes_of(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The answer as the program's own document: `status` in front, then what `more` adds, then the engine's members.
[[nodiscard]] json document_of(
    const engine_answer& answer, std::string_view status, const std::function<void(json&)>& more = [](json&) {});

/// What a person is told of an operation that was done, or why it was not.
struct told {
    std::string done;
    std::string refused;
};

/// Says the answer of an operation that is either done or refused.
[[nodiscard]] exit_status answer(session& run, const engine_answer& of, const told& words);

}  // namespace counterseal::cli
