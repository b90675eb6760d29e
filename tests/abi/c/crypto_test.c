/* SPDX-License-Identifier: Apache-2.0 */
/* crypto.h: the provider, and secrets made with it. */
#include "check.h"

#include "counterseal/crypto.h"

#define NOT_A_HANDLE ((cseal_crypto*)(void*)&n_checks)

static cseal_crypto* crypto = NULL;

static void test_new(void)
{
    CHECK_STATUS(cseal_crypto_new(NULL, 0, &crypto), CSEAL_OK);
    CHECK(crypto != NULL);
    cseal_crypto* other = NOT_A_HANDLE;
    CHECK_STATUS(cseal_crypto_new("provider=default", 16, &other), CSEAL_OK);
    CHECK(other != NULL && other != NOT_A_HANDLE);
    cseal_crypto_free(other);
    cseal_crypto_free(NULL);

    const char* const refused[] = {"provider=nobody", "=", "fips=yes,,", "?!"};
    for (size_t i = 0; i < COUNT_OF(refused); ++i) {
        other = NOT_A_HANDLE;
        check_row = refused[i];
        CHECK_STATUS(cseal_crypto_new(refused[i], strlen(refused[i]), &other), CSEAL_E_UNSUPPORTED);
        CHECK(other == NULL);
    }
    check_row = "";
    other = NOT_A_HANDLE;
    CHECK_STATUS(cseal_crypto_new("a\0b", 3, &other), CSEAL_E_ARGUMENT);
    CHECK(other == NULL);
    other = NOT_A_HANDLE;
    CHECK_STATUS(cseal_crypto_new(NULL, 1, &other), CSEAL_E_ARGUMENT);
    CHECK(other == NULL);
    CHECK_STATUS(cseal_crypto_new(NULL, 0, NULL), CSEAL_E_ARGUMENT);
}

static void test_generate(void)
{
    uint8_t first[130];
    uint8_t second[130];
    size_t len = 77;
    for (uint32_t bits = 128; bits <= 1024; bits += 8) {
        memset(first, 0xa5, sizeof first);
        CHECK_STATUS(cseal_secret_generate(crypto, bits, first, 128, &len), CSEAL_OK);
        CHECK_NUMBER(len, bits / 8);
        CHECK(all_bytes_are(first + len, 128 - len, 0));
        CHECK(first[128] == 0xa5);
        CHECK_STATUS(cseal_secret_generate(crypto, bits, second, 128, &len), CSEAL_OK);
        CHECK(memcmp(first, second, len) != 0);
    }
    const uint32_t refused[] = {0, 8, 120, 127, 129, 160 + 1, 1025, 1032, 0xffffffffU};
    for (size_t i = 0; i < COUNT_OF(refused); ++i) {
        memset(first, 0xa5, sizeof first);
        CHECK_STATUS(cseal_secret_generate(crypto, refused[i], first, sizeof first, &len), CSEAL_E_RANGE);
        CHECK(all_bytes_are(first, sizeof first, 0) && len == 0);
    }
    memset(first, 0xa5, sizeof first);
    CHECK_STATUS(cseal_secret_generate(crypto, 160, first, 19, &len), CSEAL_E_CAPACITY);
    CHECK_NUMBER(len, 20);
    CHECK(all_bytes_are(first, 19, 0) && first[19] == 0xa5);
    CHECK_STATUS(cseal_secret_generate(crypto, 160, NULL, 0, &len), CSEAL_E_CAPACITY);
    CHECK_NUMBER(len, 20);
    CHECK_STATUS(cseal_secret_generate(NULL, 160, first, 20, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_secret_generate(crypto, 160, NULL, 20, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_secret_generate(crypto, 160, first, 20, NULL), CSEAL_E_ARGUMENT);
}

int main(void)
{
    test_new();
    test_generate();
    cseal_crypto_free(crypto);
    return check_summary();
}
