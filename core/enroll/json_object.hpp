// SPDX-License-Identifier: Apache-2.0
// A JSON object, written member by member in the order given.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "core/enroll/json.hpp"

namespace counterseal::core {

/// Names are of the program: they need no escapes. Texts may be anybody's.
class json_object {
public:
    void text(std::string_view name, std::string_view value) { add(name, quoted(value)); }
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
        out_ += out_.empty() ? "{\"" : ",\"";
        out_.append(name).append("\":").append(written);
    }

    [[nodiscard]] std::string finish() && { return out_.empty() ? "{}" : std::move(out_.append(1, '}')); }

private:
    std::string out_;
};

}  // namespace counterseal::core
