// SPDX-License-Identifier: Apache-2.0
// A column of a batch: a base pointer and a byte stride, of any alignment; stride 0 repeats one value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace counterseal::core {

template <class T>
struct column {
    static_assert(std::is_trivially_copyable_v<T>);

    const std::uint8_t* base = nullptr;  // nullptr: there is no such column
    std::size_t stride = sizeof(T);

    [[nodiscard]] bool is_there() const noexcept { return base != nullptr; }
    [[nodiscard]] const std::uint8_t* at(std::size_t row) const noexcept { return base + row * stride; }
    [[nodiscard]] T operator[](std::size_t row) const noexcept
    {
        T value;
        std::memcpy(&value, at(row), sizeof value);
        return value;
    }
};

}  // namespace counterseal::core
