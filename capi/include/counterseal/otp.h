/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One-time codes: HOTP (RFC 4226) and TOTP (RFC 6238).
 *
 * A code must be accepted once. These calls keep no state: they take the last used step (TOTP) or the next expected
 * counter (HOTP) and return the new value, which the caller stores with one conditional update whose row count is the
 * verdict:
 *
 *     UPDATE factor SET last_step = :step WHERE id = :id AND last_step < :step      -- TOTP; column NOT NULL DEFAULT -1
 *     UPDATE factor SET next_counter = :new WHERE id = :id AND next_counter < :new  -- HOTP; column NOT NULL DEFAULT 0
 *
 * Zero rows updated means that somebody else used the code first: refuse.
 *
 * A typed code may have outer ASCII blanks and single blanks or hyphens between digits ("123 456"). After that it must
 * be exactly `digits` ASCII digits, else it is CSEAL_MALFORMED; only right-shaped codes are CSEAL_WRONG or
 * CSEAL_REPLAYED. A Steam code is exactly five characters of its alphabet, between outer blanks.
 */
#ifndef COUNTERSEAL_OTP_H
#define COUNTERSEAL_OTP_H

#include "counterseal/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Hash algorithms of RFC 6238 section 1.2. Phones that ignore the algorithm compute SHA-1. */
#define CSEAL_SHA1 1U
#define CSEAL_SHA256 2U
#define CSEAL_SHA512 3U

/* Longest code in characters. */
#define CSEAL_OTP_CODE_MAX 10U

/* How a truncated number becomes a code. */
#define CSEAL_ENCODER_DECIMAL 0U /* digits, RFC 4226 section 5.3 */
#define CSEAL_ENCODER_STEAM 1U   /* five characters of Steam's alphabet; no RFC, what the vendor's phone app shows */

/* Bits of cseal_otp_key_warnings. */
#define CSEAL_WARN_SHORT_SECRET 1U /* under 128 bits, the least that RFC 4226 section 4 allows (R6) */

/* Bits of cseal_totp_options.flags. */
#define CSEAL_TOTP_LONG_PERIOD 1U /* lifts the upper bound of period_s */

/* A prepared key: the HMAC midstates of a secret. As secret as the secret; wiped when freed. */
typedef struct cseal_otp_key cseal_otp_key;

/* How TOTP codes are made and how far clocks may differ. Fill with cseal_totp_options_init, then change fields. */
typedef struct cseal_totp_options {
    uint32_t struct_size; /* sizeof(cseal_totp_options) of the caller */
    uint32_t digits;      /* 6 to 10; default 6; plays no part for Steam codes */
    uint32_t period_s;    /* seconds a step lasts, 1 to 86400; default 30 */
    uint32_t past;        /* steps before the current one still accepted; default 1 */
    uint32_t future;      /* steps after the current one still accepted; default 1; past + future at most 20 */
    uint32_t flags;       /* CSEAL_TOTP_ bits; default 0 */
    uint64_t t0_s;        /* Unix time of step 0; default 0 */
    uint32_t encoder;     /* CSEAL_ENCODER_DECIMAL or CSEAL_ENCODER_STEAM; default decimal */
    uint32_t reserved;    /* must be 0 */
} cseal_totp_options;

/* How HOTP codes are made and how far a token may be ahead. Fill with cseal_hotp_options_init, then change fields. */
typedef struct cseal_hotp_options {
    uint32_t struct_size; /* sizeof(cseal_hotp_options) of the caller */
    uint32_t digits;      /* 6 to 10; default 6 */
    uint32_t look_ahead;  /* counters beyond the expected one still accepted, at most 100; default 0 */
    uint32_t reserved;    /* must be 0 */
} cseal_hotp_options;

/*
 * Fills TOTP options with their defaults.
 *
 *   options      the struct to fill
 *   struct_size  sizeof(cseal_totp_options) as the caller was compiled
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or a size below the first release's or above 4096.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_totp_options_init(cseal_totp_options* options, uint32_t struct_size);

/*
 * Fills HOTP options with their defaults.
 *
 *   options      the struct to fill
 *   struct_size  sizeof(cseal_hotp_options) as the caller was compiled
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or a size below the first release's or above 4096.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_options_init(cseal_hotp_options* options, uint32_t struct_size);

/*
 * Tells which rule a TOTP call with these numbers would break, to put into an error message.
 *
 *   last_step    as in cseal_totp_verify
 *   now_s        as in cseal_totp_verify
 *   options      NULL: defaults
 *   rule         gets a static NUL-terminated sentence that starts with the argument's name, or NULL with CSEAL_OK
 *
 * Returns: CSEAL_OK, or the status that the call would return: CSEAL_E_RANGE, CSEAL_E_TIME, CSEAL_E_UNSUPPORTED,
 *          CSEAL_E_ARGUMENT.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_totp_check(int64_t last_step, uint64_t now_s, const cseal_totp_options* options,
                                        const char** rule);

/*
 * Tells which rule a HOTP call with these numbers would break.
 *
 *   next_counter as in cseal_hotp_verify
 *   options      NULL: defaults
 *   rule         gets a static NUL-terminated sentence that starts with the argument's name, or NULL with CSEAL_OK
 *
 * Returns: CSEAL_OK, or the status that the call would return: CSEAL_E_RANGE, CSEAL_E_UNSUPPORTED, CSEAL_E_ARGUMENT.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_check(uint64_t next_counter, const cseal_hotp_options* options, const char** rule);

/*
 * Makes a prepared key from a secret of any length but 0. The secret is not kept and may be wiped at once.
 *
 *   secret       the shared secret, used as it is (never repeated or cut)
 *   secret_len   bytes
 *   algorithm    CSEAL_SHA1, CSEAL_SHA256 or CSEAL_SHA512
 *   key          gets the handle, or NULL; free it with cseal_otp_key_free
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL or an empty secret; CSEAL_E_UNSUPPORTED for another algorithm (MD5
 *          digests are too short to truncate, RFC 4226 section 5.3); CSEAL_E_NOMEM.
 * Threads: any.
 * CT: secret_len may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_otp_key_new(const uint8_t* secret, size_t secret_len, uint32_t algorithm,
                                         cseal_otp_key** key);

/*
 * Wipes and frees a prepared key. NULL does nothing.
 *
 *   key          the handle; no other thread may be using it
 *
 * Returns: nothing.
 * Threads: exclusive.
 * CT: no leak.
 * Since: 0.1
 */
CSEAL_API void cseal_otp_key_free(cseal_otp_key* key);

/*
 * Tells what is unusual about a key that nevertheless works.
 *
 *   key          the handle
 *   warnings     gets CSEAL_WARN_ bits
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL.
 * Threads: any.
 * CT: the length of the secret may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_otp_key_warnings(const cseal_otp_key* key, uint32_t* warnings);

/*
 * Checks a TOTP code (RFC 6238 section 4.2 and 5.2).
 *
 * All of the window is computed whatever matches. Neighbouring steps can share a code, so the highest matching step
 * counts: it is returned, and a code whose highest matching step is not above last_step was used before.
 *
 *   key          prepared key
 *   code         what the person typed; NULL with length 0 is malformed
 *   code_len     bytes
 *   last_step    the highest step accepted for this key so far; -1: never used
 *   now_s        Unix time in seconds, t0_s to 10^11
 *   options      NULL: defaults
 *   step         gets the step to store as last_step: the highest matching one with CSEAL_OK, else last_step unchanged
 *
 * Returns: CSEAL_OK; CSEAL_WRONG; CSEAL_REPLAYED; CSEAL_MALFORMED; CSEAL_E_ARGUMENT for NULL or struct_size 0;
 *          CSEAL_E_RANGE for digits, period, window or last_step; CSEAL_E_TIME; CSEAL_E_UNSUPPORTED for an unknown flag
 *          or a newer option.
 * Threads: any number on one key.
 * CT: code_len, which characters are no digits, last_step, time, options and the status may leak; the key, the digits
 *     and the step that matched (but for its return on acceptance) do not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_totp_verify(const cseal_otp_key* key, const char* code, size_t code_len, int64_t last_step,
                                         uint64_t now_s, const cseal_totp_options* options, int64_t* step);

/*
 * Checks a TOTP code with a secret instead of a prepared key: two more compressions, no allocation.
 *
 *   secret       as in cseal_otp_key_new
 *   secret_len   bytes
 *   algorithm    as in cseal_otp_key_new
 *   code         as in cseal_totp_verify
 *   code_len     bytes
 *   last_step    as in cseal_totp_verify
 *   now_s        as in cseal_totp_verify
 *   options      NULL: defaults
 *   step         as in cseal_totp_verify
 *
 * Returns: as cseal_totp_verify, and CSEAL_E_UNSUPPORTED for another algorithm.
 * Threads: any.
 * CT: as cseal_totp_verify; secret_len may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_totp_verify_raw(const uint8_t* secret, size_t secret_len, uint32_t algorithm,
                                             const char* code, size_t code_len, int64_t last_step, uint64_t now_s,
                                             const cseal_totp_options* options, int64_t* step);

/*
 * Makes the TOTP code of a time.
 *
 *   key          prepared key
 *   now_s        Unix time in seconds, t0_s to 10^11
 *   options      NULL: defaults; past and future play no part
 *   code         gets the digits, without a NUL
 *   code_cap     bytes at code; options->digits are needed, 5 for Steam codes
 *   code_len     gets the number of characters
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT; CSEAL_E_RANGE; CSEAL_E_TIME; CSEAL_E_UNSUPPORTED.
 * Threads: any number on one key.
 * CT: time and options may leak; the key and the code do not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_totp_generate(const cseal_otp_key* key, uint64_t now_s, const cseal_totp_options* options,
                                           char* code, size_t code_cap, size_t* code_len);

/*
 * Checks a HOTP code (RFC 4226 section 7.2 and 7.4) against the counters next_counter to next_counter + look_ahead,
 * never below. Where two of them share the code the higher one is taken, so that the same code is not accepted again.
 *
 *   key               prepared key
 *   code              what the person typed; NULL with length 0 is malformed
 *   code_len          bytes
 *   next_counter      the counter expected next; next_counter + look_ahead must stay below 2^64 - 2
 *   options           NULL: defaults
 *   new_next_counter  gets the counter to store: the matching one plus 1 with CSEAL_OK, else next_counter unchanged
 *
 * Returns: CSEAL_OK; CSEAL_WRONG (also for a code used before); CSEAL_MALFORMED; CSEAL_E_ARGUMENT for NULL or
 *          struct_size 0; CSEAL_E_RANGE for digits, look_ahead or next_counter; CSEAL_E_UNSUPPORTED for a newer option.
 * Threads: any number on one key.
 * CT: code_len, which characters are no digits, next_counter, options and the status may leak; the key, the digits and
 *     the counter that matched (but for its return on acceptance) do not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_verify(const cseal_otp_key* key, const char* code, size_t code_len,
                                         uint64_t next_counter, const cseal_hotp_options* options,
                                         uint64_t* new_next_counter);

/*
 * Checks a HOTP code with a secret instead of a prepared key.
 *
 *   secret            as in cseal_otp_key_new
 *   secret_len        bytes
 *   algorithm         as in cseal_otp_key_new
 *   code              as in cseal_hotp_verify
 *   code_len          bytes
 *   next_counter      as in cseal_hotp_verify
 *   options           NULL: defaults
 *   new_next_counter  as in cseal_hotp_verify
 *
 * Returns: as cseal_hotp_verify, and CSEAL_E_UNSUPPORTED for another algorithm.
 * Threads: any.
 * CT: as cseal_hotp_verify; secret_len may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_verify_raw(const uint8_t* secret, size_t secret_len, uint32_t algorithm,
                                             const char* code, size_t code_len, uint64_t next_counter,
                                             const cseal_hotp_options* options, uint64_t* new_next_counter);

/*
 * Finds a token again that ran far ahead, by two codes in a row (RFC 4226 section 7.4): the first may be anywhere from
 * next_counter to next_counter + look_ahead, the second must be the one after it.
 *
 *   key               prepared key
 *   code1             the first code
 *   code1_len         bytes
 *   code2             the next code of the same token
 *   code2_len         bytes
 *   next_counter      the counter expected next; next_counter + look_ahead must stay below 2^64 - 2
 *   options           NULL: defaults with a look_ahead of 50
 *   new_next_counter  gets the counter to store: the second code's plus 1 with CSEAL_OK, else next_counter unchanged
 *
 * Returns: as cseal_hotp_verify.
 * Threads: any number on one key.
 * CT: as cseal_hotp_verify.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_resync(const cseal_otp_key* key, const char* code1, size_t code1_len,
                                         const char* code2, size_t code2_len, uint64_t next_counter,
                                         const cseal_hotp_options* options, uint64_t* new_next_counter);

/*
 * Makes the HOTP code of a counter.
 *
 *   key          prepared key
 *   counter      any 64-bit number
 *   options      NULL: defaults; look_ahead plays no part
 *   code         gets the digits, without a NUL
 *   code_cap     bytes at code; options->digits are needed
 *   code_len     gets the number of digits
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT; CSEAL_E_RANGE; CSEAL_E_UNSUPPORTED.
 * Threads: any number on one key.
 * CT: counter and options may leak; the key and the code do not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_generate(const cseal_otp_key* key, uint64_t counter,
                                           const cseal_hotp_options* options, char* code, size_t code_cap,
                                           size_t* code_len);

#ifdef __cplusplus
}
#endif

#endif
