// SPDX-License-Identifier: Apache-2.0
// Variants of the vectors: parts replaced, and signed anew with the published keys.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/unit/support/hex_bytes.hpp"
#include "tests/unit/support/signing_key.hpp"
#include "tests/vectors/webauthn_vector.hpp"

namespace counterseal::test {

inline std::string text_of(const octets& bytes)
{
    return {bytes.begin(), bytes.end()};
}

inline std::string replaced(std::string text, std::string_view what, std::string_view by)
{
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
}

inline octets replaced(const octets& bytes, const octets& what, const octets& by)
{
    const auto found = std::search(bytes.begin(), bytes.end(), what.begin(), what.end());
    EXPECT_NE(found, bytes.end());
    octets out(bytes.begin(), found);
    out.insert(out.end(), by.begin(), by.end());
    out.insert(out.end(), found + static_cast<std::ptrdiff_t>(what.size()), bytes.end());
    return out;
}

inline octets sha256(const octets& bytes)
{
    const core::sha256_digest digest = core::sha256_of(provider(), bytes);
    return {digest.begin(), digest.end()};
}

/// The key of a vector's credential, with its private half.
inline signing_key credential_key(const webauthn_vector& v)
{
    const core::cose_reading read = core::read_cose_key(v.public_key, 0);
    return signing_key::from_ec("prime256v1", unhex(v.secret), {read.key.first.begin(), read.key.first.end()},
                                {read.key.second.begin(), read.key.second.end()});
}

}  // namespace counterseal::test
