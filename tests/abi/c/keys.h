/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of RFC 4226 appendix D and RFC 6238 appendix B: 20, 32 and 64 bytes of one text. */
#ifndef ABI_KEYS_H
#define ABI_KEYS_H

#include <stdio.h>
#include <stdlib.h>

#include "counterseal/otp.h"

static const char rfc_text[] = "1234567890123456789012345678901234567890123456789012345678901234";

static const uint8_t* const rfc_secret = (const uint8_t*)rfc_text;
#define RFC_SHA1_LEN ((size_t)20)
#define RFC_SHA256_LEN ((size_t)32)
#define RFC_SHA512_LEN ((size_t)64)

/* A handle of the first `len` bytes of the text; the program ends where none can be made. */
static inline cseal_otp_key* rfc_key_of(size_t len, uint32_t algorithm)
{
    cseal_otp_key* key = NULL;
    if (cseal_otp_key_new(rfc_secret, len, algorithm, &key) != CSEAL_OK || key == NULL) {
        puts("cannot make a key: nothing can be checked");
        exit(1);
    }
    return key;
}

static inline cseal_otp_key* rfc_key(void)
{
    return rfc_key_of(RFC_SHA1_LEN, CSEAL_SHA1);
}

#endif
