/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seed files: what hardware vendors ship, and what other systems export and take.
 *
 * A file from a vendor is hostile until proven otherwise: sizes and depths are bounded, and every problem tells its
 * line. By default nothing is handed out unless every entry of a file is good; a dry run hands out the good ones and
 * tells what is wrong with the others.
 */
#ifndef COUNTERSEAL_SEED_FILE_H
#define COUNTERSEAL_SEED_FILE_H

#include "counterseal/crypto.h"
#include "counterseal/seed.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Formats. */
#define CSEAL_FORMAT_AUTO 0U           /* what the content looks like */
#define CSEAL_FORMAT_URI_LIST 1U       /* otpauth and otpauth-migration URIs, one a line */
#define CSEAL_FORMAT_PSKC 2U           /* RFC 6030, plain or AES-CBC by pre-shared key or password */
#define CSEAL_FORMAT_ENTRA_CSV 3U      /* hardware OATH tokens of Microsoft Entra ID */
#define CSEAL_FORMAT_OATH_CSV 4U       /* serial, seed in hex, type, digits, step or counter (privacyIDEA, LinOTP) */
#define CSEAL_FORMAT_YUBICO_CSV 5U     /* logs of Yubico's personalization tools, both forms */
#define CSEAL_FORMAT_AEGIS 6U          /* plain export of the app Aegis */
#define CSEAL_FORMAT_TWOFAS 7U         /* plain backup of the app 2FAS */
#define CSEAL_FORMAT_BITWARDEN_JSON 8U /* plain JSON export of Bitwarden */
#define CSEAL_FORMAT_BITWARDEN_CSV 9U  /* CSV export of Bitwarden */
#define CSEAL_FORMAT_MIGRATION 10U     /* otpauth-migration URIs; written only, a URI list reads them */

/* Bits of cseal_import_options.flags. */
#define CSEAL_IMPORT_DRY_RUN 1U /* hand out good entries although others are bad */

/* The entries of a file that was read. As secret as the file; wiped when freed. */
typedef struct cseal_import cseal_import;

/* Seeds on their way into a file. As secret as they are; wiped when freed. */
typedef struct cseal_export cseal_export;

/* How a file is read. Fill with cseal_import_options_init, then change fields. */
typedef struct cseal_import_options {
    uint32_t struct_size; /* sizeof(cseal_import_options) of the caller */
    uint32_t format;      /* CSEAL_FORMAT_ number; default CSEAL_FORMAT_AUTO */
    uint32_t flags;       /* CSEAL_IMPORT_ bits; default 0 */
    uint32_t reserved;    /* must be 0 */
} cseal_import_options;

/* What was found in a file. Set struct_size before the call; the rest is written. */
typedef struct cseal_import_info {
    uint32_t struct_size; /* sizeof(cseal_import_info) of the caller */
    uint32_t format;      /* the format that was read */
    uint32_t n_rows;      /* entries, good and bad */
    uint32_t n_bad;       /* those that cannot be used */
} cseal_import_info;

/*
 * Fills import options with their defaults.
 *
 *   options      the struct to fill
 *   struct_size  sizeof(cseal_import_options) as the caller was compiled
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or a size below the first release's or above 4096.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_import_options_init(cseal_import_options* options, uint32_t struct_size);

/*
 * Reads a seed file.
 *
 *   crypto       the provider: encrypted files need it
 *   data         the file, at most 16 MiB
 *   data_len     bytes
 *   key          the pre-shared key of an encrypted PSKC file; NULL with length 0: none
 *   key_len      bytes
 *   password     the password of an encrypted PSKC file, UTF-8; NULL with length 0: none
 *   password_len bytes
 *   options      NULL: defaults
 *   problem      gets what is wrong with the file as a whole, or with its first bad entry; may be NULL
 *   import       gets the handle wherever entries were found, also with CSEAL_MALFORMED; else NULL. Free it with
 *                cseal_import_free
 *
 * Returns: CSEAL_OK where every entry is good, and in a dry run where entries were found; CSEAL_MALFORMED where the
 *          file cannot be read, or an entry is bad; CSEAL_E_UNSUPPORTED for an unknown format or flag; CSEAL_E_CRYPTO;
 *          CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: any number on one provider.
 * CT: enrollment material: no claim, but a MAC is compared in constant time before anything is decrypted.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_import_new(const cseal_crypto* crypto, const char* data, size_t data_len,
                                        const uint8_t* key, size_t key_len, const char* password, size_t password_len,
                                        const cseal_import_options* options, cseal_problem* problem,
                                        cseal_import** import);

/*
 * Wipes and frees what was read. NULL does nothing.
 *
 *   import       the handle; no other thread may be using it
 *
 * Returns: nothing.
 * Threads: exclusive.
 * CT: no leak.
 * Since: 0.1
 */
CSEAL_API void cseal_import_free(cseal_import* import);

/*
 * Tells what was found.
 *
 *   import       what was read
 *   info         a struct with its struct_size; overwritten
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or a struct_size below the first release's or above 4096.
 * Threads: any number on one import.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_import_info_get(const cseal_import* import, cseal_import_info* info);

/*
 * Tells whether one entry can be used, and where it stands in the file.
 *
 *   import       what was read
 *   index        from 0 to n_rows - 1
 *   problem      gets line, column and byte where they are known, and the rule that a bad entry breaks; may be NULL
 *
 * Returns: CSEAL_OK for a good entry; CSEAL_MALFORMED or CSEAL_E_UNSUPPORTED for a bad one; CSEAL_E_RANGE for index;
 *          CSEAL_E_ARGUMENT for NULL.
 * Threads: any number on one import.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_import_row_get(const cseal_import* import, uint32_t index, cseal_problem* problem);

/*
 * Gives a copy of the seed of one entry.
 *
 *   import       what was read
 *   index        from 0 to n_rows - 1
 *   seed         gets the handle, or NULL; free it with cseal_seed_free
 *
 * Returns: CSEAL_OK; for a bad entry what cseal_import_row_get does; CSEAL_MALFORMED for every entry where another one
 *          is bad and it was no dry run; CSEAL_E_RANGE for index; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: any number on one import.
 * CT: enrollment material: no claim.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_import_seed_get(const cseal_import* import, uint32_t index, cseal_seed** seed);

/*
 * Starts a file.
 *
 *   format       CSEAL_FORMAT_URI_LIST, CSEAL_FORMAT_MIGRATION or CSEAL_FORMAT_ENTRA_CSV
 *   out          gets the handle, or NULL; free it with cseal_export_free
 *
 * Returns: CSEAL_OK; CSEAL_E_UNSUPPORTED for another format; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_export_new(uint32_t format, cseal_export** out);

/*
 * Adds a copy of a seed, if the format can say all of it.
 *
 *   to           the file
 *   seed         what to add
 *   problem      gets the rule that was broken; may be NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL or a seed that breaks its own rules; CSEAL_E_UNSUPPORTED for what the
 *          format cannot say; CSEAL_E_RANGE; CSEAL_E_NOMEM.
 * Threads: exclusive.
 * CT: enrollment material: no claim.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_export_add(cseal_export* to, const cseal_seed* seed, cseal_problem* problem);

/*
 * Writes the file: URIs one a line, or the CSV with its header.
 *
 *   from         the file
 *   text         gets the text, without a NUL
 *   text_cap     bytes at text
 *   text_len     gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: any number on one file.
 * CT: enrollment material: no claim.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_export_write(const cseal_export* from, char* text, size_t text_cap, size_t* text_len);

/*
 * Wipes and frees a file that was written. NULL does nothing.
 *
 *   export_handle  the handle; no other thread may be using it
 *
 * Returns: nothing.
 * Threads: exclusive.
 * CT: no leak.
 * Since: 0.1
 */
CSEAL_API void cseal_export_free(cseal_export* export_handle);

#ifdef __cplusplus
}
#endif

#endif
