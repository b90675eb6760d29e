// SPDX-License-Identifier: Apache-2.0
// Writes JSON (RFC 8259) straight into memory that is wiped; a library's document would leave copies of the secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hidden.hpp"

namespace counterseal::cli {

class json {
public:
    json& begin_object() { return open('{'); }
    json& end_object() { return close('}'); }
    json& begin_array() { return open('['); }
    json& end_array() { return close(']'); }

    json& key(std::string_view name);
    json& value(std::string_view text);
    json& value(std::uint64_t number);
    json& value(std::int64_t number);
    /// What is JSON already.
    json& raw(std::string_view text) { return bare(text); }

    template <class Value>
    json& member(std::string_view name, const Value& of)
    {
        return key(name).value(of);
    }
    /// Nothing where the text is empty.
    json& optional(std::string_view name, std::string_view text) { return text.empty() ? *this : member(name, text); }
    json& list(std::string_view name, const std::vector<std::string>& texts);

    [[nodiscard]] const hidden_text& text() const noexcept { return out_; }

private:
    json& open(char bracket);
    json& close(char bracket);
    json& bare(std::string_view text);
    void separate();
    void quoted(std::string_view text);

    hidden_text out_;
    bool comma_ = false;
};

}  // namespace counterseal::cli
