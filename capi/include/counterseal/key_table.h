/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key tables: prepared keys of up to 2^31 users in one piece of memory, for batch.h.
 *
 * A row of SHA-1 takes 64 bytes, one of SHA-256 72, one of SHA-512 136. Keys are kept as HMAC midstates, which are as
 * secret as the keys; the memory stays out of core dumps and is wiped when rows are removed and the table is freed.
 *
 * Each row has a state: the last used step (TOTP) or the next expected counter (HOTP). CSEAL_REPLAY_THIS_PROCESS lets
 * an accepted code move it, so that a code is accepted once by this table, on any number of threads. That is one
 * process only, and only until it ends: with more than one process, or before a restart, the caller's own conditional
 * update (otp.h) or the engine has to decide. CSEAL_REPLAY_REPORT_ONLY leaves the states alone and reports against
 * them.
 *
 * Batches may run on many threads at once. Adding, replacing and removing rows waits for them and holds them up. A
 * table does not survive a fork: in the child every call but cseal_key_table_free is CSEAL_E_FORKED.
 */
#ifndef COUNTERSEAL_KEY_TABLE_H
#define COUNTERSEAL_KEY_TABLE_H

#include "counterseal/base.h"
#include "counterseal/batch.h"
#include "counterseal/otp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the state of a row is. */
#define CSEAL_TABLE_TOTP 1U /* the last used step; -1: never used */
#define CSEAL_TABLE_HOTP 2U /* the next expected counter, below 2^63 */

/* Who keeps the states. There is no default: it has to be said. */
#define CSEAL_REPLAY_THIS_PROCESS 1U
#define CSEAL_REPLAY_REPORT_ONLY 2U

/* What kind of table is made. Fill with cseal_key_table_options_init, then set replay and change other fields. */
typedef struct cseal_key_table_options {
    uint32_t struct_size; /* sizeof(cseal_key_table_options) of the caller */
    uint32_t algorithm;   /* CSEAL_SHA1, CSEAL_SHA256 or CSEAL_SHA512; default SHA-1 */
    uint32_t kind;        /* CSEAL_TABLE_TOTP or CSEAL_TABLE_HOTP; default TOTP */
    uint32_t replay;      /* CSEAL_REPLAY_THIS_PROCESS or CSEAL_REPLAY_REPORT_ONLY; must be set */
} cseal_key_table_options;

/*
 * Fills key table options with their defaults; replay is left at 0, which no call accepts.
 *
 *   options      the struct to fill
 *   struct_size  sizeof(cseal_key_table_options) as the caller was compiled
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or a size below the first release's or above 4096.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_table_options_init(cseal_key_table_options* options, uint32_t struct_size);

/*
 * Makes an empty table.
 *
 *   options      what kind of table; not NULL, because replay has no default
 *   table        gets the handle, or NULL; free it with cseal_key_table_free
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, a struct_size of no release, or where replay was not set;
 *          CSEAL_E_UNSUPPORTED for another algorithm, kind or replay, or a newer option; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_table_new(const cseal_key_table_options* options, cseal_key_table** table);

/*
 * Wipes and frees a table. NULL does nothing. Allowed in a forked child, where there is nothing left to wipe.
 *
 *   table        the handle; no other thread may be using it
 *
 * Returns: nothing.
 * Threads: exclusive.
 * CT: no leak.
 * Since: 0.1
 */
CSEAL_API void cseal_key_table_free(cseal_key_table* table);

/*
 * Appends rows: all of them, or none where one cannot be added. Rows are numbered from 0 and stay where they are.
 *
 *   table        the handle
 *   batch        n_rows keys, which are not kept and may be wiped at once, and their states; NULL states: never used,
 *                or counter 0. Other columns play no part
 *   first_row    gets the number of the first new row, also with n_rows 0
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or an empty key; CSEAL_E_RANGE for a key of more than 4096 bytes, a
 *          state out of its bounds, columns that end beyond memory, or more than 2^31 rows; CSEAL_E_UNSUPPORTED for a
 *          newer batch; CSEAL_E_FORKED; CSEAL_E_NOMEM.
 * Threads: exclusive: waits for the batches that run, and they for it.
 * CT: lengths and states may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_table_add(cseal_key_table* table, const cseal_batch* batch, uint32_t* first_row);

/*
 * Gives a row another key and state, also one that was removed.
 *
 *   table        the handle
 *   row          its number
 *   secret       the new key, which is not kept and may be wiped at once
 *   secret_len   1 to 4096 bytes
 *   state        the new state; -1 (TOTP) or 0 (HOTP) for a key that was never used
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL or an empty key; CSEAL_E_RANGE for a row that does not exist, a key that
 *          is too long, or a state out of its bounds; CSEAL_E_FORKED.
 * Threads: exclusive: waits for the batches that run, and they for it.
 * CT: secret_len, row and state may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_table_replace(cseal_key_table* table, uint32_t row, const uint8_t* secret,
                                               size_t secret_len, int64_t state);

/*
 * Wipes a row. Its number is not given to another one; codes for it are CSEAL_REVOKED.
 *
 *   table        the handle
 *   row          its number; one that was removed already may be removed again
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL; CSEAL_E_RANGE for a row that does not exist; CSEAL_E_FORKED.
 * Threads: exclusive: waits for the batches that run, and they for it.
 * CT: row may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_table_remove(cseal_key_table* table, uint32_t row);

/*
 * Tells how many rows there are, removed ones included.
 *
 *   table        the handle
 *   n_rows       gets the number
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL; CSEAL_E_FORKED.
 * Threads: any number on one table.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_table_size(const cseal_key_table* table, size_t* n_rows);

/*
 * Reads the states of rows, to keep them somewhere. While batches run on other threads, each state is one that the row
 * had at some moment of the call.
 *
 *   table        the handle
 *   first_row    the first row to tell of
 *   states       gets states_cap states; INT64_MIN for a removed row
 *   states_cap   how many; 0 allows NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL; CSEAL_E_RANGE where some of the rows do not exist; CSEAL_E_FORKED.
 * Threads: any number on one table.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_table_states(const cseal_key_table* table, uint32_t first_row, int64_t* states,
                                              size_t states_cap);

#ifdef __cplusplus
}
#endif

#endif
