// SPDX-License-Identifier: Apache-2.0
// CBOR as authenticators write it: the CTAP2 canonical form (CTAP 2.1 section 8, on RFC 8949 section 4.2.1) and nothing
// beside it. Everything read is a view of the input; nothing is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.hpp"

namespace counterseal::core {

/// Numbers of the major types; simple values are false, true and null.
enum class cbor_type : std::uint8_t { positive = 0, negative = 1, bytes = 2, text = 3, array = 4, map = 5, simple = 7 };

/// CTAP2 allows 4 levels; a compound attestation object has 5.
inline constexpr std::size_t cbor_max_depth = 5;

struct cbor_pair;

/// One item, read as a whole before anything is asked of it: lengths in their shortest form and inside the input, no
/// indefinite lengths, no tags, no floats, text in UTF-8, map keys integers or text, sorted, each once. The input has
/// to live as long.
class cbor_value {
public:
    /// Nothing: it is no such item, or bytes follow it.
    [[nodiscard]] static std::optional<cbor_value> read(bytes_view all) noexcept;

    /// The item that the input starts with. Nothing: it starts with none.
    [[nodiscard]] static std::optional<cbor_value> read_first(bytes_view input) noexcept;

    /// The item as it stands in the input.
    [[nodiscard]] bytes_view whole() const noexcept { return whole_; }

    [[nodiscard]] cbor_type type() const noexcept { return static_cast<cbor_type>(whole_[0] >> 5); }

    /// How many elements an array, or pairs a map, has; 0 of anything else.
    [[nodiscard]] std::size_t size() const noexcept;

    /// Nothing: it is no integer, or one beyond 64 bits with a sign.
    [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;
    /// Nothing: it is no byte string.
    [[nodiscard]] std::optional<bytes_view> bytes() const noexcept;
    /// Nothing: it is no text.
    [[nodiscard]] std::optional<std::string_view> text() const noexcept;
    /// Nothing: it is neither true nor false.
    [[nodiscard]] std::optional<bool> boolean() const noexcept;

    /// Needs i < size(). Looks at what comes before it.
    [[nodiscard]] cbor_value element(std::size_t i) const noexcept;
    /// Needs i < size(). Looks at what comes before it.
    [[nodiscard]] cbor_pair pair(std::size_t i) const noexcept;

    /// What a map has under a name; nothing where it has none, or is no map.
    [[nodiscard]] std::optional<cbor_value> find(std::int64_t label) const noexcept;
    [[nodiscard]] std::optional<cbor_value> find(std::string_view name) const noexcept;

private:
    explicit cbor_value(bytes_view whole) noexcept : whole_{whole} {}

    template <class Key>
    [[nodiscard]] std::optional<cbor_value> find_key(Key is_it) const noexcept;

    bytes_view whole_;
};

struct cbor_pair {
    cbor_value key;
    cbor_value value;
};

}  // namespace counterseal::core
