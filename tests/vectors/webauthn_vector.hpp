// SPDX-License-Identifier: Apache-2.0
// The test vectors of WebAuthn Level 3 section 16, and the rules under which each is to be accepted.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/webauthn/authentication.hpp"
#include "core/webauthn/registration.hpp"
#include "tests/vectors/json_file.hpp"

namespace counterseal::test {

using octets = std::vector<std::uint8_t>;

inline const core::crypto& provider()
{
    static const std::unique_ptr<const core::crypto> one = core::crypto::open("");
    return *one;
}

inline octets octets_at(const json& object, const char* key)
{
    return from_hex(word(object, key));
}

/// The document, read once.
inline const json& webauthn_document()
{
    static const json document = read_json(COUNTERSEAL_SOURCE_DIR "/tests/vectors/webauthn-l3.json");
    return document;
}

inline octets section_16_root()
{
    return octets_at(webauthn_document().at("attestation_root"), "attestation_ca_cert");
}

inline constexpr std::int64_t vector_time = 1800000000;  // in 2027; the certificates are valid from 2024 to 3024

struct webauthn_vector {
    /// Throws where there is none of this name.
    static webauthn_vector named(const std::string& name)
    {
        for (const json& one : some(webauthn_document(), "vectors")) {
            if (word(one, "name") == name) {
                return of(one);
            }
        }
        throw std::runtime_error("no vector " + name);
    }

    static webauthn_vector of(const json& one)
    {
        const json& r = one.at("registration");
        const json& a = one.at("authentication");
        const json& d = one.at("derived");
        webauthn_vector out;
        out.name = word(one, "name");
        out.format = word(d, "fmt");
        out.algorithm = d.at("alg").get<std::int64_t>();
        out.cross_origin = d.at("registration_crossOrigin").get<bool>();
        out.registration_flags = d.at("registration_flags");
        out.authentication_flags = d.at("authentication_flags");
        out.aaguid = octets_at(r, "aaguid");
        out.credential_id = octets_at(r, "credential_id");
        out.public_key = octets_at(d, "credential_public_key_cose");
        out.secret = r.contains("credential_private_key") ? word(r, "credential_private_key") : "";
        out.attestation_secret = r.contains("attestation_private_key") ? word(r, "attestation_private_key") : "";
        out.registration_challenge = octets_at(r, "challenge");
        out.registration_client_data = octets_at(r, "clientDataJSON");
        out.attestation_object = octets_at(r, "attestationObject");
        out.challenge = octets_at(a, "challenge");
        out.client_data = octets_at(a, "clientDataJSON");
        out.authenticator_data = octets_at(a, "authenticatorData");
        out.signature = octets_at(a, "signature");
        return out;
    }

    core::registration_rules registration_rules() const
    {
        core::registration_rules rules{.ceremony = ceremony(registration_challenge)};
        rules.algorithms = all_algorithms;
        rules.at_s = vector_time;
        return rules;
    }

    core::authentication_rules authentication_rules() const
    {
        core::authentication_rules rules{.ceremony = ceremony(challenge)};
        rules.is_user_identified = true;
        return rules;
    }

    core::stored_credential stored() const
    {
        core::stored_credential out{.id = credential_id, .public_key = public_key};
        out.backup_eligible = registration_flags.at("BE").get<bool>();
        return out;
    }

    core::registration_response registration_response() const
    {
        return {registration_client_data, attestation_object, credential_id};
    }

    core::authentication_response authentication_response() const
    {
        return {credential_id, client_data, authenticator_data, signature};
    }

    std::string name, format, secret, attestation_secret;
    std::int64_t algorithm = 0;
    bool cross_origin = false;
    json registration_flags, authentication_flags;
    octets aaguid, credential_id, public_key, registration_challenge, registration_client_data, attestation_object,
        challenge, client_data, authenticator_data, signature;

    static constexpr std::int64_t all_algorithms[] = {-7, -8, -35, -36, -53, -257};

private:
    core::ceremony_rules ceremony(const octets& of) const
    {
        static const std::vector<std::string> origins = {"https://example.org"};
        static const std::vector<std::string> top_origins = {"https://example.com"};
        core::ceremony_rules rules{.challenge = of, .rp_id = "example.org"};
        rules.origins.origins = origins;
        rules.cross_origin = cross_origin;
        if (cross_origin) {
            rules.top_origins = top_origins;
        }
        return rules;
    }
};

}  // namespace counterseal::test
