/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeds: a shared secret with everything a phone or a verifier has to know beside it.
 *
 * URIs (uri.h) and seed files (seed_file.h) are read into seeds and written from them. A seed is enrollment material:
 * it shows its secret to whoever asks, and is outside the constant-time claim. The prepared key (otp.h) verifies.
 */
#ifndef COUNTERSEAL_SEED_H
#define COUNTERSEAL_SEED_H

#include "counterseal/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Kinds of seeds. */
#define CSEAL_SEED_TOTP 1U   /* RFC 6238 */
#define CSEAL_SEED_HOTP 2U   /* RFC 4226 */
#define CSEAL_SEED_OCRA 3U   /* RFC 6287 */
#define CSEAL_SEED_YUBICO 4U /* Yubico OTP */

/* Texts of a seed, none of them secret. */
#define CSEAL_SEED_ISSUER 1U       /* who runs the login */
#define CSEAL_SEED_ACCOUNT 2U      /* who logs in */
#define CSEAL_SEED_LABEL_PREFIX 3U /* what stood before the colon of an otpauth label, where it is not the issuer */
#define CSEAL_SEED_USER 4U         /* whom a seed file assigns the token to */
#define CSEAL_SEED_SERIAL 5U       /* serial number of a hardware token */
#define CSEAL_SEED_MANUFACTURER 6U /* who made the token */
#define CSEAL_SEED_MODEL 7U        /* which token it is */
#define CSEAL_SEED_SUITE 8U        /* the OCRA suite */
#define CSEAL_SEED_PUBLIC_ID 9U    /* of a Yubico OTP, or the token identifier of a YubiKey's OATH-HOTP slot (modhex) */
#define CSEAL_SEED_KEY_ID 10U      /* Key@Id of a PSKC file */

/* Secrets of a seed. */
#define CSEAL_SEED_KEY 1U        /* the key of the HMAC, or of AES for a Yubico OTP */
#define CSEAL_SEED_PRIVATE_ID 2U /* the private identity of a Yubico OTP, 6 bytes */

/* Longest text of a problem in bytes, with the NUL. */
#define CSEAL_PROBLEM_TEXT_MAX 232U

/* What is wrong with something that was read, and where. Set struct_size before the call; the rest is written. */
typedef struct cseal_problem {
    uint32_t struct_size;              /* sizeof(cseal_problem) of the caller */
    cseal_status status;               /* CSEAL_OK: nothing is wrong */
    uint64_t byte;                     /* offset in the input; UINT64_MAX: not known */
    uint32_t line;                     /* from 1; 0: not known */
    uint32_t column;                   /* in bytes, from 1; 0: not known */
    char text[CSEAL_PROBLEM_TEXT_MAX]; /* one UTF-8 sentence with a NUL; holds no secret */
} cseal_problem;

/* A seed. As secret as the secret in it; wiped when freed. */
typedef struct cseal_seed cseal_seed;

/* The numbers of a seed. Fill with cseal_seed_info_init, then change fields. */
typedef struct cseal_seed_info {
    uint32_t struct_size; /* sizeof(cseal_seed_info) of the caller */
    uint32_t kind;        /* CSEAL_SEED_TOTP and so on; default TOTP */
    uint32_t algorithm;   /* CSEAL_SHA1, CSEAL_SHA256 or CSEAL_SHA512; default SHA1 */
    uint32_t encoder;     /* CSEAL_ENCODER_DECIMAL or CSEAL_ENCODER_STEAM; default decimal */
    uint32_t digits;      /* 6 to 10; default 6; plays no part for Steam, OCRA and Yubico OTP */
    uint32_t period_s;    /* seconds a TOTP step lasts; default 30 */
    uint64_t t0_s;        /* Unix time of TOTP step 0; default 0 */
    uint64_t counter;     /* HOTP and OCRA: the counter expected next; default 0 */
    uint32_t n_warnings;  /* written by cseal_seed_info_get, not read */
    uint32_t reserved;    /* must be 0 */
} cseal_seed_info;

/*
 * Fills the numbers of a seed with their defaults.
 *
 *   info         the struct to fill
 *   struct_size  sizeof(cseal_seed_info) as the caller was compiled
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or a size below the first release's or above 4096.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_seed_info_init(cseal_seed_info* info, uint32_t struct_size);

/*
 * Makes a seed. The secret is copied and may be wiped at once. What kind of seed needs which texts is checked where the
 * seed is used.
 *
 *   secret       the key, 1 to 1024 bytes
 *   secret_len   bytes
 *   info         NULL: defaults
 *   problem      gets the rule that was broken; may be NULL
 *   seed         gets the handle, or NULL; free it with cseal_seed_free
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL or an empty secret; CSEAL_E_RANGE, CSEAL_E_TIME, CSEAL_E_UNSUPPORTED for
 *          a number in info; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: secret_len may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_seed_new(const uint8_t* secret, size_t secret_len, const cseal_seed_info* info,
                                      cseal_problem* problem, cseal_seed** seed);

/*
 * Wipes and frees a seed. NULL does nothing.
 *
 *   seed         the handle; no other thread may be using it
 *
 * Returns: nothing.
 * Threads: exclusive.
 * CT: no leak.
 * Since: 0.1
 */
CSEAL_API void cseal_seed_free(cseal_seed* seed);

/*
 * Sets one text of a seed.
 *
 *   seed         the seed
 *   which        CSEAL_SEED_ISSUER and so on
 *   text         UTF-8 without control characters, at most 1024 bytes; empty: no such text
 *   text_len     bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, another text, or one that breaks the rule; CSEAL_E_NOMEM.
 * Threads: exclusive.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_seed_text_set(cseal_seed* seed, uint32_t which, const char* text, size_t text_len);

/*
 * Gives one text of a seed.
 *
 *   seed         the seed
 *   which        CSEAL_SEED_ISSUER and so on
 *   text         gets the text, without a NUL; empty where there is none
 *   text_cap     bytes at text; 1024 always suffice
 *   text_len     gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL or another text.
 * Threads: any number on one seed.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_seed_text_get(const cseal_seed* seed, uint32_t which, char* text, size_t text_cap,
                                           size_t* text_len);

/*
 * Sets a secret of a seed; needed for the private identity of a Yubico OTP only.
 *
 *   seed         the seed
 *   which        CSEAL_SEED_KEY or CSEAL_SEED_PRIVATE_ID
 *   secret       1 to 1024 bytes
 *   secret_len   bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, an empty secret or another one; CSEAL_E_RANGE for a longer one;
 *          CSEAL_E_NOMEM.
 * Threads: exclusive.
 * CT: secret_len may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_seed_secret_set(cseal_seed* seed, uint32_t which, const uint8_t* secret,
                                             size_t secret_len);

/*
 * Gives a secret of a seed. Wipe it after use (cseal_wipe).
 *
 *   seed         the seed
 *   which        CSEAL_SEED_KEY or CSEAL_SEED_PRIVATE_ID
 *   secret       gets the bytes; none where the seed has no such secret
 *   secret_cap   bytes at secret; 1024 always suffice
 *   secret_len   gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL or another secret.
 * Threads: any number on one seed.
 * CT: the length may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_seed_secret_get(const cseal_seed* seed, uint32_t which, uint8_t* secret, size_t secret_cap,
                                             size_t* secret_len);

/*
 * Gives the numbers of a seed.
 *
 *   seed         the seed
 *   info         a struct that cseal_seed_info_init filled; overwritten
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL or a struct_size that init would not take.
 * Threads: any number on one seed.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_seed_info_get(const cseal_seed* seed, cseal_seed_info* info);

/*
 * Gives one warning: what was repaired or unusual when the seed was read, or what makes some authenticator apps compute
 * other codes (anything but SHA1, 6 digits, 30 seconds) or cut its label.
 *
 *   seed         the seed
 *   index        from 0 to n_warnings - 1 of cseal_seed_info
 *   text         gets one UTF-8 sentence, without a NUL; holds no secret
 *   text_cap     bytes at text
 *   text_len     gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_RANGE for index; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: any number on one seed.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_seed_warning_get(const cseal_seed* seed, uint32_t index, char* text, size_t text_cap,
                                              size_t* text_len);

#ifdef __cplusplus
}
#endif

#endif
