// SPDX-License-Identifier: Apache-2.0
// A request, read member by member. Whatever is not as the operation wants it is a request_error, which names the
// member and the rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capi/src/engine_answer.hpp"
#include "core/engine/name.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::capi {

class engine_request {
public:
    /// One object without a name that stands twice.
    explicit engine_request(std::string_view text);

    /// Part of another request: an item of an array. `name` is what errors call it.
    engine_request(const core::json& object, std::string name);

    /// The name of a tenant or a subject (core/engine/name.hpp).
    [[nodiscard]] std::string name(const char* name);
    [[nodiscard]] std::optional<std::string> name_if(const char* name);

    /// What a browser sends back to say which one: text of any form. One that the engine never makes names nothing, and
    /// comes out as "-".
    [[nodiscard]] std::string id(const char* name, std::size_t most = core::max_name_len);
    [[nodiscard]] std::optional<std::string> id_if(const char* name);

    /// Valid UTF-8 without control characters, not empty. A null is as good as no member at all.
    [[nodiscard]] std::string text(const char* name, std::size_t most = core::max_name_len);
    [[nodiscard]] std::optional<std::string> text_if(const char* name, std::size_t most = core::max_name_len);
    [[nodiscard]] std::string text_or(const char* name, const char* otherwise, std::size_t most = core::max_name_len);

    /// An array of such texts; without the member an empty one.
    [[nodiscard]] std::vector<std::string> texts(const char* name, std::size_t most = 1000);

    /// The index of the text in `choices`; `otherwise` where there is no such member.
    [[nodiscard]] std::size_t choice(const char* name, std::initializer_list<std::string_view> choices,
                                     std::optional<std::size_t> otherwise = std::nullopt);

    /// A whole number from `low` to `high`, else e_range.
    [[nodiscard]] std::int64_t integer(const char* name, std::int64_t low, std::int64_t high);
    [[nodiscard]] std::optional<std::int64_t> integer_if(const char* name, std::int64_t low, std::int64_t high);
    [[nodiscard]] std::int64_t integer_or(const char* name, std::int64_t low, std::int64_t high,
                                          std::int64_t otherwise);
    /// The same, where the member has to be there and its null means something.
    [[nodiscard]] std::optional<std::int64_t> integer_or_null(const char* name, std::int64_t low, std::int64_t high);

    [[nodiscard]] bool flag(const char* name, bool otherwise);

    [[nodiscard]] const core::json& object(const char* name);
    [[nodiscard]] const core::json* object_if(const char* name);
    [[nodiscard]] const core::json& array(const char* name, std::size_t least, std::size_t most);

    [[nodiscard]] bool has(const char* name) const;

    /// Refuses members that nobody asked for.
    void finish() const;

    [[noreturn]] void refuse(const char* name, const std::string& rule, status code = status::e_argument) const;

private:
    [[nodiscard]] const core::json* find(const char* name);
    [[nodiscard]] const core::json& need(const char* name);
    [[nodiscard]] std::string checked_text(const char* name, const core::json& value, std::size_t most) const;
    [[nodiscard]] std::int64_t checked_integer(const char* name, const core::json& value, std::int64_t low,
                                               std::int64_t high) const;

    core::json own_;
    const core::json* object_;
    std::string prefix_;
    std::vector<std::string_view> known_;
};

}  // namespace counterseal::capi
