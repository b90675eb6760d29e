// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/json.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "core/enroll/place.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t max_depth = 32;

/// The name under which an object keeps where it started: a control character, so that no export has it by chance.
constexpr const char* byte_name = "\x01";

/// An iterator that tells how far the parser has read.
class watched {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    watched(const char* at, const char** read) noexcept : at_{at}, read_{read} {}

    reference operator*() const noexcept { return *at_; }
    watched& operator++() noexcept
    {
        *read_ = ++at_;
        return *this;
    }
    bool operator==(const watched& other) const noexcept { return at_ == other.at_; }

private:
    const char* at_;
    const char** read_;
};

/// Builds the tree. The library's own builder, as soon as somebody watches it, looks at all elements of an array again
/// after each object in it, which takes hours for a file of a few megabytes.
class tree_builder final : public nlohmann::json_sax<json> {
public:
    tree_builder(const char* first, const char* const* read) noexcept : first_{first}, read_{read} {}

    [[nodiscard]] json& tree() noexcept { return tree_; }

    /// The rule that was broken; nullptr where the text is no JSON.
    [[nodiscard]] const char* rule() const noexcept { return rule_; }

    /// How many bytes were read.
    [[nodiscard]] std::uint64_t at() const noexcept { return static_cast<std::uint64_t>(*read_ - first_); }

    bool null() override { return add(nullptr) != nullptr; }
    bool boolean(bool value) override { return add(value) != nullptr; }
    bool number_integer(number_integer_t value) override { return add(value) != nullptr; }
    bool number_unsigned(number_unsigned_t value) override { return add(value) != nullptr; }
    bool number_float(number_float_t value, const string_t&) override { return add(value) != nullptr; }
    bool string(string_t& value) override { return add(std::move(value)) != nullptr; }
    bool binary(binary_t&) override { return false; }  // no text has any
    bool start_object(std::size_t) override
    {
        const std::uint64_t start = at() - 1;
        return open(json::object(), start);
    }
    bool key(string_t& name) override
    {
        if (!is_nesting_bounded()) {
            return false;
        }
        if (name == byte_name || open_.back().value->contains(name)) {
            rule_ = "a name stands twice in an object";
            return false;
        }
        name_ = std::move(name);
        return true;
    }
    bool end_object() override
    {
        (*open_.back().value)[byte_name] = open_.back().start;
        open_.pop_back();
        return true;
    }
    bool start_array(std::size_t) override { return open(json::array(), 0); }
    bool end_array() override
    {
        open_.pop_back();
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const json::exception&) override { return false; }

private:
    struct container {
        json* value;
        std::uint64_t start;  // of an object
    };

    bool is_nesting_bounded() noexcept
    {
        if (open_.size() <= max_depth) {
            return true;
        }
        rule_ = "values are nested more than 32 deep";
        return false;
    }

    /// Puts a value where the text has it; nullptr where it lies too deep.
    json* add(json value)
    {
        if (!is_nesting_bounded()) {
            return nullptr;
        }
        if (open_.empty()) {
            tree_ = std::move(value);
            return &tree_;
        }
        json& parent = *open_.back().value;
        if (parent.is_object()) {
            return &(parent[name_] = std::move(value));
        }
        parent.push_back(std::move(value));
        return &parent.back();
    }

    bool open(json empty, std::uint64_t start)
    {
        // What is open has no younger sibling, so that no array moves it.
        json* const value = add(std::move(empty));
        if (value != nullptr) {
            open_.push_back({value, start});
        }
        return value != nullptr;
    }

    const char* first_;
    const char* const* read_;
    const char* rule_ = nullptr;
    json tree_;
    std::string name_;  // of the member that comes next
    std::vector<container> open_;
};

}  // namespace

std::string quoted(std::string_view text)
{
    // Nearly all of what the engine quotes is as plain as this, and it quotes six texts an event.
    if (std::ranges::all_of(text, [](char c) { return ' ' <= c && c <= '~' && c != '"' && c != '\\'; })) {
        std::string out;
        out.reserve(text.size() + 2);
        return out.append(1, '"').append(text).append(1, '"');
    }
    return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<json> read_json(std::string_view text, problem& why)
{
    const char* const first = std::to_address(text.begin());
    const char* const last = std::to_address(text.end());
    const char* read = first;
    tree_builder builder(first, &read);
    const bool is_read = json::sax_parse(watched(first, &read), watched(last, &read), &builder);
    // To the parser a NUL is the end of the text, whatever stands behind it.
    const std::size_t nul = is_read ? text.find('\0') : std::string_view::npos;
    if (is_read && nul == std::string_view::npos) {
        return std::move(builder.tree());
    }
    const std::uint64_t at = is_read ? nul + 1 : builder.at();
    if (builder.rule() != nullptr) {
        why = {status::malformed, builder.rule(), at};
    } else {
        why = {status::malformed, "the file is no JSON", at == 0 ? 0 : at - 1};
    }
    place_counter(text).place(why);
    return std::nullopt;
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
