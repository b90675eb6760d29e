/* SPDX-License-Identifier: Apache-2.0 */
/* webauthn.h: both ceremonies from JSON and from bytes, what is refused with its step, what the caller gets wrong. */
#include "counterseal/webauthn.h"

#include <stdlib.h>

#include "check.h"
#include "webauthn_vector.h"

static const char settings[] = "{\"rp_id\":\"example.org\",\"origins\":[\"https://example.org\"]}";

static cseal_crypto* crypto;
static cseal_webauthn* party;

#define TEXT(text) (text), (sizeof(text) - 1)

/* Where a verdict goes. */
static struct {
    cseal_problem problem;
    uint32_t step;
    const char* refusal;
    char record[CSEAL_WEBAUTHN_RECORD_MAX];
    size_t record_len;
    char answer[4096];
    size_t answer_len;
} got;

static void start(void)
{
    memset(&got, 0x5a, sizeof got);
    got.problem.struct_size = sizeof got.problem;
    got.refusal = NULL;
}

#define OUTPUTS                                                                                        \
    &got.problem, &got.step, &got.refusal, got.record, sizeof got.record, &got.record_len, got.answer, \
        sizeof got.answer, &got.answer_len

static cseal_status register_json(const cseal_webauthn* with, const char* expected, size_t expected_len,
                                  const char* response, size_t response_len)
{
    start();
    return cseal_webauthn_verify_registration(with, expected, expected_len, response, response_len, OUTPUTS);
}

static cseal_status log_in(const cseal_webauthn* with, const char* expected, const char* stored,
                           const cseal_webauthn_key* key, const char* response)
{
    start();
    return cseal_webauthn_verify_authentication(with, expected, strlen(expected), stored, strlen(stored), key, response,
                                                strlen(response), OUTPUTS);
}

static void expect_accepted(void)
{
    CHECK_NUMBER(got.step, 0);
    CHECK(strcmp(got.refusal, "none") == 0);
    CHECK(got.record_len == sizeof record - 1 && memcmp(got.record, record, got.record_len) == 0);
    CHECK(got.answer_len > 17 && memcmp(got.answer, "{\"accepted\":true,", 17) == 0);
}

static void expect_refused(const char* refusal, uint32_t step)
{
    CHECK(strcmp(got.refusal, refusal) == 0);
    CHECK_NUMBER(got.step, step);
    CHECK(got.record_len == 0 && all_bytes_are(got.record, sizeof got.record, 0));
    CHECK(got.answer_len > 18 && memcmp(got.answer, "{\"accepted\":false,", 18) == 0);
}

/* The caller's own fault: a rule is told, and no verdict. */
static void expect_misuse(const char* rule)
{
    CHECK(strcmp(got.problem.text, rule) == 0);
    CHECK_NUMBER(got.step, 0);
    CHECK(got.record_len == 0 && all_bytes_are(got.record, sizeof got.record, 0));
    CHECK(got.answer_len == 0 && all_bytes_are(got.answer, sizeof got.answer, 0));
}

static cseal_webauthn* party_of(const char* text)
{
    cseal_webauthn* made = NULL;
    CHECK_STATUS(cseal_webauthn_new(crypto, text, strlen(text), NULL, &made), CSEAL_OK);
    return made;
}

static void test_accepted(void)
{
    CHECK_STATUS(register_json(party, TEXT(registration_expected), TEXT(registration_response)), CSEAL_OK);
    expect_accepted();
    CHECK_STATUS(log_in(party, authentication_expected, record, NULL, authentication_response), CSEAL_OK);
    expect_accepted();
    cseal_webauthn_key* key = NULL;
    CHECK_STATUS(cseal_webauthn_key_new(crypto, TEXT(record), NULL, &key), CSEAL_OK);
    CHECK_STATUS(log_in(party, authentication_expected, record, key, authentication_response), CSEAL_OK);
    expect_accepted();
    start();
    CHECK_STATUS(cseal_webauthn_verify_authentication_raw(
                     party, TEXT(authentication_expected), TEXT(record), key, credential_id, sizeof credential_id,
                     client_data, sizeof client_data, authenticator_data, sizeof authenticator_data, signature,
                     sizeof signature, NULL, 0, OUTPUTS),
                 CSEAL_OK);
    expect_accepted();
    cseal_webauthn_key_free(key);
}

static void test_raw_registration(void)
{
    /* Raw bytes name no transports. */
    for (int named = 0; named < 2; ++named) {
        start();
        CHECK_STATUS(cseal_webauthn_verify_registration_raw(
                         party, TEXT(registration_expected), named ? credential_id : NULL,
                         named ? sizeof credential_id : 0, registration_client_data, sizeof registration_client_data,
                         attestation_object, sizeof attestation_object, OUTPUTS),
                     CSEAL_OK);
        CHECK(strstr(got.record, "\"transports\":[]") != NULL);
        CHECK(strstr(got.answer, "\"format\":\"none\"") != NULL);
    }
    start();
    CHECK_STATUS(cseal_webauthn_verify_registration_raw(party, TEXT(registration_expected), credential_id, 5,
                                                        registration_client_data, sizeof registration_client_data,
                                                        attestation_object, sizeof attestation_object, OUTPUTS),
                 CSEAL_MALFORMED);
    expect_refused("credential_id_differs", 13);
    start();
    CHECK_STATUS(cseal_webauthn_verify_registration_raw(party, TEXT(registration_expected), NULL, 0,
                                                        registration_client_data, sizeof registration_client_data,
                                                        attestation_object, sizeof attestation_object - 1, OUTPUTS),
                 CSEAL_MALFORMED);
    expect_refused("attestation_object", 13);
}

static void test_refused(void)
{
    CHECK_STATUS(register_json(party, TEXT(authentication_expected), TEXT(registration_response)), CSEAL_WRONG);
    expect_refused("challenge", 8);
    CHECK_STATUS(register_json(party, TEXT(registration_expected), TEXT(authentication_response)), CSEAL_MALFORMED);
    expect_refused("response_member", 3);
    CHECK_STATUS(register_json(party, TEXT(registration_expected), TEXT("{")), CSEAL_MALFORMED);
    expect_refused("response_json", 3);
    CHECK_STATUS(register_json(party, TEXT(registration_expected), NULL, 0), CSEAL_MALFORMED);
    expect_refused("response_json", 3);
    CHECK_STATUS(log_in(party, registration_expected, record, NULL, authentication_response), CSEAL_WRONG);
    expect_refused("challenge", 11);
    cseal_webauthn* strict = party_of(
        "{\"rp_id\":\"example.org\",\"origins\":[\"https://example.org\"],"
        "\"user_verification\":\"required\"}");
    CHECK_STATUS(log_in(strict, authentication_expected, record, NULL, authentication_response), CSEAL_WRONG);
    expect_refused("user_verification", 17);
    CHECK(strstr(got.answer, "\"uv\":false") != NULL);
    cseal_webauthn_free(strict);
    start();
    CHECK_STATUS(cseal_webauthn_verify_authentication_raw(
                     party, TEXT(authentication_expected), TEXT(record), NULL, credential_id, sizeof credential_id,
                     client_data, sizeof client_data, authenticator_data, sizeof authenticator_data, signature,
                     sizeof signature - 1, NULL, 0, OUTPUTS),
                 CSEAL_MALFORMED);
    expect_refused("signature_encoding", 21);
    /* A user handle that is there and empty names nobody; NULL says nothing. */
    start();
    CHECK_STATUS(cseal_webauthn_verify_authentication_raw(
                     party,
                     TEXT("{\"challenge\":\"OcDnUhQXulTUPo3JUXT0I97pvzzYBP9tZchXyav01Ag\",\"user_handle\":\"AQ\","
                          "\"usernameless\":true}"),
                     TEXT(record), NULL, credential_id, sizeof credential_id, client_data, sizeof client_data,
                     authenticator_data, sizeof authenticator_data, signature, sizeof signature, signature, 0, OUTPUTS),
                 CSEAL_MALFORMED);
    expect_refused("user_handle_missing", 6);
}

static void test_misuse(void)
{
    CHECK_STATUS(register_json(party, TEXT("{}"), TEXT(registration_response)), CSEAL_E_ARGUMENT);
    expect_misuse("challenge is missing");
    CHECK_STATUS(register_json(party, TEXT("{\"challenge\":\"AAAA\"}"), TEXT(registration_response)), CSEAL_E_RANGE);
    expect_misuse("challenge must have 16 to 1024 bytes");
    CHECK_STATUS(log_in(party, "[]", record, NULL, authentication_response), CSEAL_E_ARGUMENT);
    expect_misuse("expected must be a JSON object");
    CHECK_STATUS(log_in(party, authentication_expected, "", NULL, authentication_response), CSEAL_E_ARGUMENT);
    expect_misuse("credential must be JSON");
    CHECK_STATUS(log_in(party, authentication_expected, "{\"version\":1,\"id\":\"qrs\",\"public_key\":\"MFkw\"}", NULL,
                        authentication_response),
                 CSEAL_E_ARGUMENT);
    expect_misuse("public_key must be a COSE key, not a SubjectPublicKeyInfo");
    CHECK_STATUS(log_in(party, authentication_expected,
                        "{\"version\":1,\"id\":\"-R85HbTJsv3g6nAYnLo_tj9Xm6YSKzOtlP8-wzAIS-Q\",\"public_key\":\"oA\","
                        "\"backup_eligible\":true}",
                        NULL, authentication_response),
                 CSEAL_E_ARGUMENT);
    expect_misuse("public_key must be a COSE key of ours");
    cseal_webauthn* no_origins = party_of("{\"rp_id\":\"example.org\"}");
    CHECK_STATUS(register_json(no_origins, TEXT(registration_expected), TEXT(registration_response)), CSEAL_E_ARGUMENT);
    expect_misuse("origins must name at least one origin");
    cseal_webauthn_free(no_origins);

    /* A key of another record. */
    char other[sizeof record];
    memcpy(other, record, sizeof record);
    char* at = strstr(other, "\"public_key\":\"pQECAyYgASFYIK");
    CHECK(at != NULL);
    cseal_webauthn_key* key = NULL;
    CHECK_STATUS(cseal_webauthn_key_new(crypto, TEXT(record), NULL, &key), CSEAL_OK);
    if (at != NULL) {
        at[30] = at[30] == 'A' ? 'B' : 'A';
    }
    CHECK_STATUS(log_in(party, authentication_expected, other, key, authentication_response), CSEAL_E_ARGUMENT);
    expect_misuse("key must be the one of the record");
    cseal_webauthn_key_free(key);
}

static void test_lengths(void)
{
    char text[4096];
    char out[CSEAL_WEBAUTHN_RECORD_MAX];
    size_t len = 0;
    size_t answer_len = 0;
    /* Both lengths are told, and neither text is written unless both fit. */
    memset(out, 0x5a, sizeof out);
    CHECK_STATUS(
        cseal_webauthn_verify_registration(party, TEXT(registration_expected), TEXT(registration_response), NULL, NULL,
                                           NULL, out, sizeof record - 2, &len, text, sizeof text, &answer_len),
        CSEAL_E_CAPACITY);
    CHECK_NUMBER(len, sizeof record - 1);
    CHECK(answer_len > 100 && all_bytes_are(text, sizeof text, 0) && all_bytes_are(out, sizeof record - 2, 0));
    CHECK_STATUS(
        cseal_webauthn_verify_registration(party, TEXT(registration_expected), TEXT(registration_response), NULL, NULL,
                                           NULL, out, sizeof record - 1, &len, text, answer_len, &answer_len),
        CSEAL_OK);
    CHECK_STATUS(cseal_webauthn_verify_registration(party, TEXT(registration_expected), TEXT(registration_response),
                                                    NULL, NULL, NULL, out, sizeof out, &len, NULL, 0, &answer_len),
                 CSEAL_E_CAPACITY);
    CHECK(all_bytes_are(out, sizeof out, 0));

    CHECK_STATUS(cseal_webauthn_related_origins(party, text, sizeof text, &len), CSEAL_OK);
    CHECK(len == 35 && memcmp(text, "{\"origins\":[\"https://example.org\"]}", 35) == 0);
    CHECK_STATUS(cseal_webauthn_related_origins(party, text, 34, &len), CSEAL_E_CAPACITY);
    CHECK_NUMBER(len, 35);

    uint8_t id[64];
    CHECK_STATUS(cseal_webauthn_credential_id(TEXT(registration_response), id, sizeof id, &len), CSEAL_OK);
    CHECK(len == sizeof credential_id && memcmp(id, credential_id, len) == 0);
    CHECK_STATUS(cseal_webauthn_credential_id(TEXT(authentication_response), id, sizeof id, &len), CSEAL_OK);
    CHECK(len == sizeof credential_id && memcmp(id, credential_id, len) == 0);
    CHECK_STATUS(cseal_webauthn_credential_id(TEXT(authentication_response), id, 31, &len), CSEAL_E_CAPACITY);
    CHECK_NUMBER(len, sizeof credential_id);
    CHECK_STATUS(cseal_webauthn_credential_id(TEXT("{}"), id, sizeof id, &len), CSEAL_MALFORMED);
    CHECK(len == 0 && all_bytes_are(id, sizeof id, 0));
}

static void test_options(void)
{
    char text[4096];
    size_t len = 77;
    cseal_problem problem = {.struct_size = sizeof problem};
    const char request[] = "{\"user_id\":\"AQ\",\"user_name\":\"ada\"}";
    CHECK_STATUS(cseal_webauthn_registration_options(party, TEXT(request), &problem, text, sizeof text, &len),
                 CSEAL_OK);
    CHECK(len > 300 && text[len] == '\0' && strstr(text, "\"userVerification\":\"preferred\"") != NULL);
    CHECK_STATUS(cseal_webauthn_registration_options(party, TEXT(request), NULL, text, 10, &len), CSEAL_E_CAPACITY);
    CHECK(len > 300 && all_bytes_are(text, 10, 0));
    CHECK_STATUS(cseal_webauthn_registration_options(party, TEXT("{}"), &problem, text, sizeof text, &len),
                 CSEAL_E_ARGUMENT);
    CHECK(len == 0 && strcmp(problem.text, "user_id is missing") == 0);
    CHECK_STATUS(cseal_webauthn_authentication_options(party, TEXT("{}"), &problem, text, sizeof text, &len), CSEAL_OK);
    CHECK(strstr(text, "\"rpId\":\"example.org\"") != NULL);
    CHECK_STATUS(
        cseal_webauthn_authentication_options(party, TEXT("{\"timeout_s\":0}"), &problem, text, sizeof text, &len),
        CSEAL_E_RANGE);
    CHECK(strcmp(problem.text, "timeout_s must be a whole number from 1 to 86400") == 0);
    CHECK_STATUS(cseal_webauthn_authentication_options(party, NULL, 0, &problem, text, sizeof text, &len),
                 CSEAL_E_ARGUMENT);
    CHECK(strcmp(problem.text, "request must be JSON") == 0);
}

static void test_settings(void)
{
    cseal_problem problem = {.struct_size = sizeof problem};
    cseal_webauthn* made = party;
    CHECK_STATUS(cseal_webauthn_new(crypto, TEXT("{\"rp_id\":\"Example.org\"}"), &problem, &made), CSEAL_E_ARGUMENT);
    CHECK(made == NULL && strncmp(problem.text, "rp_id must ", 11) == 0);
    CHECK_STATUS(cseal_webauthn_new(crypto, TEXT("{\"rp_id\":\"example.org\",\"algorithms\":[5]}"), &problem, &made),
                 CSEAL_E_UNSUPPORTED);
    CHECK_STATUS(cseal_webauthn_new(crypto, NULL, 0, &problem, &made), CSEAL_E_ARGUMENT);
    cseal_webauthn_key* key = NULL;
    CHECK_STATUS(cseal_webauthn_key_new(crypto, TEXT("{}"), &problem, &key), CSEAL_E_ARGUMENT);
    CHECK(key == NULL && strcmp(problem.text, "version is missing") == 0);
    CHECK_STATUS(
        cseal_webauthn_key_new(crypto, TEXT("{\"version\":1,\"id\":\"AQ\",\"public_key\":\"oA\"}"), &problem, &key),
        CSEAL_E_ARGUMENT);
    CHECK(key == NULL && strcmp(problem.text, "public_key must be a COSE key of ours") == 0);

    /* What was made of a provider outlives it. */
    cseal_crypto* gone = NULL;
    CHECK_STATUS(cseal_crypto_new(NULL, 0, &gone), CSEAL_OK);
    CHECK_STATUS(cseal_webauthn_new(gone, TEXT(settings), NULL, &made), CSEAL_OK);
    CHECK_STATUS(cseal_webauthn_key_new(gone, TEXT(record), NULL, &key), CSEAL_OK);
    cseal_crypto_free(gone);
    CHECK_STATUS(log_in(made, authentication_expected, record, key, authentication_response), CSEAL_OK);
    cseal_webauthn_free(made);
    cseal_webauthn_key_free(key);
    cseal_webauthn_free(NULL);
    cseal_webauthn_key_free(NULL);
}

/* NULL where something has to be, and structs that no caller could have meant. */
static void test_arguments(void)
{
    char text[2048];
    size_t len = 0;
    size_t other_len = 0;
    cseal_webauthn* made = NULL;
    cseal_webauthn_key* key = NULL;
    cseal_problem bad = {.struct_size = 3};
    CHECK_STATUS(cseal_webauthn_new(NULL, TEXT(settings), NULL, &made), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_new(crypto, NULL, 3, NULL, &made), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_new(crypto, TEXT(settings), &bad, &made), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_new(crypto, TEXT(settings), NULL, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_key_new(NULL, TEXT(record), NULL, &key), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_key_new(crypto, NULL, 3, NULL, &key), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_key_new(crypto, TEXT(record), NULL, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_registration_options(NULL, TEXT("{}"), NULL, text, sizeof text, &len),
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_registration_options(party, NULL, 2, NULL, text, sizeof text, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_authentication_options(party, TEXT("{}"), &bad, text, sizeof text, &len),
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_authentication_options(party, TEXT("{}"), NULL, NULL, 9, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_authentication_options(party, TEXT("{}"), NULL, text, sizeof text, NULL),
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_related_origins(NULL, text, sizeof text, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_related_origins(party, text, sizeof text, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_credential_id(NULL, 1, (uint8_t*)text, sizeof text, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_credential_id(TEXT("{}"), NULL, 1, &len), CSEAL_E_ARGUMENT);

    CHECK_STATUS(register_json(NULL, TEXT(registration_expected), TEXT(registration_response)), CSEAL_E_ARGUMENT);
    CHECK_STATUS(register_json(party, NULL, 5, TEXT(registration_response)), CSEAL_E_ARGUMENT);
    CHECK_STATUS(register_json(party, TEXT(registration_expected), NULL, 5), CSEAL_E_ARGUMENT);
    CHECK(strcmp(got.refusal, "rules") == 0 && got.step == 0);
    CHECK(got.record_len == 0 && all_bytes_are(got.record, sizeof got.record, 0));
    CHECK_STATUS(cseal_webauthn_verify_registration(party, TEXT(registration_expected), TEXT(registration_response),
                                                    NULL, NULL, NULL, text, sizeof text, NULL, NULL, 0, &len),
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_webauthn_verify_registration(party, TEXT(registration_expected), TEXT(registration_response),
                                                    &bad, NULL, NULL, text, sizeof text, &len, NULL, 0, &other_len),
                 CSEAL_E_ARGUMENT);
    start();
    CHECK_STATUS(cseal_webauthn_verify_registration_raw(party, TEXT(registration_expected), NULL, 1, client_data,
                                                        sizeof client_data, attestation_object,
                                                        sizeof attestation_object, OUTPUTS),
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(log_in(NULL, authentication_expected, record, NULL, authentication_response), CSEAL_E_ARGUMENT);
    start();
    CHECK_STATUS(cseal_webauthn_verify_authentication_raw(party, TEXT(authentication_expected), TEXT(record), NULL,
                                                          credential_id, sizeof credential_id, client_data,
                                                          sizeof client_data, authenticator_data,
                                                          sizeof authenticator_data, NULL, 3, NULL, 0, OUTPUTS),
                 CSEAL_E_ARGUMENT);
    start();
    CHECK_STATUS(cseal_webauthn_verify_authentication_raw(
                     party, TEXT(authentication_expected), TEXT(record), NULL, credential_id, sizeof credential_id,
                     client_data, sizeof client_data, authenticator_data, sizeof authenticator_data, signature,
                     sizeof signature, NULL, 7, OUTPUTS),
                 CSEAL_E_ARGUMENT);
}

int main(void)
{
    CHECK_STATUS(cseal_crypto_new(NULL, 0, &crypto), CSEAL_OK);
    CHECK_STATUS(cseal_webauthn_new(crypto, TEXT(settings), NULL, &party), CSEAL_OK);
    test_accepted();
    test_raw_registration();
    test_refused();
    test_misuse();
    test_lengths();
    test_options();
    test_settings();
    test_arguments();
    cseal_webauthn_free(party);
    cseal_crypto_free(crypto);
    return check_summary();
}
