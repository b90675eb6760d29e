/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks for plain C: each is counted, a failed one tells file, line and both values. The last line of every program is
 * "N checks, 0 failed"; a failed check makes the exit status 1, and so does a program that checked nothing.
 */
#ifndef ABI_CHECK_H
#define ABI_CHECK_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "counterseal/base.h"

static unsigned long n_checks = 0;
static unsigned long n_failed = 0;
static const char* check_row = ""; /* set by table loops: which row a failure belongs to */

static inline int check_that(int good, const char* text, const char* file, int line)
{
    ++n_checks;
    if (!good) {
        ++n_failed;
        printf("%s:%d: failed: %s %s\n", file, line, text, check_row);
    }
    return good;
}

static inline int check_status_is(cseal_status got, cseal_status want, const char* text, const char* file, int line)
{
    const int good = check_that(got == want, text, file, line);
    if (!good) {
        printf("    got %s (%" PRId32 "), want %s (%" PRId32 ")\n", cseal_status_name(got), got,
               cseal_status_name(want), want);
    }
    return good;
}

static inline int check_numbers_are(uint64_t got, uint64_t want, const char* text, const char* file, int line)
{
    const int good = check_that(got == want, text, file, line);
    if (!good) {
        printf("    got %" PRIu64 ", want %" PRIu64 " (as signed: %" PRId64 ", %" PRId64 ")\n", got, want, (int64_t)got,
               (int64_t)want);
    }
    return good;
}

/* Whether all bytes from data to data + len are `value`. */
static inline int all_bytes_are(const void* data, size_t len, unsigned char value)
{
    const unsigned char* bytes = (const unsigned char*)data;
    for (size_t i = 0; i < len; ++i) {
        if (bytes[i] != value) {
            return 0;
        }
    }
    return 1;
}

static inline int check_summary(void)
{
    printf("%lu checks, %lu failed\n", n_checks, n_failed);
    return n_checks == 0 || n_failed != 0;
}

#define CHECK(condition) check_that((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
#define CHECK_STATUS(call, want) check_status_is((call), (want), #call, __FILE__, __LINE__)
#define CHECK_NUMBER(got, want) check_numbers_are((uint64_t)(got), (uint64_t)(want), #got, __FILE__, __LINE__)

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
