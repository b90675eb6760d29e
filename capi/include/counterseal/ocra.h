/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OCRA: answers to challenges, and signatures that a token shows as a code (RFC 6287).
 *
 * A suite says how a code is made, for example "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1": the hash, the digits of a code, and
 * which inputs are hashed besides the challenge. An input that the suite has is needed, one that it has not is refused.
 *
 * A code must be accepted once. Which column tells so depends on the suite:
 *
 *     a counter    UPDATE factor SET next_counter = :new, last_step = :step WHERE id = :id AND next_counter < :new
 *     a time step  UPDATE factor SET last_step = :step WHERE id = :id AND last_step < :step
 *     neither      DELETE FROM challenge WHERE id = :id         -- before cseal_ocra_verify is called
 *
 * Zero rows changed means that somebody else was faster: refuse. Without a counter and a time step the answer to a
 * challenge is right for ever, so the challenge itself has to be unusable before its answer is looked at. Whatever the
 * suite, the challenge that is verified is the one that the server stored, never one that comes with the answer.
 *
 * A typed code may have blanks and hyphens as in otp.h.
 */
#ifndef COUNTERSEAL_OCRA_H
#define COUNTERSEAL_OCRA_H

#include "counterseal/base.h"
#include "counterseal/otp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a challenge is made of (RFC 6287 section 6.3). */
#define CSEAL_QUESTION_NUMERIC 1U      /* QN: decimal digits; one number, so zeros in front do not count */
#define CSEAL_QUESTION_ALPHANUMERIC 2U /* QA: A-Z, a-z, 0-9 */
#define CSEAL_QUESTION_HEX 3U          /* QH: hex digits, either case */

/* A suite with a prepared key. As secret as the key; wiped when freed. */
typedef struct cseal_ocra cseal_ocra;

/* What a suite says. Fill with cseal_ocra_info_init before it is read. */
typedef struct cseal_ocra_info {
    uint32_t struct_size;     /* sizeof(cseal_ocra_info) of the caller */
    uint32_t algorithm;       /* CSEAL_SHA1, CSEAL_SHA256 or CSEAL_SHA512 */
    uint32_t digits;          /* 4 to 10 */
    uint32_t has_counter;     /* 1 or 0 */
    uint32_t question_format; /* CSEAL_QUESTION_ */
    uint32_t question_len;    /* the longest challenge of one party, 4 to 64 characters; two may be put together */
    uint32_t pin_algorithm;   /* of the PIN's hash, as algorithm; 0: the suite has no PIN */
    uint32_t session_len;     /* bytes, exactly; 0: the suite has no session information */
    uint32_t time_step_s;     /* seconds; 0: the suite has no time step */
    uint32_t reserved;        /* 0 */
} cseal_ocra_info;

/* How far a token may be away. Fill with cseal_ocra_options_init, then change fields. At most 101 codes are compared:
 * (look_ahead + 1) * (past + future + 1). */
typedef struct cseal_ocra_options {
    uint32_t struct_size; /* sizeof(cseal_ocra_options) of the caller */
    uint32_t look_ahead;  /* counters beyond the expected one still accepted, at most 100; default 0 */
    uint32_t past;        /* steps before the current one still accepted; default 1 */
    uint32_t future;      /* steps after the current one still accepted; default 1; past + future at most 20 */
} cseal_ocra_options;

/*
 * Prepares a struct for cseal_ocra_info_get.
 *
 *   info         the struct to fill
 *   struct_size  sizeof(cseal_ocra_info) as the caller was compiled
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or a size below the first release's or above 4096.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_ocra_info_init(cseal_ocra_info* info, uint32_t struct_size);

/*
 * Fills OCRA options with their defaults.
 *
 *   options      the struct to fill
 *   struct_size  sizeof(cseal_ocra_options) as the caller was compiled
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or a size below the first release's or above 4096.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_ocra_options_init(cseal_ocra_options* options, uint32_t struct_size);

/*
 * Reads a suite (RFC 6287 section 6) and prepares a key for it. The key is not kept and may be wiped at once.
 *
 * Suites are read to the letter: upper case, C, Q, P, S, T in this order, nothing behind. S alone means 064 bytes.
 *
 *   suite        for example "OCRA-1:HOTP-SHA1-6:QN08"
 *   suite_len    bytes
 *   key          the shared key of any length but 0, used as it is
 *   key_len      bytes
 *   ocra         gets the handle, or NULL; free it with cseal_ocra_free
 *   error_index  gets the index of what is wrong in the suite, suite_len where it ends too early or is right; may be
 *                NULL
 *   rule         gets a static NUL-terminated sentence that starts with the argument's name, or NULL where no rule is
 *                broken; may be NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, an empty key or a malformed suite; CSEAL_E_UNSUPPORTED for another
 *          version or hash, for 0 digits (a code that is not truncated) and for a time step of 0 hours; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: suite and key_len may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_ocra_new(const char* suite, size_t suite_len, const uint8_t* key, size_t key_len,
                                      cseal_ocra** ocra, size_t* error_index, const char** rule);

/*
 * Wipes and frees a suite with its key. NULL does nothing.
 *
 *   ocra         the handle; no other thread may be using it
 *
 * Returns: nothing.
 * Threads: exclusive.
 * CT: no leak.
 * Since: 0.1
 */
CSEAL_API void cseal_ocra_free(cseal_ocra* ocra);

/*
 * Tells what the suite says.
 *
 *   ocra         the handle
 *   info         gets it; prepared by cseal_ocra_info_init
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL or a struct_size that cannot be.
 * Threads: any number on one handle.
 * CT: the suite may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_ocra_info_get(const cseal_ocra* ocra, cseal_ocra_info* info);

/*
 * Tells which rule an OCRA call with these arguments would break, to put into an error message.
 *
 *   ocra         the handle
 *   question     as in cseal_ocra_verify
 *   question_len bytes
 *   pin_hash_len as in cseal_ocra_verify
 *   session_len  as in cseal_ocra_verify
 *   next_counter as in cseal_ocra_verify
 *   last_step    as in cseal_ocra_verify
 *   now_s        as in cseal_ocra_verify
 *   options      NULL: defaults
 *   rule         gets a static NUL-terminated sentence that starts with the argument's name, or NULL with CSEAL_OK
 *
 * Returns: CSEAL_OK, or the status that the call would return: CSEAL_E_ARGUMENT, CSEAL_E_RANGE, CSEAL_E_TIME,
 *          CSEAL_E_UNSUPPORTED.
 * Threads: any number on one handle.
 * CT: all but the key may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_ocra_check(const cseal_ocra* ocra, const char* question, size_t question_len,
                                        size_t pin_hash_len, size_t session_len, uint64_t next_counter,
                                        int64_t last_step, uint64_t now_s, const cseal_ocra_options* options,
                                        const char** rule);

/*
 * Makes the code that answers a challenge.
 *
 *   ocra         the handle
 *   question     the challenge, or both parties' one after another (RFC 6287 section 7.2), in the suite's alphabet
 *   question_len 4 to twice the suite's length
 *   pin_hash     the hash of the PIN by the suite's PIN hash; NULL where the suite has no PIN
 *   pin_hash_len the length of that hash, or 0
 *   session      the session information; NULL where the suite has none
 *   session_len  as many bytes as the suite says, or 0
 *   counter      any 64-bit number; 0 where the suite has no counter
 *   now_s        Unix time in seconds, 0 to 10^11; 0 where the suite has no time step
 *   code         gets the digits, without a NUL
 *   code_cap     bytes at code; as many as the suite has digits are needed
 *   code_len     gets the number of digits
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL, or an input that the suite does not have or that does
 *          not fit it; CSEAL_E_TIME.
 * Threads: any number on one handle.
 * CT: question, lengths, counter and time may leak; the key, the PIN's hash, the session and the code do not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_ocra_generate(const cseal_ocra* ocra, const char* question, size_t question_len,
                                           const uint8_t* pin_hash, size_t pin_hash_len, const uint8_t* session,
                                           size_t session_len, uint64_t counter, uint64_t now_s, char* code,
                                           size_t code_cap, size_t* code_len);

/*
 * Checks the answer to a challenge.
 *
 * All of the window is computed whatever matches. A suite with a counter is treated as HOTP: from next_counter on,
 * never below, the highest match counts. A suite with a time step is treated as TOTP: the highest matching step counts
 * and must be above last_step. With both, the counter tells the codes of one step apart: the step must not be below
 * last_step. With neither, a code that was used cannot be told from one that was not: delete the challenge first, and
 * verify only if that changed a row.
 *
 *   ocra              the handle
 *   code              what the person typed; NULL with length 0 is malformed
 *   code_len          bytes
 *   question          as in cseal_ocra_generate: the challenge that the server stored
 *   question_len      bytes
 *   pin_hash          as in cseal_ocra_generate
 *   pin_hash_len      bytes
 *   session           as in cseal_ocra_generate
 *   session_len       bytes
 *   next_counter      the counter expected next; next_counter + look_ahead must stay below 2^64 - 2; 0 where the suite
 *                     has no counter
 *   last_step         the highest step accepted so far; -1: never used; -1 where the suite has no time step
 *   now_s             Unix time in seconds, 0 to 10^11; 0 where the suite has no time step
 *   options           NULL: defaults; look_ahead plays no part without a counter, past and future none without a time
 *                     step
 *   new_next_counter  gets the counter to store: the matching one plus 1 with CSEAL_OK, else next_counter unchanged;
 *                     may be NULL where the suite has no counter
 *   step              gets the step to store as last_step: the highest matching one with CSEAL_OK, else last_step
 *                     unchanged; may be NULL where the suite has no time step
 *
 * Returns: CSEAL_OK; CSEAL_WRONG; CSEAL_REPLAYED; CSEAL_MALFORMED; CSEAL_E_ARGUMENT for NULL, struct_size 0, or an
 *          input that the suite does not have or that does not fit it; CSEAL_E_RANGE for the window, next_counter or
 *          last_step; CSEAL_E_TIME; CSEAL_E_UNSUPPORTED for a newer option.
 * Threads: any number on one handle.
 * CT: code_len, which characters are no digits, question, lengths, next_counter, last_step, time, options and the
 *     status may leak; the key, the PIN's hash, the session, the digits and which code matched (but for what is
 *     returned on acceptance) do not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_ocra_verify(const cseal_ocra* ocra, const char* code, size_t code_len,
                                         const char* question, size_t question_len, const uint8_t* pin_hash,
                                         size_t pin_hash_len, const uint8_t* session, size_t session_len,
                                         uint64_t next_counter, int64_t last_step, uint64_t now_s,
                                         const cseal_ocra_options* options, uint64_t* new_next_counter, int64_t* step);

#ifdef __cplusplus
}
#endif

#endif
