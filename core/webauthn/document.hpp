// SPDX-License-Identifier: Apache-2.0
// A JSON object that a host wrote, read member by member. Nothing is coerced, and no member may be unknown.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/enroll/json_document.hpp"

namespace counterseal::core {

/// Keeps the first rule that was broken; what is asked after that comes out as if it were not there. A null is as good
/// as no member at all.
class document {
public:
    /// `most` bytes are read, of a text that has to live as long; `what` is what errors call the whole.
    document(std::string_view text, std::size_t most, const char* what);

    /// A part of another one, which has to live as long. `name` is what errors call it.
    document(json_view object, std::string name);

    /// UTF-8 without control characters, 1 to `most` bytes.
    [[nodiscard]] std::string text(const char* name, std::size_t most);
    [[nodiscard]] std::optional<std::string> text_if(const char* name, std::size_t most);

    /// An array of such texts; empty without the member.
    [[nodiscard]] std::vector<std::string> texts(const char* name, std::size_t most_texts, std::size_t most);

    /// Strict base64url of `least` to `most` bytes.
    [[nodiscard]] std::vector<std::uint8_t> bytes(const char* name, std::size_t least, std::size_t most);
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> bytes_if(const char* name, std::size_t least,
                                                                    std::size_t most);

    /// An array of such; empty without the member.
    [[nodiscard]] std::vector<std::vector<std::uint8_t>> all_bytes(const char* name, std::size_t most_items,
                                                                   std::size_t least, std::size_t most);

    /// The place of the text in `choices`; nothing without the member.
    [[nodiscard]] std::optional<std::size_t> choice(const char* name, std::initializer_list<const char*> choices);

    [[nodiscard]] std::optional<std::int64_t> integer_if(const char* name, std::int64_t low, std::int64_t high);

    /// Whole seconds since 1970; a number that can be none is e_time.
    [[nodiscard]] std::optional<std::int64_t> time_if(const char* name);

    [[nodiscard]] bool flag(const char* name, bool otherwise);
    [[nodiscard]] std::optional<bool> flag_if(const char* name);

    /// Nothing: without the member.
    [[nodiscard]] std::optional<json_view> object_if(const char* name);
    [[nodiscard]] std::optional<json_view> array_if(const char* name, std::size_t most);

    /// Whether nothing was broken so far.
    [[nodiscard]] bool is_good() const noexcept { return why_.code == status::ok; }

    void refuse(const char* name, const std::string& rule, status code = status::e_argument);

    /// Takes the fault of a part over.
    void take(problem fault);

    /// What was broken; a member that nobody asked for is.
    [[nodiscard]] problem finish();

private:
    [[nodiscard]] std::optional<json_view> find(const char* name);
    [[nodiscard]] std::optional<std::string> checked_text(const char* name, json_view value, std::size_t most);
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> checked_bytes(const char* name, json_view value,
                                                                         std::size_t least, std::size_t most);

    std::optional<json_document> own_;
    std::optional<json_view> object_;
    std::string prefix_;
    std::vector<std::string_view> known_;
    problem why_;
};

}  // namespace counterseal::core
