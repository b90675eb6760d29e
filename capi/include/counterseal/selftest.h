/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does this library, on this CPU, still give the answers that everybody knows?
 */
#ifndef COUNTERSEAL_SELFTEST_H
#define COUNTERSEAL_SELFTEST_H

#include "counterseal/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes published answers anew and compares: HMAC (RFC 2202, RFC 4231), HOTP (RFC 4226), TOTP (RFC 6238), OCRA
 * (RFC 6287), base32 and hex (RFC 4648), a Yubico OTP. Whatever depends on the CPU is made by each kernel that it can
 * run, alone and for batches, not only by those that would be chosen. Takes a few milliseconds; call it once, before
 * the first verification. The Python and Node packages do so when they are loaded.
 *
 * A library that fails lets in whom it should not, or nobody: do not use it. It keeps no memory of the failure.
 *
 *   answer     gets the name of the first answer that was wrong, a static NUL-terminated text for a log; else NULL. May
 *              be NULL
 *   kernel     gets the kernel that was wrong, such as "avx2", likewise; NULL also where the answer needs none. May be
 *              NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_SELFTEST where an answer was wrong; CSEAL_E_UNSUPPORTED where OpenSSL offers no provider;
 *          CSEAL_E_NOMEM.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_selftest(const char** answer, const char** kernel);

#ifdef __cplusplus
}
#endif

#endif
