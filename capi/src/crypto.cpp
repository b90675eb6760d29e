// SPDX-License-Identifier: Apache-2.0
#include "counterseal/crypto.h"

#include <memory>
#include <string>

#include "capi/src/handles.hpp"
#include "core/enroll/secure.hpp"

using namespace counterseal;
using capi::guarded;
using core::status;

namespace {

constexpr std::uint32_t min_secret_bits = 128;   // RFC 4226 section 4, R6
constexpr std::uint32_t max_secret_bits = 1024;  // the block of SHA-512: HMAC hashes a longer key down

}  // namespace

cseal_status cseal_crypto_new(const char* properties, size_t properties_len, cseal_crypto** crypto)
{
    return guarded<capi::parser_depth>([&] {
        if (crypto != nullptr) {
            *crypto = nullptr;
        }
        const std::string query(capi::readable(properties, properties_len) ? capi::text_of(properties, properties_len)
                                                                           : std::string_view{});
        if (!capi::readable(properties, properties_len) || crypto == nullptr || query.find('\0') != std::string::npos) {
            return status::e_argument;
        }
        auto provider = core::crypto::open(query.c_str());
        if (provider == nullptr) {
            return status::e_unsupported;
        }
        *crypto = std::make_unique<cseal_crypto>(cseal_crypto{std::move(provider)}).release();
        return status::ok;
    });
}

void cseal_crypto_free(cseal_crypto* crypto)
{
    delete crypto;
}

cseal_status cseal_secret_generate(const cseal_crypto* crypto, uint32_t bits, uint8_t* out, size_t out_cap,
                                   size_t* out_len)
{
    return guarded<capi::parser_depth>([&] {
        capi::output<uint8_t> made(out, out_cap, out_len);
        if (crypto == nullptr || !made.usable()) {
            return status::e_argument;
        }
        if (bits < min_secret_bits || bits > max_secret_bits || bits % 8 != 0) {
            return status::e_range;
        }
        core::secure_bytes secret(bits / 8);
        if (const status s = crypto->provider->random(secret); s != status::ok) {
            return s;
        }
        return made.write(secret);
    });
}
