// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/certificate.hpp"

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>

#include "core/crypto/openssl.hpp"
#include "core/crypto/sha256.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t max_len = std::size_t{16} * 1024;

using x509_handle = owned<X509, X509_free>;
using store_handle = owned<X509_STORE, X509_STORE_free>;
using store_context = owned<X509_STORE_CTX, X509_STORE_CTX_free>;
using object_handle = owned<ASN1_OBJECT, ASN1_OBJECT_free>;
using constraints_handle = owned<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;

void free_stack(STACK_OF(X509) * stack) noexcept
{
    sk_X509_free(stack);
}
using stack_handle = owned<STACK_OF(X509), free_stack>;

void need(bool is_good)
{
    if (!is_good) {
        throw crypto_failure();
    }
}

int nid_of(subject_part part) noexcept
{
    static constexpr int nids[] = {NID_countryName, NID_organizationName, NID_organizationalUnitName, NID_commonName};
    return nids[static_cast<std::uint8_t>(part)];
}

/// OpenSSL reads some forms of BER too. This sees them around the signed part: that part itself it keeps as it came,
/// since its signature is over these bytes.
bool is_der_outside(const X509* read, bytes_view der)
{
    unsigned char* out = nullptr;
    const int len = i2d_X509(read, &out);
    const bool is_same = len > 0 && std::ranges::equal(bytes_view(out, static_cast<std::size_t>(len)), der);
    OPENSSL_free(out);
    return is_same;
}

/// A certificate of more than one path is shared by them; nothing here changes one.
X509* shared(const X509* one) noexcept
{
    return const_cast<X509*>(one);
}

}  // namespace

struct certificate::state {
    const crypto& by;
    x509_handle read;
};

certificate::certificate(std::shared_ptr<const state> read) noexcept : state_{std::move(read)} {}

std::optional<certificate> certificate::from_der(const crypto& by, bytes_view der)
{
    if (der.empty() || der.size() > max_len) {
        return std::nullopt;
    }
    X509* into = X509_new_ex(by.library(), nullptr);
    need(into != nullptr);
    const unsigned char* at = der.data();
    const bool is_read = d2i_X509(&into, &at, static_cast<long>(der.size())) != nullptr;
    x509_handle read(into);  // nullptr where the reader freed it, which it does not always do when it fails
    if (!is_read) {
        return std::nullopt;
    }
    if (at != der.data() + der.size() || !is_der_outside(read.get(), der)) {
        return std::nullopt;
    }
    return certificate(std::make_shared<state>(state{by, std::move(read)}));
}

int certificate::version() const noexcept
{
    return static_cast<int>(X509_get_version(state_->read.get())) + 1;
}

std::optional<std::string> certificate::subject(subject_part part) const
{
    const X509_NAME* const name = X509_get_subject_name(state_->read.get());
    const int at = X509_NAME_get_index_by_NID(name, nid_of(part), -1);
    if (at < 0 || X509_NAME_get_index_by_NID(name, nid_of(part), at) >= 0) {
        return std::nullopt;
    }
    unsigned char* text = nullptr;
    const int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (len < 0) {
        return std::nullopt;
    }
    std::string out(reinterpret_cast<const char*>(text), static_cast<std::size_t>(len));
    OPENSSL_free(text);
    return out;
}

std::optional<bool> certificate::is_authority() const noexcept
{
    int critical = 0;
    const constraints_handle read(static_cast<BASIC_CONSTRAINTS*>(
        X509_get_ext_d2i(state_->read.get(), NID_basic_constraints, &critical, nullptr)));
    return read != nullptr ? std::optional(read->ca != 0) : std::nullopt;
}

std::vector<certificate_extension> certificate::extensions(const char* oid) const
{
    const object_handle wanted(OBJ_txt2obj(oid, 1));
    need(wanted != nullptr);
    std::vector<certificate_extension> out;
    for (int at = X509_get_ext_by_OBJ(state_->read.get(), wanted.get(), -1); at >= 0;
         at = X509_get_ext_by_OBJ(state_->read.get(), wanted.get(), at)) {
        X509_EXTENSION* const found = X509_get_ext(state_->read.get(), at);
        const ASN1_OCTET_STRING* const value = X509_EXTENSION_get_data(found);
        const unsigned char* const first = ASN1_STRING_get0_data(value);
        out.push_back({X509_EXTENSION_get_critical(found) != 0, {first, first + ASN1_STRING_length(value)}});
    }
    return out;
}

built_key certificate::key(signature_scheme scheme) const
{
    return verification_key::from_openssl(state_->by, scheme, X509_get0_pubkey(state_->read.get()));
}

struct trust_anchors::state {
    const crypto& by;
    store_handle store;
    bool is_empty;
};

trust_anchors::trust_anchors(std::shared_ptr<const state> of) noexcept : state_{std::move(of)} {}

std::optional<trust_anchors> trust_anchors::from_der(const crypto& by, std::span<const bytes_view> anchors)
{
    store_handle store(X509_STORE_new());
    need(store != nullptr);
    for (const bytes_view der : anchors) {
        const std::optional<certificate> anchor = certificate::from_der(by, der);
        if (!anchor) {
            return std::nullopt;
        }
        need(X509_STORE_add_cert(store.get(), shared(anchor->state_->read.get())) == 1);
    }
    return trust_anchors(std::make_shared<state>(state{by, std::move(store), anchors.empty()}));
}

bool trust_anchors::empty() const noexcept
{
    return state_->is_empty;
}

bool trust_anchors::vouch_for(const certificate& leaf, std::span<const certificate> others, std::int64_t at_s) const
{
    if (state_->is_empty) {
        return false;
    }
    const stack_handle stack(sk_X509_new_null());
    need(stack != nullptr);
    for (const certificate& other : others) {
        need(sk_X509_push(stack.get(), shared(other.state_->read.get())) > 0);
    }
    const store_context context(X509_STORE_CTX_new_ex(state_->by.library(), nullptr));
    need(context != nullptr &&
         X509_STORE_CTX_init(context.get(), state_->store.get(), shared(leaf.state_->read.get()), stack.get()) == 1);
    X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
    // The anchor may be an intermediate, or the leaf itself (FIDO Metadata Statement, attestationRootCertificates).
    need(X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN) == 1 &&
         X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_ANY) == 1);
    X509_VERIFY_PARAM_set_time(rules, static_cast<time_t>(at_s));
    return X509_verify_cert(context.get()) == 1;
}

}  // namespace counterseal::core
