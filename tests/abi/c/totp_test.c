/* SPDX-License-Identifier: Apache-2.0 */
/* otp.h: TOTP. Arguments, shapes of codes, the step that goes in and comes out. */
#include <stdlib.h>

#include "check.h"
#include "keys.h"

static cseal_otp_key* key; /* RFC 6238, SHA-1; its codes of steps 0 to 9 are those of RFC 4226 appendix D */

static const char* const codes[] = {"755224", "287082", "359152", "969429", "338314",
                                    "254676", "287922", "162583", "399871", "520489"};

static cseal_totp_options options_of(uint32_t digits, uint32_t past, uint32_t future)
{
    cseal_totp_options options;
    CHECK_STATUS(cseal_totp_options_init(&options, sizeof options), CSEAL_OK);
    options.digits = digits;
    options.past = past;
    options.future = future;
    return options;
}

/* Verifies by handle and by secret: status and step must be the same, and as given. */
static void expect(const char* code, size_t code_len, int64_t last_step, uint64_t now_s,
                   const cseal_totp_options* options, cseal_status status, int64_t step)
{
    int64_t by_handle = 77;
    int64_t by_secret = 78;
    CHECK_STATUS(cseal_totp_verify(key, code, code_len, last_step, now_s, options, &by_handle), status);
    CHECK_NUMBER(by_handle, step);
    CHECK_STATUS(cseal_totp_verify_raw(rfc_secret, RFC_SHA1_LEN, CSEAL_SHA1, code, code_len, last_step, now_s, options,
                                       &by_secret),
                 status);
    CHECK_NUMBER(by_secret, step);
    /* In place: the caller's own variable is argument and output. */
    int64_t in_place = last_step;
    CHECK_STATUS(cseal_totp_verify(key, code, code_len, in_place, now_s, options, &in_place), status);
    CHECK_NUMBER(in_place, step);
}

static void test_rfc_6238(void)
{
    static const struct {
        uint64_t now_s;
        const char* sha1;
        const char* sha256;
        const char* sha512;
    } rows[] = {{59, "94287082", "46119246", "90693936"},         {1111111109, "07081804", "68084774", "25091201"},
                {1111111111, "14050471", "67062674", "99943326"}, {1234567890, "89005924", "91819424", "93441116"},
                {2000000000, "69279037", "90698825", "38618901"}, {20000000000, "65353130", "77737706", "47863826"}};
    const size_t lengths[] = {RFC_SHA1_LEN, RFC_SHA256_LEN, RFC_SHA512_LEN};
    const cseal_totp_options options = options_of(8, 0, 0);
    for (uint32_t algorithm = CSEAL_SHA1; algorithm <= CSEAL_SHA512; ++algorithm) {
        cseal_otp_key* made = rfc_key_of(lengths[algorithm - 1], algorithm);
        for (size_t i = 0; i < COUNT_OF(rows); ++i) {
            const char* const by_hash[] = {rows[i].sha1, rows[i].sha256, rows[i].sha512};
            const char* want = by_hash[algorithm - 1];
            const int64_t now = (int64_t)(rows[i].now_s / 30);
            char code[CSEAL_OTP_CODE_MAX];
            size_t code_len = 0;
            int64_t step = -1;
            CHECK_STATUS(cseal_totp_generate(made, rows[i].now_s, &options, code, sizeof code, &code_len), CSEAL_OK);
            CHECK(code_len == 8 && memcmp(code, want, 8) == 0);
            CHECK_STATUS(cseal_totp_verify(made, want, 8, step, rows[i].now_s, &options, &step), CSEAL_OK);
            CHECK_NUMBER(step, now);
            CHECK_STATUS(cseal_totp_verify(made, want, 8, step, rows[i].now_s, &options, &step), CSEAL_REPLAYED);
            CHECK_NUMBER(step, now);
            step = 77;
            CHECK_STATUS(cseal_totp_verify_raw(rfc_secret, lengths[algorithm - 1], algorithm, want, 8, -1,
                                               rows[i].now_s, &options, &step),
                         CSEAL_OK);
            CHECK_NUMBER(step, now);
        }
        cseal_otp_key_free(made);
    }
}

static void test_arguments(void)
{
    int64_t step = 77;
    CHECK_STATUS(cseal_totp_verify(NULL, "287082", 6, 5, 59, NULL, &step), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(step, 5);
    step = 77;
    CHECK_STATUS(cseal_totp_verify(key, NULL, 6, 5, 59, NULL, &step), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(step, 5);
    CHECK_STATUS(cseal_totp_verify(key, "287082", 6, -1, 59, NULL, NULL), CSEAL_E_ARGUMENT);

    const uint8_t* none = NULL;
    step = 77;
    CHECK_STATUS(cseal_totp_verify_raw(none, 20, CSEAL_SHA1, "287082", 6, 5, 59, NULL, &step), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(step, 5);
    CHECK_STATUS(cseal_totp_verify_raw(none, 0, CSEAL_SHA1, "287082", 6, 5, 59, NULL, &step), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_totp_verify_raw(rfc_secret, 0, CSEAL_SHA1, "287082", 6, 5, 59, NULL, &step), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_totp_verify_raw(rfc_secret, 20, CSEAL_SHA1, NULL, 6, 5, 59, NULL, &step), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_totp_verify_raw(rfc_secret, 20, CSEAL_SHA1, "287082", 6, 5, 59, NULL, NULL), CSEAL_E_ARGUMENT);
    const uint32_t unknown[] = {0, 4, 0xffffffffU};
    for (size_t i = 0; i < COUNT_OF(unknown); ++i) {
        step = 77;
        CHECK_STATUS(cseal_totp_verify_raw(rfc_secret, 20, unknown[i], "287082", 6, 5, 59, NULL, &step),
                     CSEAL_E_UNSUPPORTED);
        CHECK_NUMBER(step, 5);
    }
}

static void test_shapes(void)
{
    static const struct {
        const char* text;
        size_t len; /* 0: strlen */
        cseal_status status;
    } rows[] = {
        {"287082", 0, CSEAL_OK},
        {" 287082", 0, CSEAL_OK},
        {"287082 \t\r\n", 0, CSEAL_OK},
        {"287 082", 0, CSEAL_OK},
        {"287-082", 0, CSEAL_OK},
        {"2 8 7 0 8 2", 0, CSEAL_OK},
        {"28-70-82", 0, CSEAL_OK},
        {"  287\t082  ", 0, CSEAL_OK},
        {"287083", 0, CSEAL_WRONG},
        {"000000", 0, CSEAL_WRONG},
        {"999999", 0, CSEAL_WRONG},
        {"28708", 0, CSEAL_MALFORMED},
        {"2870822", 0, CSEAL_MALFORMED},
        {"0287082", 0, CSEAL_MALFORMED},
        {" 28708", 0, CSEAL_MALFORMED},
        {"287  082", 0, CSEAL_MALFORMED},
        {"287--082", 0, CSEAL_MALFORMED},
        {"287 -082", 0, CSEAL_MALFORMED},
        {"-287082", 0, CSEAL_MALFORMED},
        {"287082-", 0, CSEAL_MALFORMED},
        {"+287082", 0, CSEAL_MALFORMED},
        {"28708a", 0, CSEAL_MALFORMED},
        {"28708/", 0, CSEAL_MALFORMED},
        {"28708:", 0, CSEAL_MALFORMED},
        {"287.082", 0, CSEAL_MALFORMED},
        {"287_082", 0, CSEAL_MALFORMED},
        {"0x4616a", 0, CSEAL_MALFORMED},
        {"287082\0", 7, CSEAL_MALFORMED},
        {"28708\0", 6, CSEAL_MALFORMED},
        {"      ", 0, CSEAL_MALFORMED},
        {" ", 0, CSEAL_MALFORMED},
        {"-", 0, CSEAL_MALFORMED},
        {"\xb2\xb8\xb7\xb0\xb8\xb2", 0, CSEAL_MALFORMED},
        {"287\xc2\xa0"
         "082",
         0, CSEAL_MALFORMED}, /* no-break space */
        {"\xef\xbc\x92\xef\xbc\x98"
         "7082",
         0, CSEAL_MALFORMED},                                           /* full-width 2 and 8 */
        {"\xd9\xa2\xd9\xa8\xd9\xa7", 6, CSEAL_MALFORMED},               /* Arabic-Indic digits, six bytes */
        {"\xff\xfe\x32\x38\x37\x30", 6, CSEAL_MALFORMED},               /* not UTF-8 */
        {"99999999999999999999999999999999999999", 0, CSEAL_MALFORMED}, /* longer than any number */
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        check_row = rows[i].text;
        expect(rows[i].text, rows[i].len != 0 ? rows[i].len : strlen(rows[i].text), -1, 59, NULL, rows[i].status,
               rows[i].status == CSEAL_OK ? 1 : -1);
    }
    check_row = "";
    expect(NULL, 0, 3, 59, NULL, CSEAL_MALFORMED, 3);
    expect("", 0, 3, 59, NULL, CSEAL_MALFORMED, 3);

    /* Ten digits: values of 2^31 and more are right-shaped and match nothing. */
    const cseal_totp_options ten = options_of(10, 1, 1);
    expect("1094287082", 10, -1, 59, &ten, CSEAL_OK, 1);
    expect("2147483648", 10, -1, 59, &ten, CSEAL_WRONG, -1);
    expect("9999999999", 10, -1, 59, &ten, CSEAL_WRONG, -1);
    expect("5389254378", 10, -1, 59, &ten, CSEAL_WRONG, -1); /* 1094287082 + 2^32 */
    expect("094287082", 9, -1, 59, &ten, CSEAL_MALFORMED, -1);
}

static void test_windows(void)
{
    /* now is step 4: which of the codes of steps 0 to 9 is taken, by past and future */
    const struct {
        uint32_t past, future;
    } windows[] = {{0, 0}, {1, 1}, {2, 0}, {0, 3}, {20, 0}, {0, 20}, {7, 13}};
    for (size_t w = 0; w < COUNT_OF(windows); ++w) {
        const cseal_totp_options options = options_of(6, windows[w].past, windows[w].future);
        for (int64_t step = 0; step < 10; ++step) {
            const int inside = step + (int64_t)windows[w].past >= 4 && step <= 4 + (int64_t)windows[w].future;
            expect(codes[step], 6, -1, 4 * 30 + 29, &options, inside ? CSEAL_OK : CSEAL_WRONG, inside ? step : -1);
        }
    }
    expect(codes[3], 6, -1, 4 * 30, NULL, CSEAL_OK, 3);
    expect(codes[3], 6, -1, 4 * 30 - 1, NULL, CSEAL_OK, 3);
    expect(codes[2], 6, -1, 4 * 30, NULL, CSEAL_WRONG, -1);
    expect(codes[5], 6, -1, 4 * 30, NULL, CSEAL_OK, 5);
    expect(codes[6], 6, -1, 4 * 30, NULL, CSEAL_WRONG, -1);
}

static void test_replay(void)
{
    expect(codes[4], 6, 3, 120, NULL, CSEAL_OK, 4);
    expect(codes[4], 6, 4, 120, NULL, CSEAL_REPLAYED, 4);
    expect(codes[3], 6, 4, 120, NULL, CSEAL_REPLAYED, 4); /* a lower step of the window */
    expect(codes[5], 6, 4, 120, NULL, CSEAL_OK, 5);
    expect(codes[4], 6, 5, 120, NULL, CSEAL_REPLAYED, 5);
    expect(codes[9], 6, 4, 120, NULL, CSEAL_WRONG, 4);
    expect(codes[4], 6, INT64_MAX, 120, NULL, CSEAL_REPLAYED, INT64_MAX);
    expect(codes[4], 6, INT64_MAX - 1, 120, NULL, CSEAL_REPLAYED, INT64_MAX - 1);
    expect(codes[0], 6, -1, 0, NULL, CSEAL_OK, 0);
    expect(codes[0], 6, 0, 0, NULL, CSEAL_REPLAYED, 0);

    /* Steps 910737 and 910738 share 911617: the higher one is burnt at once, so the code works only once. */
    const uint64_t now_s = UINT64_C(910737) * 30;
    expect("911617", 6, -1, now_s, NULL, CSEAL_OK, 910738);
    expect("911617", 6, 910737, now_s, NULL, CSEAL_OK, 910738);
    expect("911617", 6, 910738, now_s, NULL, CSEAL_REPLAYED, 910738);
    const cseal_totp_options only_now = options_of(6, 0, 0);
    expect("911617", 6, -1, now_s, &only_now, CSEAL_OK, 910737);
}

static void test_period_and_start(void)
{
    cseal_totp_options options = options_of(6, 0, 0);
    options.t0_s = 1000;
    expect(codes[0], 6, -1, 1000, &options, CSEAL_OK, 0);
    expect(codes[1], 6, -1, 1030, &options, CSEAL_OK, 1);
    options.period_s = 86400;
    expect(codes[1], 6, -1, 1000 + 86400, &options, CSEAL_OK, 1);
    options.flags = CSEAL_TOTP_LONG_PERIOD;
    options.period_s = 0xffffffffU;
    expect(codes[1], 6, -1, UINT64_C(1000) + 0xffffffffU, &options, CSEAL_OK, 1);
}

static void test_generate(void)
{
    const cseal_totp_options ten = options_of(10, 1, 1);
    for (size_t cap = 0; cap <= 16; ++cap) {
        char code[24];
        size_t code_len = 77;
        memset(code, 0x5a, sizeof code);
        CHECK_STATUS(cseal_totp_generate(key, 59, &ten, code, cap, &code_len), cap < 10 ? CSEAL_E_CAPACITY : CSEAL_OK);
        CHECK_NUMBER(code_len, 10);
        CHECK(all_bytes_are(code + cap, sizeof code - cap, 0x5a));
        if (cap < 10) {
            CHECK(all_bytes_are(code, cap, 0));
        } else {
            CHECK(memcmp(code, "1094287082", 10) == 0 && all_bytes_are(code + 10, cap - 10, 0));
        }
    }
    char code[16];
    size_t code_len = 77;
    CHECK_STATUS(cseal_totp_generate(key, 59, NULL, NULL, 0, &code_len), CSEAL_E_CAPACITY);
    CHECK_NUMBER(code_len, 6);
    memset(code, 0x5a, sizeof code);
    CHECK_STATUS(cseal_totp_generate(NULL, 59, NULL, code, sizeof code, &code_len), CSEAL_E_ARGUMENT);
    CHECK(all_bytes_are(code, sizeof code, 0) && code_len == 0);
    code_len = 77;
    CHECK_STATUS(cseal_totp_generate(key, 59, NULL, NULL, 16, &code_len), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(code_len, 0);
    memset(code, 0x5a, sizeof code);
    CHECK_STATUS(cseal_totp_generate(key, 59, NULL, code, sizeof code, NULL), CSEAL_E_ARGUMENT);
    CHECK(all_bytes_are(code, sizeof code, 0));
}

int main(void)
{
    key = rfc_key();
    test_rfc_6238();
    test_arguments();
    test_shapes();
    test_windows();
    test_replay();
    test_period_and_start();
    test_generate();
    cseal_otp_key_free(key);
    return check_summary();
}
