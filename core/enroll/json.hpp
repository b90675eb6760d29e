// SPDX-License-Identifier: Apache-2.0
// JSON from strangers: nesting is bounded, a name stands once in an object, and each object knows where it started.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/enroll/problem.hpp"

namespace counterseal::core {

using json = nlohmann::json;

/// Text in quotes, in one spelling (RFC 8259 section 7); what is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string quoted(std::string_view text);

/// Reads a whole text. Nothing where it is no such JSON; `why` tells the rule and the place.
[[nodiscard]] std::optional<json> read_json(std::string_view text, problem& why);

/// The byte at which an object of read_json() starts.
[[nodiscard]] std::uint64_t byte_of(const json& object);

/// Whether a name of such an object is one that the text has: items() also show where the object started.
[[nodiscard]] bool is_member(std::string_view name) noexcept;

/// A part of what read_json() gave as text again, without where its objects started.
[[nodiscard]] std::string json_text(const json& part);

/// A text member; empty where there is none, or where it is no text.
[[nodiscard]] std::string text_of(const json& object, const char* name);

/// A whole number that is not negative; `otherwise` where there is none or it is null. Nothing where it is no such
/// number.
[[nodiscard]] std::optional<std::uint64_t> number_of(const json& object, const char* name, std::uint64_t otherwise);

/// An array member; nullptr where there is none.
[[nodiscard]] const json* array_of(const json& object, const char* name);

}  // namespace counterseal::core
