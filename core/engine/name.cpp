// SPDX-License-Identifier: Apache-2.0
#include "core/engine/name.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "core/enroll/utf8.hpp"

namespace counterseal::core {
namespace {

/// ASCII that is drawn, or a blank: never a control character, and its own normal form.
bool is_plain(std::string_view text) noexcept
{
    return std::ranges::all_of(text, [](char c) { return ' ' <= c && c <= '~'; });
}

/// The characters of a text that is UTF-8 and at most max_name_len bytes long.
struct characters {
    std::array<utf8proc_int32_t, max_name_len> all{};
    std::size_t len = 0;

    explicit characters(std::string_view text) noexcept
    {
        while (!text.empty()) {
            const auto* const at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
            text.remove_prefix(
                static_cast<std::size_t>(utf8proc_iterate(at, static_cast<utf8proc_ssize_t>(text.size()), &all[len])));
            ++len;
        }
    }
};

bool is_control(utf8proc_int32_t c) noexcept
{
    const utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

/// A blank, or something that usually is not drawn: joiners, fillers, marks of direction.
bool shows_nothing(utf8proc_int32_t c) noexcept
{
    constexpr utf8proc_int32_t braille_blank = 0x2800;  // by its category a symbol
    return utf8proc_category(c) == UTF8PROC_CATEGORY_ZS || utf8proc_get_property(c)->ignorable || c == braille_blank;
}

bool is_normalized(std::string_view text, const characters& of) noexcept
{
    // No character decomposes into more than four.
    std::array<utf8proc_int32_t, 4 * max_name_len> parts{};
    // Options are bits of a C enum. NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
    constexpr auto form = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const utf8proc_ssize_t n_parts = utf8proc_decompose(bytes, static_cast<utf8proc_ssize_t>(text.size()), parts.data(),
                                                        static_cast<utf8proc_ssize_t>(parts.size()), form);
    if (n_parts < 0 || n_parts > static_cast<utf8proc_ssize_t>(parts.size())) {
        return false;
    }
    const utf8proc_ssize_t n = utf8proc_normalize_utf32(parts.data(), n_parts, form);
    return n == static_cast<utf8proc_ssize_t>(of.len) && std::equal(parts.begin(), parts.begin() + n, of.all.begin());
}

}  // namespace

const char* name_fault(std::string_view name) noexcept
{
    if (name.empty()) {
        return "must not be empty";
    }
    if (const char* const fault = label_fault(name); fault != nullptr) {
        return fault;
    }
    if (is_plain(name) && name.front() != ' ' && name.back() != ' ') {
        return nullptr;
    }
    const characters all(name);
    if (shows_nothing(all.all[0]) || shows_nothing(all.all[all.len - 1])) {
        return "must not begin or end with a blank or an invisible character";
    }
    return is_normalized(name, all) ? nullptr : "must be normalized Unicode (NFC)";
}

const char* label_fault(std::string_view label, std::size_t max_len) noexcept
{
    if (label.size() > max_len) {
        return max_len == max_name_len ? "must be at most 255 bytes" : "is too long";
    }
    if (is_plain(label)) {
        return nullptr;
    }
    while (!label.empty()) {
        const std::size_t len = utf8_sequence(label);
        if (len == 0) {
            return "must be UTF-8";
        }
        if (is_control(characters(label.substr(0, len)).all[0])) {
            return "must not have control characters";
        }
        label.remove_prefix(len);
    }
    return nullptr;
}

}  // namespace counterseal::core
