/* SPDX-License-Identifier: Apache-2.0 */
/* Generated from capi/status.def by tools/gen_status.py; do not edit. */

/*
 * The answer of every call.
 *
 * 0 means accepted (from a verifier) or done (from any other call), and nothing else is 0: `== CSEAL_OK`
 * is the only test a caller needs. Positive: an answer that is not acceptance. Negative: misuse or failure.
 * Every value fits an int8_t, so a row of a batch is one byte.
 */
#ifndef COUNTERSEAL_STATUS_H
#define COUNTERSEAL_STATUS_H

#include <stdint.h>

typedef int32_t cseal_status;

#define CSEAL_OK                  (0)    /* accepted by a verifier, or done by any other call */
#define CSEAL_WRONG               (1)    /* the response has the right shape and matches nothing */
#define CSEAL_REPLAYED            (2)    /* the response is right and was used before */
#define CSEAL_MALFORMED           (3)    /* the response has the wrong length or a foreign character */
#define CSEAL_EXPIRED             (4)    /* what was presented is no longer valid */
#define CSEAL_THROTTLED           (5)    /* too many attempts: the response was not looked at */
#define CSEAL_LOCKED              (6)    /* the factor is disabled until it is bound anew or unlocked by an administrator */
#define CSEAL_REVOKED             (7)    /* the factor was revoked */
#define CSEAL_CHALLENGE           (8)    /* a second factor is asked for */
#define CSEAL_ENROLL              (9)    /* the subject has to enroll a factor first */
#define CSEAL_DENY                (10)   /* the policy refuses */
#define CSEAL_BATCH_DONE          (11)   /* the batch ran: read the row statuses */
#define CSEAL_E_ARGUMENT          (-1)   /* an argument is NULL, empty or unknown where that is not allowed */
#define CSEAL_E_RANGE             (-2)   /* a number lies outside its bounds */
#define CSEAL_E_CAPACITY          (-3)   /* an output buffer is too small: the needed length was written */
#define CSEAL_E_TIME              (-4)   /* a time lies outside the supported range, or before t0 */
#define CSEAL_E_FORKED            (-5)   /* the handle was made before a fork */
#define CSEAL_E_NOMEM             (-6)   /* out of memory */
#define CSEAL_E_UNSUPPORTED       (-7)   /* this build does not know the algorithm, flag or option */
#define CSEAL_E_CRYPTO            (-8)   /* the cryptographic provider failed */
#define CSEAL_E_STORE_UNAVAILABLE (-9)   /* the store cannot be reached: nothing was changed */
#define CSEAL_E_STORE_UNKNOWN     (-10)  /* the outcome of a commit is not known: treat it as a refusal */
#define CSEAL_E_STORE_CORRUPT     (-11)  /* a stored row is damaged or was altered */
#define CSEAL_E_SCHEMA            (-12)  /* the store's schema version does not match this library */
#define CSEAL_E_KEYS              (-13)  /* the key ring is missing, wrong or unreadable */
#define CSEAL_E_ENCODING          (-14)  /* text is not valid base32 or hex: the index of the fault was written */
#define CSEAL_E_INTERNAL          (-15)  /* a fault inside the library that should not happen */
#define CSEAL_E_SELFTEST          (-16)  /* a known answer came out wrong: this library must not be used */
#define CSEAL_E_CLOSED            (-17)  /* the engine was closed */
#define CSEAL_E_STORE_ROLLED_BACK (-18)  /* the store does not go on from a checkpoint that was kept of it */
#define CSEAL_E_NOT_EVALUATED     (-128) /* this row was not looked at */

#endif
