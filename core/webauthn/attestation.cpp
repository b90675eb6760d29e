// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/attestation.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace counterseal::core {
namespace {

/// More certificates than any path has are refused before one is read.
constexpr std::size_t max_path_len = 8;
constexpr const char* aaguid_extension = "1.3.6.1.4.1.45724.1.1.4";  // id-fido-gen-ce-aaguid

using octets = std::vector<std::uint8_t>;

attestation_verdict refused(refusal reason)
{
    return {reason};
}

octets joined(std::initializer_list<bytes_view> pieces)
{
    octets out;
    for (const bytes_view piece : pieces) {
        out.insert(out.end(), piece.begin(), piece.end());
    }
    return out;
}

std::optional<bytes_view> bytes_at(const cbor_value& map, std::string_view name)
{
    const std::optional<cbor_value> value = map.find(name);
    return value ? value->bytes() : std::nullopt;
}

/// Nothing: it is no array of certificates. An array of other bytes is one of certificates that cannot be read.
std::optional<std::vector<certificate>> read_path(const crypto& by, const cbor_value& x5c, refusal& why)
{
    why = refusal::attestation_statement;
    if (x5c.type() != cbor_type::array || x5c.size() == 0 || x5c.size() > max_path_len) {
        return std::nullopt;
    }
    std::vector<certificate> path;
    for (std::size_t i = 0; i < x5c.size(); ++i) {
        const std::optional<bytes_view> der = x5c.element(i).bytes();
        if (!der) {
            return std::nullopt;
        }
        std::optional<certificate> read = certificate::from_der(by, *der);
        if (!read) {
            why = refusal::attestation_certificate;
            return std::nullopt;
        }
        path.push_back(*std::move(read));
    }
    return path;
}

/// Section 8.2.1.
bool meets_packed_requirements(const certificate& leaf)
{
    const std::optional<std::string> country = leaf.subject(subject_part::country);
    const auto is_filled = [&](subject_part part) { return !leaf.subject(part).value_or("").empty(); };
    return leaf.version() == 3 && country && country->size() == 2 && is_filled(subject_part::organization) &&
           leaf.subject(subject_part::organizational_unit) == "Authenticator Attestation" &&
           is_filled(subject_part::common_name) && leaf.is_authority() == false;
}

/// A certificate without the extension is fine: it is of one model only where it says so.
bool is_of_model(const certificate& leaf, bytes_view aaguid)
{
    const std::vector<certificate_extension> found = leaf.extensions(aaguid_extension);
    if (found.empty()) {
        return true;
    }
    // The value is an OCTET STRING inside the one that every extension has.
    const octets expected = joined({std::array<std::uint8_t, 2>{0x04, aaguid_len}, aaguid});
    return found.size() == 1 && !found[0].is_critical && found[0].value == expected;
}

refusal of_signature(status verified) noexcept
{
    return verified == status::ok         ? refusal::none
           : verified == status::e_crypto ? refusal::provider
                                          : refusal::attestation_signature;
}

/// Section 8.7.
attestation_verdict verify_none(const cbor_value& statement, const attested& /*about*/)
{
    return refused(statement.size() == 0 ? refusal::none : refusal::attestation_statement);
}

attestation_verdict verify_packed_self(std::int64_t algorithm, bytes_view signature, bytes_view message,
                                       const attested& about)
{
    if (algorithm != about.key.algorithm) {
        return refused(refusal::attestation_algorithm);
    }
    return {of_signature(about.prepared.verify(message, signature)), attestation_type::self};
}

attestation_verdict verify_packed_certified(std::int64_t algorithm, bytes_view signature, bytes_view message,
                                            const cbor_value& x5c, const attested& about)
{
    refusal why = refusal::none;
    std::optional<std::vector<certificate>> path = read_path(about.by, x5c, why);
    if (!path) {
        return refused(why);
    }
    const certificate& leaf = path->front();
    const std::optional<signature_scheme> scheme = scheme_of(algorithm);
    const std::optional<verification_key> key = scheme ? leaf.key(*scheme).key : std::nullopt;
    if (!key) {
        return refused(refusal::attestation_algorithm);
    }
    if (const refusal wrong = of_signature(key->verify(message, signature)); wrong != refusal::none) {
        return refused(wrong);
    }
    if (!meets_packed_requirements(leaf)) {
        return refused(refusal::attestation_certificate);
    }
    if (!is_of_model(leaf, about.credential.aaguid)) {
        return refused(refusal::attestation_aaguid);
    }
    return {refusal::none, attestation_type::certified, *std::move(path)};
}

/// Section 8.2.
attestation_verdict verify_packed(const cbor_value& statement, const attested& about)
{
    const std::optional<cbor_value> alg = statement.find("alg");
    const std::optional<std::int64_t> algorithm = alg ? alg->integer() : std::nullopt;
    const std::optional<bytes_view> signature = bytes_at(statement, "sig");
    const std::optional<cbor_value> x5c = statement.find("x5c");
    if (!algorithm || !signature || statement.size() != (x5c ? 3 : 2)) {
        return refused(refusal::attestation_statement);
    }
    const octets message = joined({about.authenticator_bytes, about.client_data_hash});
    return x5c ? verify_packed_certified(*algorithm, *signature, message, *x5c, about)
               : verify_packed_self(*algorithm, *signature, message, about);
}

/// Section 8.6. It says nothing of the AAGUID, and of the certificate only what its key is.
attestation_verdict verify_fido_u2f(const cbor_value& statement, const attested& about)
{
    constexpr signature_scheme scheme = signature_scheme::ecdsa_p256_sha256;
    const std::optional<bytes_view> signature = bytes_at(statement, "sig");
    const std::optional<cbor_value> x5c = statement.find("x5c");
    if (!signature || !x5c || statement.size() != 2 || x5c->size() != 1) {
        return refused(refusal::attestation_statement);
    }
    refusal why = refusal::none;
    std::optional<std::vector<certificate>> path = read_path(about.by, *x5c, why);
    if (!path) {
        return refused(why);
    }
    const std::optional<verification_key> key = path->front().key(scheme).key;
    if (!key || about.key.scheme != scheme) {
        return refused(refusal::attestation_algorithm);
    }
    static constexpr std::uint8_t reserved[] = {0};
    static constexpr std::uint8_t uncompressed[] = {4};
    const octets message = joined({reserved, about.data.rp_id_hash, about.client_data_hash, about.credential.id,
                                   uncompressed, about.key.first, about.key.second});
    if (const refusal wrong = of_signature(key->verify(message, *signature)); wrong != refusal::none) {
        return refused(wrong);
    }
    return {refusal::none, attestation_type::certified, *std::move(path)};
}

struct format_facts {
    std::string_view name;
    attestation_verdict (*verify)(const cbor_value& statement, const attested& about);
};

constexpr format_facts formats[] = {
    {"none", verify_none},
    {"packed", verify_packed},
    {"fido-u2f", verify_fido_u2f},
};

}  // namespace

attestation_verdict verify_attestation(std::string_view format, const cbor_value& statement, const attested& about)
{
    const auto* const found = std::ranges::find(formats, format, &format_facts::name);
    if (found == std::end(formats)) {
        return refused(refusal::attestation_format);
    }
    return statement.type() == cbor_type::map ? found->verify(statement, about)
                                              : refused(refusal::attestation_statement);
}

}  // namespace counterseal::core
