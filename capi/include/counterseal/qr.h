/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QR codes (ISO/IEC 18004), drawn in the process: no secret goes to a service that draws.
 *
 * A QR code shows its text to every camera, and is as secret as the text. Drawing is enrollment, and outside the
 * constant-time claim.
 */
#ifndef COUNTERSEAL_QR_H
#define COUNTERSEAL_QR_H

#include "counterseal/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Kinds of drawings. */
#define CSEAL_QR_SVG 1U  /* one black path on a white square; to be put into a page or an <img> */
#define CSEAL_QR_PNG 2U  /* one bit a pixel */
#define CSEAL_QR_TEXT 3U /* UTF-8 half blocks for a dark terminal: what is light is drawn */
#define CSEAL_QR_ANSI 4U /* the same with escape codes that make it black on white in a terminal of any colour */

/* Error correction: how much of the drawing may be missing. */
#define CSEAL_QR_L 0U /* about 7 % */
#define CSEAL_QR_M 1U /* about 15 % */
#define CSEAL_QR_Q 2U /* about 25 % */
#define CSEAL_QR_H 3U /* about 30 % */

/* How a QR code is drawn. Fill with cseal_qr_options_init, then change fields. */
typedef struct cseal_qr_options {
    uint32_t struct_size;      /* sizeof(cseal_qr_options) of the caller */
    uint32_t error_correction; /* CSEAL_QR_L to CSEAL_QR_H, at least; more where that takes no room; default M */
    uint32_t scale;            /* pixels a module of PNG, and of SVG that nobody resizes; 1 to 40; default 8 */
    uint32_t quiet_zone;       /* modules of margin, 0 to 16; default 4, which the standard asks for */
    uint32_t reserved[4];      /* must be 0 */
} cseal_qr_options;

/*
 * Fills the options of a QR code with their defaults.
 *
 *   options      the struct to fill
 *   struct_size  sizeof(cseal_qr_options) as the caller was compiled
 *
 * Returns: CSEAL_OK; CSEAL_E_ARGUMENT for NULL, or a size below the first release's or above 4096.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_qr_options_init(cseal_qr_options* options, uint32_t struct_size);

/*
 * Tells which rule a call of cseal_qr_render with these arguments would break.
 *
 *   text         as in cseal_qr_render
 *   text_len     bytes
 *   title        as in cseal_qr_render
 *   title_len    bytes
 *   kind         CSEAL_QR_SVG and so on
 *   options      NULL: defaults
 *   rule         gets a static sentence that starts with the argument's name, or NULL when all is well; may be NULL
 *
 * Returns: what cseal_qr_render would return if its output had room.
 * Threads: any.
 * CT: outside the claim: text may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_qr_check(const char* text, size_t text_len, const char* title, size_t title_len,
                                      uint32_t kind, const cseal_qr_options* options, const char** rule);

/*
 * Draws a text as a QR code.
 *
 *   text         what a camera reads, for example an otpauth URI: UTF-8 without NUL. 2953 bytes fit with level L, 2331
 *                with M, 1663 with Q, 1273 with H
 *   text_len     bytes
 *   title        what the drawing is called for people who cannot see it, for example the issuer; UTF-8 without control
 *                characters, at most 1024 bytes; never the text itself. Stands in SVG only; empty: no title
 *   title_len    bytes
 *   kind         CSEAL_QR_SVG, CSEAL_QR_PNG, CSEAL_QR_TEXT or CSEAL_QR_ANSI
 *   options      NULL: defaults
 *   out          gets the file: UTF-8 text without a NUL, or the bytes of a PNG
 *   out_cap      bytes at out
 *   out_len      gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL, an empty text, or text or title that breaks its rule;
 *          CSEAL_E_RANGE for a text that is too long, for scale and for quiet_zone; CSEAL_E_UNSUPPORTED for kind,
 *          error_correction and reserved; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: outside the claim: text may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_qr_render(const char* text, size_t text_len, const char* title, size_t title_len,
                                       uint32_t kind, const cseal_qr_options* options, uint8_t* out, size_t out_cap,
                                       size_t* out_len);

#ifdef __cplusplus
}
#endif

#endif
