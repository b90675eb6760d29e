// SPDX-License-Identifier: Apache-2.0
// Text that may hold a secret: wiped when it goes, and never inside an object, where nothing would wipe it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "counterseal/counterseal.hpp"

namespace counterseal::cli {

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
        cseal_wipe(data, n * sizeof(T));
        std::allocator<T>().deallocate(data, n);
    }
    template <class U>
    bool operator==(const wiping_allocator<U>&) const noexcept
    {
        return true;
    }
};

using hidden_text = std::vector<char, wiping_allocator<char>>;

[[nodiscard]] inline std::string_view view(const hidden_text& text) noexcept
{
    return {text.data(), text.size()};
}

inline void append(hidden_text& to, std::string_view text)
{
    to.insert(to.end(), text.begin(), text.end());
}

/// Takes over what the wrapper gave as an ordinary string.
[[nodiscard]] inline hidden_text hide(std::string&& text)
{
    hidden_text taken(text.begin(), text.end());
    cseal_wipe(text.data(), text.size());
    text.clear();
    return taken;
}

}  // namespace counterseal::cli
