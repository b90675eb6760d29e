/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passkeys and security keys: the ceremonies of Web Authentication Level 3, registration (section 7.1) and
 * authentication (section 7.2), each step in its order.
 *
 * None of this is secret, so settings, requests and answers are JSON texts in UTF-8. Objects hold no member twice and
 * none that is not named here; a null is as good as no member; bytes are base64url without padding.
 *
 * Settings of a relying party. Only rp_id must be there.
 *     rp_id                        "example.org"
 *     rp_name                      shown by some clients; the rp_id by default
 *     origins                      ["https://example.org", "android:apk-key-hash:..."], as browsers write them; needed
 *                                  to verify. Related origins stand here like all others
 *     subdomains, any_port         true: also of the https hosts in origins with a dot in front, at any port
 *     cross_origin                 true: frames of another origin may run a ceremony
 *     top_origins                  the pages that may be around such a frame
 *     user_verification            "required", "preferred" (default) or "discouraged"
 *     algorithms                   COSE numbers, [-19, -8, -7, -257] by default
 *     backup_eligible_allowed      false: refuse passkeys that may be copied to other devices
 *     anchors                      certificates that vouch for authenticators, DER as base64 (with padding)
 *     attestation_required         true: refuse what no anchor vouches for
 *     appid                        of the U2F days, for credentials registered then
 *     appid_exclude                the same, asked for at a registration: its output is told in the answer
 *     backup_eligibility_may_rise  true: a credential may become one that can be copied
 *     sign_count_may_stay          true: accept, and report, a counter that did not rise
 *     may_initialize_uv            true: a verified user is remembered though registration had none
 *     quirks                       faults of real devices to forgive: ["ed25519_text_labels"]
 *
 * What was expected of one ceremony: kept by the server since it made the options, never taken from the response. A
 * challenge is used once: whoever keeps it deletes it before it is looked at.
 *     challenge     16 to 1024 bytes; must be there
 *     conditional   registration: mediation was conditional, so that nobody need be present
 *     at            registration: seconds since 1970, when certificates must be valid; needed with anchors
 *     taken         registration: identifiers that are registered already
 *     allow         authentication: identifiers that were asked for; none: any
 *     user_handle   authentication: of the user whose record is given
 *     usernameless  authentication: true where nobody had said who they are; needs user_handle
 *
 * A record is what registration gives to store, one column of at most CSEAL_WEBAUTHN_RECORD_MAX bytes. Authentication
 * takes it and gives the next one. Store that with one conditional update whose row count is the verdict, and refuse an
 * identifier that is there already.
 *
 * An answer tells what a ceremony came to, for logs and decisions: accepted, refusal, step, meaning; up, uv, be and bs
 * as the authenticator said them; origin, expected_origin, rp_id; extensions; of registration also format, algorithm,
 * attestation, is_statement_valid and trust ("none", "self" or "anchored"); of authentication is_signature_valid,
 * sign_count ("unused", "rose" or "did_not_rise") and is_appid. Valid is not trusted: a statement may be all that its
 * format asks for, and yet nobody vouches for it.
 */
#ifndef COUNTERSEAL_WEBAUTHN_H
#define COUNTERSEAL_WEBAUTHN_H

#include "counterseal/base.h"
#include "counterseal/crypto.h"
#include "counterseal/seed.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Longest record in bytes. */
#define CSEAL_WEBAUTHN_RECORD_MAX 8192U

/* Longest credential identifier in bytes (section 7.1 step 25). */
#define CSEAL_WEBAUTHN_ID_MAX 1023U

/* What a relying party expects. Never changes. */
typedef struct cseal_webauthn cseal_webauthn;

/* A credential's public key, ready to verify: what is built once a credential and not once a login. */
typedef struct cseal_webauthn_key cseal_webauthn_key;

/*
 * Reads the settings of a relying party.
 *
 *   crypto        the provider; may be freed before the handle
 *   settings      JSON, as described above
 *   settings_len  bytes, at most 1 MiB
 *   problem       gets the rule that was broken; may be NULL
 *   party         gets the handle, or NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, no such JSON or a setting that is none; CSEAL_E_RANGE for a number or a
 *          length; CSEAL_E_UNSUPPORTED for an algorithm or quirk that this build does not know; CSEAL_E_CRYPTO;
 *          CSEAL_E_NOMEM.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_webauthn_new(const cseal_crypto* crypto, const char* settings, size_t settings_len,
                                          cseal_problem* problem, cseal_webauthn** party);

/*
 * Frees a relying party.
 *
 *   party      from cseal_webauthn_new; NULL does nothing
 *
 * Returns: nothing.
 * Threads: needs the handle for itself.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API void cseal_webauthn_free(cseal_webauthn* party);

/*
 * Makes what PublicKeyCredential.parseCreationOptionsFromJSON() takes, to register a credential.
 *
 * The request has user_id (1 to 64 bytes, no name in it) and user_name; it may have challenge (else 32 random bytes are
 * made), user_display_name, exclude and its transports ([{"id": ..., "transports": [...]}]), resident_key ("required",
 * "preferred" by default, "discouraged"), attachment ("platform", "cross-platform"), attestation ("none" by default,
 * "indirect", "direct", "enterprise"), attestation_formats, hints, timeout_s (300) and extensions in the form of
 * browsers: credProps, credentialProtectionPolicy, enforceCredentialProtectionPolicy, minPinLength, largeBlob, prf,
 * hmacCreateSecret, appidExclude.
 *
 *   party        the relying party
 *   request      JSON
 *   request_len  bytes, at most 1 MiB
 *   problem      gets the rule that was broken; may be NULL
 *   options      gets the JSON, without a NUL
 *   options_cap  bytes at options
 *   options_len  gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY, after which another call makes another challenge; CSEAL_E_ARGUMENT for NULL, no
 *          such JSON or a member that is none; CSEAL_E_RANGE for a number or a length; CSEAL_E_CRYPTO; CSEAL_E_NOMEM.
 * Threads: any number on one party.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_webauthn_registration_options(const cseal_webauthn* party, const char* request,
                                                           size_t request_len, cseal_problem* problem, char* options,
                                                           size_t options_cap, size_t* options_len);

/*
 * Makes what PublicKeyCredential.parseRequestOptionsFromJSON() takes, to log in.
 *
 * The request may have challenge, allow (as exclude of a registration; none asks for any passkey), hints, timeout_s and
 * extensions: appid, largeBlob, prf.
 *
 *   party        the relying party
 *   request      JSON
 *   request_len  bytes, at most 1 MiB
 *   problem      gets the rule that was broken; may be NULL
 *   options      gets the JSON, without a NUL
 *   options_cap  bytes at options
 *   options_len  gets the number of bytes
 *
 * Returns: as cseal_webauthn_registration_options.
 * Threads: any number on one party.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_webauthn_authentication_options(const cseal_webauthn* party, const char* request,
                                                             size_t request_len, cseal_problem* problem, char* options,
                                                             size_t options_cap, size_t* options_len);

/*
 * Makes the document that a relying party serves at https://RP_ID/.well-known/webauthn, so that pages of its other
 * origins may use its passkeys (section 5.11). Clients follow at most five different labels.
 *
 *   party         the relying party; its https origins are in the document
 *   document      gets the JSON, without a NUL
 *   document_cap  bytes at document
 *   document_len  gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: any number on one party.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_webauthn_related_origins(const cseal_webauthn* party, char* document, size_t document_cap,
                                                      size_t* document_len);

/*
 * Reads which credential answered, to look its record up. Nothing is verified.
 *
 *   response      RegistrationResponseJSON or AuthenticationResponseJSON
 *   response_len  bytes, at most 256 KiB
 *   id            gets the identifier
 *   id_cap        bytes at id
 *   id_len        gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_MALFORMED where it is no such response; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL;
 *          CSEAL_E_NOMEM.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_webauthn_credential_id(const char* response, size_t response_len, uint8_t* id,
                                                    size_t id_cap, size_t* id_len);

/*
 * Verifies a registration as PublicKeyCredential.toJSON() gives it: section 7.1, each step.
 *
 *   party         the relying party, with origins
 *   expected      JSON, as described above
 *   expected_len  bytes, at most 2 MiB
 *   response      RegistrationResponseJSON
 *   response_len  bytes, at most 256 KiB
 *   problem       gets the rule that party or expected broke; may be NULL
 *   step          gets the step of section 7.1 that refused; 0: none did; may be NULL
 *   refusal       gets a static NUL-terminated name for logs, such as "origin"; "none" where it was accepted, "rules"
 *                 with a negative status; may be NULL
 *   record        gets, with CSEAL_OK, the record to store
 *   record_cap    bytes at record; CSEAL_WEBAUTHN_RECORD_MAX always suffice
 *   record_len    gets the number of bytes
 *   answer        gets the answer, as described above
 *   answer_cap    bytes at answer
 *   answer_len    gets the number of bytes
 *
 * Returns: CSEAL_OK: accepted; CSEAL_WRONG and CSEAL_MALFORMED for what is refused; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT
 *          for NULL, or where party or expected breaks a rule; CSEAL_E_RANGE for the challenge's length; CSEAL_E_TIME
 *          where anchors have no time; CSEAL_E_CRYPTO; CSEAL_E_NOMEM.
 * Threads: any number on one party.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_webauthn_verify_registration(const cseal_webauthn* party, const char* expected,
                                                          size_t expected_len, const char* response,
                                                          size_t response_len, cseal_problem* problem, uint32_t* step,
                                                          const char** refusal, char* record, size_t record_cap,
                                                          size_t* record_len, char* answer, size_t answer_cap,
                                                          size_t* answer_len);

/*
 * Verifies a registration from the bytes beneath the JSON.
 *
 *   party                   the relying party, with origins
 *   expected                as in cseal_webauthn_verify_registration
 *   expected_len            bytes
 *   credential_id           what the response says besides; NULL: it says nothing
 *   credential_id_len       bytes
 *   client_data             clientDataJSON, the exact bytes
 *   client_data_len         bytes
 *   attestation_object      attestationObject, the exact bytes
 *   attestation_object_len  bytes
 *   problem                 as in cseal_webauthn_verify_registration
 *   step                    as in cseal_webauthn_verify_registration
 *   refusal                 as in cseal_webauthn_verify_registration
 *   record                  as in cseal_webauthn_verify_registration
 *   record_cap              bytes at record
 *   record_len              gets the number of bytes
 *   answer                  as in cseal_webauthn_verify_registration
 *   answer_cap              bytes at answer
 *   answer_len              gets the number of bytes
 *
 * Returns: as cseal_webauthn_verify_registration.
 * Threads: any number on one party.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_webauthn_verify_registration_raw(
    const cseal_webauthn* party, const char* expected, size_t expected_len, const uint8_t* credential_id,
    size_t credential_id_len, const uint8_t* client_data, size_t client_data_len, const uint8_t* attestation_object,
    size_t attestation_object_len, cseal_problem* problem, uint32_t* step, const char** refusal, char* record,
    size_t record_cap, size_t* record_len, char* answer, size_t answer_cap, size_t* answer_len);

/*
 * Prepares the public key of a record. A login with it costs little more than the signature.
 *
 *   crypto      the provider; may be freed before the handle
 *   record      the stored record
 *   record_len  bytes
 *   problem     gets the rule that was broken; may be NULL
 *   key         gets the handle, or NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, a record that is none, or a public key that is none;
 *          CSEAL_E_UNSUPPORTED where the provider has no such keys; CSEAL_E_CRYPTO; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_webauthn_key_new(const cseal_crypto* crypto, const char* record, size_t record_len,
                                              cseal_problem* problem, cseal_webauthn_key** key);

/*
 * Frees a prepared key.
 *
 *   key        from cseal_webauthn_key_new; NULL does nothing
 *
 * Returns: nothing.
 * Threads: needs the handle for itself.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API void cseal_webauthn_key_free(cseal_webauthn_key* key);

/*
 * Verifies a login as PublicKeyCredential.toJSON() gives it: section 7.2, each step.
 *
 *   party           the relying party, with origins
 *   expected        JSON, as described above
 *   expected_len    bytes, at most 2 MiB
 *   record          the stored record of the credential that answered, looked up by its identifier, and of the user
 *   record_len      bytes
 *   key             the record's key, prepared; NULL: it is built now
 *   response        AuthenticationResponseJSON
 *   response_len    bytes, at most 256 KiB
 *   problem         gets the rule that party, expected, record or key broke; may be NULL
 *   step            gets the step of section 7.2 that refused; 0: none did; may be NULL
 *   refusal         gets a static NUL-terminated name for logs; may be NULL
 *   new_record      gets, with CSEAL_OK, the record to store in place of the other one
 *   new_record_cap  bytes at new_record; CSEAL_WEBAUTHN_RECORD_MAX always suffice
 *   new_record_len  gets the number of bytes
 *   answer          gets the answer, as described above
 *   answer_cap      bytes at answer
 *   answer_len      gets the number of bytes
 *
 * Returns: CSEAL_OK: accepted; CSEAL_WRONG and CSEAL_MALFORMED for what is refused; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT
 *          for NULL, where party, expected or record breaks a rule, or where the key is another record's; CSEAL_E_RANGE
 *          for a length or a number in one of them; CSEAL_E_CRYPTO; CSEAL_E_NOMEM.
 * Threads: any number on one party and one key.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_webauthn_verify_authentication(const cseal_webauthn* party, const char* expected,
                                                            size_t expected_len, const char* record, size_t record_len,
                                                            const cseal_webauthn_key* key, const char* response,
                                                            size_t response_len, cseal_problem* problem, uint32_t* step,
                                                            const char** refusal, char* new_record,
                                                            size_t new_record_cap, size_t* new_record_len, char* answer,
                                                            size_t answer_cap, size_t* answer_len);

/*
 * Verifies a login from the bytes beneath the JSON.
 *
 *   party                   the relying party, with origins
 *   expected                as in cseal_webauthn_verify_authentication
 *   expected_len            bytes
 *   record                  as in cseal_webauthn_verify_authentication
 *   record_len              bytes
 *   key                     as in cseal_webauthn_verify_authentication
 *   credential_id           of the credential that answered
 *   credential_id_len       bytes
 *   client_data             clientDataJSON, the exact bytes
 *   client_data_len         bytes
 *   authenticator_data      authenticatorData, the exact bytes
 *   authenticator_data_len  bytes
 *   signature               the signature
 *   signature_len           bytes
 *   user_handle             what the response says; NULL: it says nothing
 *   user_handle_len         bytes
 *   problem                 as in cseal_webauthn_verify_authentication
 *   step                    as in cseal_webauthn_verify_authentication
 *   refusal                 as in cseal_webauthn_verify_authentication
 *   new_record              as in cseal_webauthn_verify_authentication
 *   new_record_cap          bytes at new_record
 *   new_record_len          gets the number of bytes
 *   answer                  as in cseal_webauthn_verify_authentication
 *   answer_cap              bytes at answer
 *   answer_len              gets the number of bytes
 *
 * Returns: as cseal_webauthn_verify_authentication.
 * Threads: any number on one party and one key.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_webauthn_verify_authentication_raw(
    const cseal_webauthn* party, const char* expected, size_t expected_len, const char* record, size_t record_len,
    const cseal_webauthn_key* key, const uint8_t* credential_id, size_t credential_id_len, const uint8_t* client_data,
    size_t client_data_len, const uint8_t* authenticator_data, size_t authenticator_data_len, const uint8_t* signature,
    size_t signature_len, const uint8_t* user_handle, size_t user_handle_len, cseal_problem* problem, uint32_t* step,
    const char** refusal, char* new_record, size_t new_record_cap, size_t* new_record_len, char* answer,
    size_t answer_cap, size_t* answer_len);

#ifdef __cplusplus
}
#endif

#endif
