// SPDX-License-Identifier: Apache-2.0
#include "bench/engine_people.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <vector>

#include "core/base/cpu.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/factor.hpp"
#include "core/otp/totp.hpp"

namespace counterseal::bench {
namespace {

/// Any mixing of the bits of a number (the finalizer of SplitMix64): keys need not be secret here.
std::uint64_t mixed(std::uint64_t x) noexcept
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

constexpr auto key_bytes = [] {
    std::array<std::uint8_t, 32> key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::uint8_t>(3 * i + 1);
    }
    return key;
}();

}  // namespace

std::string subject_of(std::size_t i)
{
    std::string digits = std::to_string(i);
    return "person" + std::string(8 - std::min<std::size_t>(digits.size(), 8), '0') + digits;
}

std::string factor_of(std::size_t i)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string id;
    for (const std::uint64_t half : {mixed(2 * i), mixed(2 * i + 1)}) {
        for (unsigned shift = 0; shift < 64; shift += 4) {
            id += digits[half >> shift & 15U];
        }
    }
    return id;
}

std::array<std::uint8_t, 20> secret_of(std::size_t i)
{
    std::array<std::uint8_t, 20> key{};
    for (std::size_t at = 0; at < key.size(); ++at) {
        key[at] = static_cast<std::uint8_t>(mixed(i * 64 + at / 8) >> (8 * (at % 8)));
    }
    return key;
}

std::string code_of(std::size_t i, std::int64_t now_us)
{
    const auto secret = secret_of(i);
    core::hmac_key key;
    core::hmac_prepare(key, core::best_kernel(core::hash_id::sha1, core::cpu_features()), secret);
    std::string code(6, '0');
    if (core::totp_generate(core::mac_of(key), static_cast<std::uint64_t>(now_us / second_us), {}, code.data()) !=
        core::status::ok) {
        throw std::runtime_error("no code");
    }
    return code;
}

std::span<const std::uint8_t> ring_key() noexcept
{
    return key_bytes;
}

void fill(const std::string& url, std::size_t n)
{
    core::engine_options how;
    how.url = url;
    how.create = true;
    how.schema = core::schema_mode::migrate;
    how.patience = std::chrono::minutes(10);
    core::engine on(how, core::key_ring::from_keys({{ring_id, core::bytes_view(key_bytes)}}, ring_id),
                    core::crypto::open(""));
    constexpr std::size_t at_once = 20'000;
    for (std::size_t begin = 0; begin < n; begin += at_once) {
        on.write(core::clock_source::host, [&](core::transaction& t) {
            for (std::size_t i = begin; i < std::min(begin + at_once, n); ++i) {
                core::factor made;
                made.key = {tenant, subject_of(i), factor_of(i)};
                made.state = core::factor_state::active;
                made.provenance = "bench";
                made.created_us = enrolled_us;
                made.confirmed_us = enrolled_us;
                static_cast<void>(core::lock_subject(t, on.seal(), tenant, made.key.subject, enrolled_us));
                core::seal_secret(on.seal(), made, secret_of(i));
                core::insert_factor(t, on.seal(), made);
            }
        });
    }
}

queue_of_people::turn queue_of_people::take(std::size_t k) noexcept
{
    if (k <= n_ && next_ / n_ != (next_ + k - 1) / n_) {
        next_ = (next_ / n_ + 1) * n_;
    }
    const turn made{next_, enrolled_us + static_cast<std::int64_t>(1 + next_ / n_) * 90 * second_us};
    next_ += k;
    return made;
}

}  // namespace counterseal::bench
