// SPDX-License-Identifier: Apache-2.0
#include "tests/diff/libfido2.hpp"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/es384.h>
#include <fido/rs256.h>

#include <memory>
#include <string>
#include <vector>

namespace counterseal::test {
namespace {

struct freed {
    void operator()(fido_cred_t* it) const noexcept { fido_cred_free(&it); }
    void operator()(fido_assert_t* it) const noexcept { fido_assert_free(&it); }
    void operator()(es256_pk_t* it) const noexcept { es256_pk_free(&it); }
    void operator()(es384_pk_t* it) const noexcept { es384_pk_free(&it); }
    void operator()(eddsa_pk_t* it) const noexcept { eddsa_pk_free(&it); }
    void operator()(rs256_pk_t* it) const noexcept { rs256_pk_free(&it); }
};

using bytes = std::vector<unsigned char>;

bytes joined(core::bytes_view a, core::bytes_view b)
{
    bytes out(a.begin(), a.end());
    out.insert(out.end(), b.begin(), b.end());
    return out;
}

bool accepts_with(const void* key, const fido_authentication& of)
{
    const std::unique_ptr<fido_assert_t, freed> made(fido_assert_new());
    fido_assert_t* const a = made.get();
    const std::string rp_id(of.rp_id);
    return fido_assert_set_rp(a, rp_id.c_str()) == FIDO_OK &&
           fido_assert_set_clientdata_hash(a, of.client_data_hash.data(), of.client_data_hash.size()) == FIDO_OK &&
           fido_assert_set_count(a, 1) == FIDO_OK && fido_assert_set_extensions(a, of.extensions) == FIDO_OK &&
           fido_assert_set_up(a, FIDO_OPT_TRUE) == FIDO_OK &&
           fido_assert_set_uv(a, of.user_verification_required ? FIDO_OPT_TRUE : FIDO_OPT_OMIT) == FIDO_OK &&
           fido_assert_set_authdata_raw(a, 0, of.data.data(), of.data.size()) == FIDO_OK &&
           fido_assert_set_sig(a, 0, of.signature.data(), of.signature.size()) == FIDO_OK &&
           fido_assert_verify(a, 0, static_cast<int>(of.algorithm), key) == FIDO_OK;
}

}  // namespace

bool fido_accepts(const fido_registration& of)
{
    const std::unique_ptr<fido_cred_t, freed> made(fido_cred_new());
    fido_cred_t* const c = made.get();
    const std::string rp_id(of.rp_id);
    const std::string format(of.format);
    return fido_cred_set_type(c, static_cast<int>(of.algorithm)) == FIDO_OK &&
           fido_cred_set_rp(c, rp_id.c_str(), nullptr) == FIDO_OK &&
           fido_cred_set_clientdata_hash(c, of.client_data_hash.data(), of.client_data_hash.size()) == FIDO_OK &&
           fido_cred_set_extensions(c, of.extensions) == FIDO_OK &&
           fido_cred_set_uv(c, of.user_verification_required ? FIDO_OPT_TRUE : FIDO_OPT_OMIT) == FIDO_OK &&
           fido_cred_set_fmt(c, format.c_str()) == FIDO_OK &&
           fido_cred_set_authdata_raw(c, of.data.data(), of.data.size()) == FIDO_OK &&
           fido_cred_set_attstmt(c, of.statement.data(), of.statement.size()) == FIDO_OK &&
           (of.is_self ? fido_cred_verify_self(c) : fido_cred_verify(c)) == FIDO_OK;
}

std::optional<bool> fido_accepts(const fido_authentication& of)
{
    switch (of.algorithm) {
        case COSE_ES256: {
            const std::unique_ptr<es256_pk_t, freed> key(es256_pk_new());
            const bytes point = joined(of.x_or_modulus, of.y_or_exponent);
            return es256_pk_from_ptr(key.get(), point.data(), point.size()) == FIDO_OK && accepts_with(key.get(), of);
        }
        case COSE_ES384: {
            const std::unique_ptr<es384_pk_t, freed> key(es384_pk_new());
            const bytes point = joined(of.x_or_modulus, of.y_or_exponent);
            return es384_pk_from_ptr(key.get(), point.data(), point.size()) == FIDO_OK && accepts_with(key.get(), of);
        }
        case COSE_EDDSA: {
            const std::unique_ptr<eddsa_pk_t, freed> key(eddsa_pk_new());
            return eddsa_pk_from_ptr(key.get(), of.x_or_modulus.data(), of.x_or_modulus.size()) == FIDO_OK &&
                   accepts_with(key.get(), of);
        }
        case COSE_RS256: {
            const std::unique_ptr<rs256_pk_t, freed> key(rs256_pk_new());
            const bytes numbers = joined(of.x_or_modulus, of.y_or_exponent);
            return rs256_pk_from_ptr(key.get(), numbers.data(), numbers.size()) == FIDO_OK &&
                   accepts_with(key.get(), of);
        }
        default: return std::nullopt;
    }
}

}  // namespace counterseal::test
