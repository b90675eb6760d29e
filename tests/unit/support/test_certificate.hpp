// SPDX-License-Identifier: Apache-2.0
// Certificates made for a test, straight from OpenSSL.
#pragma once

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/support/signing_key.hpp"

namespace counterseal::test {

struct certificate_plan {
    std::vector<std::pair<std::string, std::string>> subject = {
        {"C", "AA"}, {"O", "Counterseal"}, {"OU", "Authenticator Attestation"}, {"CN", "A test"}};
    std::vector<std::pair<std::string, std::string>> issuer = {{"CN", "A test authority"}};
    int version = 3;
    std::optional<bool> is_authority = false;
    std::optional<octets> constraints{};      // the value of basicConstraints, instead of is_authority
    std::vector<octets> aaguid_extensions{};  // what is inside the extension's OCTET STRING
    bool is_aaguid_critical = false;
    std::int64_t from_s = 1704067200;   // 2024
    std::int64_t until_s = 2019686400;  // 2034
};

/// The plan of an authority that signs itself.
inline certificate_plan authority_plan()
{
    certificate_plan plan;
    plan.subject = plan.issuer;
    plan.is_authority = true;
    return plan;
}

inline void add_extension(X509* to, const char* oid, bool is_critical, const octets& value)
{
    ASN1_OBJECT* const object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING* const content = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(content, value.data(), static_cast<int>(value.size()));
    X509_EXTENSION* const extension = X509_EXTENSION_create_by_OBJ(nullptr, object, is_critical ? 1 : 0, content);
    X509_add_ext(to, extension, -1);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(content);
    ASN1_OBJECT_free(object);
}

/// DER of a certificate for `key`, signed by `issuer`.
inline octets make_certificate(const signing_key& key, const signing_key& issuer, const certificate_plan& plan)
{
    static long serial = 1;
    X509* const made = X509_new();
    X509_set_version(made, plan.version - 1);
    ASN1_INTEGER_set(X509_get_serialNumber(made), serial++);
    ASN1_TIME_set(X509_getm_notBefore(made), static_cast<time_t>(plan.from_s));
    ASN1_TIME_set(X509_getm_notAfter(made), static_cast<time_t>(plan.until_s));
    for (const auto& [name, names] :
         {std::pair(X509_get_subject_name(made), plan.subject), std::pair(X509_get_issuer_name(made), plan.issuer)}) {
        for (const auto& [part, text] : names) {
            X509_NAME_add_entry_by_txt(name, part.c_str(), MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()), -1, 0);
        }
    }
    X509_set_pubkey(made, key.get());
    if (plan.constraints) {
        add_extension(made, "2.5.29.19", true, *plan.constraints);
    } else if (plan.is_authority) {
        add_extension(made, "2.5.29.19", true, *plan.is_authority ? unhex("30030101ff") : unhex("3000"));
    }
    for (const octets& value : plan.aaguid_extensions) {
        add_extension(made, "1.3.6.1.4.1.45724.1.1.4", plan.is_aaguid_critical, value);
    }
    X509_sign(made, issuer.get(), EVP_sha256());
    X509_set_version(made, plan.version - 1);  // from OpenSSL 3.5 on signing makes it 3 where there are extensions
    unsigned char* der = nullptr;
    const int len = i2d_X509(made, &der);
    X509_free(made);
    if (len <= 0) {
        throw std::runtime_error("OpenSSL made no certificate");
    }
    octets out(der, der + len);
    OPENSSL_free(der);
    return out;
}

}  // namespace counterseal::test
