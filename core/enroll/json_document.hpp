// SPDX-License-Identifier: Apache-2.0
// JSON (RFC 8259) of strangers, read in place: nesting is bounded, and a name stands once in an object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/enroll/problem.hpp"

namespace counterseal::core {

enum class json_kind : std::uint8_t { nothing, boolean, number, text, array, object };

class json_document;

/// A value of a json_document, which has to live as long.
class json_view {
public:
    class iterator;

    [[nodiscard]] json_kind kind() const noexcept;
    [[nodiscard]] bool is(json_kind what) const noexcept { return kind() == what; }

    /// What its object calls it; empty of what is in no object.
    [[nodiscard]] std::string_view name() const noexcept;

    /// The byte of the text at which it starts.
    [[nodiscard]] std::uint64_t byte() const noexcept;

    /// Nothing: it is no text.
    [[nodiscard]] std::optional<std::string_view> text() const noexcept;
    /// Nothing: it is neither true nor false.
    [[nodiscard]] std::optional<bool> boolean() const noexcept;
    /// A number as it is written. Nothing: it is none.
    [[nodiscard]] std::optional<std::string_view> number() const noexcept;
    /// Nothing: it is no number, one with a fraction or an exponent, or one beyond 64 bits with a sign.
    [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;

    /// The elements of an array, or the members of an object, in the order of the text; nothing of anything else.
    [[nodiscard]] iterator begin() const noexcept;
    [[nodiscard]] iterator end() const noexcept;

    /// How many these are. Counts them.
    [[nodiscard]] std::size_t size() const noexcept;

    /// What an object has under a name; nothing where it has none, or is no object.
    [[nodiscard]] std::optional<json_view> find(std::string_view name) const noexcept;

private:
    friend class json_document;
    json_view(const json_document& of, std::uint32_t at) noexcept : of_{&of}, at_{at} {}

    const json_document* of_;
    std::uint32_t at_;
};

class json_document {
public:
    /// A byte order mark in front is not read. The text has to live as long.
    explicit json_document(std::string_view text);
    json_document(const json_document&) = delete;
    json_document& operator=(const json_document&) = delete;

    [[nodiscard]] bool is_good() const noexcept { return why_.code == status::ok; }

    /// The rule that was broken, and where.
    [[nodiscard]] const problem& why() const noexcept { return why_; }

    /// Needs is_good().
    [[nodiscard]] json_view root() const noexcept { return {*this, 0}; }

private:
    friend class json_view;
    class reader;

    /// A part of the text, or of what escapes in it stand for.
    struct slice {
        std::uint32_t at = 0;
        std::uint32_t len = 0;
        bool is_decoded = false;
    };

    /// A value; its descendants come next to it, in the order of the text.
    struct node {
        slice name{};
        slice content{};  // of a text; of a number, as it is written; of true: not empty
        std::uint32_t byte = 0;
        std::uint32_t next = 0;  // behind its last descendant
        json_kind kind = json_kind::nothing;
    };

    [[nodiscard]] std::string_view shown(const slice& part) const noexcept
    {
        return (part.is_decoded ? std::string_view(decoded_) : text_).substr(part.at, part.len);
    }

    std::string_view text_;
    std::string decoded_;
    std::vector<node> nodes_;
    problem why_;
};

class json_view::iterator {
public:
    using value_type = json_view;
    using difference_type = std::ptrdiff_t;

    explicit iterator(json_view at) noexcept : at_{at} {}
    json_view operator*() const noexcept { return at_; }
    iterator& operator++() noexcept;
    bool operator==(const iterator& other) const noexcept { return at_.at_ == other.at_.at_; }

private:
    json_view at_;
};

}  // namespace counterseal::core
