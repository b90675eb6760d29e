/* SPDX-License-Identifier: Apache-2.0 */
/* otp.h: prepared keys, and what a secret may be. */
#define _DEFAULT_SOURCE /* setrlimit */
#include <stdlib.h>
#include <sys/resource.h>

#include "check.h"
#include "keys.h"

#define NOT_A_KEY ((cseal_otp_key*)(void*)&n_checks)

static void test_refused_secrets(void)
{
    const uint8_t secret[20] = {1};
    cseal_otp_key* key = NOT_A_KEY;

    CHECK_STATUS(cseal_otp_key_new(NULL, 20, CSEAL_SHA1, &key), CSEAL_E_ARGUMENT);
    CHECK(key == NULL);
    key = NOT_A_KEY;
    CHECK_STATUS(cseal_otp_key_new(NULL, 0, CSEAL_SHA1, &key), CSEAL_E_ARGUMENT);
    CHECK(key == NULL);
    key = NOT_A_KEY;
    CHECK_STATUS(cseal_otp_key_new(secret, 0, CSEAL_SHA1, &key), CSEAL_E_ARGUMENT);
    CHECK(key == NULL);
    CHECK_STATUS(cseal_otp_key_new(secret, sizeof secret, CSEAL_SHA1, NULL), CSEAL_E_ARGUMENT);

    const uint32_t unknown[] = {0, 4, 5, 128, 0x101, 0x80000001U, 0xffffffffU};
    for (size_t i = 0; i < COUNT_OF(unknown); ++i) {
        key = NOT_A_KEY;
        CHECK_STATUS(cseal_otp_key_new(secret, sizeof secret, unknown[i], &key), CSEAL_E_UNSUPPORTED);
        CHECK(key == NULL);
    }
}

static void test_warnings(void)
{
    uint8_t secret[200];
    memset(secret, 0x42, sizeof secret);
    for (uint32_t algorithm = CSEAL_SHA1; algorithm <= CSEAL_SHA512; ++algorithm) {
        for (size_t len = 1; len <= sizeof secret; ++len) {
            cseal_otp_key* key = NULL;
            uint32_t warnings = 0xffffffffU;
            CHECK_STATUS(cseal_otp_key_new(secret, len, algorithm, &key), CSEAL_OK);
            CHECK(key != NULL);
            CHECK_STATUS(cseal_otp_key_warnings(key, &warnings), CSEAL_OK);
            CHECK_NUMBER(warnings, len < 16 ? CSEAL_WARN_SHORT_SECRET : 0);
            cseal_otp_key_free(key);
        }
    }
    uint32_t warnings = 77;
    CHECK_STATUS(cseal_otp_key_warnings(NULL, &warnings), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(warnings, 0);
    cseal_otp_key* key = rfc_key();
    CHECK_STATUS(cseal_otp_key_warnings(key, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_otp_key_warnings(NULL, NULL), CSEAL_E_ARGUMENT);
    cseal_otp_key_free(key);
}

static void test_free(void)
{
    cseal_otp_key_free(NULL);
    /* Two handles of one secret live and die apart from each other and from the secret. */
    uint8_t secret[20];
    cseal_otp_key* first = NULL;
    cseal_otp_key* second = NULL;
    memcpy(secret, rfc_secret, sizeof secret);
    CHECK_STATUS(cseal_otp_key_new(secret, sizeof secret, CSEAL_SHA1, &first), CSEAL_OK);
    CHECK_STATUS(cseal_otp_key_new(secret, sizeof secret, CSEAL_SHA1, &second), CSEAL_OK);
    CHECK(first != second);
    cseal_wipe(secret, sizeof secret);
    cseal_otp_key_free(first);
    uint64_t next = 0;
    CHECK_STATUS(cseal_hotp_verify(second, "755224", 6, 0, NULL, &next), CSEAL_OK);
    cseal_otp_key_free(second);
}

/* A secret is used as it is: one byte more, also a zero, is another key up to where HMAC itself pads with zeros. */
static void test_length_is_part_of_the_key(void)
{
    const uint8_t secret[130] = {'a'};
    char codes[3][10];
    const size_t lengths[] = {64, 65, 129}; /* SHA-1 blocks are 64 bytes: longer keys are hashed first */
    for (size_t i = 0; i < COUNT_OF(lengths); ++i) {
        cseal_otp_key* key = NULL;
        size_t code_len = 0;
        const cseal_hotp_options ten_digits = {sizeof ten_digits, 10, 0, 0};
        CHECK_STATUS(cseal_otp_key_new(secret, lengths[i], CSEAL_SHA1, &key), CSEAL_OK);
        CHECK_STATUS(cseal_hotp_generate(key, 1, &ten_digits, codes[i], 10, &code_len), CSEAL_OK);
        cseal_otp_key_free(key);
    }
    CHECK(memcmp(codes[0], codes[1], 10) != 0);
    CHECK(memcmp(codes[1], codes[2], 10) != 0);
}

#if !defined(ABI_SANITIZED)
struct block {
    struct block* next;
};

/* Takes all memory that malloc can give: first from the system, then what it keeps for itself in lists by size. */
static void test_out_of_memory(void)
{
    struct block* taken = NULL;
    struct rlimit usual;
    CHECK(getrlimit(RLIMIT_AS, &usual) == 0);
    const struct rlimit tight = {1, usual.rlim_max};
    CHECK(setrlimit(RLIMIT_AS, &tight) == 0);
    for (size_t size = (size_t)1 << 20; size >= sizeof(struct block); size -= size > 4096 ? size / 2 : 8) {
        struct block* block;
        while ((block = (struct block*)malloc(size)) != NULL) {
            block->next = taken;
            taken = block;
        }
    }
    cseal_otp_key* key = NOT_A_KEY;
    const cseal_status status = cseal_otp_key_new(rfc_secret, 20, CSEAL_SHA1, &key);
    int64_t step = 77;
    const cseal_status verified =
        cseal_totp_verify_raw(rfc_secret, 20, CSEAL_SHA1, "287082", 6, -1, 59, NULL, &step); /* allocates nothing */
    while (taken != NULL) {
        struct block* next = taken->next;
        free(taken);
        taken = next;
    }
    CHECK(setrlimit(RLIMIT_AS, &usual) == 0);
    CHECK_STATUS(status, CSEAL_E_NOMEM);
    CHECK(key == NULL);
    CHECK_STATUS(verified, CSEAL_OK);
    CHECK_NUMBER(step, 1);
    CHECK_STATUS(cseal_otp_key_new(rfc_secret, 20, CSEAL_SHA1, &key), CSEAL_OK);
    cseal_otp_key_free(key);
}
#endif

int main(void)
{
    test_refused_secrets();
    test_warnings();
    test_free();
    test_length_is_part_of_the_key();
#if !defined(ABI_SANITIZED)
    test_out_of_memory();
#endif
    return check_summary();
}
