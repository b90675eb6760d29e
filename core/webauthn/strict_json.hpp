// SPDX-License-Identifier: Apache-2.0
// JSON objects of browsers, on the raw text.
#pragma once

#include <optional>
#include <string_view>

#include "core/enroll/json.hpp"

namespace counterseal::core {

/// Nothing: the text is no JSON (RFC 8259), is no object, nests too deep, or has a name twice in an object.
[[nodiscard]] inline std::optional<json> read_strict_object(std::string_view text)
{
    problem why;
    std::optional<json> value = read_json(text, why);
    return value && value->is_object() ? std::move(value) : std::nullopt;
}

}  // namespace counterseal::core
