// SPDX-License-Identifier: Apache-2.0
#include "core/engine/list_factors.hpp"

#include <algorithm>

#include "core/codec/codec.hpp"
#include "core/engine/recovery.hpp"

namespace counterseal::core {
namespace {

constexpr char separator = '.';

std::string hex(std::string_view text)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 15U];
    }
    return out;
}

std::optional<std::string> from_hex(std::string_view text)
{
    std::string out(text.size() / 2, '\0');
    const decoded read = hex_decode(text, reinterpret_cast<std::uint8_t*>(out.data()), out.size());
    // Text in a store has no NUL, and a cursor is given back as it was made.
    const bool is_ours = read.code == status::ok && hex(out) == text && out.find('\0') == std::string::npos;
    return is_ours ? std::optional(out) : std::nullopt;
}

/// A cursor is the place of the last factor of its page.
std::string cursor_of(const factor_key& last)
{
    return hex(last.subject) + separator + hex(last.factor);
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
    const std::optional<std::string> subject = from_hex(cursor.substr(0, at));
    const std::optional<std::string> id = from_hex(cursor.substr(at + 1));
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
