// SPDX-License-Identifier: Apache-2.0
// Where the columns and answers of a batch lie: each in a block of its very size, so that AddressSanitizer sees a byte
// too far, or all of them in one block at arbitrary places, so that they lie over one another.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "tests/fuzz/support/choices.hpp"

namespace counterseal::fuzz {

/// The bytes begin, ..., end - 1.
struct range {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;

    [[nodiscard]] bool is_over(const range& other) const { return begin < other.end && other.begin < end; }
};

/// What a column of n values occupies. False where that ends beyond memory.
inline bool range_of(const void* base, std::size_t stride, std::size_t value_len, std::size_t n, range& out)
{
    out = {};
    if (base == nullptr || n == 0) {
        return true;
    }
    const auto begin = reinterpret_cast<std::uintptr_t>(base);
    if ((n > 1 && stride > (UINTPTR_MAX - begin) / (n - 1)) || value_len > UINTPTR_MAX - begin - (n - 1) * stride) {
        return false;
    }
    out = {begin, begin + (n - 1) * stride + value_len};
    return true;
}

template <class T>
[[nodiscard]] T value_at(const void* base, std::size_t stride, std::size_t i)
{
    T value;
    std::memcpy(&value, static_cast<const std::uint8_t*>(base) + i * stride, sizeof value);
    return value;
}

class batch_memory {
public:
    using copy = std::vector<std::vector<std::uint8_t>>;

    batch_memory(choices& choose, std::size_t shared_len) : choose_{choose}
    {
        if (shared_len != 0) {
            add(shared_len);
            is_shared_ = true;
        }
    }

    /// Room for `len` bytes. The end is exact; the start is aligned to `align`, where that is 1 to nothing.
    [[nodiscard]] std::uint8_t* place(std::size_t len, std::size_t align = 1)
    {
        if (is_shared_ && len <= blocks_[0].len) {
            const std::size_t room = (blocks_[0].len - len) / align + 1;
            return blocks_[0].bytes.get() + (std::size_t{choose_.byte()} * 256 + choose_.byte()) % room * align;
        }
        const std::size_t shift = align == 1 ? choose_.below(8) : 0;
        return add(shift + len) + shift;
    }

    /// Room that nothing else lies over.
    [[nodiscard]] std::uint8_t* place_alone(std::size_t len) { return add(len); }

    /// A column that is there with n values, value(i). Some strides end beyond memory; there only the first value is.
    template <class T, class Value>
    [[nodiscard]] const void* column(std::size_t n, std::size_t& stride, Value&& value)
    {
        constexpr std::array<std::size_t, 16> strides = {
            sizeof(T), sizeof(T), 0,  sizeof(T), sizeof(T) + 1, 1, 3,        sizeof(T),
            sizeof(T), 0,         40, 7,         sizeof(T) - 1, 0, SIZE_MAX, SIZE_MAX - sizeof(T) + 1};
        return column_of<T>(n, stride, choose_.of(strides), value);
    }

    template <class T, class Value>
    [[nodiscard]] const void* column_of(std::size_t n, std::size_t& stride, std::size_t wanted, Value&& value)
    {
        stride = wanted;
        const bool is_wild = stride > 4096;
        std::uint8_t* const base = place(n == 0 ? 0 : (is_wild ? 0 : (n - 1) * stride) + sizeof(T));
        if (range unused; is_wild && range_of(base, stride, sizeof(T), n, unused) && n > 1) {
            stride = 0;
        }
        for (std::size_t i = 0; i < (is_wild || stride == 0 ? std::min<std::size_t>(n, 1) : n); ++i) {
            const T next = value(i);
            std::memcpy(base + i * stride, &next, sizeof next);
        }
        return base;
    }

    [[nodiscard]] copy all() const
    {
        copy out;
        for (const block& each : blocks_) {
            out.emplace_back(each.bytes.get(), each.bytes.get() + each.len);
        }
        return out;
    }

    /// What lies there as it was.
    void put_back(const copy& from, void* at, std::size_t len)
    {
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            std::uint8_t* const bytes = blocks_[i].bytes.get();
            auto* const there = static_cast<std::uint8_t*>(at);
            if (len != 0 && bytes <= there && there < bytes + blocks_[i].len) {
                std::memcpy(there, from[i].data() + (there - bytes), len);
            }
        }
    }

    [[nodiscard]] choices& choose() { return choose_; }

private:
    struct block {
        std::unique_ptr<std::uint8_t[]> bytes;
        std::size_t len;
    };

    std::uint8_t* add(std::size_t len)
    {
        blocks_.push_back({std::make_unique<std::uint8_t[]>(len), len});
        std::memset(blocks_.back().bytes.get(), 0x5a, len);
        return blocks_.back().bytes.get();
    }

    choices& choose_;
    bool is_shared_ = false;
    std::vector<block> blocks_;
};

}  // namespace counterseal::fuzz
