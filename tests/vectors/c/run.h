/* SPDX-License-Identifier: Apache-2.0 */
/* A run over one file: what it counts, and the files there are. */
#ifndef COUNTERSEAL_TESTS_RUN_H
#define COUNTERSEAL_TESTS_RUN_H

#include <stdbool.h>

struct run {
    const char* id; /* of the test at hand */
    int n_tests;
    int n_failed;
    int n_skipped;
    bool failed; /* the test at hand */
};

/* Starts the next test. */
void begin(struct run* run, const char* id);

/* Says what is wrong, unless `holds`; a test fails once however many checks do. */
void check(struct run* run, bool holds, const char* format, ...) __attribute__((format(printf, 3, 4)));

/* Says why the test at hand cannot run. */
void skip(struct run* run, const char* format, ...) __attribute__((format(printf, 2, 3)));

void run_rfc4226(struct run* run);
void run_rfc6238(struct run* run);
void run_rfc6287(struct run* run);
void run_yubico(struct run* run);
void run_cases(struct run* run);

#endif
