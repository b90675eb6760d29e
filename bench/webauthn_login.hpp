// SPDX-License-Identifier: Apache-2.0
// One login with a passkey, signed by OpenSSL, as a server has it: the record, what was expected, the response.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace counterseal::bench {

using octets = std::vector<std::uint8_t>;

struct pkey_free {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using pkey = std::unique_ptr<EVP_PKEY, pkey_free>;

enum class passkey_kind { es256, eddsa, rs256 };

struct webauthn_login {
    passkey_kind kind = passkey_kind::es256;
    octets id;
    octets client_data;
    octets authenticator_data;
    octets signature;
    std::string record;    // the stored column
    std::string expected;  // what was kept of the ceremony
    std::string response;  // AuthenticationResponseJSON
    // The numbers of the public key, for whoever builds it anew.
    octets first;   // x and y with 4 in front, the encoded point, or the modulus
    octets second;  // the exponent

    /// A public key of these numbers.
    [[nodiscard]] pkey built() const;
};

/// Throws std::runtime_error.
[[nodiscard]] webauthn_login make_login(passkey_kind kind);

}  // namespace counterseal::bench
