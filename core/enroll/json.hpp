// SPDX-License-Identifier: Apache-2.0
// JSON as a tree in which each object knows where it started; json_document.hpp reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/enroll/problem.hpp"

namespace counterseal::core {

/// Memory for taking a value apart: pages of the system where the heap has none.
[[nodiscard]] void* memory_to_end_with(std::size_t n_bytes);
void give_back_memory_to_end_with(void* what) noexcept;

/// As std::allocator; another type, so that `json` is one of our own.
template <class T>
struct json_allocator {
    using value_type = T;
    json_allocator() noexcept = default;
    template <class Other>
    json_allocator(const json_allocator<Other>&) noexcept  // NOLINT(google-explicit-constructor): as every allocator
    {
    }
    [[nodiscard]] T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T))); }
    void deallocate(T* what, std::size_t) noexcept { ::operator delete(what); }
    template <class Other>
    bool operator==(const json_allocator<Other>&) const noexcept
    {
        return true;
    }
};

using json =
    nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t, std::uint64_t, double, json_allocator>;

}  // namespace counterseal::core

/// The destructor of a value with values in it asks for memory, for a stack of them. Where there is none, the process
/// would end: an exception cannot leave it.
template <>
struct std::allocator<counterseal::core::json> {
    using value_type = counterseal::core::json;
    using is_always_equal = std::true_type;
    allocator() noexcept = default;
    [[nodiscard]] value_type* allocate(std::size_t n);
    void deallocate(value_type* what, std::size_t) noexcept { counterseal::core::give_back_memory_to_end_with(what); }
    bool operator==(const allocator&) const noexcept { return true; }
};

inline counterseal::core::json* std::allocator<counterseal::core::json>::allocate(std::size_t n)
{
    return static_cast<value_type*>(counterseal::core::memory_to_end_with(n * sizeof(value_type)));
}

namespace counterseal::core {

/// Text in quotes, in one spelling (RFC 8259 section 7); what is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string quoted(std::string_view text);

/// The same, behind what `to` has.
void append_quoted(std::string& to, std::string_view text);

/// Reads a whole text. Nothing where it is no such JSON; `why` tells the rule and the place.
[[nodiscard]] std::optional<json> read_json(std::string_view text, problem& why);

/// The byte at which an object of read_json() starts.
[[nodiscard]] std::uint64_t byte_of(const json& object);

/// Whether a name of such an object is one that the text has: items() also show where the object started.
[[nodiscard]] bool is_member(std::string_view name) noexcept;

/// A part of what read_json() gave as text again, without where its objects started.
[[nodiscard]] std::string json_text(const json& part);

/// A text member; empty where there is none, or where it is no text.
[[nodiscard]] std::string text_of(const json& object, const char* name);

/// A whole number that is not negative; `otherwise` where there is none or it is null. Nothing where it is no such
/// number.
[[nodiscard]] std::optional<std::uint64_t> number_of(const json& object, const char* name, std::uint64_t otherwise);

/// An array member; nullptr where there is none.
[[nodiscard]] const json* array_of(const json& object, const char* name);

}  // namespace counterseal::core
