// SPDX-License-Identifier: Apache-2.0
#include "tests/diff/webauthn_draft.hpp"

namespace counterseal::test {
namespace {

octets changed(octets bytes, const std::vector<change>& by)
{
    for (const change& one : by) {
        bytes = one(std::move(bytes));
    }
    return bytes;
}

std::string changed(std::string text, const std::vector<text_change>& by)
{
    for (const text_change& one : by) {
        text = one(std::move(text));
    }
    return text;
}

octets with_r_and_s(const draft& from, const octets& message)
{
    return changed(from.kind->key->sign(message), from.signature);
}

/// What a maker signs; certificates cost more than a signature, so the usual one is made once.
octets path_of(const draft& from)
{
    static const octets usual = make_certificate(maker(), authority(), {});
    const bool is_usual = from.path_said.empty() && from.plan.subject == certificate_plan().subject &&
                          from.plan.version == 3 && from.plan.is_authority == false &&
                          from.plan.aaguid_extensions.empty();
    const octets leaf = is_usual ? usual : make_certificate(maker(), authority(), from.plan);
    return changed(cbor_array({cbor_bytes(leaf)}), from.path_said);
}

octets statement_of(const draft& from, const octets& data, const octets& hash)
{
    cbor_pairs pairs;
    if (from.format == "packed") {
        const std::int64_t algorithm = from.is_certified ? -7 : from.kind->algorithm;
        const octets message = joined({data, hash});
        const octets signature =
            from.is_certified ? changed(maker().sign(message), from.signature) : with_r_and_s(from, message);
        pairs = {{cbor_text("alg"), cbor_int(from.statement_algorithm.value_or(algorithm))},
                 {cbor_text("sig"), cbor_bytes(signature)}};
        if (from.is_certified) {
            pairs.emplace_back(cbor_text("x5c"), path_of(from));
        }
    } else if (from.format == "fido-u2f") {
        const octets x = from.kind->key->x();
        const octets y = from.kind->key->y();
        const octets message =
            joined({octets{0}, sha256(core::bytes_of(from.says.rp_id)), hash, from.id, octets{4}, x, y});
        pairs = {{cbor_text("sig"), cbor_bytes(changed(maker().sign(message), from.signature))},
                 {cbor_text("x5c"), path_of(from)}};
    }
    if (from.statement_pairs) {
        from.statement_pairs(pairs);
    }
    return cbor_map(pairs);
}

std::string member(const char* name, core::bytes_view bytes)
{
    return '"' + std::string(name) + R"(":")" + core::to_base64url<std::string>(bytes) + '"';
}

std::string envelope(const draft& from, const std::string& response)
{
    const std::string id = from.named_id.empty() ? core::to_base64url<std::string>(from.id) : from.named_id;
    return changed(R"({"id":")" + id + R"(","rawId":")" + id + R"(","type":"public-key","response":{)" + response +
                       R"(},"clientExtensionResults":{}})",
                   from.json);
}

octets client_bytes(const draft& from)
{
    const std::string text = changed(from.says.client_data(), from.client_said);
    return octets_of(text);
}

}  // namespace

const std::vector<credential_kind>& credential_kinds()
{
    static const signing_key es256 = signing_key::make_ec("prime256v1");
    static const signing_key es384 = signing_key::make_ec("secp384r1");
    static const signing_key eddsa = signing_key::make_ed25519();
    static const signing_key rs256 = signing_key::make_rsa(2048);
    static const std::vector<credential_kind> all = {
        {"es256", -7, &es256, cose_ec(-7, 1, es256.x(), es256.y())},
        {"es384", -35, &es384, cose_ec(-35, 2, es384.x(), es384.y())},
        {"eddsa", -8, &eddsa, cose_okp(-8, 6, eddsa.raw())},
        {"rs256", -257, &rs256, cose_rsa(-257, rs256.modulus(), rs256.exponent())}};
    return all;
}

draft good_draft(generator& random)
{
    draft out;
    out.is_registration = below(random, 2) == 0;
    // RSA signs slowly: one in 16.
    const std::size_t draw = below(random, 16);
    out.kind = &credential_kinds()[draw < 9 ? 0 : draw < 11 ? 1 : draw < 15 ? 2 : 3];
    out.cose = out.kind->cose;
    out.user_verification_required = below(random, 4) == 0;
    out.says.type = out.is_registration ? "webauthn.create" : "webauthn.get";
    const bool is_eligible = below(random, 2) == 0;
    out.stored_eligible = is_eligible;
    out.says.flags = static_cast<std::uint8_t>(0x01 | (out.user_verification_required ? 0x04 : 0) |
                                               (is_eligible ? 0x08 : 0) | (out.is_registration ? 0x40 : 0));
    if (!out.is_registration) {
        out.stored_count = below(random, 2) == 0 ? 0 : 7;
        out.says.sign_count = out.stored_count == 0 ? 0 : 8;
        return out;
    }
    const std::size_t format = below(random, 4);
    out.format = format == 0 ? "none" : format == 3 && out.kind->algorithm == -7 ? "fido-u2f" : "packed";
    out.is_certified = format == 2;
    if (out.format == "packed") {
        out.aaguid = octets(16, 0xa1);
    }
    return out;
}

message signed_message(const draft& from)
{
    message out;
    out.id = from.id;
    const octets client = client_bytes(from);
    const octets hash = sha256(client);
    const octets credential =
        joined({from.aaguid, big_endian(static_cast<std::uint32_t>(from.id.size()), 2), from.id, from.cose});
    out.data = changed(from.says.authenticator_data(from.is_registration ? credential : octets()), from.data_said);
    out.client_data = changed(client, from.client_sent);
    if (from.is_registration) {
        cbor_pairs pairs = {{cbor_text("fmt"), cbor_text(from.format)},
                            {cbor_text("attStmt"), statement_of(from, out.data, hash)},
                            {cbor_text("authData"), cbor_bytes(out.data)}};
        if (from.object_pairs) {
            from.object_pairs(pairs);
        }
        out.object = changed(cbor_map(pairs), from.data_sent);
        out.response = envelope(from, member("clientDataJSON", out.client_data) + ',' +
                                          member("attestationObject", out.object) + R"(,"transports":["usb"])");
    } else {
        out.sent_signature = with_r_and_s(from, joined({out.data, hash}));
        out.data = changed(out.data, from.data_sent);
        out.response =
            envelope(from, member("clientDataJSON", out.client_data) + ',' + member("authenticatorData", out.data) +
                               ',' + member("signature", out.sent_signature) +
                               (from.user_handle.empty() ? "" : R"(,"userHandle":)" + from.user_handle));
    }
    return out;
}

octets disturbed(octets bytes, generator& random)
{
    if (bytes.empty()) {
        return octets(1, static_cast<std::uint8_t>(random()));
    }
    const std::size_t at = below(random, bytes.size());
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(random, 6)) {
        case 0: *place ^= static_cast<std::uint8_t>(1U << below(random, 8)); break;
        case 1: *place = static_cast<std::uint8_t>(random()); break;
        case 2: bytes.insert(place, static_cast<std::uint8_t>(random())); break;
        case 3: bytes.erase(place); break;
        case 4: bytes.resize(at); break;
        default: {
            const octets piece(place, place + static_cast<std::ptrdiff_t>(std::min<std::size_t>(8, bytes.size() - at)));
            bytes.insert(place, piece.begin(), piece.end());
        }
    }
    return bytes;
}

}  // namespace counterseal::test
