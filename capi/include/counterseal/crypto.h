/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cryptographic provider, and secrets made with it.
 *
 * Random numbers and AES come from OpenSSL 3, through a library context of our own: what a program does to OpenSSL's
 * global state does not reach it. Checking one-time codes needs none of this (otp.h).
 */
#ifndef COUNTERSEAL_CRYPTO_H
#define COUNTERSEAL_CRYPTO_H

#include "counterseal/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A library context and the algorithms fetched from it. One for a program is enough. */
typedef struct cseal_crypto cseal_crypto;

/*
 * Opens the cryptographic provider.
 *
 *   properties      which implementations may be used, as OpenSSL's property(7) writes it, for example "fips=yes"; NULL
 *                   with length 0: the default provider
 *   properties_len  bytes
 *   crypto          gets the handle, or NULL; free it with cseal_crypto_free
 *
 * Returns: CSEAL_OK; CSEAL_E_UNSUPPORTED where no provider has all that is needed with these properties;
 *          CSEAL_E_ARGUMENT for NULL or a NUL inside properties; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_crypto_new(const char* properties, size_t properties_len, cseal_crypto** crypto);

/*
 * Frees the provider. NULL does nothing.
 *
 *   crypto       the handle; no other thread may be using it
 *
 * Returns: nothing.
 * Threads: exclusive.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API void cseal_crypto_free(cseal_crypto* crypto);

/*
 * Makes a new secret from the provider's random generator.
 *
 *   crypto       the provider
 *   bits         how many, a multiple of 8 from 128 (RFC 4226 section 4, R6) to 1024; R6 recommends 160, which every
 *                authenticator app takes
 *   out          gets the secret
 *   out_cap      bytes at out; bits / 8 are needed
 *   out_len      gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_RANGE for bits; CSEAL_E_CAPACITY; CSEAL_E_CRYPTO where the generator failed (out is then
 *          zeroed); CSEAL_E_ARGUMENT for NULL.
 * Threads: any number on one provider.
 * CT: bits may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_secret_generate(const cseal_crypto* crypto, uint32_t bits, uint8_t* out, size_t out_cap,
                                             size_t* out_len);

#ifdef __cplusplus
}
#endif

#endif
