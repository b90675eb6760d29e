// SPDX-License-Identifier: Apache-2.0
// HOTP counters have 64 bits, numbers of JavaScript 53: bigints carry the rest.
#pragma once

#include <cstdint>

#include "call.hpp"

namespace counterseal::node {

/// A counter keeps the kind of number it came as.
struct counter {
    std::uint64_t value = 0;
    bool big = false;

    [[nodiscard]] napi_value to_script(napi_env env, std::uint64_t number) const noexcept
    {
        napi_value made = nullptr;
        if (big) {
            napi_create_bigint_uint64(env, number, &made);
        } else {
            napi_create_double(env, static_cast<double>(number), &made);
        }
        return made;
    }
};

inline bool read(napi_env env, napi_value value, counter& into) noexcept
{
    std::int64_t small = 0;
    if (read(env, value, small)) {
        into.value = static_cast<std::uint64_t>(small);
        return true;
    }
    into.big = true;
    bool lossless = false;
    return napi_get_value_bigint_uint64(env, value, &into.value, &lossless) == napi_ok && lossless;
}

}  // namespace counterseal::node
