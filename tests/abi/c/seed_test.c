/* SPDX-License-Identifier: Apache-2.0 */
/* seed.h: what goes in comes out, and every wrong argument. */
#include "check.h"

#include "counterseal/otp.h"
#include "counterseal/seed.h"

#define NOT_A_HANDLE ((cseal_seed*)(void*)&n_checks)

static const uint8_t secret[20] = {1, 2, 3};

static cseal_seed_info defaults(void)
{
    cseal_seed_info info;
    CHECK_STATUS(cseal_seed_info_init(&info, sizeof info), CSEAL_OK);
    return info;
}

static cseal_seed* usual(void)
{
    cseal_seed* seed = NULL;
    CHECK_STATUS(cseal_seed_new(secret, sizeof secret, NULL, NULL, &seed), CSEAL_OK);
    return seed;
}

static void test_info(void)
{
    const cseal_seed_info want = {sizeof want, CSEAL_SEED_TOTP, CSEAL_SHA1, CSEAL_ENCODER_DECIMAL, 6, 30, 0, 0, 0, 0};
    cseal_seed_info info = defaults();
    CHECK(memcmp(&info, &want, sizeof want) == 0);
    CHECK_STATUS(cseal_seed_info_init(NULL, sizeof info), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_info_init(&info, sizeof info - 1), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_info_init(&info, 4097), CSEAL_E_ARGUMENT);

    info = defaults();
    info.kind = CSEAL_SEED_HOTP;
    info.algorithm = CSEAL_SHA512;
    info.digits = 8;
    info.period_s = 31;
    info.t0_s = 7;
    info.counter = UINT64_MAX - 3;
    info.n_warnings = 99; /* not read */
    cseal_seed* seed = NULL;
    CHECK_STATUS(cseal_seed_new(secret, sizeof secret, &info, NULL, &seed), CSEAL_OK);
    cseal_seed_info back = defaults();
    CHECK_STATUS(cseal_seed_info_get(seed, &back), CSEAL_OK);
    info.n_warnings = 2; /* SHA512, 8 digits */
    CHECK(memcmp(&info, &back, sizeof back) == 0);
    char text[200];
    size_t len = 0;
    CHECK_STATUS(cseal_seed_warning_get(seed, 0, text, sizeof text, &len), CSEAL_OK);
    CHECK(len > 20 && memcmp(text, "algorithm SHA512", 16) == 0);
    CHECK_STATUS(cseal_seed_warning_get(seed, 1, text, sizeof text, &len), CSEAL_OK);
    CHECK(len > 20 && memcmp(text, "digits 8", 8) == 0);
    CHECK_STATUS(cseal_seed_warning_get(seed, 1, text, len - 1, &len), CSEAL_E_CAPACITY);
    CHECK(all_bytes_are(text, len - 1, 0));
    CHECK_STATUS(cseal_seed_warning_get(seed, 2, text, sizeof text, &len), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_seed_warning_get(NULL, 0, text, sizeof text, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_warning_get(seed, 0, text, sizeof text, NULL), CSEAL_E_ARGUMENT);
    back.struct_size = 0;
    CHECK_STATUS(cseal_seed_info_get(seed, &back), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_info_get(seed, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_info_get(NULL, &info), CSEAL_E_ARGUMENT);
    cseal_seed_free(seed);
    cseal_seed_free(NULL);
}

struct refused {
    const char* rule;
    cseal_seed_info info;
    size_t secret_len;
    cseal_status status;
};

static void test_refused(void)
{
    const cseal_seed_info d = defaults();
    struct refused rows[] = {
        {"secret", d, 0, CSEAL_E_ARGUMENT},
        {"kind", d, 20, CSEAL_E_UNSUPPORTED},
        {"algorithm", d, 20, CSEAL_E_UNSUPPORTED},
        {"encoder", d, 20, CSEAL_E_UNSUPPORTED},
        {"digits", d, 20, CSEAL_E_RANGE},
        {"period", d, 20, CSEAL_E_RANGE},
        {"t0", d, 20, CSEAL_E_TIME},
        {"reserved", d, 20, CSEAL_E_UNSUPPORTED},
        {"info", d, 20, CSEAL_E_ARGUMENT},
    };
    rows[1].info.kind = 9;
    rows[2].info.algorithm = 0;
    rows[3].info.encoder = 2;
    rows[4].info.digits = 5;
    rows[5].info.period_s = 0;
    rows[6].info.t0_s = UINT64_MAX;
    rows[7].info.reserved = 1;
    rows[8].info.struct_size = 8;
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        check_row = rows[i].rule;
        cseal_problem problem;
        memset(&problem, 0xa5, sizeof problem);
        problem.struct_size = sizeof problem;
        cseal_seed* seed = NOT_A_HANDLE;
        CHECK_STATUS(cseal_seed_new(secret, rows[i].secret_len, &rows[i].info, &problem, &seed), rows[i].status);
        CHECK(seed == NULL);
        CHECK_STATUS(problem.status, rows[i].status);
        CHECK(strncmp(problem.text, rows[i].rule, strlen(rows[i].rule)) == 0);
        CHECK(problem.byte == UINT64_MAX && problem.line == 0 && problem.column == 0);
    }
    check_row = "";
    uint8_t big[1025] = {1};
    cseal_seed* seed = NULL;
    CHECK_STATUS(cseal_seed_new(big, 1025, NULL, NULL, &seed), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_seed_new(big, 1024, NULL, NULL, &seed), CSEAL_OK);
    cseal_seed_free(seed);
    CHECK_STATUS(cseal_seed_new(NULL, 20, NULL, NULL, &seed), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_new(secret, 20, NULL, NULL, NULL), CSEAL_E_ARGUMENT);
    cseal_problem problem = {0};
    CHECK_STATUS(cseal_seed_new(secret, 20, NULL, &problem, &seed), CSEAL_E_ARGUMENT); /* struct_size not set */
    CHECK(seed == NULL);
}

static void test_texts(void)
{
    cseal_seed* seed = usual();
    char text[64];
    size_t len = 77;
    for (uint32_t which = CSEAL_SEED_ISSUER; which <= CSEAL_SEED_KEY_ID; ++which) {
        CHECK_STATUS(cseal_seed_text_get(seed, which, text, sizeof text, &len), CSEAL_OK);
        CHECK_NUMBER(len, 0);
        const char value[] = {'x', (char)('a' + which)};
        CHECK_STATUS(cseal_seed_text_set(seed, which, value, 2), CSEAL_OK);
    }
    for (uint32_t which = CSEAL_SEED_ISSUER; which <= CSEAL_SEED_KEY_ID; ++which) {
        memset(text, 0x5a, sizeof text);
        CHECK_STATUS(cseal_seed_text_get(seed, which, text, sizeof text, &len), CSEAL_OK);
        CHECK(len == 2 && text[0] == 'x' && text[1] == (char)('a' + which));
        CHECK(all_bytes_are(text + 2, sizeof text - 2, 0));
        CHECK_STATUS(cseal_seed_text_get(seed, which, text, 1, &len), CSEAL_E_CAPACITY);
        CHECK_NUMBER(len, 2);
        CHECK_STATUS(cseal_seed_text_set(seed, which, NULL, 0), CSEAL_OK);
    }
    const uint32_t unknown[] = {0, 11, 0xffffffffU};
    for (size_t i = 0; i < COUNT_OF(unknown); ++i) {
        CHECK_STATUS(cseal_seed_text_set(seed, unknown[i], "a", 1), CSEAL_E_ARGUMENT);
        CHECK_STATUS(cseal_seed_text_get(seed, unknown[i], text, sizeof text, &len), CSEAL_E_ARGUMENT);
    }
    CHECK_STATUS(cseal_seed_text_set(seed, CSEAL_SEED_ISSUER, "\xff", 1), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_text_set(seed, CSEAL_SEED_ISSUER, "a\nb", 3), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_text_set(seed, CSEAL_SEED_ISSUER, NULL, 1), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_text_set(NULL, CSEAL_SEED_ISSUER, "a", 1), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_text_get(NULL, CSEAL_SEED_ISSUER, text, sizeof text, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_text_get(seed, CSEAL_SEED_ISSUER, text, sizeof text, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_text_get(seed, CSEAL_SEED_ISSUER, NULL, 1, &len), CSEAL_E_ARGUMENT);
    cseal_seed_free(seed);
}

static void test_secrets(void)
{
    cseal_seed* seed = usual();
    uint8_t out[32];
    size_t len = 77;
    memset(out, 0xa5, sizeof out);
    CHECK_STATUS(cseal_seed_secret_get(seed, CSEAL_SEED_KEY, out, sizeof out, &len), CSEAL_OK);
    CHECK(len == sizeof secret && memcmp(out, secret, len) == 0 && all_bytes_are(out + len, sizeof out - len, 0));
    CHECK_STATUS(cseal_seed_secret_get(seed, CSEAL_SEED_KEY, out, 19, &len), CSEAL_E_CAPACITY);
    CHECK(len == 20 && all_bytes_are(out, 19, 0));
    CHECK_STATUS(cseal_seed_secret_get(seed, CSEAL_SEED_PRIVATE_ID, out, sizeof out, &len), CSEAL_OK);
    CHECK_NUMBER(len, 0);
    CHECK_STATUS(cseal_seed_secret_set(seed, CSEAL_SEED_PRIVATE_ID, secret, 6), CSEAL_OK);
    CHECK_STATUS(cseal_seed_secret_get(seed, CSEAL_SEED_PRIVATE_ID, out, sizeof out, &len), CSEAL_OK);
    CHECK(len == 6 && memcmp(out, secret, 6) == 0);
    CHECK_STATUS(cseal_seed_secret_set(seed, 3, secret, 6), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_secret_set(seed, CSEAL_SEED_KEY, secret, 0), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_secret_set(seed, CSEAL_SEED_KEY, NULL, 6), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_secret_set(NULL, CSEAL_SEED_KEY, secret, 6), CSEAL_E_ARGUMENT);
    static const uint8_t big[1025] = {1};
    CHECK_STATUS(cseal_seed_secret_set(seed, CSEAL_SEED_KEY, big, sizeof big), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_seed_secret_get(seed, 0, out, sizeof out, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_secret_get(NULL, CSEAL_SEED_KEY, out, sizeof out, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_seed_secret_get(seed, CSEAL_SEED_KEY, out, sizeof out, NULL), CSEAL_E_ARGUMENT);
    cseal_seed_free(seed);
}

int main(void)
{
    test_info();
    test_refused();
    test_texts();
    test_secrets();
    return check_summary();
}
