// SPDX-License-Identifier: Apache-2.0
// The cryptographic provider over crypto.h.
#ifndef COUNTERSEAL_CPP_CRYPTO_HPP
#define COUNTERSEAL_CPP_CRYPTO_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "counterseal/cpp/error.hpp"
#include "counterseal/cpp/secret.hpp"
#include "counterseal/crypto.h"

namespace counterseal {

/// One for a program is enough; any number of threads may use it.
class crypto {
public:
    /// properties: which implementations OpenSSL may use, e.g. "fips=yes". Throws error where it has none.
    explicit crypto(std::string_view properties = {})
    {
        cseal_crypto* made = nullptr;
        const cseal_status status = cseal_crypto_new(properties.data(), properties.size(), &made);
        if (status != CSEAL_OK) {
            throw error(status, "no cryptographic provider has all that is needed");
        }
        handle_.reset(made);
    }

    /// A new secret (cseal_secret_generate). Throws config_error for bits.
    [[nodiscard]] secret generate(std::uint32_t bits = 160) const
    {
        std::uint8_t drawn[128];
        std::size_t len = 0;
        const cseal_status status = cseal_secret_generate(handle_.get(), bits, drawn, sizeof drawn, &len);
        if (status == CSEAL_E_RANGE) {
            throw config_error(status, "bits must be a multiple of 8 from 128 to 1024");
        }
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        secret made({drawn, len});
        cseal_wipe(drawn, sizeof drawn);
        return made;
    }

    [[nodiscard]] const cseal_crypto* get() const noexcept { return handle_.get(); }

private:
    struct free_crypto {
        void operator()(cseal_crypto* handle) const noexcept { cseal_crypto_free(handle); }
    };
    std::unique_ptr<cseal_crypto, free_crypto> handle_;
};

}  // namespace counterseal

#endif
