// SPDX-License-Identifier: Apache-2.0
// A JSON object, written member by member in the order given.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

#include "core/enroll/base64url.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {

/// Names are of the program: they need no escapes. Texts may be anybody's.
class json_object {
public:
    json_object() { out_.reserve(usual_len); }

    void text(std::string_view name, std::string_view value)
    {
        begin(name);
        append_quoted(out_, value);
    }
    void base64url(std::string_view name, bytes_view value)
    {
        begin(name);
        out_.append(1, '"').append(to_base64url<std::string>(value)).append(1, '"');
    }
    void flag(std::string_view name, bool value) { add(name, value ? "true" : "false"); }
    void null(std::string_view name) { add(name, "null"); }
    template <std::integral Number>
    void number(std::string_view name, Number value)
    {
        add(name, std::to_string(value));
    }
    /// A value that is written already.
    void add(std::string_view name, std::string_view written)
    {
        begin(name);
        out_ += written;
    }

    [[nodiscard]] std::string finish() && { return out_.empty() ? "{}" : std::move(out_.append(1, '}')); }

private:
    static constexpr std::size_t usual_len = 512;

    void begin(std::string_view name)
    {
        out_ += out_.empty() ? "{\"" : ",\"";
        out_.append(name).append("\":");
    }

    std::string out_;
};

}  // namespace counterseal::core
