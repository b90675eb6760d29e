// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <system_error>

#include "core/enroll/json_document.hpp"

namespace counterseal::core {

json_kind json_view::kind() const noexcept
{
    return of_->nodes_[at_].kind;
}

std::string_view json_view::name() const noexcept
{
    return of_->shown(of_->nodes_[at_].name);
}

std::uint64_t json_view::byte() const noexcept
{
    return of_->nodes_[at_].byte;
}

std::optional<std::string_view> json_view::text() const noexcept
{
    return is(json_kind::text) ? std::optional(of_->shown(of_->nodes_[at_].content)) : std::nullopt;
}

std::optional<bool> json_view::boolean() const noexcept
{
    return is(json_kind::boolean) ? std::optional(of_->shown(of_->nodes_[at_].content) == "true") : std::nullopt;
}

std::optional<std::string_view> json_view::number() const noexcept
{
    return is(json_kind::number) ? std::optional(of_->shown(of_->nodes_[at_].content)) : std::nullopt;
}

std::optional<std::int64_t> json_view::integer() const noexcept
{
    const std::string_view written = number().value_or(std::string_view());
    const char* const end = written.data() + written.size();
    std::int64_t out = 0;
    const auto [stopped, fault] = std::from_chars(written.data(), written.data() + written.size(), out);
    return fault == std::errc() && stopped == end ? std::optional(out) : std::nullopt;
}

json_view::iterator json_view::begin() const noexcept
{
    const bool has_parts = is(json_kind::array) || is(json_kind::object);
    return iterator({*of_, has_parts ? at_ + 1 : of_->nodes_[at_].next});
}

json_view::iterator json_view::end() const noexcept
{
    return iterator({*of_, of_->nodes_[at_].next});
}

json_view::iterator& json_view::iterator::operator++() noexcept
{
    at_.at_ = at_.of_->nodes_[at_.at_].next;
    return *this;
}

std::size_t json_view::size() const noexcept
{
    std::size_t n = 0;
    for (iterator i = begin(); i != end(); ++i) {
        ++n;
    }
    return n;
}

std::optional<json_view> json_view::find(std::string_view name) const noexcept
{
    if (is(json_kind::object)) {
        for (const json_view one : *this) {
            if (one.name() == name) {
                return one;
            }
        }
    }
    return std::nullopt;
}

}  // namespace counterseal::core
