// SPDX-License-Identifier: Apache-2.0
// Memory for many keys, straight from the system.
#pragma once

#include <cstddef>
#include <cstdint>

namespace counterseal::core {

/// Zeroed memory that stays out of core dumps and is zero again in a forked child, where the system offers that.
/// Aligned to the system's huge pages.
class pages {
public:
    /// Throws std::bad_alloc.
    explicit pages(std::size_t len);
    ~pages();
    pages(pages&& other) noexcept;
    pages& operator=(pages&&) = delete;
    pages(const pages&) = delete;
    pages& operator=(const pages&) = delete;

    [[nodiscard]] std::uint8_t* data() const noexcept { return at_.data; }

    [[nodiscard]] bool is_wiped_on_fork() const noexcept { return at_.is_wiped_on_fork; }

    /// Asks for huge pages: a random row then costs one look-up of its address instead of several. For memory that will
    /// be used whole; the system may say no.
    void prefer_huge() const noexcept;

private:
    struct mapping {
        std::uint8_t* data = nullptr;
        std::size_t len = 0;
        bool is_wiped_on_fork = false;
    };

    mapping at_;
};

/// Tells whether this process is a fork of the one that made the object. Checked before each use of what lies in
/// `pages`, so that wiped memory is an error and never a key of zeros.
class fork_canary {
public:
    fork_canary();  // throws std::bad_alloc
    [[nodiscard]] bool is_forked() const noexcept;

private:
    pages canary_;
    std::int64_t owner_;
};

}  // namespace counterseal::core
