// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/document.hpp"

#include <algorithm>
#include <utility>

#include "core/enroll/base64url.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t usual_size = 16;

bool is_plain(std::string_view text) noexcept
{
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

document::document(std::string_view text, std::size_t most, const char* what)
{
    if (text.size() > most) {
        why_ = {status::e_argument, std::string(what) + " must be good JSON: the text is too long"};
        return;
    }
    known_.reserve(usual_size);
    const json_document& read = own_.emplace(text);
    if (!read.is_good()) {
        why_ = read.why();
        why_.code = status::e_argument;
        why_.text = what + (why_.text == "the file is no JSON" ? " must be JSON" : " must be good JSON: " + why_.text);
    } else if (!read.root().is(json_kind::object)) {
        why_ = {status::e_argument, std::string(what) + " must be a JSON object"};
    } else {
        object_ = read.root();
    }
}

document::document(json_view object, std::string name) : prefix_{std::move(name)}
{
    if (object.is(json_kind::object)) {
        object_ = object;
        prefix_ += '.';
    } else {
        why_ = {status::e_argument, prefix_ + " must be an object"};
    }
}

std::optional<json_view> document::find(const char* name)
{
    known_.emplace_back(name);
    const std::optional<json_view> found = object_ && is_good() ? object_->find(name) : std::nullopt;
    return found && !found->is(json_kind::nothing) ? found : std::nullopt;
}

void document::refuse(const char* name, const std::string& rule, status code)
{
    if (is_good()) {
        why_ = {code, prefix_ + name + " " + rule};
    }
}

void document::take(problem fault)
{
    if (is_good()) {
        why_ = std::move(fault);
    }
}

problem document::finish()
{
    if (is_good() && object_) {
        for (const json_view member : *object_) {
            if (std::ranges::find(known_, member.name()) == known_.end()) {
                why_ = {status::e_argument, "unknown member " + core::quoted(prefix_ + std::string(member.name()))};
                break;
            }
        }
    }
    return why_;
}

std::optional<std::string> document::checked_text(const char* name, json_view value, std::size_t most)
{
    if (!value.is(json_kind::text)) {
        refuse(name, "must be text");
        return std::nullopt;
    }
    const std::string_view text = *value.text();
    if (text.empty() || text.size() > most || !is_plain(text)) {
        refuse(name, "must be text of 1 to " + std::to_string(most) + " bytes without control characters");
        return std::nullopt;
    }
    return std::string(text);
}

std::optional<std::vector<std::uint8_t>> document::checked_bytes(const char* name, json_view value, std::size_t least,
                                                                 std::size_t most)
{
    if (!value.is(json_kind::text)) {
        refuse(name, "must be base64url text");
        return std::nullopt;
    }
    std::optional<std::vector<std::uint8_t>> bytes = from_base64url(*value.text());
    if (!bytes) {
        refuse(name, "must be strict base64url: no padding, no + and /, no spare bits");
    } else if (bytes->size() < least || bytes->size() > most) {
        refuse(name, "must have " + std::to_string(least) + " to " + std::to_string(most) + " bytes", status::e_range);
        bytes.reset();
    }
    return bytes;
}

std::optional<std::string> document::text_if(const char* name, std::size_t most)
{
    const auto value = find(name);
    return !value ? std::nullopt : checked_text(name, *value, most);
}

std::string document::text(const char* name, std::size_t most)
{
    std::optional<std::string> value = text_if(name, most);
    if (!value) {
        refuse(name, "is missing");
    }
    return value.value_or(std::string());
}

std::vector<std::string> document::texts(const char* name, std::size_t most_texts, std::size_t most)
{
    std::vector<std::string> out;
    if (const auto all = array_if(name, most_texts)) {
        for (const json_view one : *all) {
            if (std::optional<std::string> text = checked_text(name, one, most)) {
                out.push_back(*std::move(text));
            }
        }
    }
    return out;
}

std::optional<std::vector<std::uint8_t>> document::bytes_if(const char* name, std::size_t least, std::size_t most)
{
    const auto value = find(name);
    return !value ? std::nullopt : checked_bytes(name, *value, least, most);
}

std::vector<std::uint8_t> document::bytes(const char* name, std::size_t least, std::size_t most)
{
    std::optional<std::vector<std::uint8_t>> value = bytes_if(name, least, most);
    if (!value) {
        refuse(name, "is missing");
    }
    return value.value_or(std::vector<std::uint8_t>());
}

std::vector<std::vector<std::uint8_t>> document::all_bytes(const char* name, std::size_t most_items, std::size_t least,
                                                           std::size_t most)
{
    std::vector<std::vector<std::uint8_t>> out;
    if (const auto all = array_if(name, most_items)) {
        for (const json_view one : *all) {
            if (auto bytes = checked_bytes(name, one, least, most)) {
                out.push_back(*std::move(bytes));
            }
        }
    }
    return out;
}

std::optional<std::size_t> document::choice(const char* name, std::initializer_list<const char*> choices)
{
    const auto value = find(name);
    if (!value) {
        return std::nullopt;
    }
    std::string rule;
    for (const char* const& one : choices) {
        if (value->text() == one) {
            return static_cast<std::size_t>(&one - choices.begin());
        }
        rule += (rule.empty() ? "must be " : " or ") + core::quoted(one);
    }
    refuse(name, rule);
    return std::nullopt;
}

std::optional<std::int64_t> document::integer_if(const char* name, std::int64_t low, std::int64_t high)
{
    const auto value = find(name);
    if (!value) {
        return std::nullopt;
    }
    const std::optional<std::int64_t> number = value->integer();
    if (!number || *number < low || *number > high) {
        refuse(name, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high),
               value->is(json_kind::number) ? status::e_range : status::e_argument);
        return std::nullopt;
    }
    return number;
}

std::optional<std::int64_t> document::time_if(const char* name)
{
    constexpr std::int64_t max_s = 100'000'000'000;
    const auto value = find(name);
    if (!value) {
        return std::nullopt;
    }
    const std::optional<std::int64_t> number = value->integer();
    if (!number || *number < 0 || *number > max_s) {
        refuse(name,
               "must be whole seconds from 0 to " + std::to_string(max_s) + " since 1970 (is it in milliseconds?)",
               value->is(json_kind::number) ? status::e_time : status::e_argument);
        return std::nullopt;
    }
    return number;
}

std::optional<bool> document::flag_if(const char* name)
{
    const auto value = find(name);
    if (!value) {
        return std::nullopt;
    }
    if (!value->is(json_kind::boolean)) {
        refuse(name, "must be true or false");
    }
    return value->boolean();
}

bool document::flag(const char* name, bool otherwise)
{
    return flag_if(name).value_or(otherwise);
}

std::optional<json_view> document::object_if(const char* name)
{
    const auto value = find(name);
    if (value && !value->is(json_kind::object)) {
        refuse(name, "must be an object");
        return std::nullopt;
    }
    return value;
}

std::optional<json_view> document::array_if(const char* name, std::size_t most)
{
    const auto value = find(name);
    if (value && (!value->is(json_kind::array) || value->size() > most)) {
        refuse(name, "must be an array of at most " + std::to_string(most));
        return std::nullopt;
    }
    return value;
}

}  // namespace counterseal::core
