// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/registration.hpp"

#include <algorithm>
#include <utility>

namespace counterseal::core {
namespace {

constexpr std::size_t format_max = 32;  // section 8.1

struct attestation_object {
    std::string_view format;
    cbor_value statement;
    bytes_view authenticator_bytes;
};

std::optional<attestation_object> read_attestation_object(bytes_view bytes) noexcept
{
    if (bytes.size() > attestation_object_max) {
        return std::nullopt;
    }
    const std::optional<cbor_value> map = cbor_value::read(bytes);
    if (!map || map->size() != 3) {
        return std::nullopt;
    }
    const std::optional<cbor_value> format = map->find("fmt");
    const std::optional<cbor_value> statement = map->find("attStmt");
    const std::optional<cbor_value> data = map->find("authData");
    if (!format || !format->text() || !statement || !data || !data->bytes()) {
        return std::nullopt;
    }
    return attestation_object{*format->text(), *statement, *data->bytes()};
}

/// Of a fault that is one.
refusal of_key(cose_fault fault) noexcept
{
    switch (fault) {
        case cose_fault::algorithm:
        case cose_fault::unsupported: return refusal::algorithm_unsupported;
        default: return refusal::public_key;
    }
}

bool contains(std::span<const bytes_view> list, bytes_view id) noexcept
{
    return std::ranges::any_of(list, [&](bytes_view one) { return are_equal(one, id); });
}

std::vector<std::uint8_t> copy_of(bytes_view bytes)
{
    return {bytes.begin(), bytes.end()};
}

/// One ceremony: each function is a run of steps, and the first refusal ends it.
class ceremony {
public:
    ceremony(const crypto& by, const registration_response& response, const registration_rules& rules,
             registration& out) noexcept
        : by_{by}, response_{response}, rules_{rules}, out_{out}
    {
    }

    refusal run()
    {
        // Step 4 is the reader's of the JSON form. Steps 5 to 11.
        client_data client;
        std::size_t origin_at = 0;
        if (const refusal why =
                check_client_data(response_.client_data, "webauthn.create", rules_.ceremony, client, origin_at);
            why != refusal::none) {
            out_.origin = std::move(client.origin);
            return why;
        }
        out_.origin = std::move(client.origin);
        out_.expected_origin = origin_at;
        // Steps 12 and 13.
        const sha256_digest client_data_hash = sha256_of(by_, response_.client_data);
        const std::optional<attestation_object> object = read_attestation_object(response_.attestation_object);
        if (!object) {
            return refusal::attestation_object;
        }
        out_.format = object->format.substr(0, format_max);
        const std::optional<authenticator_data> data =
            read_authenticator_data(object->authenticator_bytes, rules_.ceremony.quirks);
        if (!data) {
            return refusal::authenticator_data;
        }
        return check_data(*object, *data, client_data_hash);
    }

private:
    /// Steps 13 to 19.
    refusal check_data(const attestation_object& object, const authenticator_data& data,
                       const sha256_digest& client_data_hash)
    {
        if (!data.credential) {
            return refusal::no_attested_credential;
        }
        if (response_.credential_id && !are_equal(*response_.credential_id, data.credential->id)) {
            return refusal::credential_id_differs;
        }
        out_.user_present = data.user_present;
        out_.user_verified = data.user_verified;
        out_.backup_eligible = data.backup_eligible;
        out_.backup_state = data.backup_state;
        if (!are_equal(data.rp_id_hash, sha256_of(by_, bytes_of(rules_.ceremony.rp_id)))) {
            return refusal::rp_id;
        }
        if (const refusal why = check_flags(data, !rules_.conditional, rules_.ceremony); why != refusal::none) {
            return why;
        }
        return check_credential(object, data, client_data_hash);
    }

    /// Steps 20 to 22.
    refusal check_credential(const attestation_object& object, const authenticator_data& data,
                             const sha256_digest& client_data_hash)
    {
        const cose_reading key = read_cose_key(data.credential->public_key, rules_.ceremony.quirks);
        if (key.fault != cose_fault::none) {
            return of_key(key.fault);
        }
        out_.algorithm = key.key.algorithm;
        if (std::ranges::find(rules_.algorithms, key.key.algorithm) == rules_.algorithms.end()) {
            return refusal::algorithm_not_listed;
        }
        const prepared_key prepared = prepare_new(by_, key.key);
        if (prepared.fault != cose_fault::none) {
            return of_key(prepared.fault);
        }
        attestation_verdict verdict = verify_attestation(
            object.format, object.statement,
            {by_, object.authenticator_bytes, data, *data.credential, key.key, *prepared.key, client_data_hash});
        if (verdict.reason != refusal::none) {
            return verdict.reason;
        }
        out_.is_statement_valid = true;
        out_.type = verdict.type;
        if (const refusal why = assess_trust(verdict); why != refusal::none) {
            return why;
        }
        return keep(data);
    }

    /// Steps 23 and 24.
    refusal assess_trust(const attestation_verdict& verdict)
    {
        if (verdict.type == attestation_type::certified) {
            const std::span<const certificate> path = verdict.path;
            const bool is_anchored =
                rules_.anchors != nullptr && rules_.anchors->vouch_for(path[0], path.subspan(1), rules_.at_s);
            out_.trust = is_anchored ? attestation_trust::anchored : attestation_trust::none;
        } else if (verdict.type == attestation_type::self) {
            out_.trust = attestation_trust::self;
        }
        if (!rules_.attestation_required || out_.trust == attestation_trust::anchored) {
            return refusal::none;
        }
        return verdict.type == attestation_type::certified ? refusal::attestation_untrusted
                                                           : refusal::attestation_missing;
    }

    /// Steps 25 to 28.
    refusal keep(const authenticator_data& data)
    {
        const attested_credential& credential = *data.credential;
        if (credential.id.empty() || credential.id.size() > credential_id_max) {
            return refusal::credential_id_length;
        }
        if (contains(rules_.taken, credential.id)) {
            return refusal::credential_id_taken;
        }
        out_.record.id = copy_of(credential.id);
        out_.record.public_key = copy_of(credential.public_key);
        std::ranges::copy(credential.aaguid, out_.record.aaguid.begin());
        out_.record.sign_count = data.sign_count;
        out_.record.uv_initialized = data.user_verified;
        out_.record.backup_eligible = data.backup_eligible;
        out_.record.backup_state = data.backup_state;
        if (data.extensions) {
            out_.extensions = copy_of(data.extensions->whole());
        }
        return refusal::none;
    }

    const crypto& by_;
    const registration_response& response_;
    const registration_rules& rules_;
    registration& out_;
};

}  // namespace

verdict_on_options check(const registration_rules& rules) noexcept
{
    if (const verdict_on_options fault = check(rules.ceremony); fault.rule != nullptr) {
        return fault;
    }
    if (rules.algorithms.empty()) {
        return {status::e_argument, "algorithms must name those that were asked for"};
    }
    const bool has_anchors = rules.anchors != nullptr && !rules.anchors->empty();
    if (rules.attestation_required && !has_anchors) {
        return {status::e_argument, "attestation_required needs anchors"};
    }
    if (has_anchors && rules.at_s < 0) {
        return {status::e_time, "anchors need the time, in seconds since 1970"};
    }
    return {status::ok, nullptr};
}

registration verify_registration(const crypto& by, const registration_response& response,
                                 const registration_rules& rules)
{
    registration out;
    if (const verdict_on_options fault = check(rules); fault.rule != nullptr) {
        out.reason = refusal::rules;
        out.misuse = fault.code;
        out.broken_rule = fault.rule;
        return out;
    }
    try {
        out.reason = ceremony(by, response, rules, out).run();
    } catch (const crypto_failure&) {
        out.reason = refusal::provider;
    }
    return out;
}

}  // namespace counterseal::core
