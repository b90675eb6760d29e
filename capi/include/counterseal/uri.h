/* SPDX-License-Identifier: Apache-2.0 */
/*
 * otpauth:// URIs: what a phone reads from the QR code when a person enrolls.
 *
 * Built in one canonical form that every authenticator app reads. Parsed with tolerance: the seed's warnings say what
 * was ignored or repaired. A URI holds the secret: show it once, never log it, never send it to a QR service.
 */
#ifndef COUNTERSEAL_URI_H
#define COUNTERSEAL_URI_H

#include "counterseal/seed.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of the flags of cseal_uri_build. */
#define CSEAL_URI_STRIP_COLONS 1U /* drops colons from issuer and account instead of refusing them */

/*
 * Builds the URI of a seed: percent-encoded by RFC 3986 (a blank is %20), the secret in base32 without padding, the
 * issuer both before the account and as a parameter, and of algorithm, digits and period what is not SHA1, 6 and 30.
 *
 *   seed         TOTP or HOTP, with an issuer or an account
 *   flags        CSEAL_URI_ bits
 *   problem      gets the rule that was broken; may be NULL
 *   uri          gets the URI, without a NUL
 *   uri_cap      bytes at uri; 8192 always suffice
 *   uri_len      gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL, for a colon, for blanks around issuer or account, or
 *          where both are missing; CSEAL_E_RANGE for a longer URI; CSEAL_E_UNSUPPORTED for another kind, a t0, or an
 *          unknown flag; CSEAL_E_NOMEM.
 * Threads: any number on one seed.
 * CT: enrollment material, shown on purpose: no claim.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_uri_build(const cseal_seed* seed, uint32_t flags, cseal_problem* problem, char* uri,
                                       size_t uri_cap, size_t* uri_len);

/*
 * Reads a URI. The issuer parameter wins over the prefix of the label; an issuer Steam without digits means Steam
 * codes; unknown parameters are ignored with a warning, and the same parameter twice with two values is refused.
 *
 *   uri          the URI, at most 8192 bytes; ASCII blanks around it are ignored
 *   uri_len      bytes
 *   problem      gets the parameter, the rule and the byte; may be NULL
 *   seed         gets the handle, or NULL; free it with cseal_seed_free
 *
 * Returns: CSEAL_OK; CSEAL_MALFORMED; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: enrollment material: no claim.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_uri_parse(const char* uri, size_t uri_len, cseal_problem* problem, cseal_seed** seed);

#ifdef __cplusplus
}
#endif

#endif
