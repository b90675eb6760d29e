/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every other header builds on: version, status texts, secrets as text, wiping.
 *
 * Rules of the whole C ABI
 *   - Every fallible call returns a cseal_status (status.h). Only CSEAL_OK is acceptance or success.
 *   - Order of arguments: handle, inputs, time, options, outputs. A pointer is followed by its length.
 *   - Text is UTF-8 as pointer and length; no terminating NUL is needed, and none is written.
 *   - NULL is allowed only with length 0. Inputs and outputs must not overlap, unless a function says otherwise.
 *   - Byte and text outputs are zeroed over their whole capacity first and written only when the status is >= 0; the
 *     needed length is written with CSEAL_E_CAPACITY too. The caller owns all memory.
 *   - `const` handles may be shared between threads; calls without const need the handle for themselves.
 *   - Nothing here keeps a state that a caller could see, needs to be initialised, prints, aborts or throws.
 */
#ifndef COUNTERSEAL_BASE_H
#define COUNTERSEAL_BASE_H

#include <stddef.h>
#include <stdint.h>

#include "counterseal/status.h"
#include "counterseal/version.h"

#if defined(__GNUC__)
#define CSEAL_API __attribute__((visibility("default")))
#else
#define CSEAL_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Tells the version of the library that runs, to compare with the CSEAL_VERSION_ macros that a program was compiled
 * with.
 *
 *   major, minor, patch    the three parts; each may be NULL
 *
 * Returns: CSEAL_OK.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_version(uint32_t* major, uint32_t* minor, uint32_t* patch);

/*
 * Names a status, for logs: "WRONG", "E_RANGE"; the C name without CSEAL_.
 *
 *   status     any number
 *
 * Returns: a static NUL-terminated text; "UNKNOWN" for a number that this version does not assign.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API const char* cseal_status_name(cseal_status status);

/*
 * Explains a status in one English sentence, for logs.
 *
 *   status     any number
 *
 * Returns: a static NUL-terminated text; "unknown status" for a number that this version does not assign.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API const char* cseal_status_meaning(cseal_status status);

/* Bits of what cseal_base32_repair did. */
#define CSEAL_REPAIRED_HYPHENS 1U    /* '-' was dropped */
#define CSEAL_REPAIRED_ZERO_AS_O 2U  /* '0' was read as O */
#define CSEAL_REPAIRED_EIGHT_AS_B 4U /* '8' was read as B */

/*
 * Overwrites memory with zeros in a way that the compiler cannot leave out.
 *
 *   data       what to overwrite; NULL does nothing
 *   data_len   bytes
 *
 * Returns: nothing.
 * Threads: any.
 * CT: data_len may leak.
 * Since: 0.1
 */
CSEAL_API void cseal_wipe(void* data, size_t data_len);

/*
 * Reads a base32 secret (RFC 4648 section 6) as people store and type it.
 *
 * ASCII blanks anywhere, lower case and short, long or absent padding are repaired. Everything else is refused, never
 * repaired into another key: 0, 1, 8, 9, hyphens, data after padding, a last group that ends inside a byte. Surplus low
 * bits of the last character are no key data and are ignored.
 *
 *   text         the secret
 *   text_len     bytes
 *   out          gets the key; text_len * 5 / 8 bytes always suffice
 *   out_cap      bytes at out
 *   out_len      gets the length of the key
 *   error_index  gets, with CSEAL_E_ENCODING, the index of the offending byte, or text_len where the text ends inside a
 *                byte; else text_len. May be NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_ENCODING; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL.
 * Threads: any.
 * CT: lengths, and which characters lie outside the alphabet, may leak; the secret does not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_base32_decode(const char* text, size_t text_len, uint8_t* out, size_t out_cap,
                                           size_t* out_len, size_t* error_index);

/*
 * Mends base32 that somebody typed from paper, where a slip has one reading only: hyphens go, 0 becomes O, 8 becomes B.
 * A 1 may be I or L, so it stays, and cseal_base32_decode refuses it. Ask the person before the mended secret is used:
 * who meant something else has another secret.
 *
 *   text         the secret as typed
 *   text_len     bytes
 *   repairs      gets the CSEAL_REPAIRED_ bits of what was done; 0: nothing
 *   out          gets the mended text, without a NUL; as secret as the key
 *   out_cap      bytes at out; text_len always suffice
 *   out_len      gets the number of characters
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY where out_cap is below text_len; CSEAL_E_ARGUMENT for NULL.
 * Threads: any.
 * CT: lengths, and which characters lie outside the alphabet, may leak; the secret does not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_base32_repair(const char* text, size_t text_len, uint32_t* repairs, char* out,
                                           size_t out_cap, size_t* out_len);

/*
 * Writes a secret as base32 (RFC 4648 section 6), upper case without padding: the form that authenticator apps take.
 *
 *   secret       the key
 *   secret_len   bytes, at most 2^30
 *   text         gets the characters, without a NUL
 *   text_cap     bytes at text; (secret_len * 8 + 4) / 5 are needed
 *   text_len     gets the number of characters
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_RANGE for a longer secret; CSEAL_E_ARGUMENT for NULL.
 * Threads: any.
 * CT: lengths may leak; the secret does not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_base32_encode(const uint8_t* secret, size_t secret_len, char* text, size_t text_cap,
                                           size_t* text_len);

/*
 * Reads a secret in hex (RFC 4648 section 8), either case, ASCII blanks anywhere.
 *
 *   text         the secret
 *   text_len     bytes
 *   out          gets the key; text_len / 2 bytes always suffice
 *   out_cap      bytes at out
 *   out_len      gets the length of the key
 *   error_index  as in cseal_base32_decode
 *
 * Returns: CSEAL_OK; CSEAL_E_ENCODING; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL.
 * Threads: any.
 * CT: lengths, and which characters lie outside the alphabet, may leak; the secret does not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hex_decode(const char* text, size_t text_len, uint8_t* out, size_t out_cap,
                                        size_t* out_len, size_t* error_index);

#ifdef __cplusplus
}
#endif

#endif
