/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine: decisions about logins on durable state.
 *
 * An engine is an opened store with the keys that belong to it. One operation is one call: its number, its request as
 * JSON, and beside that, as bytes, what is secret: a code, a grant, a key. The answer is a status, JSON, and bytes
 * where something secret comes out. The status alone decides; JSON is for pages and logs. A call whose outcome is not
 * known (CSEAL_E_STORE_UNKNOWN) is a refusal.
 *
 * A request is an object with exactly the members that its operation knows; "tenant" is one of them everywhere but in
 * CSEAL_OP_STATS, CSEAL_OP_HEALTH, CSEAL_OP_RESEAL, CSEAL_OP_KEY_COUNTS and CSEAL_OP_FAULT, and may stand in
 * CSEAL_OP_CHECKPOINTS. "now_us", microseconds since 1970, may stand in each: the host's own clock. After an error the
 * answer is {"error": {"argument": name or null, "rule": text}}. docs/engine.md has the members of each operation.
 *
 * Every operation can be called on the caller's thread, or submitted and waited for: then threads of the engine's own
 * run it, and a descriptor tells an event loop that something is done.
 */
#ifndef COUNTERSEAL_ENGINE_H
#define COUNTERSEAL_ENGINE_H

#include "counterseal/base.h"
#include "counterseal/key_ring.h"
#include "counterseal/seed.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Operations. */
#define CSEAL_OP_SET_POLICY 1U        /* gives a tenant a new policy */
#define CSEAL_OP_POLICY 2U            /* the policy that is or was in force */
#define CSEAL_OP_ENROLL_TOTP 3U       /* makes a TOTP factor; secret in: a grant or nothing; out: its otpauth URI */
#define CSEAL_OP_CONFIRM 4U           /* proves a new factor; secret in: its first code, or what a passkey sent */
#define CSEAL_OP_RECOVERY_CODES 5U    /* new recovery codes; secret in: a grant or nothing; out: one a line */
#define CSEAL_OP_IMPORT_FACTOR 6U     /* takes over a factor from elsewhere; secret in: its key */
#define CSEAL_OP_LIST_FACTORS 7U      /* the factors of a tenant or a subject, page by page */
#define CSEAL_OP_EVALUATE 8U          /* what a login needs; secret in: a grant or nothing; out: a grant */
#define CSEAL_OP_VERIFY_CHALLENGE 9U  /* answers a challenge; secret in: the response; out: a grant */
#define CSEAL_OP_GRANT_VALID 10U      /* whether a grant is good for an action; secret in: the grant */
#define CSEAL_OP_VERIFY_FACTOR 11U    /* one factor, no policy, no login; secret in: the response */
#define CSEAL_OP_SUSPEND 12U          /* a factor rests */
#define CSEAL_OP_RESUME 13U           /* a factor that rested is used again */
#define CSEAL_OP_REVOKE 14U           /* a factor ends for good */
#define CSEAL_OP_UNLOCK 15U           /* a factor's failures are forgotten */
#define CSEAL_OP_ADMIN_RESET 16U      /* all factors of a subject end; it enrolls anew */
#define CSEAL_OP_EVENTS 17U           /* what happened, page by page */
#define CSEAL_OP_VERIFY_BATCH 18U     /* many CSEAL_OP_VERIFY_FACTOR in one commit; secret in: responses, one a line */
#define CSEAL_OP_STATS 19U            /* counters since the engine was opened */
#define CSEAL_OP_HEALTH 20U           /* whether the store answers */
#define CSEAL_OP_CHECKPOINT 21U       /* signs the log of a tenant as it is now */
#define CSEAL_OP_CHECKPOINTS 22U      /* signed checkpoints that the host has to keep, page by page */
#define CSEAL_OP_CHECKPOINTS_KEPT 23U /* the host keeps those up to a size: the store forgets them */
#define CSEAL_OP_LOG_VERIFIER 24U     /* what checks the signature of a tenant's checkpoints */
#define CSEAL_OP_PROVE 25U            /* that an event is in the log, or that the log went on from an earlier size */
#define CSEAL_OP_EXPORT_LOG 26U       /* the log as JSON lines, page by page; secret out: the lines */
#define CSEAL_OP_ERASE_PERSON 27U     /* forgets who the events of a subject were about */
#define CSEAL_OP_PURGE_EVENTS 28U     /* leaves only the hashes of events that are older than six years */
#define CSEAL_OP_VERIFY_STATE 29U     /* compares the rows of a tenant with what its log says */
#define CSEAL_OP_RESEAL 30U           /* some rows under the key that seals now; page by page */
#define CSEAL_OP_KEY_COUNTS 31U       /* how much is under which key; page by page */
#define CSEAL_OP_ENROLL_PASSKEY 32U   /* makes a passkey, and options for a browser; secret in: a grant or nothing */
#define CSEAL_OP_BEGIN_PASSKEY 33U    /* options for a browser, to answer a challenge or to log in without a name */
#define CSEAL_OP_PASSKEY_OWNER 34U    /* whose passkey a response says it is; secret in: the response */
#define CSEAL_OP_VERIFY_PASSKEY 35U   /* a login without a name; secret in: the response; out: a grant */
#define CSEAL_OP_IMPORT_PASSKEY 36U   /* takes over a credential from elsewhere */
#define CSEAL_OP_SET_CLOCK 37U        /* makes the time of now the latest that the store has seen */
#define CSEAL_OP_FAULT 100U           /* makes a memory: store fail on purpose, for tests */

/* What happens to the tables of a store. */
#define CSEAL_SCHEMA_CHECK 0U   /* nothing: another version is CSEAL_E_SCHEMA */
#define CSEAL_SCHEMA_MIGRATE 1U /* they are brought to this library's version */

/* What becomes of an engine in a child of the process that opened it. */
#define CSEAL_FORK_REOPEN 0U /* the child opens the store again at its first call */
#define CSEAL_FORK_REFUSE 1U /* every call of the child is CSEAL_E_FORKED */

/* Bits of cseal_engine_options.flags. */
#define CSEAL_ENGINE_CREATE 1U   /* makes the SQLite file where there is none, and tables in an empty store */
#define CSEAL_ENGINE_LOG_P256 2U /* a store that is made signs its log with ECDSA P-256; default Ed25519 */

/* A timeout that does not end. */
#define CSEAL_WAIT_FOREVER 4294967295U

/* Most calls that may be submitted and not yet taken. */
#define CSEAL_ENGINE_CALLS_MAX 65536U

/* Longest request in bytes. */
#define CSEAL_ENGINE_REQUEST_MAX 4194304U

/* An opened store with its keys. */
typedef struct cseal_engine cseal_engine;

/* What a call answered. Wiped when freed. */
typedef struct cseal_engine_answer cseal_engine_answer;

/* How an engine is opened. Fill with cseal_engine_options_init, then change fields. */
typedef struct cseal_engine_options {
    uint32_t struct_size; /* sizeof(cseal_engine_options) of the caller */
    uint32_t flags;       /* CSEAL_ENGINE_ bits; default 0 */
    uint32_t schema;      /* CSEAL_SCHEMA_CHECK or CSEAL_SCHEMA_MIGRATE; default check */
    uint32_t on_fork;     /* CSEAL_FORK_REOPEN or CSEAL_FORK_REFUSE; default reopen */
    uint32_t n_sessions;  /* connections that write, and as many that read, 1 to 256; default 4 */
    uint32_t patience_ms; /* how long a call may wait for the store, 10 to 600000; default 5000 */
    uint32_t n_threads;   /* of submitted calls, 1 to 64; started at the first one; default 8 */
    uint32_t reserved;    /* must be 0 */
    /* Checkpoints that the host kept, as a JSON array of their notes: a store that does not go on from each is not
     * opened. Default NULL: none */
    const char* expected_checkpoints;
    size_t expected_checkpoints_len; /* bytes */
} cseal_engine_options;

/*
 * Fills engine options with their defaults.
 *
 *   options      the struct to fill
 *   struct_size  sizeof(cseal_engine_options) as the caller was compiled
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or a size below the first release's or above 4096.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_options_init(cseal_engine_options* options, uint32_t struct_size);

/*
 * Opens a store. In a process that uses an SQLite file, fork waits, ten seconds at most, until calls of other threads
 * have left the file, also where exec follows: a child that inherits an open file believes to hold its locks. Where a
 * call took longer, those of the child are CSEAL_E_FORKED.
 *
 *   url          sqlite:///relative/file, sqlite:////absolute/file, postgresql://..., or memory: for tests; UTF-8
 *   url_len      bytes
 *   keys         the ring that the store was made with, or that a new store is made with; copied
 *   options      NULL: defaults
 *   problem      gets what is wrong, without the URL, which may hold a password; may be NULL
 *   engine       gets the handle, or NULL; close it with cseal_engine_close and free it with cseal_engine_free
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL or a URL of no store; CSEAL_E_RANGE for a number in the options;
 *          CSEAL_E_UNSUPPORTED for an unknown flag or choice, or where the module of PostgreSQL is not installed;
 *          CSEAL_E_STORE_UNAVAILABLE; CSEAL_E_SCHEMA where the tables are of another version or somebody else's;
 *          CSEAL_E_KEYS where the store was made with other keys; CSEAL_E_STORE_ROLLED_BACK where it does not go on
 *          from an expected checkpoint; CSEAL_E_STORE_CORRUPT; CSEAL_E_TIME; CSEAL_E_CRYPTO; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: no secrets but the keys, which do not leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_open(const char* url, size_t url_len, const cseal_key_ring* keys,
                                         const cseal_engine_options* options, cseal_problem* problem,
                                         cseal_engine** engine);

/*
 * Writes what opening a store with CSEAL_SCHEMA_MIGRATE would run, as SQL in one transaction: to be read first, or run
 * by hand where the program may not make tables. The store is not changed.
 *
 *   url          as in cseal_engine_open; an SQLite file that is not there is as good as an empty store
 *   url_len      bytes
 *   problem      gets what is wrong, without the URL; may be NULL
 *   sql          gets the text, without a NUL; empty: there is nothing to do
 *   sql_cap      bytes at sql; 0 to ask for the length
 *   sql_len      gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL or a URL of no store; CSEAL_E_UNSUPPORTED where the
 *          module of PostgreSQL is not installed; CSEAL_E_STORE_UNAVAILABLE; CSEAL_E_SCHEMA where what is there is
 *          somebody else's; CSEAL_E_STORE_CORRUPT; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_schema_sql(const char* url, size_t url_len, cseal_problem* problem, char* sql,
                                               size_t sql_cap, size_t* sql_len);

/*
 * Gives an engine other keys while it works: calls that were begun finish with those that they began with, later ones
 * take the new ring. It has to open the store, and to have the key that sealed until now; else nothing changes.
 *
 *   engine       the engine
 *   keys         the new ring; copied
 *   problem      gets what is wrong with it, never a key; may be NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_KEYS where the store was made with other keys, where the ring lacks the one that seals
 *          now, or has another key by a known id; CSEAL_E_STORE_UNAVAILABLE; CSEAL_E_CRYPTO; CSEAL_E_FORKED;
 *          CSEAL_E_CLOSED; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: any number on one engine.
 * CT: no secrets but the keys, which do not leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_reload_keys(cseal_engine* engine, const cseal_key_ring* keys,
                                                cseal_problem* problem);

/*
 * Closes an engine: no call begins any more, those that run and those that were submitted finish, then the store is
 * closed. Answers may still be waited for and taken. Closing again does nothing. NULL does nothing.
 *
 *   engine       the engine
 *
 * Returns: CSEAL_OK.
 * Threads: any number on one engine.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_close(cseal_engine* engine);

/*
 * Closes an engine if need be, and frees it with the answers that nobody took. NULL does nothing.
 *
 *   engine       the handle; no other thread may be using it
 *
 * Returns: nothing.
 * Threads: exclusive.
 * CT: no leak.
 * Since: 0.1
 */
CSEAL_API void cseal_engine_free(cseal_engine* engine);

/*
 * Runs an operation and returns when it is done: for what it changed, when that is durable.
 *
 *   engine       the engine
 *   op           a CSEAL_OP_ number
 *   request      JSON, at most CSEAL_ENGINE_REQUEST_MAX bytes
 *   request_len  bytes
 *   secret       what the operation takes beside the request; NULL with length 0: nothing
 *   secret_len   bytes, at most CSEAL_ENGINE_REQUEST_MAX
 *   answer       gets the handle, also after an error that has something to tell, or NULL; free it with
 *                cseal_engine_answer_free
 *
 * Returns: CSEAL_OK: allowed, accepted or done; CSEAL_CHALLENGE, CSEAL_ENROLL and CSEAL_DENY of decisions; CSEAL_WRONG,
 *          CSEAL_REPLAYED, CSEAL_MALFORMED, CSEAL_EXPIRED, CSEAL_THROTTLED, CSEAL_LOCKED, CSEAL_REVOKED of responses;
 *          CSEAL_BATCH_DONE; CSEAL_E_ARGUMENT for NULL, an unknown operation, or a request that breaks a rule;
 *          CSEAL_E_RANGE for a number in it, or a length above its bound; CSEAL_E_TIME; CSEAL_E_UNSUPPORTED;
 *          CSEAL_E_STORE_UNAVAILABLE; CSEAL_E_STORE_UNKNOWN; CSEAL_E_STORE_CORRUPT; CSEAL_E_STORE_ROLLED_BACK;
 *          CSEAL_E_KEYS; CSEAL_E_CRYPTO; CSEAL_E_FORKED; CSEAL_E_CLOSED; CSEAL_E_NOMEM.
 * Threads: any number on one engine.
 * CT: codes, grants and keys are compared in constant time; about the time of a call, which a database answers, there
 *     is no claim.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_call(cseal_engine* engine, uint32_t op, const char* request, size_t request_len,
                                         const uint8_t* secret, size_t secret_len, cseal_engine_answer** answer);

/*
 * Copies the JSON of an answer.
 *
 *   answer       what a call answered
 *   json         gets the text, without a NUL
 *   json_cap     bytes at json; 0 to ask for the length
 *   json_len     gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL.
 * Threads: any number on one answer.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_answer_json(const cseal_engine_answer* answer, char* json, size_t json_cap,
                                                size_t* json_len);

/*
 * Copies the secret part of an answer.
 *
 *   answer       what a call answered
 *   secret       gets the bytes
 *   secret_cap   bytes at secret; 0 to ask for the length
 *   secret_len   gets the number of bytes; 0: there is none
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL.
 * Threads: any number on one answer.
 * CT: the length may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_answer_secret(const cseal_engine_answer* answer, uint8_t* secret, size_t secret_cap,
                                                  size_t* secret_len);

/*
 * Wipes and frees an answer. NULL does nothing.
 *
 *   answer       the handle; no other thread may be using it
 *
 * Returns: nothing.
 * Threads: exclusive.
 * CT: no leak.
 * Since: 0.1
 */
CSEAL_API void cseal_engine_answer_free(cseal_engine_answer* answer);

/*
 * Has an operation run on a thread of the engine. Request and secret are copied and may be wiped at once.
 *
 *   engine       the engine
 *   op           a CSEAL_OP_ number
 *   request      as in cseal_engine_call
 *   request_len  bytes
 *   secret       as in cseal_engine_call
 *   secret_len   bytes
 *   tag          the caller's name for this call; must not be that of another one that was not taken yet
 *
 * Returns: CSEAL_OK: it will run, and what becomes of it is told by cseal_engine_wait; CSEAL_E_ARGUMENT for NULL, an
 *          unknown operation, or a tag that is in use; CSEAL_E_RANGE for a length above its bound, or where
 *          CSEAL_ENGINE_CALLS_MAX calls were not taken yet; CSEAL_E_FORKED; CSEAL_E_CLOSED; CSEAL_E_NOMEM, also where
 *          the system gives no thread.
 * Threads: any number on one engine.
 * CT: lengths may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_submit(cseal_engine* engine, uint32_t op, const char* request, size_t request_len,
                                           const uint8_t* secret, size_t secret_len, uint64_t tag);

/*
 * Waits until submitted calls are done, and tells each of them once. Their answers stay until they are taken.
 *
 *   engine       the engine
 *   timeout_ms   how long to wait for the first one; 0: not at all; CSEAL_WAIT_FOREVER
 *   tags         gets the tags
 *   statuses     gets the statuses of the calls, in the same order
 *   cap          how many there is room for at tags and at statuses, at least 1
 *   n_done       gets how many were written; 0: the time is over
 *
 * Returns: CSEAL_OK; CSEAL_E_CLOSED where the engine was closed and every call was told; CSEAL_E_FORKED;
 *          CSEAL_E_ARGUMENT for NULL or a cap of 0.
 * Threads: any number on one engine.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_wait(cseal_engine* engine, uint32_t timeout_ms, uint64_t* tags,
                                         cseal_status* statuses, size_t cap, size_t* n_done);

/*
 * Takes the answer of a call that is done; its tag is free again. With a buffer that is too small the answer stays.
 *
 *   engine       the engine
 *   tag          that of the call
 *   json         gets the JSON, without a NUL
 *   json_cap     bytes at json
 *   json_len     gets the number of bytes
 *   secret       gets the secret part; NULL with secret_cap 0 where none is expected
 *   secret_cap   bytes at secret
 *   secret_len   gets the number of bytes; 0: there is none
 *
 * Returns: CSEAL_OK, whatever the status of the call; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL, or a tag that
 *          cseal_engine_wait did not tell; CSEAL_E_FORKED.
 * Threads: any number on one engine.
 * CT: lengths may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_take(cseal_engine* engine, uint64_t tag, char* json, size_t json_cap,
                                         size_t* json_len, uint8_t* secret, size_t secret_cap, size_t* secret_len);

/*
 * Gives a file descriptor that is readable while cseal_engine_wait has something to tell, for an event loop to watch.
 * It belongs to the engine: it is not to be read from, and is closed when the engine is freed. A forked child asks for
 * its own.
 *
 *   engine       the engine
 *   descriptor   gets the descriptor, or -1
 *
 * Returns: CSEAL_OK; CSEAL_E_UNSUPPORTED where the system has none; CSEAL_E_NOMEM where it gives none; CSEAL_E_FORKED;
 *          CSEAL_E_ARGUMENT for NULL.
 * Threads: any number on one engine.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_engine_descriptor(cseal_engine* engine, int32_t* descriptor);

/*
 * Checks the exported log of a tenant (CSEAL_OP_EXPORT_LOG) against checkpoints that somebody kept. No store is needed,
 * and none is trusted.
 *
 *   log          all lines of the log, from the first event to the last: what erased or purged the first ones is told
 *                behind them
 *   log_len      bytes
 *   kept         JSON: an array of the notes of checkpoints; NULL with length 0: none, and then a log that was made
 *                anew as a whole is not noticed
 *   kept_len     bytes
 *   verifier     who has to have signed each of them (CSEAL_OP_LOG_VERIFIER); NULL with length 0: whoever keeps them
 *                looked at that
 *   verifier_len bytes
 *   problem      gets which line or checkpoint is wrong, and why; may be NULL
 *   report       gets {"events": n, "covered": n, "root": base64, "erased": n, "purged": n, "checkpoints": n}, without
 *                a NUL. Covered are the first n events, up to the newest of the kept checkpoints: nothing vouches for
 *                what stands behind it
 *   report_cap   bytes at report; 256 is enough
 *   report_len   gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_STORE_CORRUPT where the log is not the one of the checkpoints, no log that was exported,
 *          or more of it was erased or purged than its events say; CSEAL_E_ARGUMENT for NULL, what is no note of a
 *          checkpoint or no verifier, or a note that the verifier has not signed; CSEAL_E_CAPACITY; CSEAL_E_UNSUPPORTED
 *          where the library was built without the engine; CSEAL_E_CRYPTO; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_log_verify(const char* log, size_t log_len, const char* kept, size_t kept_len,
                                        const char* verifier, size_t verifier_len, cseal_problem* problem, char* report,
                                        size_t report_cap, size_t* report_len);

#ifdef __cplusplus
}
#endif

#endif
