// SPDX-License-Identifier: Apache-2.0
#include "core/engine/list_factors.hpp"

#include <algorithm>

#include "core/engine/recovery.hpp"
#include "core/enroll/base64url.hpp"

namespace counterseal::core {
namespace {

constexpr char separator = '.';

/// Text in a store has no NUL.
std::optional<std::string> text_of(std::string_view part)
{
    const std::optional<secure_bytes> bytes = from_base64url<secure_bytes>(part);
    if (!bytes || std::ranges::find(*bytes, 0) != bytes->end()) {
        return std::nullopt;
    }
    return std::string(bytes->begin(), bytes->end());
}

/// A cursor is the place of the last factor of its page.
std::string cursor_of(const factor_key& last)
{
    return to_base64url<std::string>(bytes_of(last.subject)) + separator +
           to_base64url<std::string>(bytes_of(last.factor));
}

std::optional<factor_place> place_of(std::string_view cursor)
{
    if (cursor.empty()) {
        return factor_place{};
    }
    const std::size_t at = cursor.find(separator);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::optional<std::string> subject = text_of(cursor.substr(0, at));
    const std::optional<std::string> id = text_of(cursor.substr(at + 1));
    return subject && id ? std::optional(factor_place{*subject, *id}) : std::nullopt;
}

}  // namespace

factor_page list_factors(transaction& in, const row_seal& with, std::string_view tenant,
                         std::optional<std::string_view> subject, std::string_view after, std::int64_t limit)
{
    const std::optional<factor_place> from = place_of(after);
    if (!from) {
        return {.code = status::e_argument};
    }
    limit = std::max<std::int64_t>(limit, 1);
    factor_page page;
    // One more than asked for tells whether there is another page.
    for (factor& one : load_factors_after(in, with, tenant, subject, *from, limit + 1)) {
        if (static_cast<std::int64_t>(page.factors.size()) == limit) {
            page.next = cursor_of(page.factors.back().of.key);
            break;
        }
        const std::int64_t left = one.type == factor_type::recovery ? count_recovery_codes(in, one.key) : 0;
        page.factors.push_back({std::move(one), left});
    }
    return page;
}

}  // namespace counterseal::core
