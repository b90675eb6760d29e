/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of the engine in a library without one: each says so, with its outputs empty. */
#include "counterseal/engine.h"
#include "tests/abi/c/check.h"
#include "tests/abi/c/keys.h"

#define UNTOUCHED ((size_t)77)

static cseal_problem problem;

static void expect_told(void)
{
    CHECK(strstr(problem.text, "without the engine") != NULL);
    memset(&problem, 0, sizeof problem);
    problem.struct_size = sizeof problem;
}

static void test_key_rings(void)
{
    const uint8_t key[CSEAL_KEY_RING_KEY_LEN] = {1};
    cseal_key_ring* ring = (cseal_key_ring*)(uintptr_t)key;
    CHECK_STATUS(cseal_key_ring_new(key, sizeof key, "a", 1, &problem, &ring), CSEAL_E_UNSUPPORTED);
    CHECK(ring == NULL);
    expect_told();
    CHECK_STATUS(cseal_key_ring_from_text("", 0, &problem, &ring), CSEAL_E_UNSUPPORTED);
    expect_told();
    CHECK_STATUS(cseal_key_ring_from_file("x", 1, CSEAL_KEY_RING_CREATE, &problem, &ring), CSEAL_E_UNSUPPORTED);
    expect_told();
    CHECK_STATUS(cseal_key_ring_new(key, sizeof key, "a", 1, NULL, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_add(NULL, key, sizeof key, "a", 1, NULL), CSEAL_E_UNSUPPORTED);
    CHECK_STATUS(cseal_key_ring_add_new(NULL, "a", 1, NULL), CSEAL_E_UNSUPPORTED);
    CHECK_STATUS(cseal_key_ring_promote(NULL, "a", 1, NULL), CSEAL_E_UNSUPPORTED);
    CHECK_STATUS(cseal_key_ring_remove(NULL, "a", 1, NULL), CSEAL_E_UNSUPPORTED);
    CHECK_STATUS(cseal_key_ring_change_file("x", 1, CSEAL_KEY_RING_ADD, "a", 1, &problem, &ring), CSEAL_E_UNSUPPORTED);
    CHECK_STATUS(cseal_engine_reload_keys(NULL, NULL, NULL), CSEAL_E_UNSUPPORTED);
    char text[8] = "private";
    size_t len = UNTOUCHED;
    CHECK_STATUS(cseal_key_ring_text_get(NULL, text, sizeof text, &len), CSEAL_E_UNSUPPORTED);
    CHECK_NUMBER(len, 0);
    CHECK(all_bytes_are(text, sizeof text, 0));
    cseal_key_ring_free(NULL);
}

static void test_engine(void)
{
    cseal_engine_options options;
    CHECK_STATUS(cseal_engine_options_init(&options, sizeof options), CSEAL_E_UNSUPPORTED);
    cseal_engine* engine = (cseal_engine*)(uintptr_t)&options;
    CHECK_STATUS(cseal_engine_open("memory:", 7, NULL, NULL, &problem, &engine), CSEAL_E_UNSUPPORTED);
    CHECK(engine == NULL);
    expect_told();
    size_t len = UNTOUCHED;
    CHECK_STATUS(cseal_engine_schema_sql("memory:", 7, &problem, NULL, 0, &len), CSEAL_E_UNSUPPORTED);
    CHECK_NUMBER(len, 0);
    expect_told();
    CHECK_STATUS(cseal_log_verify("", 0, NULL, 0, NULL, 0, &problem, NULL, 0, &len), CSEAL_E_UNSUPPORTED);
    CHECK_NUMBER(len, 0);
    expect_told();
    cseal_engine_answer* answer = (cseal_engine_answer*)(uintptr_t)&options;
    CHECK_STATUS(cseal_engine_call(NULL, CSEAL_OP_STATS, "{}", 2, NULL, 0, &answer), CSEAL_E_UNSUPPORTED);
    CHECK(answer == NULL);
    CHECK_STATUS(cseal_engine_answer_json(NULL, NULL, 0, &len), CSEAL_E_UNSUPPORTED);
    CHECK_STATUS(cseal_engine_answer_secret(NULL, NULL, 0, &len), CSEAL_E_UNSUPPORTED);
    cseal_engine_answer_free(NULL);
    CHECK_STATUS(cseal_engine_submit(NULL, CSEAL_OP_STATS, "{}", 2, NULL, 0, 1), CSEAL_E_UNSUPPORTED);
    uint64_t tag = 0;
    cseal_status status = CSEAL_OK;
    size_t n_done = UNTOUCHED;
    CHECK_STATUS(cseal_engine_wait(NULL, 0, &tag, &status, 1, &n_done), CSEAL_E_UNSUPPORTED);
    CHECK_NUMBER(n_done, 0);
    size_t secret_len = UNTOUCHED;
    CHECK_STATUS(cseal_engine_take(NULL, 1, NULL, 0, &len, NULL, 0, &secret_len), CSEAL_E_UNSUPPORTED);
    CHECK_NUMBER(secret_len, 0);
    int32_t descriptor = 77;
    CHECK_STATUS(cseal_engine_descriptor(NULL, &descriptor), CSEAL_E_UNSUPPORTED);
    CHECK_NUMBER(descriptor, -1);
    CHECK_STATUS(cseal_engine_close(NULL), CSEAL_OK);
    cseal_engine_free(NULL);
}

int main(void)
{
    problem.struct_size = sizeof problem;
    test_key_rings();
    test_engine();
    int64_t step = -1;
    CHECK_STATUS(cseal_totp_verify_raw(rfc_secret, RFC_SHA1_LEN, CSEAL_SHA1, "287082", 6, -1, 59, NULL, &step),
                 CSEAL_OK);
    return check_summary();
}
