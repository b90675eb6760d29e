/* SPDX-License-Identifier: Apache-2.0 */
/* An authenticator app for tests: takes an otpauth URI, shows codes. */
#ifndef ABI_PHONE_H
#define ABI_PHONE_H

#include "check.h"

#include "counterseal/otp.h"
#include "counterseal/seed.h"
#include "counterseal/uri.h"

typedef struct phone {
    cseal_otp_key* key;
} phone;

static inline phone phone_of(const char* uri, size_t uri_len)
{
    phone made = {NULL};
    cseal_seed* seed = NULL;
    uint8_t secret[64];
    size_t len = 0;
    CHECK_STATUS(cseal_uri_parse(uri, uri_len, NULL, &seed), CSEAL_OK);
    CHECK_STATUS(cseal_seed_secret_get(seed, CSEAL_SEED_KEY, secret, sizeof secret, &len), CSEAL_OK);
    CHECK_STATUS(cseal_otp_key_new(secret, len, CSEAL_SHA1, &made.key), CSEAL_OK);
    cseal_seed_free(seed);
    return made;
}

static inline void phone_code(const phone* of, uint64_t now_s, char code[6])
{
    size_t len = 0;
    CHECK_STATUS(cseal_totp_generate(of->key, now_s, NULL, code, 6, &len), CSEAL_OK);
    CHECK_NUMBER(len, 6);
}

static inline void phone_free(phone* of)
{
    cseal_otp_key_free(of->key);
    of->key = NULL;
}

#endif
