// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/answer.hpp"

#include "core/enroll/json.hpp"

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

json start(refusal why, bool is_registration)
{
    const refusal_facts& facts = facts_of(why);
    json out = {{"accepted", why == refusal::none}};
    if (why != refusal::none) {
        out["refusal"] = facts.name;
        out["step"] = is_registration ? facts.registration_step : facts.authentication_step;
        out["meaning"] = facts.meaning;
    }
    return out;
}

template <class Result>
void put_common(const Result& result, const relying_party& party, json& out)
{
    out["up"] = result.user_present;
    out["uv"] = result.user_verified;
    out["be"] = result.backup_eligible;
    out["bs"] = result.backup_state;
    out["origin"] = result.origin;
    out["expected_origin"] = nullptr;
    if (result.expected_origin) {
        out["expected_origin"] = party.origins.at(*result.expected_origin);
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

/// What was copied out of JSON is UTF-8; a name in CBOR was checked to be.
std::string text_of(const json& whole)
{
    return whole.dump(-1, ' ', false, json::error_handler_t::replace);
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
    json out = start(result.reason, true);
    put_common(result, party, out);
    out["rp_id"] = party.rp_id;
    out["format"] = result.format;
    out["algorithm"] = result.algorithm;
    out["is_statement_valid"] = result.is_statement_valid;
    out["attestation"] = name_of(result.type);
    out["trust"] = name_of(result.trust);
    authenticator_outputs signed_outputs;
    if (const auto extensions = cbor_value::read(result.extensions)) {
        signed_outputs = read_authenticator_outputs(*extensions);
    }
    out["extensions"] = to_json(asked_for(client, party), signed_outputs);
    return text_of(out);
}

std::string answer_of(const authentication& result, const client_outputs& client, const relying_party& party)
{
    json out = start(result.reason, false);
    put_common(result, party, out);
    out["rp_id"] = result.is_appid ? party.appid : party.rp_id;
    out["is_appid"] = result.is_appid;
    out["is_signature_valid"] = result.is_signature_valid;
    out["sign_count"] = name_of(result.sign_count);
    out["extensions"] = to_json(asked_for(client, party), {});
    return text_of(out);
}

std::string answer_of(refusal why, bool is_registration)
{
    return text_of(start(why, is_registration));
}

}  // namespace counterseal::core
