/* SPDX-License-Identifier: Apache-2.0 */
/* engine.h: imported factors, single responses and batches of them, and what an administrator does to a factor. */
#include "engine.h"

#define IN_MAPLE "{\"tenant\":\"maple\",\"now_us\":1800000000000000,"

/* RFC 4226 appendix D: the codes of counters 0 to 5. */
static const char* const rfc_key = "12345678901234567890";
static const char* const rfc_codes[] = {"755224", "287082", "359152", "969429", "338314", "254676"};

/* Imports the RFC's HOTP key for a subject and gives the factor's id. */
static const char* imported(cseal_engine* engine, const char* subject, const char* more, char out[512])
{
    char request[512];
    (void)snprintf(request, sizeof request,
                   IN_MAPLE "\"subject\":\"%s\",\"type\":\"hotp\",\"next_counter\":0,\"provenance\":\"old system\"%s}",
                   subject, more);
    const answered made = call(engine, CSEAL_OP_IMPORT_FACTOR, request, rfc_key, 20);
    CHECK_STATUS(made.status, CSEAL_OK);
    return member(&made, "factor_id", out);
}

static answered on_factor(cseal_engine* engine, uint32_t op, const char* factor, const char* more, const char* secret)
{
    char request[1024];
    (void)snprintf(request, sizeof request, IN_MAPLE "\"subject\":\"bob\",\"factor_id\":\"%s\",%s}", factor, more);
    return call(engine, op, request, secret, secret == NULL ? 0 : strlen(secret));
}

static void test_import_and_verify(void)
{
    cseal_engine* engine = opened(NULL);
    char factor[512];
    const char* const purpose = "\"purpose\":\"transfer\"";
    CHECK(strlen(imported(engine, "bob", ",\"dry_run\":true", factor)) == 0);
    CHECK(strlen(imported(engine, "bob", "", factor)) > 0);
    const answered right = on_factor(engine, CSEAL_OP_VERIFY_FACTOR, factor, purpose, rfc_codes[0]);
    CHECK_STATUS(right.status, CSEAL_OK);
    CHECK(strstr(right.json, "\"status\":\"accepted\"") != NULL && strstr(right.json, "\"next_counter\":1") != NULL);
    CHECK(on_factor(engine, CSEAL_OP_VERIFY_FACTOR, factor, purpose, rfc_codes[0]).status != CSEAL_OK);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_VERIFY_FACTOR, factor, purpose, "12345").status, CSEAL_MALFORMED);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_VERIFY_FACTOR, "nobody", purpose, rfc_codes[1]).status, CSEAL_WRONG);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_VERIFY_FACTOR, "", purpose, rfc_codes[1]).status, CSEAL_WRONG);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_VERIFY_FACTOR, "a\\u0000b", purpose, rfc_codes[1]).status, CSEAL_WRONG);
    const char* const no_counter = IN_MAPLE "\"subject\":\"eve\",\"type\":\"hotp\",\"provenance\":\"old system\"}";
    const answered refused = call(engine, CSEAL_OP_IMPORT_FACTOR, no_counter, rfc_key, 20);
    CHECK_STATUS(refused.status, CSEAL_E_ARGUMENT);
    CHECK(strstr(refused.json, "\"argument\":\"next_counter\"") != NULL);
    const char* const no_step = IN_MAPLE "\"subject\":\"eve\",\"type\":\"totp\",\"provenance\":\"old system\"}";
    CHECK_STATUS(call(engine, CSEAL_OP_IMPORT_FACTOR, no_step, rfc_key, 20).status, CSEAL_E_ARGUMENT);
    cseal_engine_free(engine);
}

static void test_drift(void)
{
    cseal_engine* engine = opened(NULL);
    const struct {
        const char* kind;
        int drift;
        cseal_status status;
    } rows[] = {
        {"\"type\":\"totp\",\"last_step\":null", -11, CSEAL_E_RANGE},
        {"\"type\":\"totp\",\"last_step\":null", 11, CSEAL_E_RANGE},
        {"\"type\":\"hotp\",\"next_counter\":0", 1, CSEAL_E_ARGUMENT}, /* such a token has no clock */
        {"\"type\":\"totp\",\"last_step\":null", -10, CSEAL_OK},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        char request[512];
        check_row = rows[i].kind;
        (void)snprintf(request, sizeof request, IN_MAPLE "\"subject\":\"eve\",%s,\"provenance\":\"box\",\"drift\":%d}",
                       rows[i].kind, rows[i].drift);
        const answered got = call(engine, CSEAL_OP_IMPORT_FACTOR, request, rfc_key, 20);
        CHECK_STATUS(got.status, rows[i].status);
        CHECK((strstr(got.json, "\"argument\":\"drift\"") != NULL) == (rows[i].status != CSEAL_OK));
    }
    check_row = "";
    CHECK(strstr(call(engine, CSEAL_OP_LIST_FACTORS, IN_MAPLE "\"subject\":\"eve\"}", NULL, 0).json, "\"drift\":-10") !=
          NULL);
    cseal_engine_free(engine);
}

static void test_administration(void)
{
    cseal_engine* engine = opened(NULL);
    char factor[512];
    const char* const purpose = "\"purpose\":\"transfer\"";
    const char* const by = "\"actor\":\"ops\",\"reason\":\"lost phone\"";
    (void)imported(engine, "bob", "", factor);
    CHECK(strstr(on_factor(engine, CSEAL_OP_SUSPEND, factor, by, NULL).json, "\"state\":\"suspended\"") != NULL);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_VERIFY_FACTOR, factor, purpose, rfc_codes[0]).status, CSEAL_REVOKED);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_SUSPEND, factor, by, NULL).status, CSEAL_DENY);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_RESUME, factor, by, NULL).status, CSEAL_OK);
    for (int i = 0; i < 5; ++i) {
        CHECK_STATUS(on_factor(engine, CSEAL_OP_VERIFY_FACTOR, factor, purpose, "000000").status, CSEAL_WRONG);
    }
    const answered locked = on_factor(engine, CSEAL_OP_VERIFY_FACTOR, factor, purpose, rfc_codes[0]);
    CHECK_STATUS(locked.status, CSEAL_THROTTLED);
    CHECK(strstr(locked.json, "\"retry_after_s\":30") != NULL);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_UNLOCK, factor, by, NULL).status, CSEAL_OK);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_VERIFY_FACTOR, factor, purpose, rfc_codes[0]).status, CSEAL_OK);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_REVOKE, factor, by, NULL).status, CSEAL_OK);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_RESUME, factor, by, NULL).status, CSEAL_DENY);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_REVOKE, factor, "\"actor\":\"ops\"", NULL).status, CSEAL_E_ARGUMENT);
    CHECK_STATUS(on_factor(engine, CSEAL_OP_REVOKE, factor, by, "x").status, CSEAL_E_ARGUMENT); /* takes no secret */
    cseal_engine_free(engine);
}

static void test_batch(void)
{
    cseal_engine* engine = opened(NULL);
    char bob[512];
    char carol[512];
    char request[2048];
    char lines[64];
    (void)imported(engine, "bob", "", bob);
    (void)imported(engine, "carol", "", carol);
    (void)snprintf(request, sizeof request,
                   IN_MAPLE
                   "\"purpose\":\"door\",\"items\":[{\"subject\":\"bob\",\"factor_id\":\"%s\"},{\"subject\":"
                   "\"nobody\",\"factor_id\":\"x\"},{\"subject\":\"carol\",\"factor_id\":\"%s\"},"
                   "{\"subject\":\"bob\",\"factor_id\":\"%s\"}]}",
                   bob, carol, bob);
    (void)snprintf(lines, sizeof lines, "%s\n%s\n%s\n%s\n", rfc_codes[0], rfc_codes[0], "999999", rfc_codes[1]);
    const answered done = call(engine, CSEAL_OP_VERIFY_BATCH, request, lines, strlen(lines));
    CHECK_STATUS(done.status, CSEAL_BATCH_DONE);
    CHECK(strstr(done.json, "\"statuses\":[0,1,1,0]") != NULL);
    CHECK(strstr(done.json, "\"values\":[1,-1,-1,2]") != NULL);
    CHECK_STATUS(call(engine, CSEAL_OP_VERIFY_BATCH, request, lines, strlen(lines) - 7).status, CSEAL_E_ARGUMENT);
    cseal_engine_free(engine);
}

int main(void)
{
    test_import_and_verify();
    test_drift();
    test_administration();
    test_batch();
    return check_summary();
}
