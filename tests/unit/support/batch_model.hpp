// SPDX-License-Identifier: Apache-2.0
// What a batch has to equal: its rows verified one after another by the calls for one code.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "core/base/cpu.hpp"
#include "core/bulk/verify.hpp"
#include "core/hmac/hmac.hpp"
#include "core/otp/hotp.hpp"
#include "core/otp/totp.hpp"

namespace counterseal::test {

/// Keys and states in plain memory, and the calls for one code on them.
struct plain_table {
    core::hash_id hash;
    std::vector<std::vector<std::uint8_t>> keys;
    std::vector<std::int64_t> states;

    [[nodiscard]] core::hmac_key prepared(std::size_t row) const
    {
        core::hmac_key key;
        core::hmac_prepare(key, core::best_kernel(hash, core::cpu_features()), keys[row]);
        return key;
    }
};

inline plain_table random_table(core::hash_id hash, std::size_t n, std::int64_t unused, std::mt19937_64& random)
{
    plain_table table{hash, {}, {}};
    for (std::size_t row = 0; row < n; ++row) {
        const std::size_t longest = row % 7 == 0 ? 200 : 64;  // some are longer than a block
        std::vector<std::uint8_t> key(1 + random() % longest);
        for (auto& byte : key) {
            byte = static_cast<std::uint8_t>(random());
        }
        table.keys.push_back(std::move(key));
        table.states.push_back(unused);
    }
    return table;
}

/// The keys one behind another, each in as many bytes as the longest.
struct packed_keys {
    std::vector<std::uint8_t> bytes;
    std::vector<std::uint32_t> lens;
    std::size_t stride = 0;

    explicit packed_keys(const std::vector<std::vector<std::uint8_t>>& keys)
    {
        for (const auto& key : keys) {
            stride = std::max(stride, key.size());
        }
        for (const auto& key : keys) {
            bytes.insert(bytes.end(), key.begin(), key.end());
            bytes.resize(bytes.size() + stride - key.size());
            lens.push_back(static_cast<std::uint32_t>(key.size()));
        }
    }

    [[nodiscard]] core::key_source source() const
    {
        return {bytes.data(), stride, 0, {reinterpret_cast<const std::uint8_t*>(lens.data()), sizeof(std::uint32_t)}};
    }
};

template <class T>
core::column<T> column_of(const std::vector<T>& values)
{
    return {reinterpret_cast<const std::uint8_t*>(values.data()), sizeof(T)};
}

}  // namespace counterseal::test
