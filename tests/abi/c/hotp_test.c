/* SPDX-License-Identifier: Apache-2.0 */
/* otp.h: HOTP. Arguments, look-ahead, resynchronisation, the counter that goes in and comes out. */
#include <stdlib.h>

#include "check.h"
#include "keys.h"

static cseal_otp_key* key; /* RFC 4226 appendix D */

static const char* const codes[] = {"755224", "287082", "359152", "969429", "338314",
                                    "254676", "287922", "162583", "399871", "520489"};

/* Verifies by handle and by secret: status and counter must be the same, and as given. */
static void expect(const char* code, size_t code_len, uint64_t next_counter, uint32_t look_ahead, cseal_status status,
                   uint64_t new_next_counter)
{
    const cseal_hotp_options options = {sizeof options, 6, look_ahead, 0};
    uint64_t by_handle = 77;
    uint64_t by_secret = 78;
    CHECK_STATUS(cseal_hotp_verify(key, code, code_len, next_counter, &options, &by_handle), status);
    CHECK_NUMBER(by_handle, new_next_counter);
    CHECK_STATUS(
        cseal_hotp_verify_raw(rfc_secret, RFC_SHA1_LEN, CSEAL_SHA1, code, code_len, next_counter, &options, &by_secret),
        status);
    CHECK_NUMBER(by_secret, new_next_counter);
    uint64_t in_place = next_counter;
    CHECK_STATUS(cseal_hotp_verify(key, code, code_len, in_place, &options, &in_place), status);
    CHECK_NUMBER(in_place, new_next_counter);
}

static void expect_resync(const char* code1, const char* code2, uint64_t next_counter, uint32_t look_ahead,
                          cseal_status status, uint64_t new_next_counter)
{
    const cseal_hotp_options options = {sizeof options, 6, look_ahead, 0};
    uint64_t in_place = next_counter;
    CHECK_STATUS(cseal_hotp_resync(key, code1, strlen(code1), code2, strlen(code2), in_place, &options, &in_place),
                 status);
    CHECK_NUMBER(in_place, new_next_counter);
}

static void test_rfc_4226(void)
{
    for (uint64_t counter = 0; counter < 10; ++counter) {
        char code[CSEAL_OTP_CODE_MAX];
        size_t code_len = 0;
        CHECK_STATUS(cseal_hotp_generate(key, counter, NULL, code, sizeof code, &code_len), CSEAL_OK);
        CHECK(code_len == 6 && memcmp(code, codes[counter], 6) == 0);
        expect(codes[counter], 6, counter, 0, CSEAL_OK, counter + 1);
        expect(codes[counter], 6, counter + 1, 0, CSEAL_WRONG, counter + 1); /* used before: never below */
        expect(codes[counter], 6, counter + 1, 100, CSEAL_WRONG, counter + 1);
    }
    uint64_t next = 77;
    CHECK_STATUS(cseal_hotp_verify(key, codes[1], 6, 0, NULL, &next), CSEAL_WRONG); /* no look-ahead by default */
    CHECK_NUMBER(next, 0);
}

static void test_look_ahead(void)
{
    expect(codes[3], 6, 0, 3, CSEAL_OK, 4);
    expect(codes[4], 6, 0, 3, CSEAL_WRONG, 0);
    expect("481090", 6, 0, 11, CSEAL_OK, 12); /* across the kernels' groups */
    expect("481090", 6, 0, 10, CSEAL_WRONG, 0);
    expect("481090", 6, 0, 100, CSEAL_OK, 12);
    /* Counters 287107 and 287110 share 725595: the higher one is taken. */
    expect("725595", 6, 287107, 0, CSEAL_OK, 287108);
    expect("725595", 6, 287107, 2, CSEAL_OK, 287108);
    expect("725595", 6, 287107, 3, CSEAL_OK, 287111);
}

static void test_shapes(void)
{
    expect("755 224", 7, 0, 0, CSEAL_OK, 1);
    expect(" 755-224\n", 9, 0, 0, CSEAL_OK, 1);
    expect("75522", 5, 0, 0, CSEAL_MALFORMED, 0);
    expect("7552244", 7, 0, 0, CSEAL_MALFORMED, 0);
    expect("75522x", 6, 0, 0, CSEAL_MALFORMED, 0);
    expect("755224\0", 7, 0, 0, CSEAL_MALFORMED, 0);
    expect(NULL, 0, 5, 0, CSEAL_MALFORMED, 5);
    expect("", 0, 5, 0, CSEAL_MALFORMED, 5);
}

static void test_high_counters(void)
{
    const uint64_t counters[] = {UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX - 2};
    for (size_t i = 0; i < COUNT_OF(counters); ++i) {
        char code[6];
        size_t code_len = 0;
        CHECK_STATUS(cseal_hotp_generate(key, counters[i], NULL, code, sizeof code, &code_len), CSEAL_OK);
        expect(code, 6, counters[i], 0, CSEAL_OK, counters[i] + 1);
    }
    /* The last counters have a code, and are never accepted: their successor could not be stored. */
    char code[6];
    size_t code_len = 0;
    CHECK_STATUS(cseal_hotp_generate(key, UINT64_MAX, NULL, code, sizeof code, &code_len), CSEAL_OK);
    expect(code, 6, UINT64_MAX, 0, CSEAL_E_RANGE, UINT64_MAX);
    CHECK_STATUS(cseal_hotp_generate(key, UINT64_MAX - 2, NULL, code, sizeof code, &code_len), CSEAL_OK);
    expect(code, 6, UINT64_MAX - 102, 100, CSEAL_OK, UINT64_MAX - 1);
}

static void test_resync(void)
{
    expect_resync(codes[7], codes[8], 0, 50, CSEAL_OK, 9);
    expect_resync(codes[0], codes[1], 0, 0, CSEAL_OK, 2);
    expect_resync(codes[1], codes[2], 0, 0, CSEAL_WRONG, 0);
    expect_resync(codes[8], codes[7], 0, 50, CSEAL_WRONG, 0); /* wrong order */
    expect_resync(codes[7], codes[7], 0, 50, CSEAL_WRONG, 0);
    expect_resync(codes[6], codes[8], 0, 50, CSEAL_WRONG, 0); /* not neighbours */
    expect_resync(codes[2], codes[3], 3, 50, CSEAL_WRONG, 3); /* below next_counter */
    expect_resync(codes[7], codes[8], 0, 7, CSEAL_OK, 9);
    expect_resync(codes[7], codes[8], 0, 6, CSEAL_WRONG, 0);
    expect_resync("162 583", "399-871", 0, 50, CSEAL_OK, 9);
    expect_resync("16258", codes[8], 0, 50, CSEAL_MALFORMED, 0);
    expect_resync(codes[7], "39987x", 0, 50, CSEAL_MALFORMED, 0);
    expect_resync("", "", 4, 50, CSEAL_MALFORMED, 4);
    /* By default 50 counters ahead. */
    char far[2][2][6];
    size_t code_len = 0;
    for (uint64_t i = 0; i < 2; ++i) {
        CHECK_STATUS(cseal_hotp_generate(key, 50 + i, NULL, far[i][0], 6, &code_len), CSEAL_OK);
        CHECK_STATUS(cseal_hotp_generate(key, 51 + i, NULL, far[i][1], 6, &code_len), CSEAL_OK);
    }
    uint64_t next = 77;
    CHECK_STATUS(cseal_hotp_resync(key, far[0][0], 6, far[0][1], 6, 0, NULL, &next), CSEAL_OK);
    CHECK_NUMBER(next, 52);
    CHECK_STATUS(cseal_hotp_resync(key, far[1][0], 6, far[1][1], 6, 0, NULL, &next), CSEAL_WRONG);
    CHECK_NUMBER(next, 0);
}

static void test_arguments(void)
{
    uint64_t next = 77;
    CHECK_STATUS(cseal_hotp_verify(NULL, "755224", 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(next, 5);
    next = 77;
    CHECK_STATUS(cseal_hotp_verify(key, NULL, 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(next, 5);
    CHECK_STATUS(cseal_hotp_verify(key, "755224", 6, 0, NULL, NULL), CSEAL_E_ARGUMENT);

    next = 77;
    CHECK_STATUS(cseal_hotp_verify_raw(NULL, 20, CSEAL_SHA1, "755224", 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(next, 5);
    CHECK_STATUS(cseal_hotp_verify_raw(NULL, 0, CSEAL_SHA1, "755224", 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_verify_raw(rfc_secret, 0, CSEAL_SHA1, "755224", 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_verify_raw(rfc_secret, 20, CSEAL_SHA1, NULL, 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_verify_raw(rfc_secret, 20, CSEAL_SHA1, "755224", 6, 0, NULL, NULL), CSEAL_E_ARGUMENT);
    const uint32_t unknown[] = {0, 4, 0xffffffffU};
    for (size_t i = 0; i < COUNT_OF(unknown); ++i) {
        next = 77;
        CHECK_STATUS(cseal_hotp_verify_raw(rfc_secret, 20, unknown[i], "755224", 6, 5, NULL, &next),
                     CSEAL_E_UNSUPPORTED);
        CHECK_NUMBER(next, 5);
    }

    next = 77;
    CHECK_STATUS(cseal_hotp_resync(NULL, codes[0], 6, codes[1], 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(next, 5);
    CHECK_STATUS(cseal_hotp_resync(key, NULL, 6, codes[1], 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_resync(key, codes[0], 6, NULL, 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(next, 5);
    CHECK_STATUS(cseal_hotp_resync(key, codes[0], 6, codes[1], 6, 0, NULL, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_resync(key, NULL, 0, NULL, 0, 5, NULL, &next), CSEAL_MALFORMED);
    CHECK_NUMBER(next, 5);
}

static void test_generate(void)
{
    static const char* const by_digits[] = {"755224", "4755224", "84755224", "284755224", "1284755224"};
    for (uint32_t digits = 6; digits <= 10; ++digits) {
        const cseal_hotp_options options = {sizeof options, digits, 0, 0};
        for (size_t cap = 0; cap <= 12; ++cap) {
            char code[16];
            size_t code_len = 77;
            memset(code, 0x5a, sizeof code);
            CHECK_STATUS(cseal_hotp_generate(key, 0, &options, code, cap, &code_len),
                         cap < digits ? CSEAL_E_CAPACITY : CSEAL_OK);
            CHECK_NUMBER(code_len, digits);
            CHECK(all_bytes_are(code + cap, sizeof code - cap, 0x5a));
            if (cap < digits) {
                CHECK(all_bytes_are(code, cap, 0));
            } else {
                CHECK(memcmp(code, by_digits[digits - 6], digits) == 0);
                CHECK(all_bytes_are(code + digits, cap - digits, 0));
            }
        }
    }
    char code[16];
    size_t code_len = 77;
    CHECK_STATUS(cseal_hotp_generate(key, 0, NULL, NULL, 0, &code_len), CSEAL_E_CAPACITY);
    CHECK_NUMBER(code_len, 6);
    memset(code, 0x5a, sizeof code);
    CHECK_STATUS(cseal_hotp_generate(NULL, 0, NULL, code, sizeof code, &code_len), CSEAL_E_ARGUMENT);
    CHECK(all_bytes_are(code, sizeof code, 0) && code_len == 0);
    code_len = 77;
    CHECK_STATUS(cseal_hotp_generate(key, 0, NULL, NULL, 16, &code_len), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(code_len, 0);
    memset(code, 0x5a, sizeof code);
    CHECK_STATUS(cseal_hotp_generate(key, 0, NULL, code, sizeof code, NULL), CSEAL_E_ARGUMENT);
    CHECK(all_bytes_are(code, sizeof code, 0));
}

int main(void)
{
    key = rfc_key();
    test_rfc_4226();
    test_look_ahead();
    test_shapes();
    test_high_counters();
    test_resync();
    test_arguments();
    test_generate();
    cseal_otp_key_free(key);
    return check_summary();
}
