// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/document.hpp"

#include <algorithm>
#include <utility>

#include "core/enroll/base64url.hpp"
#include "core/enroll/utf8.hpp"

namespace counterseal::core {
namespace {

bool is_plain(std::string_view text) noexcept
{
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

document::document(std::string_view text, std::size_t most, const char* what)
{
    problem why;
    if (text.size() <= most) {
        own_ = read_json(text, why);
    } else {
        why = {status::malformed, "the text is too long"};
    }
    if (!own_) {
        const std::string rule = why.text == "the file is no JSON" ? "must be JSON" : "must be good JSON: " + why.text;
        why_ = {status::e_argument, what + (" " + rule), why.byte, why.line, why.column};
    } else if (!own_->is_object()) {
        why_ = {status::e_argument, std::string(what) + " must be a JSON object"};
    } else {
        object_ = &*own_;
    }
}

document::document(const json& object, std::string name) : prefix_{std::move(name)}
{
    if (object.is_object()) {
        object_ = &object;
        prefix_ += '.';
    } else {
        why_ = {status::e_argument, prefix_ + " must be an object"};
    }
}

const json* document::find(const char* name)
{
    known_.emplace_back(name);
    if (object_ == nullptr || !is_good()) {
        return nullptr;
    }
    const auto found = object_->find(name);
    return found == object_->end() || found->is_null() ? nullptr : &*found;
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
    if (is_good() && object_ != nullptr) {
        for (const auto& [name, value] : object_->items()) {
            if (is_member(name) && std::ranges::find(known_, name) == known_.end()) {
                why_ = {status::e_argument, "unknown member " + core::quoted(prefix_ + name)};
                break;
            }
        }
    }
    return why_;
}

std::optional<std::string> document::checked_text(const char* name, const json& value, std::size_t most)
{
    if (!value.is_string()) {
        refuse(name, "must be text");
        return std::nullopt;
    }
    const std::string& text = value.get_ref<const std::string&>();
    if (text.empty() || text.size() > most || !is_utf8(text) || !is_plain(text)) {
        refuse(name, "must be text of 1 to " + std::to_string(most) + " bytes without control characters");
        return std::nullopt;
    }
    return text;
}

std::optional<std::vector<std::uint8_t>> document::checked_bytes(const char* name, const json& value, std::size_t least,
                                                                 std::size_t most)
{
    if (!value.is_string()) {
        refuse(name, "must be base64url text");
        return std::nullopt;
    }
    std::optional<std::vector<std::uint8_t>> bytes = from_base64url(value.get_ref<const std::string&>());
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
    const json* const value = find(name);
    return value == nullptr ? std::nullopt : checked_text(name, *value, most);
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
    if (const json* const all = array_if(name, most_texts); all != nullptr) {
        for (const json& one : *all) {
            if (std::optional<std::string> text = checked_text(name, one, most)) {
                out.push_back(*std::move(text));
            }
        }
    }
    return out;
}

std::optional<std::vector<std::uint8_t>> document::bytes_if(const char* name, std::size_t least, std::size_t most)
{
    const json* const value = find(name);
    return value == nullptr ? std::nullopt : checked_bytes(name, *value, least, most);
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
    if (const json* const all = array_if(name, most_items); all != nullptr) {
        for (const json& one : *all) {
            if (auto bytes = checked_bytes(name, one, least, most)) {
                out.push_back(*std::move(bytes));
            }
        }
    }
    return out;
}

std::optional<std::size_t> document::choice(const char* name, std::initializer_list<const char*> choices)
{
    const json* const value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::string rule;
    for (const char* const& one : choices) {
        if (value->is_string() && value->get_ref<const std::string&>() == one) {
            return static_cast<std::size_t>(&one - choices.begin());
        }
        rule += (rule.empty() ? "must be " : " or ") + core::quoted(one);
    }
    refuse(name, rule);
    return std::nullopt;
}

std::optional<std::int64_t> document::integer_if(const char* name, std::int64_t low, std::int64_t high)
{
    const json* const value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    // Of 64 bits without a sign, what has no 64 bits with one is beyond every bound.
    const bool is_number = value->is_number_integer() &&
                           !(value->is_number_unsigned() && value->get<std::uint64_t>() > std::uint64_t{1} << 62);
    if (!is_number || value->get<std::int64_t>() < low || value->get<std::int64_t>() > high) {
        refuse(name, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high),
               value->is_number() ? status::e_range : status::e_argument);
        return std::nullopt;
    }
    return value->get<std::int64_t>();
}

std::optional<bool> document::flag_if(const char* name)
{
    const json* const value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_boolean()) {
        refuse(name, "must be true or false");
        return std::nullopt;
    }
    return value->get<bool>();
}

bool document::flag(const char* name, bool otherwise)
{
    return flag_if(name).value_or(otherwise);
}

const json* document::object_if(const char* name)
{
    const json* const value = find(name);
    if (value != nullptr && !value->is_object()) {
        refuse(name, "must be an object");
        return nullptr;
    }
    return value;
}

const json* document::array_if(const char* name, std::size_t most)
{
    const json* const value = find(name);
    if (value != nullptr && (!value->is_array() || value->size() > most)) {
        refuse(name, "must be an array of at most " + std::to_string(most));
        return nullptr;
    }
    return value;
}

}  // namespace counterseal::core
