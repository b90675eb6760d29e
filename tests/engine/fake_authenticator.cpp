// SPDX-License-Identifier: Apache-2.0
#include "fake_authenticator.hpp"

#include "core/crypto/sha256.hpp"
#include "core/enroll/base64url.hpp"

namespace counterseal::core {
namespace {

using bytes = std::vector<std::uint8_t>;

sha256_digest digest_of(const crypto& by, bytes_view what)
{
    return sha256_hash(by).of({what});
}

void add(bytes& to, std::initializer_list<int> these)
{
    for (const int one : these) {
        to.push_back(static_cast<std::uint8_t>(one));
    }
}

void add(bytes& to, bytes_view these)
{
    to.insert(to.end(), these.begin(), these.end());
}

}  // namespace

bytes fake_authenticator::data(std::uint8_t more_flags) const
{
    bytes out;
    add(out, digest_of(by_, bytes_of(rp_id_)));
    const int flags = (user_present ? 1 : 0) | (user_verified ? 4 : 0) | (backup_eligible ? 8 : 0) |
                      (backup_state ? 16 : 0) | more_flags;
    add(out, {flags});
    out.resize(out.size() + sizeof sign_count);
    store_be(out.data() + out.size() - sizeof sign_count, sign_count);
    return out;
}

std::string fake_authenticator::client_data(const char* type, const json& options) const
{
    return json{{"type", type}, {"challenge", options.at("challenge")}, {"origin", origin}, {"crossOrigin", false}}
        .dump();
}

std::string fake_authenticator::response(const std::string& client, json rest) const
{
    rest["clientDataJSON"] = to_base64url<std::string>(bytes_of(client));
    return json{{"id", to_base64url<std::string>(id)},
                {"rawId", to_base64url<std::string>(id)},
                {"type", "public-key"},
                {"response", std::move(rest)},
                {"clientExtensionResults", json::object()}}
        .dump();
}

std::string fake_authenticator::register_with(const std::string& options)
{
    const json asked = json::parse(options);
    rp_id_ = asked.at("rp").at("id");
    user_handle_ = asked.at("user").at("id");
    bytes auth = data(64);
    auth.resize(auth.size() + 16);  // AAGUID
    add(auth, {0, static_cast<int>(id.size())});
    add(auth, id);
    // COSE_Key: kty OKP, alg EdDSA, crv Ed25519, x
    add(auth, {0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20});
    add(auth, key_.public_half().ed25519());
    bytes object;
    add(object, {0xa3, 0x63, 'f', 'm', 't', 0x64, 'n', 'o', 'n', 'e', 0x67, 'a', 't', 't', 'S', 't', 'm', 't', 0xa0});
    add(object, {0x68, 'a', 'u', 't', 'h', 'D', 'a', 't', 'a', 0x58, static_cast<int>(auth.size())});
    add(object, auth);
    return response(client_data("webauthn.create", asked),
                    {{"attestationObject", to_base64url<std::string>(object)}, {"transports", {"internal"}}});
}

std::string fake_authenticator::answer(const std::string& options) const
{
    const std::string client = client_data("webauthn.get", json::parse(options));
    const bytes auth = data(0);
    bytes message = auth;
    add(message, digest_of(by_, bytes_of(client)));
    return response(client, {{"authenticatorData", to_base64url<std::string>(auth)},
                             {"signature", to_base64url<std::string>(key_.sign(message))},
                             {"userHandle", user_handle_}});
}

}  // namespace counterseal::core
