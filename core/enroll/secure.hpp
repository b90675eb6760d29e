// SPDX-License-Identifier: Apache-2.0
// Memory that is wiped before it goes back: for secrets, and for text that holds one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/ct/wipe.hpp"

namespace counterseal::core {

template <class T>
struct wiping_allocator {
    using value_type = T;

    wiping_allocator() = default;
    template <class U>
    wiping_allocator(const wiping_allocator<U>&) noexcept  // NOLINT(google-explicit-constructor): allocators convert
    {
    }

    [[nodiscard]] T* allocate(std::size_t n) { return std::allocator<T>().allocate(n); }
    void deallocate(T* data, std::size_t n) noexcept
    {
        wipe(data, n * sizeof(T));
        std::allocator<T>().deallocate(data, n);
    }
    template <class U>
    bool operator==(const wiping_allocator<U>&) const noexcept
    {
        return true;
    }
};

/// Vectors, not strings: a short string lives inside its object, where no allocator wipes it.
using secure_bytes = std::vector<std::uint8_t, wiping_allocator<std::uint8_t>>;
using secure_text = std::vector<char, wiping_allocator<char>>;

[[nodiscard]] inline std::string_view view(const secure_text& text) noexcept
{
    return {text.data(), text.size()};
}

inline void append(secure_text& to, std::string_view text)
{
    to.insert(to.end(), text.begin(), text.end());
}

}  // namespace counterseal::core
