// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/answer.hpp"

#include "core/enroll/json_object.hpp"

namespace counterseal::core {
namespace {

const char* name_of(attestation_type type) noexcept
{
    switch (type) {
        case attestation_type::none: return "none";
        case attestation_type::self: return "self";
        case attestation_type::certified: break;
    }
    return "certified";
}

const char* name_of(sign_count_verdict verdict) noexcept
{
    switch (verdict) {
        case sign_count_verdict::unused: return "unused";
        case sign_count_verdict::rose: return "rose";
        case sign_count_verdict::did_not_rise: break;
    }
    return "did_not_rise";
}

json_object start(refusal why, bool is_registration)
{
    const refusal_facts& facts = facts_of(why);
    json_object out;
    out.flag("accepted", why == refusal::none);
    if (why != refusal::none) {
        out.text("refusal", facts.name);
        out.number("step", is_registration ? facts.registration_step : facts.authentication_step);
        out.text("meaning", facts.meaning);
    }
    return out;
}

template <class Result>
void put_common(const Result& result, const relying_party& party, json_object& out)
{
    out.flag("up", result.user_present);
    out.flag("uv", result.user_verified);
    out.flag("be", result.backup_eligible);
    out.flag("bs", result.backup_state);
    out.text("origin", result.origin);
    if (result.expected_origin) {
        out.text("expected_origin", party.origins.at(*result.expected_origin));
    } else {
        out.null("expected_origin");
    }
}

/// Without what nobody asked for: of appid and appidExclude the settings tell (sections 10.1.1 and 10.1.2).
client_outputs asked_for(client_outputs client, const relying_party& party)
{
    if (party.appid.empty()) {
        client.appid.reset();
    }
    if (party.appid_exclude.empty()) {
        client.appid_excluded.reset();
    }
    return client;
}

}  // namespace

const char* name_of(attestation_trust trust) noexcept
{
    switch (trust) {
        case attestation_trust::none: return "none";
        case attestation_trust::self: return "self";
        case attestation_trust::anchored: break;
    }
    return "anchored";
}

std::string answer_of(const registration& result, const client_outputs& client, const relying_party& party)
{
    json_object out = start(result.reason, true);
    put_common(result, party, out);
    out.text("rp_id", party.rp_id);
    out.text("format", result.format);
    out.number("algorithm", result.algorithm);
    out.flag("is_statement_valid", result.is_statement_valid);
    out.text("attestation", name_of(result.type));
    out.text("trust", name_of(result.trust));
    authenticator_outputs signed_outputs;
    if (const auto extensions = cbor_value::read(result.extensions)) {
        signed_outputs = read_authenticator_outputs(*extensions);
    }
    out.add("extensions", write_outputs(asked_for(client, party), signed_outputs));
    return std::move(out).finish();
}

std::string answer_of(const authentication& result, const client_outputs& client, const relying_party& party)
{
    json_object out = start(result.reason, false);
    put_common(result, party, out);
    out.text("rp_id", result.is_appid ? party.appid : party.rp_id);
    out.flag("is_appid", result.is_appid);
    out.flag("is_signature_valid", result.is_signature_valid);
    out.text("sign_count", name_of(result.sign_count));
    out.add("extensions", write_outputs(asked_for(client, party), {}));
    return std::move(out).finish();
}

std::string answer_of(refusal why, bool is_registration)
{
    return start(why, is_registration).finish();
}

}  // namespace counterseal::core
