// SPDX-License-Identifier: Apache-2.0
// What the targets of core/webauthn share: the provider, and the relying party of the vectors of WebAuthn section 16.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/crypto/crypto.hpp"
#include "core/enroll/base64url.hpp"
#include "core/webauthn/cbor.hpp"
#include "core/webauthn/client_data.hpp"
#include "tests/fuzz/support/fuzz.hpp"

namespace counterseal::fuzz {

using octets = std::vector<std::uint8_t>;

/// Every algorithm that each OpenSSL 3 has.
inline constexpr const char* all_algorithms = "[-7,-8,-9,-19,-35,-36,-37,-47,-51,-52,-53,-257]";

[[nodiscard]] inline const core::crypto& provider()
{
    static const std::unique_ptr<const core::crypto> one = core::crypto::open("");
    return *one;
}

[[nodiscard]] inline octets copy_of(core::bytes_view bytes)
{
    return {bytes.begin(), bytes.end()};
}

inline void append(octets& to, core::bytes_view bytes)
{
    to.insert(to.end(), bytes.begin(), bytes.end());
}

struct crypto_free {
    void operator()(cseal_crypto* crypto) const noexcept { cseal_crypto_free(crypto); }
};
struct party_free {
    void operator()(cseal_webauthn* party) const noexcept { cseal_webauthn_free(party); }
};
struct key_free {
    void operator()(cseal_webauthn_key* key) const noexcept { cseal_webauthn_key_free(key); }
};
using party_handle = std::unique_ptr<cseal_webauthn, party_free>;
using key_handle = std::unique_ptr<cseal_webauthn_key, key_free>;

[[nodiscard]] inline const cseal_crypto* crypto_handle()
{
    static const std::unique_ptr<cseal_crypto, crypto_free> one = [] {
        cseal_crypto* made = nullptr;
        FUZZ_EXPECT(cseal_crypto_new(nullptr, 0, &made) == CSEAL_OK);
        return std::unique_ptr<cseal_crypto, crypto_free>(made);
    }();
    return one.get();
}

/// Settings that must be good.
[[nodiscard]] inline party_handle party_of(const std::string& settings)
{
    cseal_webauthn* made = nullptr;
    FUZZ_EXPECT(cseal_webauthn_new(crypto_handle(), settings.data(), settings.size(), nullptr, &made) == CSEAL_OK);
    return party_handle(made);
}

/// The challenge that the client data says, so that a seed is a response as it stands, and mutations of the rest get
/// past that step; another one where it says none that could have been issued.
[[nodiscard]] inline std::string challenge_in(core::bytes_view client_data)
{
    const core::client_data_reading read = core::read_client_data(client_data);
    const auto bytes = core::from_base64url(read.data.challenge);
    return bytes && bytes->size() >= 16 && bytes->size() <= 1024 ? read.data.challenge : "AAECAwQFBgcICQoLDA0ODw";
}

}  // namespace counterseal::fuzz
