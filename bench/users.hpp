// SPDX-License-Identifier: Apache-2.0
// The people whose codes are verified: the same for every row of a hash, and made once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace counterseal::bench {

enum class hash { sha1, sha256, sha512 };

inline constexpr hash all_hashes[] = {hash::sha1, hash::sha256, hash::sha512};

[[nodiscard]] constexpr const char* name_of(hash h) noexcept
{
    constexpr const char* names[] = {"sha1", "sha256", "sha512"};
    return names[static_cast<std::size_t>(h)];
}

/// The number of the hash in the C ABI.
[[nodiscard]] constexpr std::uint32_t algorithm_of(hash h) noexcept
{
    return static_cast<std::uint32_t>(h) + 1;
}

inline constexpr std::size_t n_digits = 6;
inline constexpr std::uint64_t period_s = 30;
inline constexpr std::uint64_t now_s = 1'800'000'015;  // in the middle of a step
inline constexpr std::size_t window_steps = 3;         // the current step and one to each side

/// For single calls: many enough that no branch predictor learns their codes; the secrets and codes of SHA-1 fill
/// 280 KB, those of SHA-512 720 KB, so they stay in a second-level cache of 1 MB.
inline constexpr std::size_t n_users = 10'000;

/// For batches.
inline constexpr std::size_t n_rows = 65'536;

/// Six ASCII digits and a NUL, for liboath, which takes no length.
using code_text = std::array<char, 8>;

class users {
public:
    /// Makes them from a fixed seed, with OpenSSL's one-shot HMAC as the judge of what is a right or a wrong code.
    users(hash h, std::size_t n);

    [[nodiscard]] std::size_t size() const noexcept { return misses_.size(); }
    [[nodiscard]] hash by() const noexcept { return hash_; }

    [[nodiscard]] std::span<const std::uint8_t> secret(std::size_t i) const noexcept
    {
        return {secrets_.data() + i * secret_len_, secret_len_};
    }

    /// A code that matches none of the user's three steps.
    [[nodiscard]] const char* miss(std::size_t i) const noexcept { return misses_[i].data(); }

    /// The right code of one of the three steps, the oldest first.
    [[nodiscard]] const char* hit(std::size_t i, std::size_t step) const noexcept
    {
        return hits_[i * window_steps + step].data();
    }

private:
    hash hash_;
    std::size_t secret_len_;
    std::vector<std::uint8_t> secrets_;
    std::vector<code_text> misses_;
    std::vector<code_text> hits_;
};

/// n_users of them.
[[nodiscard]] const users& users_of(hash h);

/// n_rows of them.
[[nodiscard]] const users& crowd_of(hash h);

}  // namespace counterseal::bench
