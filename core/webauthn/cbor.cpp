// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/cbor.hpp"

#include <algorithm>
#include <limits>

#include "core/enroll/utf8.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint8_t simple_false = 20;
constexpr std::uint8_t simple_true = 21;
constexpr std::uint8_t simple_null = 22;

/// The bytes before an item's content.
struct head {
    cbor_type type;
    std::uint64_t argument;  // the number, the length or the count
    std::size_t len;
};

std::string_view text_of(bytes_view bytes) noexcept
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool has_content(cbor_type type) noexcept
{
    return type == cbor_type::bytes || type == cbor_type::text;
}

std::optional<head> read_head(bytes_view input) noexcept
{
    if (input.empty()) {
        return std::nullopt;
    }
    const std::uint8_t type = input[0] >> 5;
    const std::uint8_t info = input[0] & 0x1f;
    if (type == 7) {
        return simple_false <= info && info <= simple_null ? std::optional(head{cbor_type::simple, info, 1})
                                                           : std::nullopt;
    }
    if (type == 6 || info > 27) {  // a tag; an indefinite length or a reserved one
        return std::nullopt;
    }
    if (info < 24) {
        return head{static_cast<cbor_type>(type), info, 1};
    }
    const std::size_t n_bytes = std::size_t{1} << (info - 24);
    if (input.size() <= n_bytes) {
        return std::nullopt;
    }
    std::uint64_t argument = 0;
    for (std::size_t i = 1; i <= n_bytes; ++i) {
        argument = argument << 8 | input[i];
    }
    // The shorter form ends where this one starts.
    const std::uint64_t least = n_bytes == 1 ? 24 : std::uint64_t{1} << (n_bytes * 4);
    if (argument < least) {
        return std::nullopt;
    }
    return head{static_cast<cbor_type>(type), argument, 1 + n_bytes};
}

/// Whether `before` sorts before `after`. Of integers and text the order of CTAP2 (type, length, bytes) is that of
/// their bytes, which say the type first and then the length.
bool is_sorted(bytes_view before, bytes_view after) noexcept
{
    return std::ranges::lexicographical_compare(before, after);
}

std::optional<std::size_t> item_len(bytes_view input, std::size_t depth) noexcept;

/// The length of what stands behind the head of an array or a map.
std::optional<std::size_t> members_len(bytes_view input, const head& of, std::size_t depth) noexcept
{
    const bool is_map = of.type == cbor_type::map;
    // Each item has at least one byte, so that a count which the input cannot hold ends here.
    if (depth == cbor_max_depth || of.argument > input.size() / (is_map ? 2 : 1)) {
        return std::nullopt;
    }
    std::size_t at = 0;
    bytes_view last_key;
    for (std::uint64_t i = 0; i < of.argument; ++i) {
        if (is_map) {
            const std::optional<std::size_t> len = item_len(input.subspan(at), cbor_max_depth);
            if (!len || cbor_type{static_cast<std::uint8_t>(input[at] >> 5)} == cbor_type::bytes ||
                input[at] >> 5 > static_cast<std::uint8_t>(cbor_type::text)) {
                return std::nullopt;
            }
            const bytes_view key = input.subspan(at, *len);
            if (i > 0 && !is_sorted(last_key, key)) {
                return std::nullopt;
            }
            last_key = key;
            at += *len;
        }
        const std::optional<std::size_t> len = item_len(input.subspan(at), depth + 1);
        if (!len) {
            return std::nullopt;
        }
        at += *len;
    }
    return at;
}

/// The length of the item at the front of the input, `depth` arrays and maps inside the whole.
std::optional<std::size_t> item_len(bytes_view input, std::size_t depth) noexcept
{
    const std::optional<head> read = read_head(input);
    if (!read) {
        return std::nullopt;
    }
    const bytes_view behind = input.subspan(read->len);
    if (has_content(read->type)) {
        if (read->argument > behind.size()) {
            return std::nullopt;
        }
        const auto len = static_cast<std::size_t>(read->argument);
        if (read->type == cbor_type::text && !is_utf8(text_of(behind.first(len)))) {
            return std::nullopt;
        }
        return read->len + len;
    }
    if (read->type == cbor_type::array || read->type == cbor_type::map) {
        const std::optional<std::size_t> len = members_len(behind, *read, depth);
        return len ? std::optional(read->len + *len) : std::nullopt;
    }
    return read->len;
}

/// Of an item that was read as a whole before: the lengths are known to be good.
std::size_t known_len(bytes_view input) noexcept
{
    return item_len(input, 0).value_or(input.size());
}

head head_of(bytes_view whole) noexcept
{
    return read_head(whole).value_or(head{cbor_type::simple, simple_null, 1});
}

}  // namespace

std::optional<cbor_value> cbor_value::read_first(bytes_view input) noexcept
{
    const std::optional<std::size_t> len = item_len(input, 0);
    return len ? std::optional(cbor_value(input.first(*len))) : std::nullopt;
}

std::optional<cbor_value> cbor_value::read(bytes_view all) noexcept
{
    const std::optional<cbor_value> first = read_first(all);
    return first && first->whole().size() == all.size() ? first : std::nullopt;
}

std::size_t cbor_value::size() const noexcept
{
    const bool has_members = type() == cbor_type::array || type() == cbor_type::map;
    return has_members ? static_cast<std::size_t>(head_of(whole_).argument) : 0;
}

std::optional<std::int64_t> cbor_value::integer() const noexcept
{
    const head read = head_of(whole_);
    if (type() > cbor_type::negative || read.argument > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
        return std::nullopt;
    }
    const auto number = static_cast<std::int64_t>(read.argument);
    return type() == cbor_type::positive ? number : -1 - number;
}

std::optional<bytes_view> cbor_value::bytes() const noexcept
{
    return type() == cbor_type::bytes ? std::optional(whole_.subspan(head_of(whole_).len)) : std::nullopt;
}

std::optional<std::string_view> cbor_value::text() const noexcept
{
    return type() == cbor_type::text ? std::optional(text_of(whole_.subspan(head_of(whole_).len))) : std::nullopt;
}

std::optional<bool> cbor_value::boolean() const noexcept
{
    const std::uint64_t simple = type() == cbor_type::simple ? head_of(whole_).argument : simple_null;
    return simple != simple_null ? std::optional(simple == simple_true) : std::nullopt;
}

cbor_value cbor_value::element(std::size_t i) const noexcept
{
    bytes_view rest = whole_.subspan(head_of(whole_).len);
    for (std::size_t before = 0; before < i; ++before) {
        rest = rest.subspan(known_len(rest));
    }
    return cbor_value(rest.first(known_len(rest)));
}

cbor_pair cbor_value::pair(std::size_t i) const noexcept
{
    bytes_view rest = whole_.subspan(head_of(whole_).len);
    for (std::size_t before = 0; before < 2 * i; ++before) {
        rest = rest.subspan(known_len(rest));
    }
    const cbor_value key(rest.first(known_len(rest)));
    rest = rest.subspan(key.whole().size());
    return {key, cbor_value(rest.first(known_len(rest)))};
}

template <class Key>
std::optional<cbor_value> cbor_value::find_key(Key is_it) const noexcept
{
    if (type() != cbor_type::map) {
        return std::nullopt;
    }
    const head read = head_of(whole_);
    bytes_view rest = whole_.subspan(read.len);
    for (std::uint64_t i = 0; i < read.argument; ++i) {
        const cbor_value key(rest.first(known_len(rest)));
        rest = rest.subspan(key.whole().size());
        const cbor_value value(rest.first(known_len(rest)));
        if (is_it(key)) {
            return value;
        }
        rest = rest.subspan(value.whole().size());
    }
    return std::nullopt;
}

std::optional<cbor_value> cbor_value::find(std::int64_t label) const noexcept
{
    return find_key([&](const cbor_value& key) { return key.integer() == label; });
}

std::optional<cbor_value> cbor_value::find(std::string_view name) const noexcept
{
    return find_key([&](const cbor_value& key) { return key.text() == name; });
}

}  // namespace counterseal::core
