// SPDX-License-Identifier: Apache-2.0
// Writes CBOR as the test says it, canonical or not: the order of a map's pairs is the caller's.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/unit/support/hex_bytes.hpp"

namespace counterseal::test {

inline octets cbor_head(std::uint8_t type, std::uint64_t n)
{
    const auto first = static_cast<std::uint8_t>(type << 5);
    if (n < 24) {
        return {static_cast<std::uint8_t>(first | n)};
    }
    if (n < 256) {
        return {static_cast<std::uint8_t>(first | 24), static_cast<std::uint8_t>(n)};
    }
    return {static_cast<std::uint8_t>(first | 25), static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
}
inline octets cbor_int(std::int64_t n)
{
    return n >= 0 ? cbor_head(0, static_cast<std::uint64_t>(n)) : cbor_head(1, static_cast<std::uint64_t>(-1 - n));
}
inline octets cbor_bytes(core::bytes_view bytes)
{
    return joined({cbor_head(2, bytes.size()), bytes});
}
inline octets cbor_text(std::string_view text)
{
    return joined({cbor_head(3, text.size()), core::bytes_of(text)});
}
inline octets cbor_array(const std::vector<octets>& items)
{
    octets out = cbor_head(4, items.size());
    for (const octets& item : items) {
        out = joined({out, item});
    }
    return out;
}
inline octets cbor_map(const std::vector<std::pair<octets, octets>>& pairs)
{
    octets out = cbor_head(5, pairs.size());
    for (const auto& [key, value] : pairs) {
        out = joined({out, key, value});
    }
    return out;
}

/// COSE keys.
inline octets cose_ec(std::int64_t alg, std::int64_t crv, core::bytes_view x, core::bytes_view y)
{
    return cbor_map({{cbor_int(1), cbor_int(2)},
                     {cbor_int(3), cbor_int(alg)},
                     {cbor_int(-1), cbor_int(crv)},
                     {cbor_int(-2), cbor_bytes(x)},
                     {cbor_int(-3), cbor_bytes(y)}});
}
inline octets cose_okp(std::int64_t alg, std::int64_t crv, core::bytes_view point)
{
    return cbor_map({{cbor_int(1), cbor_int(1)},
                     {cbor_int(3), cbor_int(alg)},
                     {cbor_int(-1), cbor_int(crv)},
                     {cbor_int(-2), cbor_bytes(point)}});
}
inline octets cose_rsa(std::int64_t alg, core::bytes_view modulus, core::bytes_view exponent)
{
    return cbor_map({{cbor_int(1), cbor_int(3)},
                     {cbor_int(3), cbor_int(alg)},
                     {cbor_int(-1), cbor_bytes(modulus)},
                     {cbor_int(-2), cbor_bytes(exponent)}});
}
inline octets cose_akp(std::int64_t alg, core::bytes_view pub)
{
    return cbor_map({{cbor_int(1), cbor_int(7)}, {cbor_int(3), cbor_int(alg)}, {cbor_int(-1), cbor_bytes(pub)}});
}

}  // namespace counterseal::test
