// SPDX-License-Identifier: Apache-2.0
#include "capi/src/engine_request.hpp"

#include <algorithm>
#include <utility>

#include "core/engine/name.hpp"

namespace counterseal::capi {
namespace {

using core::json;

std::string bounds(std::int64_t low, std::int64_t high)
{
    return "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high);
}

}  // namespace

engine_answer error_answer(status code, const std::string& argument, const char* rule)
{
    json about = {{"argument", nullptr}, {"rule", rule}};
    if (!argument.empty()) {
        about["argument"] = argument;
    }
    const json whole = {{"error", std::move(about)}};
    return {.code = code, .json = whole.dump(-1, ' ', false, json::error_handler_t::replace)};
}

engine_request::engine_request(std::string_view text)
{
    core::problem why;
    auto read = core::read_json(text, why);
    if (!read) {
        refuse("", why.text == "the file is no JSON" ? "the request is no JSON" : why.text);
    }
    if (!read->is_object()) {
        refuse("", "the request must be an object");
    }
    own_ = std::move(*read);
    object_ = &own_;
}

engine_request::engine_request(const json& object, std::string name) : object_{&object}, prefix_{std::move(name) + "."}
{
    if (!object.is_object()) {
        throw request_error(status::e_argument, prefix_.substr(0, prefix_.size() - 1), "must be an object");
    }
}

std::string engine_request::name(const char* name)
{
    const json& value = need(name);
    if (!value.is_string()) {
        refuse(name, "must be text");
    }
    const std::string& text = value.get_ref<const std::string&>();
    if (const char* const rule = core::name_fault(text); rule != nullptr) {
        refuse(name, rule);
    }
    return text;
}

std::optional<std::string> engine_request::name_if(const char* name)
{
    return find(name) == nullptr ? std::nullopt : std::optional(this->name(name));
}

std::string engine_request::id(const char* name, std::size_t most)
{
    const json& value = need(name);
    if (!value.is_string()) {
        refuse(name, "must be text");
    }
    const std::string& text = value.get_ref<const std::string&>();
    const bool is_plain =
        !text.empty() && text.size() <= most && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
    return is_plain ? text : "-";
}

std::optional<std::string> engine_request::id_if(const char* name)
{
    return find(name) == nullptr ? std::nullopt : std::optional(id(name));
}

std::string engine_request::text(const char* name, std::size_t most)
{
    return checked_text(name, need(name), most);
}

std::optional<std::string> engine_request::text_if(const char* name, std::size_t most)
{
    const json* const found = find(name);
    return found == nullptr ? std::nullopt : std::optional(checked_text(name, *found, most));
}

std::string engine_request::text_or(const char* name, const char* otherwise, std::size_t most)
{
    return text_if(name, most).value_or(otherwise);
}

std::vector<std::string> engine_request::texts(const char* name, std::size_t most)
{
    const json* const found = find(name);
    if (found == nullptr) {
        return {};
    }
    if (!found->is_array() || found->size() > most) {
        refuse(name, "must be an array of at most " + std::to_string(most) + " texts");
    }
    std::vector<std::string> all;
    all.reserve(found->size());
    for (const json& one : *found) {
        all.push_back(checked_text(name, one, core::max_name_len));
    }
    return all;
}

std::size_t engine_request::choice(const char* name, std::initializer_list<std::string_view> choices,
                                   std::optional<std::size_t> otherwise)
{
    const json* const found = otherwise ? find(name) : &need(name);
    if (found == nullptr) {
        return *otherwise;
    }
    std::string rule = "must be";
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const std::string_view one = choices.begin()[i];
        if (found->is_string() && found->get_ref<const std::string&>() == one) {
            return i;
        }
        rule.append(i == 0 ? " \"" : " or \"").append(one).append("\"");
    }
    refuse(name, rule);
}

std::int64_t engine_request::integer(const char* name, std::int64_t low, std::int64_t high)
{
    return checked_integer(name, need(name), low, high);
}

std::optional<std::int64_t> engine_request::integer_if(const char* name, std::int64_t low, std::int64_t high)
{
    const json* const found = find(name);
    return found == nullptr ? std::nullopt : std::optional(checked_integer(name, *found, low, high));
}

std::int64_t engine_request::integer_or(const char* name, std::int64_t low, std::int64_t high, std::int64_t otherwise)
{
    return integer_if(name, low, high).value_or(otherwise);
}

std::optional<std::int64_t> engine_request::integer_or_null(const char* name, std::int64_t low, std::int64_t high)
{
    if (!has(name)) {
        refuse(name, bounds(low, high) + ", or null; it has no default");
    }
    return integer_if(name, low, high);
}

bool engine_request::flag(const char* name, bool otherwise)
{
    const json* const found = find(name);
    if (found == nullptr) {
        return otherwise;
    }
    if (!found->is_boolean()) {
        refuse(name, "must be true or false");
    }
    return found->get<bool>();
}

const json& engine_request::object(const char* name)
{
    const json& found = need(name);
    if (!found.is_object()) {
        refuse(name, "must be an object");
    }
    return found;
}

const json* engine_request::object_if(const char* name)
{
    return find(name) == nullptr ? nullptr : &object(name);
}

const json& engine_request::array(const char* name, std::size_t least, std::size_t most)
{
    const json& found = need(name);
    if (!found.is_array()) {
        refuse(name, "must be an array");
    }
    if (found.size() < least || found.size() > most) {
        refuse(name, "must have " + std::to_string(least) + " to " + std::to_string(most) + " items", status::e_range);
    }
    return found;
}

bool engine_request::has(const char* name) const
{
    return object_->contains(name);
}

void engine_request::finish() const
{
    for (const auto& [name, value] : object_->items()) {
        if (core::is_member(name) && std::ranges::find(known_, std::string_view(name)) == known_.end()) {
            // The name may be anything that somebody sent: no more of it is told than what fits a log.
            const bool is_plain = core::name_fault(name) == nullptr && name.size() <= 64;
            refuse(is_plain ? name.c_str() : "", "there is no such member in this operation's request");
        }
    }
}

void engine_request::refuse(const char* name, const std::string& rule, status code) const
{
    const std::string_view plain(name);
    throw request_error(code, plain.empty() && prefix_.empty() ? std::string() : prefix_ + std::string(plain), rule);
}

const json* engine_request::find(const char* name)
{
    known_.emplace_back(name);
    const auto found = object_->find(name);
    return found == object_->end() || found->is_null() ? nullptr : &*found;
}

const json& engine_request::need(const char* name)
{
    const json* const found = find(name);
    if (found == nullptr) {
        refuse(name, "is missing");
    }
    return *found;
}

std::string engine_request::checked_text(const char* name, const json& value, std::size_t most) const
{
    if (!value.is_string()) {
        refuse(name, "must be text");
    }
    const std::string& text = value.get_ref<const std::string&>();
    if (text.empty()) {
        refuse(name, "must not be empty");
    }
    if (text.size() > most) {
        refuse(name, "must be at most " + std::to_string(most) + " bytes");
    }
    if (const char* const rule = core::label_fault(text, most); rule != nullptr) {
        refuse(name, rule);
    }
    return text;
}

std::int64_t engine_request::checked_integer(const char* name, const json& value, std::int64_t low,
                                             std::int64_t high) const
{
    if (!value.is_number_integer()) {
        refuse(name, bounds(low, high));
    }
    // What is above the largest int64_t is kept as an unsigned number.
    const bool is_huge = value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
    if (is_huge || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high) {
        refuse(name, bounds(low, high), status::e_range);
    }
    return value.get<std::int64_t>();
}

}  // namespace counterseal::capi
