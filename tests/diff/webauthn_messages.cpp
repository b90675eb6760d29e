// SPDX-License-Identifier: Apache-2.0
// Writes COUNT ceremonies drawn from SEED, a line of JSON each: what was mutated, what a browser would send, what was
// expected, what we say of it and what libfido2 does. webauthn_differential.py asks py_webauthn and judges.
//
//     webauthn_messages SEED COUNT
#include <fido.h>
#include <fido/param.h>

#include <cstdio>
#include <cstdlib>

#include "core/webauthn/response_json.hpp"
#include "tests/diff/libfido2.hpp"
#include "tests/diff/webauthn_draft.hpp"

using namespace counterseal;
using namespace counterseal::test;

namespace {

constexpr std::int64_t algorithms[] = {-7, -8, -35, -257};

struct verdict {
    core::refusal reason = core::refusal::none;
    bool user_verified = false;
    bool backup_eligible = false;
    bool backup_state = false;
    std::uint32_t sign_count = 0;
};

core::ceremony_rules rules_of(const draft& from)
{
    core::ceremony_rules rules = ceremony_rules();
    rules.user_verification_required = from.user_verification_required;
    return rules;
}

verdict of_registration(const draft& from, const message& sent)
{
    const core::registration_json read = core::read_registration_json(sent.response);
    if (read.reason != core::refusal::none) {
        return {read.reason};
    }
    core::registration_rules rules{.ceremony = rules_of(from)};
    rules.algorithms = algorithms;
    const core::registration out = core::verify_registration(provider(), read.raw(), rules);
    return {out.reason, out.user_verified, out.backup_eligible, out.backup_state, out.record.sign_count};
}

verdict of_authentication(const draft& from, const message& sent)
{
    const core::authentication_json read = core::read_authentication_json(sent.response);
    if (read.reason != core::refusal::none) {
        return {read.reason};
    }
    core::authentication_rules rules{.ceremony = rules_of(from)};
    rules.is_user_identified = true;
    core::stored_credential stored{.id = sent.id, .public_key = from.kind->cose};
    stored.sign_count = from.stored_count;
    stored.backup_eligible = from.stored_eligible;
    const core::authentication out = core::verify_authentication(provider(), read.raw(), stored, rules);
    return {out.reason, out.user_verified, out.backup_eligible, out.backup_state, out.state.sign_count};
}

/// The extensions that the data has: libfido2 wants to be told those that were asked for.
int extensions_in(core::bytes_view data)
{
    const auto read = core::read_authenticator_data(data, 0);
    if (!read || !read->extensions) {
        return 0;
    }
    static constexpr std::pair<const char*, int> known[] = {{"hmac-secret", FIDO_EXT_HMAC_SECRET},
                                                            {"credProtect", FIDO_EXT_CRED_PROTECT},
                                                            {"credBlob", FIDO_EXT_CRED_BLOB},
                                                            {"minPinLength", FIDO_EXT_MINPINLEN}};
    int bits = 0;
    for (const auto& [name, bit] : known) {
        bits |= read->extensions->find(name) ? bit : 0;
    }
    return bits;
}

/// It has no form of its own for an attestation object, so that one which we cannot take apart is not asked for.
const char* fido_of_registration(const draft& from, const message& sent)
{
    const auto object = core::cbor_value::read(sent.object);
    const auto format = object ? object->find("fmt") : std::nullopt;
    const auto statement = object ? object->find("attStmt") : std::nullopt;
    const auto data = object ? object->find("authData") : std::nullopt;
    if (!format || !format->text() || !statement || !data || !data->bytes()) {
        return "silent";
    }
    if (*format->text() != "packed" && *format->text() != "fido-u2f") {
        return "silent";
    }
    const octets hash = sha256(sent.client_data);
    return fido_accepts(fido_registration{"example.org", from.kind->algorithm, *format->text(), statement->whole(),
                                          *data->bytes(), hash, from.user_verification_required,
                                          extensions_in(*data->bytes()), !statement->find("x5c")})
               ? "accept"
               : "refuse";
}

const char* fido_of_authentication(const draft& from, const message& sent)
{
    const core::cose_reading key = core::read_cose_key(from.kind->cose, 0);
    const octets hash = sha256(sent.client_data);
    const auto accepted = fido_accepts(fido_authentication{"example.org", from.kind->algorithm, key.key.first,
                                                           key.key.second, sent.data, sent.sent_signature, hash,
                                                           from.user_verification_required, extensions_in(sent.data)});
    return !accepted ? "silent" : *accepted ? "accept" : "refuse";
}

std::string url64(core::bytes_view bytes)
{
    return core::to_base64url<std::string>(bytes);
}

void print(std::size_t number, const std::string& kind, const draft& from, const message& sent)
{
    const verdict ours = from.is_registration ? of_registration(from, sent) : of_authentication(from, sent);
    const char* const fido =
        from.is_registration ? fido_of_registration(from, sent) : fido_of_authentication(from, sent);
    const auto flag = [](bool is) { return is ? "true" : "false"; };
    std::printf(
        R"({"number":%zu,"kind":"%s","ceremony":"%s","algorithm":"%s","format":"%s","response":"%s",)"
        R"("challenge":"%s","uv_required":%s,"public_key":"%s","stored_count":%u,"stored_be":%s,"ours":"%s","uv":%s,)"
        R"("be":%s,"bs":%s,"count":%u,"libfido2":"%s"})"
        "\n",
        number, kind.c_str(), from.is_registration ? "registration" : "authentication", from.kind->name,
        from.format.c_str(), url64(octets_of(sent.response)).c_str(), url64(issued_challenge()).c_str(),
        flag(from.user_verification_required), url64(from.kind->cose).c_str(), from.stored_count,
        flag(from.stored_eligible), core::facts_of(ours.reason).name, flag(ours.user_verified),
        flag(ours.backup_eligible), flag(ours.backup_state), ours.sign_count, fido);
}

const mutation& drawn(generator& random)
{
    const std::vector<mutation>& said = said_mutations();
    const std::vector<mutation>& form = form_mutations();
    const std::size_t at = below(random, said.size() + form.size());
    return at < said.size() ? said[at] : form[at - said.size()];
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::fputs("usage: webauthn_messages SEED COUNT\n", stderr);
        return 2;
    }
    fido_init(0);
    generator random(std::strtoull(argv[1], nullptr, 10));
    const std::size_t count = std::strtoull(argv[2], nullptr, 10);
    for (std::size_t i = 0; i < count; ++i) {
        draft made = good_draft(random);
        std::string kind;
        // One thing in most, so that it alone decides; two in the others.
        for (std::size_t n = below(random, 4) == 0 ? 2 : 1; n > 0; --n) {
            const mutation& by = drawn(random);
            by.apply(made, random);
            kind += (kind.empty() ? "" : "+") + std::string(by.name);
        }
        print(i, kind, made, signed_message(made));
    }
    return 0;
}
