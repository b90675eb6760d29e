// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/json.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "core/enroll/json_document.hpp"
#include "core/enroll/place.hpp"

namespace counterseal::core {
namespace {

/// The name under which an object keeps where it started: a control character, so that no export has it by chance.
constexpr const char* byte_name = "\x01";

/// As an integer where it is one of 64 bits.
json number_in(std::string_view written)
{
    const auto read = [&](auto into) -> std::optional<json> {
        const char* const end = written.data() + written.size();
        const auto [stopped, fault] = std::from_chars(written.data(), written.data() + written.size(), into);
        return fault == std::errc() && stopped == end ? std::optional(json(into)) : std::nullopt;
    };
    std::optional<json> out = written.starts_with('-') ? read(std::int64_t{0}) : read(std::uint64_t{0});
    return out ? *std::move(out) : read(0.0).value_or(json());
}

/// A member that has our name for its own.
std::optional<json_view> impostor_in(json_view from)
{
    for (const json_view one : from) {
        const std::optional<json_view> found = one.name() == byte_name ? std::optional(one) : impostor_in(one);
        if (found) {
            return found;
        }
    }
    return std::nullopt;
}

json tree_of(json_view from)
{
    switch (from.kind()) {
        case json_kind::nothing: break;
        case json_kind::boolean: return *from.boolean();
        case json_kind::number: return number_in(*from.number());
        case json_kind::text: return std::string(*from.text());
        case json_kind::array: {
            json out = json::array();
            for (const json_view one : from) {
                out.push_back(tree_of(one));
            }
            return out;
        }
        case json_kind::object: {
            json out = json::object();
            for (const json_view one : from) {
                out[std::string(one.name())] = tree_of(one);
            }
            out[byte_name] = from.byte();
            return out;
        }
    }
    return nullptr;
}

}  // namespace

std::string quoted(std::string_view text)
{
    std::string out;
    append_quoted(out, text);
    return out;
}

void append_quoted(std::string& to, std::string_view text)
{
    // Nearly all of what is quoted is as plain as this, and the engine quotes six texts an event.
    if (std::ranges::all_of(text, [](char c) { return ' ' <= c && c <= '~' && c != '"' && c != '\\'; })) {
        to.append(1, '"').append(text).append(1, '"');
    } else {
        to += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    }
}

std::optional<json> read_json(std::string_view text, problem& why)
{
    const json_document read(text);
    if (!read.is_good()) {
        why = read.why();
        return std::nullopt;
    }
    if (const std::optional<json_view> impostor = impostor_in(read.root())) {
        why = {status::malformed, "a name stands twice in an object", impostor->byte()};
        place_counter(text).place(why);
        return std::nullopt;
    }
    return tree_of(read.root());
}

std::uint64_t byte_of(const json& object)
{
    return object.at(byte_name).get<std::uint64_t>();
}

bool is_member(std::string_view name) noexcept
{
    return name != byte_name;
}

std::string text_of(const json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint64_t> number_of(const json& object, const char* name, std::uint64_t otherwise)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    if (found == object.end() || found->is_null()) {
        return otherwise;
    }
    return found->is_number_unsigned() ? std::optional(found->get<std::uint64_t>()) : std::nullopt;
}

const json* array_of(const json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return found != object.end() && found->is_array() ? &*found : nullptr;
}

}  // namespace counterseal::core
