/* SPDX-License-Identifier: Apache-2.0 */
/* yubico.h: Yubico OTP and HOTP with a token identifier. Arguments, shapes, the pair that goes in and comes out. */
#include "counterseal/yubico.h"

#include <stdlib.h>

#include "check.h"
#include "keys.h"

/* test-vectors.txt of Yubico's yubico-c: counter 19, session use 17. */
static const uint8_t aes_key[] = {0xec, 0xde, 0x18, 0xdb, 0xe7, 0x6f, 0xbd, 0x0c,
                                  0x33, 0x33, 0x0f, 0x1c, 0x35, 0x48, 0x71, 0xdb};
static const uint8_t private_id[] = {0x87, 0x92, 0xeb, 0xfe, 0x26, 0xcc};
static const char public_id[] = "dteffuje";
static const char otp[] = "dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh";

static const char token_id[] = "ubhe01234567";

static cseal_crypto* crypto;
static cseal_otp_key* key; /* RFC 4226 appendix D */

/* Outputs apart and in place: status and pair must be the same, and as given. */
static void expect(const char* id, const char* typed, size_t typed_len, int64_t last_counter, int64_t last_use,
                   cseal_status status, int64_t counter, int64_t use)
{
    int64_t new_counter = 77;
    int64_t new_use = 77;
    CHECK_STATUS(cseal_yubico_verify(crypto, aes_key, sizeof aes_key, private_id, sizeof private_id, id, strlen(id),
                                     typed, typed_len, last_counter, last_use, &new_counter, &new_use),
                 status);
    CHECK_NUMBER(new_counter, counter);
    CHECK_NUMBER(new_use, use);
    CHECK_STATUS(cseal_yubico_verify(crypto, aes_key, sizeof aes_key, private_id, sizeof private_id, id, strlen(id),
                                     typed, typed_len, last_counter, last_use, &last_counter, &last_use),
                 status);
    CHECK_NUMBER(last_counter, counter);
    CHECK_NUMBER(last_use, use);
}

static void test_replay(void)
{
    expect(public_id, otp, 40, -1, -1, CSEAL_OK, 19, 17);
    expect(public_id, otp, 40, -1, 255, CSEAL_OK, 19, 17);
    expect(public_id, otp, 40, 18, 255, CSEAL_OK, 19, 17);
    expect(public_id, otp, 40, 19, -1, CSEAL_OK, 19, 17);
    expect(public_id, otp, 40, 19, 16, CSEAL_OK, 19, 17);
    expect(public_id, otp, 40, 19, 17, CSEAL_REPLAYED, 19, 17);
    expect(public_id, otp, 40, 19, 18, CSEAL_REPLAYED, 19, 18);
    expect(public_id, otp, 40, 20, 0, CSEAL_REPLAYED, 20, 0);
    expect(public_id, otp, 40, 20, -1, CSEAL_REPLAYED, 20, -1);
    expect(public_id, otp, 40, 32767, 255, CSEAL_REPLAYED, 32767, 255);
}

static void test_shapes(void)
{
    expect(public_id, " \tdteffujehknhfjbrjnlnldnhcujvddbikngjrtgh\r\n", 44, -1, -1, CSEAL_OK, 19, 17);
    expect(public_id, "DTEFFUJEHKNHFJBRJNLNLDNHCUJVDDBIKNGJRTGH", 40, -1, -1, CSEAL_OK, 19, 17);
    expect("DTEFFUJE", otp, 40, -1, -1, CSEAL_OK, 19, 17);
    expect("", otp + 8, 32, -1, -1, CSEAL_OK, 19, 17);
    expect("dteffujc", otp, 40, -1, -1, CSEAL_WRONG, -1, -1); /* somebody else's key */
    expect(public_id, "dteffujehknhfjbrjnlnldnhcujvddbikngjrtgc", 40, 3, 4, CSEAL_WRONG, 3, 4);
    expect(public_id, otp + 8, 32, -1, -1, CSEAL_MALFORMED, -1, -1);
    expect(public_id, otp, 39, -1, -1, CSEAL_MALFORMED, -1, -1);
    expect(public_id, otp, 41, -1, -1, CSEAL_MALFORMED, -1, -1); /* with its NUL */
    expect("", otp, 40, -1, -1, CSEAL_MALFORMED, -1, -1);
    expect(public_id, "dteffuje hknhfjbrjnlnldnhcujvddbikngjrtg", 40, -1, -1, CSEAL_MALFORMED, -1, -1);
    expect(public_id, "ateffujehknhfjbrjnlnldnhcujvddbikngjrtgh", 40, -1, -1, CSEAL_MALFORMED, -1, -1);
    expect(public_id, "", 0, 5, 6, CSEAL_MALFORMED, 5, 6);
    expect(public_id, NULL, 0, 5, 6, CSEAL_MALFORMED, 5, 6);
}

static void expect_error(const cseal_crypto* with, const uint8_t* aes, size_t aes_len, const uint8_t* id, size_t id_len,
                         const char* public_text, size_t public_len, int64_t last_counter, int64_t last_use,
                         cseal_status status, const char* rule_start)
{
    int64_t counter = 77;
    int64_t use = 78;
    CHECK_STATUS(cseal_yubico_verify(with, aes, aes_len, id, id_len, public_text, public_len, otp, 40, last_counter,
                                     last_use, &counter, &use),
                 status);
    CHECK_NUMBER(counter, last_counter);
    CHECK_NUMBER(use, last_use);
    if (rule_start != NULL) {
        const char* rule = NULL;
        CHECK_STATUS(cseal_yubico_check(aes_len, id_len, public_text, public_len, last_counter, last_use, &rule),
                     status);
        CHECK(rule != NULL && strncmp(rule, rule_start, strlen(rule_start)) == 0);
    }
}

static void test_arguments(void)
{
    expect_error(NULL, aes_key, 16, private_id, 6, public_id, 8, 1, 2, CSEAL_E_ARGUMENT, NULL);
    expect_error(crypto, NULL, 16, private_id, 6, public_id, 8, 1, 2, CSEAL_E_ARGUMENT, NULL);
    expect_error(crypto, NULL, 0, private_id, 6, public_id, 8, 1, 2, CSEAL_E_ARGUMENT, NULL);
    expect_error(crypto, aes_key, 16, NULL, 6, public_id, 8, 1, 2, CSEAL_E_ARGUMENT, NULL);
    expect_error(crypto, aes_key, 16, private_id, 6, NULL, 8, 1, 2, CSEAL_E_ARGUMENT, NULL);
    const size_t lengths[] = {0, 1, 15, 17, 32};
    for (size_t i = 0; i < COUNT_OF(lengths); ++i) {
        expect_error(crypto, aes_key, lengths[i], private_id, 6, public_id, 8, 1, 2, CSEAL_E_RANGE, "key must ");
    }
    const size_t id_lengths[] = {0, 5, 7, 16};
    for (size_t i = 0; i < COUNT_OF(id_lengths); ++i) {
        expect_error(crypto, aes_key, 16, private_id, id_lengths[i], public_id, 8, 1, 2, CSEAL_E_RANGE,
                     "private_id must ");
    }
    const char* const ids[] = {"c", "ccc", "ca", "cc cc", " cccc", "28b3", "cccccccccccccccccccccccccccccccccc"};
    for (size_t i = 0; i < COUNT_OF(ids); ++i) {
        check_row = ids[i];
        expect_error(crypto, aes_key, 16, private_id, 6, ids[i], strlen(ids[i]), 1, 2, CSEAL_E_ARGUMENT,
                     "public_id must ");
    }
    check_row = "";
    const int64_t counters[] = {-2, 32768, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < COUNT_OF(counters); ++i) {
        expect_error(crypto, aes_key, 16, private_id, 6, public_id, 8, counters[i], 2, CSEAL_E_RANGE,
                     "last_counter must ");
    }
    const int64_t uses[] = {-2, 256, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < COUNT_OF(uses); ++i) {
        expect_error(crypto, aes_key, 16, private_id, 6, public_id, 8, 1, uses[i], CSEAL_E_RANGE,
                     "last_session_use must ");
    }

    int64_t one = 77;
    CHECK_STATUS(cseal_yubico_verify(crypto, aes_key, 16, private_id, 6, public_id, 8, NULL, 40, 1, 2, &one, &one),
                 CSEAL_E_ARGUMENT);
    one = 77;
    CHECK_STATUS(cseal_yubico_verify(crypto, aes_key, 16, private_id, 6, public_id, 8, otp, 40, -1, -1, &one, NULL),
                 CSEAL_E_ARGUMENT);
    CHECK_NUMBER(one, -1);
    one = 77;
    CHECK_STATUS(cseal_yubico_verify(crypto, aes_key, 16, private_id, 6, public_id, 8, otp, 40, -1, -1, NULL, &one),
                 CSEAL_E_ARGUMENT);
    CHECK_NUMBER(one, -1);

    const char* rule = otp;
    CHECK_STATUS(cseal_yubico_check(16, 6, public_id, 8, -1, -1, &rule), CSEAL_OK);
    CHECK(rule == NULL);
    CHECK_STATUS(cseal_yubico_check(16, 6, NULL, 0, 32767, 255, &rule), CSEAL_OK);
    rule = otp;
    CHECK_STATUS(cseal_yubico_check(16, 6, NULL, 1, -1, -1, &rule), CSEAL_E_ARGUMENT);
    CHECK(rule == NULL);
    CHECK_STATUS(cseal_yubico_check(16, 6, public_id, 8, -1, -1, NULL), CSEAL_E_ARGUMENT);
}

static void test_public_id(void)
{
    char id[40];
    size_t len = 77;
    for (size_t cap = 0; cap <= 10; ++cap) {
        memset(id, 0x5a, sizeof id);
        CHECK_STATUS(cseal_yubico_public_id("DTEFFUJEhknhfjbrjnlnldnhcujvddbikngjrtgh", 40, id, cap, &len),
                     cap < 8 ? CSEAL_E_CAPACITY : CSEAL_OK);
        CHECK_NUMBER(len, 8);
        CHECK(cap < 8 ? all_bytes_are(id, cap, 0) : memcmp(id, public_id, 8) == 0 && all_bytes_are(id + 8, cap - 8, 0));
        CHECK(all_bytes_are(id + cap, sizeof id - cap, 0x5a));
    }
    CHECK_STATUS(cseal_yubico_public_id(otp + 8, 32, NULL, 0, &len), CSEAL_OK);
    CHECK_NUMBER(len, 0);
    char longest[66];
    memset(longest, 'v', sizeof longest);
    CHECK_STATUS(cseal_yubico_public_id(longest, 64, id, CSEAL_YUBICO_PUBLIC_ID_MAX, &len), CSEAL_OK);
    CHECK_NUMBER(len, CSEAL_YUBICO_PUBLIC_ID_MAX);
    const struct {
        const char* text;
        size_t len;
    } refused[] = {{longest, 66}, {otp, 39}, {otp, 31}, {otp, 41}, {"", 0}, {NULL, 0}};
    for (size_t i = 0; i < COUNT_OF(refused); ++i) {
        memset(id, 0x5a, sizeof id);
        len = 77;
        CHECK_STATUS(cseal_yubico_public_id(refused[i].text, refused[i].len, id, sizeof id, &len), CSEAL_MALFORMED);
        CHECK(len == 0 && all_bytes_are(id, sizeof id, 0));
    }
    CHECK_STATUS(cseal_yubico_public_id(NULL, 40, id, sizeof id, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_yubico_public_id(otp, 40, NULL, 8, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_yubico_public_id(otp, 40, id, sizeof id, NULL), CSEAL_E_ARGUMENT);
    CHECK(all_bytes_are(id, sizeof id, 0));
}

static void expect_with_id(const char* typed, cseal_status status, uint64_t next)
{
    uint64_t in_place = 1;
    const cseal_hotp_options options = {sizeof options, 6, 3, 0};
    CHECK_STATUS(cseal_hotp_verify_with_id(key, token_id, 12, typed, strlen(typed), in_place, &options, &in_place),
                 status);
    CHECK_NUMBER(in_place, next);
}

static void test_verify_with_id(void)
{
    expect_with_id("ubhe01234567287082", CSEAL_OK, 2);
    expect_with_id(" UBHE01234567287082\n", CSEAL_OK, 2);
    expect_with_id("287 082", CSEAL_OK, 2);
    expect_with_id("ubhe01234567338314", CSEAL_OK, 5);
    expect_with_id("ubhe01234567755224", CSEAL_WRONG, 1); /* used before */
    expect_with_id("ubhe01234568287082", CSEAL_WRONG, 1); /* somebody else's token */
    expect_with_id("ubhe0123456-287082", CSEAL_MALFORMED, 1);
    expect_with_id("ubhe0123456287082", CSEAL_MALFORMED, 1);
    expect_with_id("ubhe01234567", CSEAL_MALFORMED, 1);
    expect_with_id("", CSEAL_MALFORMED, 1);

    uint64_t next = 77;
    CHECK_STATUS(cseal_hotp_verify_with_id(key, token_id, 12, "287082", 6, 0, NULL, &next), CSEAL_WRONG);
    const char* const ids[] = {"", "ubhe0123456", "ubhe012345678", "ubhe 1234567", "ubhe-1234567"};
    for (size_t i = 0; i < COUNT_OF(ids); ++i) {
        check_row = ids[i];
        next = 77;
        CHECK_STATUS(cseal_hotp_verify_with_id(key, ids[i], strlen(ids[i]), "287082", 6, 1, NULL, &next),
                     CSEAL_E_ARGUMENT);
        CHECK_NUMBER(next, 1);
    }
    check_row = "";
    CHECK_STATUS(cseal_hotp_verify_with_id(NULL, token_id, 12, "287082", 6, 1, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_verify_with_id(key, NULL, 12, "287082", 6, 1, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_verify_with_id(key, token_id, 12, NULL, 6, 1, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_verify_with_id(key, token_id, 12, "287082", 6, 1, NULL, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_verify_with_id(key, token_id, 12, NULL, 0, 1, NULL, &next), CSEAL_MALFORMED);
    const cseal_hotp_options five = {sizeof five, 5, 0, 0};
    CHECK_STATUS(cseal_hotp_verify_with_id(key, token_id, 12, "287082", 6, 1, &five, &next), CSEAL_E_RANGE);
    const cseal_hotp_options reserved = {sizeof reserved, 6, 0, 1};
    CHECK_STATUS(cseal_hotp_verify_with_id(key, token_id, 12, "287082", 6, 1, &reserved, &next), CSEAL_E_UNSUPPORTED);
    CHECK_NUMBER(next, 1);
}

static void expect_resync(const char* code1, const char* code2, cseal_status status, uint64_t next)
{
    uint64_t in_place = 0;
    CHECK_STATUS(cseal_hotp_resync_with_id(key, token_id, 12, code1, strlen(code1), code2, strlen(code2), in_place,
                                           NULL, &in_place),
                 status);
    CHECK_NUMBER(in_place, next);
}

static void test_resync_with_id(void)
{
    expect_resync("ubhe01234567162583", "ubhe01234567399871", CSEAL_OK, 9);
    expect_resync("162583", "UBHE01234567399871", CSEAL_OK, 9);
    expect_resync("ubhe01234567162583", "ubhe01234568399871", CSEAL_WRONG, 0);
    expect_resync("ubhe01234567399871", "ubhe01234567162583", CSEAL_WRONG, 0);
    expect_resync("ubhe01234567162583", "ubhe0123456.399871", CSEAL_MALFORMED, 0);
    uint64_t next = 77;
    CHECK_STATUS(cseal_hotp_resync_with_id(NULL, token_id, 12, "162583", 6, "399871", 6, 5, NULL, &next),
                 CSEAL_E_ARGUMENT);
    CHECK_NUMBER(next, 5);
    CHECK_STATUS(cseal_hotp_resync_with_id(key, token_id, 11, "162583", 6, "399871", 6, 5, NULL, &next),
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_resync_with_id(key, NULL, 12, "162583", 6, "399871", 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_resync_with_id(key, token_id, 12, NULL, 6, "399871", 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_resync_with_id(key, token_id, 12, "162583", 6, NULL, 6, 5, NULL, &next), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_resync_with_id(key, token_id, 12, "162583", 6, "399871", 6, 5, NULL, NULL),
                 CSEAL_E_ARGUMENT);
}

static void test_token_id(void)
{
    char id[20];
    size_t len = 77;
    for (size_t cap = 0; cap <= 14; ++cap) {
        memset(id, 0x5a, sizeof id);
        CHECK_STATUS(cseal_hotp_token_id("UBHE01234567287082", 18, 6, id, cap, &len),
                     cap < 12 ? CSEAL_E_CAPACITY : CSEAL_OK);
        CHECK_NUMBER(len, CSEAL_TOKEN_ID_LEN);
        CHECK(cap < 12 ? all_bytes_are(id, cap, 0)
                       : memcmp(id, token_id, 12) == 0 && all_bytes_are(id + 12, cap - 12, 0));
        CHECK(all_bytes_are(id + cap, sizeof id - cap, 0x5a));
    }
    CHECK_STATUS(cseal_hotp_token_id("287 082", 7, 6, NULL, 0, &len), CSEAL_OK);
    CHECK_NUMBER(len, 0);
    CHECK_STATUS(cseal_hotp_token_id("ubhe0123456712345678", 20, 8, id, sizeof id, &len), CSEAL_OK);
    CHECK_NUMBER(len, 12);
    CHECK_STATUS(cseal_hotp_token_id("ubhe0123456712345678", 20, 6, id, sizeof id, &len), CSEAL_MALFORMED);
    CHECK(len == 0 && all_bytes_are(id, sizeof id, 0));
    CHECK_STATUS(cseal_hotp_token_id(NULL, 0, 6, id, sizeof id, &len), CSEAL_MALFORMED);
    CHECK_STATUS(cseal_hotp_token_id("287082", 6, 5, id, sizeof id, &len), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_hotp_token_id("287082", 6, 11, id, sizeof id, &len), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_hotp_token_id(NULL, 6, 6, id, sizeof id, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_token_id("287082", 6, 6, NULL, 12, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_token_id("287082", 6, 6, id, sizeof id, NULL), CSEAL_E_ARGUMENT);
}

int main(void)
{
    key = rfc_key();
    if (cseal_crypto_new(NULL, 0, &crypto) != CSEAL_OK) {
        puts("no provider: nothing can be checked");
        return 1;
    }
    test_replay();
    test_shapes();
    test_arguments();
    test_public_id();
    test_verify_with_id();
    test_resync_with_id();
    test_token_id();
    cseal_crypto_free(crypto);
    cseal_otp_key_free(key);
    return check_summary();
}
