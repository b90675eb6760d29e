/* SPDX-License-Identifier: Apache-2.0 */
/* The log of a tenant: checkpoints, proofs, its export, and what is seen of a changed one. */
#include "engine.h"

#define IN_MAPLE "{\"tenant\":\"maple\",\"now_us\":1800000000000000"
#define BY ",\"actor\":\"office\",\"reason\":\"asked\"}"

static const char* const policy = IN_MAPLE
    ",\"policy\":{\"rules\":[{\"name\":\"all\",\"groups\":\"*\",\"paths\":\"*\"}],"
    "\"paths\":{\"web\":{\"challenge\":true}}}" BY;

static cseal_status verify(const char* log, size_t log_len, const char* kept, const char* verifier, char report[256])
{
    size_t len = 0;
    memset(report, 0, 256);
    cseal_problem problem = {.struct_size = sizeof problem};
    const cseal_status status = cseal_log_verify(log, log_len, kept, kept == NULL ? 0 : strlen(kept), verifier,
                                                 verifier == NULL ? 0 : strlen(verifier), &problem, report, 255, &len);
    CHECK((status == CSEAL_OK) == (strlen(problem.text) == 0));
    CHECK_NUMBER(strlen(report), len);
    return status;
}

/* An engine with a few events; its newest checkpoint as a JSON array of one note. */
static cseal_engine* with_events(char kept[600])
{
    cseal_engine* engine = opened(NULL);
    for (int i = 0; i < 5; ++i) {
        CHECK_STATUS(call(engine, CSEAL_OP_SET_POLICY, policy, NULL, 0).status, CSEAL_OK);
    }
    char note[512];
    const answered made = call(engine, CSEAL_OP_CHECKPOINT, IN_MAPLE "}", NULL, 0);
    CHECK_STATUS(made.status, CSEAL_OK);
    CHECK(strstr(made.json, "\"size\":5") != NULL);
    (void)snprintf(kept, 600, "[\"%s\"]", member(&made, "note", note));
    return engine;
}

static void test_export(void)
{
    char kept[600];
    char verifier[512];
    char report[256];
    cseal_engine* engine = with_events(kept);
    const answered key = call(engine, CSEAL_OP_LOG_VERIFIER, IN_MAPLE "}", NULL, 0);
    CHECK_STATUS(key.status, CSEAL_OK);
    (void)member(&key, "verifier", verifier);
    CHECK(strncmp(verifier, "counterseal/", 12) == 0 && strstr(verifier, "/maple+") != NULL);
    answered log = call(engine, CSEAL_OP_EXPORT_LOG, IN_MAPLE "}", NULL, 0);
    CHECK_STATUS(log.status, CSEAL_OK);
    CHECK(strstr(log.json, "\"events\":5") != NULL && strstr(log.json, "\"next\":null") != NULL);
    CHECK_STATUS(verify(log.secret, log.secret_len, kept, verifier, report), CSEAL_OK);
    CHECK(strstr(report, "\"events\":5") != NULL && strstr(report, "\"checkpoints\":1") != NULL);
    CHECK_STATUS(verify(log.secret, log.secret_len, NULL, NULL, report), CSEAL_OK);
    CHECK_STATUS(verify(NULL, 0, NULL, NULL, report), CSEAL_OK);
    CHECK_STATUS(verify(NULL, 0, kept, NULL, report), CSEAL_E_STORE_CORRUPT);
    CHECK_STATUS(verify(log.secret, log.secret_len, "no array", NULL, report), CSEAL_E_ARGUMENT);
    CHECK_STATUS(verify(log.secret, log.secret_len, "[\"no note\"]", verifier, report), CSEAL_E_ARGUMENT);
    CHECK_STATUS(verify(log.secret, log.secret_len, "[7]", NULL, report), CSEAL_E_ARGUMENT);
    CHECK_STATUS(verify(log.secret, log.secret_len, kept, "no verifier", report), CSEAL_E_ARGUMENT);
    for (size_t i = 0; i < log.secret_len; ++i) {
        log.secret[i] ^= 1;
        CHECK_STATUS(verify(log.secret, log.secret_len, kept, verifier, report), CSEAL_E_STORE_CORRUPT);
        log.secret[i] ^= 1;
        CHECK_STATUS(verify(log.secret, i, kept, verifier, report), CSEAL_E_STORE_CORRUPT);
    }
    size_t len = 7;
    CHECK_STATUS(cseal_log_verify(log.secret, log.secret_len, NULL, 0, NULL, 0, NULL, NULL, 0, &len), CSEAL_E_CAPACITY);
    CHECK(len > 0 && len < 256);
    CHECK_STATUS(cseal_log_verify(NULL, 1, NULL, 0, NULL, 0, NULL, report, sizeof report, &len), CSEAL_E_ARGUMENT);
    /* Nothing of the JSON goes unread, behind a zero neither. */
    CHECK_STATUS(cseal_log_verify(NULL, 0, "[]\0x", 4, NULL, 0, NULL, report, sizeof report, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_log_verify(NULL, 0, "[]", 2, NULL, 0, NULL, report, sizeof report, &len), CSEAL_OK);
    CHECK_STATUS(cseal_log_verify(log.secret, 1, NULL, 1, NULL, 0, NULL, report, sizeof report, &len),
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_log_verify(log.secret, 1, NULL, 0, NULL, 1, NULL, report, sizeof report, &len),
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_log_verify(log.secret, 1, NULL, 0, NULL, 0, NULL, report, sizeof report, NULL),
                 CSEAL_E_ARGUMENT);
    cseal_engine_free(engine);
}

static void test_queue_and_proofs(void)
{
    char kept[600];
    cseal_engine* engine = with_events(kept);
    answered got = call(engine, CSEAL_OP_CHECKPOINTS, "{}", NULL, 0);
    CHECK(got.status == CSEAL_OK && strstr(got.json, "\"size\":1") != NULL && strstr(got.json, "\"size\":5") != NULL);
    got = call(engine, CSEAL_OP_CHECKPOINTS, "{\"after\":{\"tenant\":\"maple\",\"size\":1},\"limit\":1}", NULL, 0);
    CHECK(strstr(got.json, "\"next\":{\"size\":5,\"tenant\":\"maple\"}") != NULL);
    CHECK(strstr(got.json, "\"size\":1,") == NULL);
    got = call(engine, CSEAL_OP_CHECKPOINTS_KEPT, IN_MAPLE ",\"size\":4}", NULL, 0);
    CHECK(got.status == CSEAL_OK && strstr(got.json, "\"released\":1") != NULL);
    got = call(engine, CSEAL_OP_CHECKPOINTS, IN_MAPLE "}", NULL, 0);
    CHECK(strstr(got.json, "\"size\":1,") == NULL && strstr(got.json, "\"size\":5") != NULL);

    got = call(engine, CSEAL_OP_PROVE, IN_MAPLE ",\"size\":5,\"seq\":3}", NULL, 0);
    CHECK(got.status == CSEAL_OK && strstr(got.json, "\"leaf\":") != NULL && strstr(got.json, "\"proof\":[\"") != NULL);
    got = call(engine, CSEAL_OP_PROVE, IN_MAPLE ",\"size\":5,\"first\":2}", NULL, 0);
    CHECK(got.status == CSEAL_OK && strstr(got.json, "\"first_root\":") != NULL);
    const struct {
        const char* request;
        cseal_status status;
    } refused[] = {
        {IN_MAPLE ",\"size\":6,\"seq\":3}", CSEAL_E_RANGE},
        {IN_MAPLE ",\"size\":5,\"seq\":6}", CSEAL_E_RANGE},
        {IN_MAPLE ",\"size\":5,\"first\":6}", CSEAL_E_RANGE},
        {IN_MAPLE ",\"size\":5}", CSEAL_E_ARGUMENT},
        {IN_MAPLE ",\"size\":5,\"seq\":1,\"first\":1}", CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"nobody\",\"size\":1,\"seq\":1}", CSEAL_E_RANGE},
    };
    for (size_t i = 0; i < COUNT_OF(refused); ++i) {
        check_row = refused[i].request;
        CHECK_STATUS(call(engine, CSEAL_OP_PROVE, refused[i].request, NULL, 0).status, refused[i].status);
    }
    check_row = "";
    cseal_engine_free(engine);
}

static void test_erasure_and_state(void)
{
    char kept[600];
    cseal_engine* engine = with_events(kept);
    answered got = call(engine, CSEAL_OP_VERIFY_STATE, IN_MAPLE "}", NULL, 0);
    CHECK(got.status == CSEAL_OK && strstr(got.json, "\"faults\":[]") != NULL);
    char request[1024];
    (void)snprintf(request, sizeof request, IN_MAPLE ",\"checkpoints\":%s}", kept);
    CHECK_STATUS(call(engine, CSEAL_OP_VERIFY_STATE, request, NULL, 0).status, CSEAL_OK);
    got = call(engine, CSEAL_OP_ERASE_PERSON, IN_MAPLE ",\"subject\":\"alice\"" BY, NULL, 0);
    CHECK(got.status == CSEAL_OK && strstr(got.json, "\"events\":0") != NULL);
    CHECK_STATUS(call(engine, CSEAL_OP_ERASE_PERSON, IN_MAPLE ",\"subject\":\"alice\"}", NULL, 0).status,
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(call(engine, CSEAL_OP_PURGE_EVENTS, IN_MAPLE ",\"before_us\":1800000000000000" BY, NULL, 0).status,
                 CSEAL_E_RANGE);
    got = call(engine, CSEAL_OP_PURGE_EVENTS, IN_MAPLE ",\"before_us\":1500000000000000" BY, NULL, 0);
    CHECK(got.status == CSEAL_OK && strstr(got.json, "\"events\":0") != NULL);

    /* A store in memory is another one each time: it does not go on from what was kept. */
    cseal_engine_options options;
    CHECK_STATUS(cseal_engine_options_init(&options, sizeof options), CSEAL_OK);
    options.expected_checkpoints = kept;
    options.expected_checkpoints_len = strlen(kept);
    cseal_key_ring* ring = a_ring();
    cseal_engine* other = NULL;
    cseal_problem problem = {.struct_size = sizeof problem};
    CHECK_STATUS(cseal_engine_open("memory:", 7, ring, &options, &problem, &other), CSEAL_E_STORE_ROLLED_BACK);
    CHECK(other == NULL && strstr(problem.text, "is of another store") != NULL);
    options.expected_checkpoints = "{}";
    options.expected_checkpoints_len = 2;
    CHECK_STATUS(cseal_engine_open("memory:", 7, ring, &options, &problem, &other), CSEAL_E_ARGUMENT);
    options.expected_checkpoints = "[]\0x";
    options.expected_checkpoints_len = 4;
    CHECK_STATUS(cseal_engine_open("memory:", 7, ring, &options, &problem, &other), CSEAL_E_ARGUMENT);
    options.expected_checkpoints = NULL;
    CHECK_STATUS(cseal_engine_open("memory:", 7, ring, &options, &problem, &other), CSEAL_E_ARGUMENT);
    options.expected_checkpoints_len = 0;
    options.flags = CSEAL_ENGINE_LOG_P256;
    CHECK_STATUS(cseal_engine_open("memory:", 7, ring, &options, &problem, &other), CSEAL_OK);
    cseal_engine_free(other);
    cseal_key_ring_free(ring);
    cseal_engine_free(engine);
}

int main(void)
{
    test_export();
    test_queue_and_proofs();
    test_erasure_and_state();
    return check_summary();
}
