// SPDX-License-Identifier: Apache-2.0
// Prepared keys: made of secrets of every interesting length, asked, freed.
#include "harness.hpp"

namespace ct {
namespace {

void key_new(const entry&)
{
    for (const std::uint32_t algorithm : algorithms) {
        for (const std::size_t len : lengths{1, 16, 20, 32, 55, 63, 64, 65, 119, 127, 128, 129, 200, 1000}) {
            // Zeros, ones and a mixture: code that strips, skips or counts bytes has something to do.
            for (const char fill : {'\0', '\xff', 'k'}) {
                std::string secret(len, fill);
                secret.back() = 'x';
                const secret_key key(algorithm, secret);
                expect(key.get() != nullptr, "a key of " + std::to_string(len) + " bytes");
            }
        }
    }
    // Refusals do not look at the secret either.
    const secret_copy secret("secret", usual_secret);
    cseal_otp_key* key = nullptr;
    expect(cseal_otp_key_new(secret.bytes(), secret.len(), 4, &key) == CSEAL_E_UNSUPPORTED && key == nullptr,
           "an unknown algorithm");
}

void key_free(const entry&)
{
    for (const std::uint32_t algorithm : algorithms) {
        const secret_key key(algorithm, usual_secret);  // freed by its destructor
        expect(key.get() != nullptr, "key");
    }
}

void key_warnings(const entry&)
{
    for (const std::uint32_t algorithm : algorithms) {
        for (const std::size_t len : lengths{15, 16}) {
            const secret_key key(algorithm, std::string(len, 'k'));
            std::uint32_t warnings = 77;
            expect(cseal_otp_key_warnings(key.get(), &warnings) == CSEAL_OK, "status");
            expect(warnings == (len < 16 ? CSEAL_WARN_SHORT_SECRET : 0), "warnings");
        }
    }
}

}  // namespace

void add_key_entries(std::vector<entry>& to)
{
    to.push_back({"cseal_otp_key_new", "secret", key_new});
    to.push_back({"cseal_otp_key_free", "key", key_free});
    to.push_back({"cseal_otp_key_warnings", "key", key_warnings});
}

}  // namespace ct
