/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batches: the codes of many users in one call, at the speed of the machine's vector units.
 *
 * A batch equals its rows verified one after another by the calls of otp.h: the same rules for codes, windows and
 * replay, the same statuses. It is a structure of arrays: for each column a base pointer, and a byte stride, which may
 * be 0 to repeat one value and need not keep any alignment. Answers stand without gaps, one int8_t status for each row.
 *
 * No batch call returns CSEAL_OK: only a row can be accepted. Read the rows.
 *
 *     CSEAL_OK, CSEAL_WRONG, CSEAL_REPLAYED, CSEAL_MALFORMED   as in otp.h
 *     CSEAL_REVOKED          the row was removed from the table
 *     CSEAL_E_RANGE          there is no such row in the table, or the row's state is out of its bounds
 *     CSEAL_E_TIME           the row has a time of its own, and it is out of bounds
 *     CSEAL_E_NOT_EVALUATED  the call was refused as a whole
 *
 * Rows of one key that follow an accepted row of the same batch are judged against what that row has left. Without a
 * table, rows of one key are known by the column of ids; without ids, rows of one key are NOT SEEN and one code can be
 * accepted twice, so that the caller's conditional update has to decide for each row.
 */
#ifndef COUNTERSEAL_BATCH_H
#define COUNTERSEAL_BATCH_H

#include "counterseal/base.h"
#include "counterseal/otp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Prepared keys of many users with their states: key_table.h. */
typedef struct cseal_key_table cseal_key_table;

/* How codes are written. */
#define CSEAL_CODES_U32 1U  /* uint32_t in the machine's byte order; 10^digits and above is malformed */
#define CSEAL_CODES_TEXT 2U /* code_width characters by the rules of otp.h; shorter codes have NULs behind them */

/* Widest text code in characters. */
#define CSEAL_CODE_WIDTH_MAX 32U

/* The columns of a batch. Fill with cseal_batch_init, then set what there is. A stride of 0 repeats one value. */
typedef struct cseal_batch {
    uint32_t struct_size;   /* sizeof(cseal_batch) of the caller */
    uint32_t code_kind;     /* CSEAL_CODES_U32 or CSEAL_CODES_TEXT; default numbers */
    size_t n_rows;          /* at most 2^31 */
    const void* rows;       /* uint32_t rows of the table; NULL: row i is row i of the table, however many it has */
    size_t rows_stride;     /* bytes; default 4 */
    const void* codes;      /* as code_kind says; no part in generation */
    size_t codes_stride;    /* bytes; default 4 */
    size_t code_width;      /* characters of a text code, 1 to 32; default 6 */
    const void* times;      /* uint64_t Unix seconds; TOTP only */
    size_t times_stride;    /* bytes; default 0: one time for all, a fast path */
    const void* states;     /* int64_t last used steps or uint64_t next counters; NULL: those of the table. With both,
                               the higher one counts */
    size_t states_stride;   /* bytes; default 8 */
    const void* ids;        /* without a table, uint64_t: rows with the same id have the same key; NULL: not known */
    size_t ids_stride;      /* bytes; default 8 */
    const uint8_t* keys;    /* without a table: key i begins at keys + i * keys_stride */
    size_t keys_stride;     /* bytes */
    size_t key_len;         /* bytes of each key, 1 to 4096; no part with key_lens */
    const void* key_lens;   /* uint32_t bytes of each key; NULL: key_len */
    size_t key_lens_stride; /* bytes; default 4 */
} cseal_batch;

/*
 * Fills a batch with its defaults and no columns.
 *
 *   batch        the struct to fill
 *   struct_size  sizeof(cseal_batch) as the caller was compiled
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or a size below the first release's or above 4096.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_batch_init(cseal_batch* batch, uint32_t struct_size);

/*
 * Tells which rule of its columns a batch breaks, to put into an error message. Options have their own checks
 * (cseal_totp_check, cseal_hotp_check).
 *
 *   batch        the batch
 *   rule         gets a static NUL-terminated sentence that starts with the column's name, or NULL with CSEAL_OK
 *
 * Returns: CSEAL_OK, or the status that a verification would return: CSEAL_E_ARGUMENT, CSEAL_E_RANGE,
 *          CSEAL_E_UNSUPPORTED.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_batch_check(const cseal_batch* batch, const char** rule);

/*
 * Verifies TOTP codes against the keys of a table.
 *
 *   table        of kind CSEAL_TABLE_TOTP
 *   batch        codes and times, and what else there is
 *   options      NULL: defaults
 *   status       gets n_rows statuses
 *   step         gets n_rows steps: the one to store with CSEAL_OK, else the one given in; may be `states` itself.
 *                NULL is allowed where the table keeps the steps
 *
 * Returns: CSEAL_BATCH_DONE, never CSEAL_OK; CSEAL_E_ARGUMENT for NULL, a table of HOTP, or answers that lie over what
 *          is read; CSEAL_E_RANGE for options, or columns that end beyond memory; CSEAL_E_TIME for a time that all rows
 *          share; CSEAL_E_UNSUPPORTED for Steam codes, an unknown kind of codes, a newer option; CSEAL_E_FORKED;
 *          CSEAL_E_NOMEM. After an error every status is CSEAL_E_NOT_EVALUATED and no state has moved.
 * Threads: any number on one table.
 * CT: as cseal_totp_verify for each row; row numbers and counts may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_totp_verify_batch(cseal_key_table* table, const cseal_batch* batch,
                                               const cseal_totp_options* options, int8_t* status, int64_t* step);

/*
 * Verifies TOTP codes against raw keys. Without ids, rows of one key are not seen: see above.
 *
 *   algorithm    CSEAL_SHA1, CSEAL_SHA256 or CSEAL_SHA512
 *   batch        keys, codes, times and states; rows play no part
 *   options      NULL: defaults
 *   status       gets n_rows statuses
 *   step         gets n_rows steps: the one to store with CSEAL_OK, else the one given in; may be `states` itself
 *
 * Returns: as cseal_totp_verify_batch; CSEAL_E_ARGUMENT also without keys, with an empty one, or without states;
 *          CSEAL_E_RANGE also for a key of more than 4096 bytes.
 * Threads: any.
 * CT: as cseal_totp_verify for each row; the lengths of keys, ids and counts may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_totp_verify_batch_raw(uint32_t algorithm, const cseal_batch* batch,
                                                   const cseal_totp_options* options, int8_t* status, int64_t* step);

/*
 * Verifies HOTP codes against the keys of a table.
 *
 *   table        of kind CSEAL_TABLE_HOTP
 *   batch        codes, and what else there is; times play no part
 *   options      NULL: defaults
 *   status       gets n_rows statuses
 *   next_counter gets n_rows counters: the one to store with CSEAL_OK, else the one given in; may be `states` itself.
 *                NULL is allowed where the table keeps the counters
 *
 * Returns: as cseal_totp_verify_batch, for a table of TOTP CSEAL_E_ARGUMENT.
 * Threads: any number on one table.
 * CT: as cseal_hotp_verify for each row; row numbers and counts may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_verify_batch(cseal_key_table* table, const cseal_batch* batch,
                                               const cseal_hotp_options* options, int8_t* status,
                                               uint64_t* next_counter);

/*
 * Verifies HOTP codes against raw keys. Without ids, rows of one key are not seen: see above.
 *
 *   algorithm    CSEAL_SHA1, CSEAL_SHA256 or CSEAL_SHA512
 *   batch        keys, codes and states (next expected counters)
 *   options      NULL: defaults
 *   status       gets n_rows statuses
 *   next_counter gets n_rows counters: the one to store with CSEAL_OK, else the one given in; may be `states` itself
 *
 * Returns: as cseal_totp_verify_batch_raw.
 * Threads: any.
 * CT: as cseal_hotp_verify for each row; the lengths of keys, ids and counts may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_verify_batch_raw(uint32_t algorithm, const cseal_batch* batch,
                                                   const cseal_hotp_options* options, int8_t* status,
                                                   uint64_t* next_counter);

/*
 * Makes TOTP codes, to test with, or to compare with the system that keys were taken over from.
 *
 *   table        NULL: raw keys of the batch; else of kind CSEAL_TABLE_TOTP, whose states play no part
 *   algorithm    of raw keys; plays no part with a table
 *   batch        times, and keys or rows; codes must be NULL
 *   options      NULL: defaults; past and future play no part
 *   status       gets n_rows statuses; CSEAL_OK: made
 *   code         gets n_rows codes as numbers; 0 where none was made: ask status, for 0 is a code too
 *
 * Returns: as cseal_totp_verify_batch and cseal_totp_verify_batch_raw, but that no states are needed.
 * Threads: any number on one table.
 * CT: as cseal_totp_generate for each row.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_totp_generate_batch(const cseal_key_table* table, uint32_t algorithm,
                                                 const cseal_batch* batch, const cseal_totp_options* options,
                                                 int8_t* status, uint32_t* code);

/*
 * Makes HOTP codes of the counters in `states`, or of those that the table expects next. No counter moves.
 *
 *   table        NULL: raw keys of the batch; else of kind CSEAL_TABLE_HOTP
 *   algorithm    of raw keys; plays no part with a table
 *   batch        keys and states, or rows; codes must be NULL
 *   options      NULL: defaults; look_ahead plays no part
 *   status       gets n_rows statuses; CSEAL_OK: made
 *   code         gets n_rows codes as numbers; 0 where none was made: ask status, for 0 is a code too
 *
 * Returns: as cseal_hotp_verify_batch and cseal_hotp_verify_batch_raw.
 * Threads: any number on one table.
 * CT: as cseal_hotp_generate for each row.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_generate_batch(const cseal_key_table* table, uint32_t algorithm,
                                                 const cseal_batch* batch, const cseal_hotp_options* options,
                                                 int8_t* status, uint32_t* code);

#ifdef __cplusplus
}
#endif

#endif
