// SPDX-License-Identifier: Apache-2.0
// Ceremonies that would be accepted, of which a test changes one thing before they are signed.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/enroll/base64url.hpp"
#include "core/webauthn/authentication.hpp"
#include "core/webauthn/registration.hpp"
#include "tests/unit/support/cbor_writer.hpp"
#include "tests/unit/support/signing_key.hpp"

namespace counterseal::test {

inline const core::crypto& provider()
{
    static const std::unique_ptr<const core::crypto> one = core::crypto::open("");
    return *one;
}

inline octets sha256(core::bytes_view bytes)
{
    const core::sha256_digest digest = core::sha256_of(provider(), bytes);
    return {digest.begin(), digest.end()};
}

inline octets big_endian(std::uint32_t n, std::size_t len)
{
    octets out(len);
    for (std::size_t i = len; i-- > 0; n >>= 8) {
        out[i] = static_cast<std::uint8_t>(n);
    }
    return out;
}

/// What client and authenticator say in either ceremony.
struct said {
    std::string type;
    octets challenge = octets(32, 7);
    std::string origin = "https://example.org";
    std::string more{};  // further members of the client data, with a comma in front
    std::string rp_id = "example.org";
    std::uint8_t flags = 0x01;  // user present
    std::uint32_t sign_count = 0;
    octets extensions{};

    std::string client_data() const
    {
        return R"({"type":")" + type + R"(","challenge":")" + core::to_base64url<std::string>(challenge) +
               R"(","origin":")" + origin + '"' + more + "}";
    }
    octets authenticator_data(core::bytes_view credential) const
    {
        return joined(
            {sha256(core::bytes_of(rp_id)), octets{flags}, big_endian(sign_count, 4), credential, extensions});
    }
};

inline const std::vector<std::string>& origins()
{
    static const std::vector<std::string> list = {"https://example.org"};
    return list;
}
inline const octets& issued_challenge()
{
    static const octets challenge(32, 7);
    return challenge;
}
inline core::ceremony_rules ceremony_rules()
{
    core::ceremony_rules rules{.challenge = issued_challenge(), .rp_id = "example.org"};
    rules.origins.origins = origins();
    return rules;
}

/// One key of a passkey for many tests: making one costs more than a ceremony.
inline const signing_key& passkey()
{
    static const signing_key key = signing_key::make_ec("prime256v1");
    return key;
}
inline octets passkey_cose()
{
    return cose_ec(-7, 1, passkey().x(), passkey().y());
}

struct registering {
    registering() { says.type = "webauthn.create", says.flags = 0x41; }

    core::registration run()
    {
        const octets data = authenticator_data();
        const std::string client = client_data.value_or(says.client_data());
        const octets client_bytes = octets_of(client);
        const octets object =
            attestation_object.value_or(cbor_map({{cbor_text("fmt"), cbor_text(format)},
                                                  {cbor_text("attStmt"), statement(data, sha256(client_bytes))},
                                                  {cbor_text("authData"), cbor_bytes(data)}}));
        core::registration_response response{client_bytes, object};
        if (named_id) {
            response.credential_id = *named_id;
        }
        return core::verify_registration(provider(), response, rules);
    }

    octets authenticator_data() const
    {
        return says.authenticator_data(
            (says.flags & 0x40) != 0 ? joined({aaguid, big_endian(static_cast<std::uint32_t>(id.size()), 2), id, cose})
                                     : octets());
    }

    said says{};
    octets aaguid = octets(16, 0xa1);
    octets id = octets(16, 0x1d);
    octets cose = passkey_cose();
    std::string format = "none";
    /// Of authenticator data and the hash of the client data.
    std::function<octets(const octets&, const octets&)> statement = [](const octets&, const octets&) {
        return octets{0xa0};
    };
    std::optional<std::string> client_data{};
    std::optional<octets> attestation_object{};
    std::optional<octets> named_id{};
    core::registration_rules rules{.ceremony = ceremony_rules()};
};

struct authenticating {
    authenticating()
    {
        says.type = "webauthn.get";
        rules.is_user_identified = true;
        stored.backup_eligible = false;
    }

    core::authentication run()
    {
        const octets data = authenticator_data.value_or(says.authenticator_data({}));
        const octets client = octets_of(client_data.value_or(says.client_data()));
        const octets signature = change(passkey().sign(joined({data, sha256(client)})));
        core::authentication_response response{id, client, data, signature};
        if (user_handle) {
            response.user_handle = *user_handle;
        }
        stored.id = stored_id;
        stored.public_key = cose;
        return core::verify_authentication(provider(), response, stored, rules);
    }

    said says{};
    octets id = octets(16, 0x1d);
    octets stored_id = octets(16, 0x1d);
    octets cose = passkey_cose();
    std::optional<octets> user_handle{};
    std::optional<std::string> client_data{};
    std::optional<octets> authenticator_data{};
    std::function<octets(octets)> change = [](octets signature) { return signature; };
    core::stored_credential stored{};
    core::authentication_rules rules{.ceremony = ceremony_rules()};
};

}  // namespace counterseal::test
