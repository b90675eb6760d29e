/* SPDX-License-Identifier: Apache-2.0 */
/* The ops of tests/cases/otp.json, each a function of a case. */
#ifndef COUNTERSEAL_TESTS_CASE_OPS_H
#define COUNTERSEAL_TESTS_CASE_OPS_H

#include "tests/vectors/c/json.h"
#include "tests/vectors/c/run.h"

void op_totp_at(struct run* run, const cJSON* one);
void op_hotp_at(struct run* run, const cJSON* one);
void op_totp_verify(struct run* run, const cJSON* one);
void op_hotp_verify(struct run* run, const cJSON* one);
void op_base32_error(struct run* run, const cJSON* one);
void op_config_error(struct run* run, const cJSON* one);

/* The status that the word of a case means. */
int32_t status_of(struct run* run, const char* word);

/* CSEAL_SHA1 and so on, or 0 for a name that has no number. */
uint32_t algorithm_of(const char* name);

#endif
