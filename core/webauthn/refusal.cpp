// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/refusal.hpp"

namespace counterseal::core {
namespace {

constexpr refusal_facts facts[] = {
    {refusal::none, "none", 0, 0, status::ok, "the ceremony was accepted"},
    {refusal::response_json, "response_json", 3, 3, status::malformed,
     "the response is no JSON object, or has a name twice"},
    {refusal::response_member, "response_member", 3, 3, status::malformed,
     "a member of the response is missing, of another type, or no strict base64url"},
    {refusal::credential_type, "credential_type", 3, 3, status::malformed, "the credential's type is not public-key"},
    {refusal::extension_outputs, "extension_outputs", 4, 4, status::malformed,
     "clientExtensionResults is no object, or has a member of another type than its extension says"},
    {refusal::credential_not_allowed, "credential_not_allowed", 0, 5, status::wrong,
     "the credential is none of those that were asked for"},
    {refusal::user_handle_missing, "user_handle_missing", 0, 6, status::malformed,
     "nobody was identified before, and the response has no user handle"},
    {refusal::user_handle, "user_handle", 0, 6, status::wrong, "the user handle is not that of the user"},
    {refusal::user_credential, "user_credential", 0, 6, status::wrong,
     "the credential is not the one of the stored record"},
    {refusal::client_data_encoding, "client_data_encoding", 5, 8, status::malformed, "the client data is no UTF-8"},
    {refusal::client_data_json, "client_data_json", 6, 9, status::malformed,
     "the client data is no JSON object, or has a name twice"},
    {refusal::type, "type", 7, 10, status::wrong, "the client data is of another ceremony"},
    {refusal::challenge, "challenge", 8, 11, status::wrong, "the challenge is not the one that was issued"},
    {refusal::origin, "origin", 9, 12, status::wrong, "the origin is none of the expected ones"},
    {refusal::cross_origin, "cross_origin", 10, 13, status::wrong,
     "the ceremony took place in a frame of another origin, which was not allowed"},
    {refusal::top_origin, "top_origin", 11, 14, status::wrong,
     "the page around the frame is none of the expected ones"},
    {refusal::attestation_object, "attestation_object", 13, 0, status::malformed,
     "the attestation object is no canonical CBOR map of fmt, attStmt and authData"},
    {refusal::authenticator_data, "authenticator_data", 13, 15, status::malformed,
     "the authenticator data is cut off, has bytes left over, or is not what its flags say"},
    {refusal::no_attested_credential, "no_attested_credential", 13, 0, status::malformed,
     "the authenticator data has no attested credential"},
    {refusal::credential_id_differs, "credential_id_differs", 13, 0, status::malformed,
     "the response names another credential than the authenticator does"},
    {refusal::rp_id, "rp_id", 14, 15, status::wrong, "the authenticator answered another relying party"},
    {refusal::user_presence, "user_presence", 15, 16, status::wrong, "the user was not present"},
    {refusal::user_verification, "user_verification", 16, 17, status::wrong, "the user was not verified"},
    {refusal::backup_state, "backup_state", 17, 18, status::wrong,
     "the credential is backed up and cannot be: the flags contradict each other"},
    {refusal::backup_eligible, "backup_eligible", 18, 18, status::wrong,
     "the credential may be copied to other devices, which was not allowed"},
    {refusal::backup_eligibility_changed, "backup_eligibility_changed", 0, 19, status::wrong,
     "whether the credential may be backed up has changed since registration"},
    {refusal::public_key, "public_key", 20, 0, status::malformed,
     "the credential's public key is none: its parameters, its curve, its point or its numbers"},
    {refusal::algorithm_unsupported, "algorithm_unsupported", 20, 0, status::wrong,
     "the credential's algorithm is not verified here"},
    {refusal::algorithm_not_listed, "algorithm_not_listed", 20, 0, status::wrong,
     "the credential's algorithm is none of those that were asked for"},
    {refusal::attestation_format, "attestation_format", 21, 0, status::wrong,
     "the attestation has a format that is not verified here"},
    {refusal::attestation_statement, "attestation_statement", 22, 0, status::malformed,
     "the attestation statement is not what its format says"},
    {refusal::attestation_algorithm, "attestation_algorithm", 22, 0, status::wrong,
     "the attestation's algorithm is not that of its key, or none of ours"},
    {refusal::attestation_certificate, "attestation_certificate", 22, 0, status::wrong,
     "the attestation certificate does not meet the format's requirements"},
    {refusal::attestation_aaguid, "attestation_aaguid", 22, 0, status::wrong,
     "the attestation certificate is of another model than the authenticator data"},
    {refusal::attestation_signature, "attestation_signature", 22, 0, status::wrong,
     "the attestation's signature is wrong"},
    {refusal::attestation_missing, "attestation_missing", 24, 0, status::wrong,
     "attestation was required, and there is none that a trust anchor could vouch for"},
    {refusal::attestation_untrusted, "attestation_untrusted", 24, 0, status::wrong,
     "attestation was required, and no trust anchor vouches for its certificate"},
    {refusal::credential_id_length, "credential_id_length", 25, 0, status::malformed,
     "the credential's identifier has no byte, or more than 1023"},
    {refusal::credential_id_taken, "credential_id_taken", 26, 0, status::wrong,
     "a credential with this identifier is registered already"},
    {refusal::stored_key, "stored_key", 0, 21, status::e_argument, "the stored public key is no COSE key of ours"},
    {refusal::stored_key_spki, "stored_key_spki", 0, 21, status::e_argument,
     "the stored public key is a SubjectPublicKeyInfo where a COSE key belongs"},
    {refusal::signature_encoding, "signature_encoding", 0, 21, status::malformed, "the signature is no exact DER"},
    {refusal::signature, "signature", 0, 21, status::wrong, "the signature is wrong"},
    {refusal::sign_count, "sign_count", 0, 22, status::wrong,
     "the signature counter did not rise: the credential may have been copied"},
    {refusal::provider, "provider", 22, 21, status::e_crypto, "the cryptographic provider failed"},
    {refusal::rules, "rules", 1, 1, status::e_argument, "the rules of the call contradict themselves: see check()"},
};

constexpr bool are_in_order() noexcept
{
    for (std::size_t i = 0; i < std::size(facts); ++i) {
        if (facts[i].reason != static_cast<refusal>(i)) {
            return false;
        }
    }
    return static_cast<refusal>(std::size(facts) - 1) == refusal::rules;
}
static_assert(are_in_order());

}  // namespace

std::span<const refusal_facts> all_refusals() noexcept
{
    return facts;
}

}  // namespace counterseal::core
