// SPDX-License-Identifier: Apache-2.0
// XML from strangers, read by expat into a small tree: no DTD, no entities, bounded depth, size and number of elements.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/enroll/problem.hpp"
#include "core/enroll/secure.hpp"
#include "core/enroll/seed_text.hpp"

namespace counterseal::core {

struct xml_element {
    std::string space;                                            // namespace URI; empty: none
    std::string name;                                             // local
    std::vector<std::pair<std::string, std::string>> attributes;  // local names
    secure_text text;                                             // of this element alone, without blanks in front
    std::vector<xml_element> children;
    std::uint64_t byte = 0;
    std::uint32_t line = 0;
    std::uint32_t column = 0;  // in bytes, where expat would count characters

    /// The first child of that local name; nullptr where there is none.
    [[nodiscard]] const xml_element* child(std::string_view local) const noexcept;

    /// The element at the end of a path of local names, e.g. "CipherData/CipherValue".
    [[nodiscard]] const xml_element* at(std::string_view path) const noexcept;

    /// The first descendant of that local name, itself excluded.
    [[nodiscard]] const xml_element* below(std::string_view local) const noexcept;

    /// The value of an attribute; empty where there is none.
    [[nodiscard]] std::string_view attribute(std::string_view local) const noexcept;

    /// The text without blanks around it.
    [[nodiscard]] std::string_view trimmed() const noexcept { return core::trimmed(view(text)); }
};

/// Reads a document. Nothing where it is none, or breaks a bound; `why` tells the rule, line and column.
[[nodiscard]] std::optional<xml_element> read_xml(std::string_view document, problem& why);

}  // namespace counterseal::core
