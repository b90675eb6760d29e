/* SPDX-License-Identifier: Apache-2.0 */
/*
 * otp.h: option structs. Every size, flag and number that a caller can get wrong, in every function that takes options;
 * the _check functions answer what the calls would.
 */
#include <stdlib.h>

#include "check.h"
#include "keys.h"

static cseal_otp_key* key;

/* What a call gets besides its options. */
struct situation {
    int64_t last_step;
    uint64_t now_s;
    uint64_t next_counter;
};

static const struct situation usual = {-1, 1111111109, 7};

typedef cseal_status option_call(const void* options, const struct situation* in);

static cseal_status totp_check(const void* options, const struct situation* in)
{
    const char* rule = "unset";
    const cseal_status status = cseal_totp_check(in->last_step, in->now_s, (const cseal_totp_options*)options, &rule);
    CHECK((status == CSEAL_OK) == (rule == NULL));
    CHECK(rule == NULL || strlen(rule) > 10);
    return status;
}

static cseal_status totp_verify(const void* options, const struct situation* in)
{
    int64_t step = 77;
    const cseal_status status =
        cseal_totp_verify(key, "000000", 6, in->last_step, in->now_s, (const cseal_totp_options*)options, &step);
    CHECK(step == in->last_step);
    return status;
}

static cseal_status totp_verify_raw(const void* options, const struct situation* in)
{
    int64_t step = 77;
    const cseal_status status = cseal_totp_verify_raw(rfc_secret, RFC_SHA1_LEN, CSEAL_SHA1, "000000", 6, in->last_step,
                                                      in->now_s, (const cseal_totp_options*)options, &step);
    CHECK(step == in->last_step);
    return status;
}

static cseal_status totp_generate(const void* options, const struct situation* in)
{
    char code[16];
    size_t code_len = 77;
    memset(code, 0x5a, sizeof code);
    const cseal_status status =
        cseal_totp_generate(key, in->now_s, (const cseal_totp_options*)options, code, sizeof code, &code_len);
    CHECK(status == CSEAL_OK || (all_bytes_are(code, sizeof code, 0) && code_len == 0));
    return status;
}

static cseal_status hotp_check(const void* options, const struct situation* in)
{
    const char* rule = "unset";
    const cseal_status status = cseal_hotp_check(in->next_counter, (const cseal_hotp_options*)options, &rule);
    CHECK((status == CSEAL_OK) == (rule == NULL));
    CHECK(rule == NULL || strlen(rule) > 10);
    return status;
}

static cseal_status hotp_verify(const void* options, const struct situation* in)
{
    uint64_t next = 77;
    const cseal_status status =
        cseal_hotp_verify(key, "000000", 6, in->next_counter, (const cseal_hotp_options*)options, &next);
    CHECK(next == in->next_counter);
    return status;
}

static cseal_status hotp_verify_raw(const void* options, const struct situation* in)
{
    uint64_t next = 77;
    const cseal_status status = cseal_hotp_verify_raw(rfc_secret, RFC_SHA1_LEN, CSEAL_SHA1, "000000", 6,
                                                      in->next_counter, (const cseal_hotp_options*)options, &next);
    CHECK(next == in->next_counter);
    return status;
}

static cseal_status hotp_resync(const void* options, const struct situation* in)
{
    uint64_t next = 77;
    const cseal_status status =
        cseal_hotp_resync(key, "000000", 6, "000000", 6, in->next_counter, (const cseal_hotp_options*)options, &next);
    CHECK(next == in->next_counter);
    return status;
}

static cseal_status hotp_generate(const void* options, const struct situation* in)
{
    char code[16];
    size_t code_len = 77;
    memset(code, 0x5a, sizeof code);
    const cseal_status status =
        cseal_hotp_generate(key, in->next_counter, (const cseal_hotp_options*)options, code, sizeof code, &code_len);
    CHECK(status == CSEAL_OK || (all_bytes_are(code, sizeof code, 0) && code_len == 0));
    return status;
}

static const struct {
    const char* name;
    option_call* call;
} totp_calls[] = {{"totp_check", totp_check},
                  {"totp_verify", totp_verify},
                  {"totp_verify_raw", totp_verify_raw},
                  {"totp_generate", totp_generate}},
  hotp_calls[] = {{"hotp_check", hotp_check},
                  {"hotp_verify", hotp_verify},
                  {"hotp_verify_raw", hotp_verify_raw},
                  {"hotp_resync", hotp_resync},
                  {"hotp_generate", hotp_generate}};

/* Verifiers answer WRONG or MALFORMED where all is well. */
static cseal_status settled(cseal_status status)
{
    return status >= 0 ? CSEAL_OK : status;
}

/* Larger than any struct of this version: what a program compiled against a later version hands in. */
union later_totp {
    cseal_totp_options now;
    unsigned char bytes[4104];
};
union later_hotp {
    cseal_hotp_options now;
    unsigned char bytes[4104];
};

static void check_sizes(option_call* call, void* options, uint32_t* struct_size, unsigned char* bytes, uint32_t full)
{
    const uint32_t refused[] = {0, 1, 4, full - 4, full - 1, 4097, 0x7fffffff, 0x80000000U, 0xffffffffU};
    for (size_t i = 0; i < COUNT_OF(refused); ++i) {
        *struct_size = refused[i];
        CHECK_STATUS(settled(call(options, &usual)), CSEAL_E_ARGUMENT);
    }
    const uint32_t taken[] = {full, full + 1, full + 8, 4096};
    for (size_t i = 0; i < COUNT_OF(taken); ++i) {
        *struct_size = taken[i];
        CHECK_STATUS(settled(call(options, &usual)), CSEAL_OK);
        bytes[taken[i]] = 1; /* beyond the struct: not the library's to read */
        CHECK_STATUS(settled(call(options, &usual)), CSEAL_OK);
        bytes[taken[i]] = 0;
        if (taken[i] > full) {
            bytes[full] = 1;
            CHECK_STATUS(settled(call(options, &usual)), CSEAL_E_UNSUPPORTED);
            bytes[full] = 0;
            bytes[taken[i] - 1] = 0x80;
            CHECK_STATUS(settled(call(options, &usual)), CSEAL_E_UNSUPPORTED);
            bytes[taken[i] - 1] = 0;
        }
    }
}

static void test_sizes(void)
{
    for (size_t i = 0; i < COUNT_OF(totp_calls); ++i) {
        union later_totp options;
        memset(&options, 0, sizeof options);
        CHECK_STATUS(cseal_totp_options_init(&options.now, sizeof options.now), CSEAL_OK);
        check_row = totp_calls[i].name;
        check_sizes(totp_calls[i].call, &options, &options.now.struct_size, options.bytes, sizeof options.now);
        CHECK_STATUS(settled(totp_calls[i].call(NULL, &usual)), CSEAL_OK);
    }
    for (size_t i = 0; i < COUNT_OF(hotp_calls); ++i) {
        union later_hotp options;
        memset(&options, 0, sizeof options);
        CHECK_STATUS(cseal_hotp_options_init(&options.now, sizeof options.now), CSEAL_OK);
        check_row = hotp_calls[i].name;
        check_sizes(hotp_calls[i].call, &options, &options.now.struct_size, options.bytes, sizeof options.now);
        CHECK_STATUS(settled(hotp_calls[i].call(NULL, &usual)), CSEAL_OK);
    }
    check_row = "";
}

static void test_init(void)
{
    union later_totp totp;
    memset(&totp, 0xa5, sizeof totp);
    CHECK_STATUS(cseal_totp_options_init(&totp.now, sizeof totp.now), CSEAL_OK);
    const cseal_totp_options totp_defaults = {sizeof totp_defaults, 6, 30, 1, 1, 0, 0, CSEAL_ENCODER_DECIMAL, 0};
    CHECK(memcmp(&totp.now, &totp_defaults, sizeof totp_defaults) == 0);
    CHECK(totp.bytes[sizeof totp.now] == 0xa5);
    CHECK_STATUS(cseal_totp_options_init(&totp.now, 4096), CSEAL_OK);
    CHECK_NUMBER(totp.now.struct_size, 4096);
    CHECK(all_bytes_are(totp.bytes + sizeof totp.now, 4096 - sizeof totp.now, 0));
    CHECK(totp.bytes[4096] == 0xa5);

    union later_hotp hotp;
    memset(&hotp, 0xa5, sizeof hotp);
    CHECK_STATUS(cseal_hotp_options_init(&hotp.now, sizeof hotp.now), CSEAL_OK);
    const cseal_hotp_options hotp_defaults = {sizeof hotp_defaults, 6, 0, 0};
    CHECK(memcmp(&hotp.now, &hotp_defaults, sizeof hotp_defaults) == 0);
    CHECK(hotp.bytes[sizeof hotp.now] == 0xa5);
    CHECK_STATUS(cseal_hotp_options_init(&hotp.now, 4096), CSEAL_OK);
    CHECK_NUMBER(hotp.now.struct_size, 4096);
    CHECK(all_bytes_are(hotp.bytes + sizeof hotp.now, 4096 - sizeof hotp.now, 0));
    CHECK(hotp.bytes[4096] == 0xa5);

    CHECK_STATUS(cseal_totp_options_init(NULL, sizeof totp.now), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_hotp_options_init(NULL, sizeof hotp.now), CSEAL_E_ARGUMENT);
    const uint32_t refused[] = {0, 4, 15, 4097, 0xffffffffU};
    for (size_t i = 0; i < COUNT_OF(refused); ++i) {
        memset(&totp, 0xa5, sizeof totp);
        memset(&hotp, 0xa5, sizeof hotp);
        CHECK_STATUS(cseal_totp_options_init(&totp.now, refused[i]), CSEAL_E_ARGUMENT);
        CHECK_STATUS(cseal_hotp_options_init(&hotp.now, refused[i]), CSEAL_E_ARGUMENT);
        CHECK(all_bytes_are(&totp, sizeof totp, 0xa5));
        CHECK(all_bytes_are(&hotp, sizeof hotp, 0xa5));
    }
    CHECK_STATUS(cseal_totp_options_init(&totp.now, sizeof totp.now - 1), CSEAL_E_ARGUMENT);
}

/* `made` says what cseal_totp_generate answers, to which windows and last_step mean nothing. */
struct totp_row {
    const char* argument; /* what the rule starts with */
    uint32_t digits, period_s, past, future, flags;
    uint64_t t0_s, now_s;
    int64_t last_step;
    cseal_status status, made;
};

#define LONG_PERIOD CSEAL_TOTP_LONG_PERIOD
#define MAX_TIME UINT64_C(100000000000)
#define RANGE CSEAL_E_RANGE
#define TIME CSEAL_E_TIME
#define UNSUPPORTED CSEAL_E_UNSUPPORTED

static const struct totp_row totp_rows[] = {
    {"", 6, 30, 1, 1, 0, 0, 59, -1, CSEAL_OK, CSEAL_OK},
    {"", 7, 30, 1, 1, 0, 0, 59, -1, CSEAL_OK, CSEAL_OK},
    {"", 10, 30, 1, 1, 0, 0, 59, -1, CSEAL_OK, CSEAL_OK},
    {"digits", 5, 30, 1, 1, 0, 0, 59, -1, RANGE, RANGE},
    {"digits", 11, 30, 1, 1, 0, 0, 59, -1, RANGE, RANGE},
    {"digits", 0, 30, 1, 1, 0, 0, 59, -1, RANGE, RANGE},
    {"digits", 0xffffffffU, 30, 1, 1, 0, 0, 59, -1, RANGE, RANGE},
    {"", 6, 1, 1, 1, 0, 0, 59, -1, CSEAL_OK, CSEAL_OK},
    {"", 6, 86400, 1, 1, 0, 0, 59, -1, CSEAL_OK, CSEAL_OK},
    {"period", 6, 0, 1, 1, 0, 0, 59, -1, RANGE, RANGE},
    {"period", 6, 0, 1, 1, LONG_PERIOD, 0, 59, -1, RANGE, RANGE},
    {"period", 6, 86401, 1, 1, 0, 0, 59, -1, RANGE, RANGE},
    {"", 6, 86401, 1, 1, LONG_PERIOD, 0, 59, -1, CSEAL_OK, CSEAL_OK},
    {"period", 6, 0xffffffffU, 1, 1, 0, 0, 59, -1, RANGE, RANGE},
    {"", 6, 0xffffffffU, 1, 1, LONG_PERIOD, 0, 59, -1, CSEAL_OK, CSEAL_OK},
    {"", 6, 30, 0, 0, 0, 0, 59, -1, CSEAL_OK, CSEAL_OK},
    {"", 6, 30, 20, 0, 0, 0, 59, -1, CSEAL_OK, CSEAL_OK},
    {"", 6, 30, 0, 20, 0, 0, 59, -1, CSEAL_OK, CSEAL_OK},
    {"", 6, 30, 10, 10, 0, 0, MAX_TIME, -1, CSEAL_OK, CSEAL_OK},
    {"past", 6, 30, 21, 0, 0, 0, 59, -1, RANGE, CSEAL_OK},
    {"past", 6, 30, 0, 21, 0, 0, 59, -1, RANGE, CSEAL_OK},
    {"past", 6, 30, 11, 10, 0, 0, 59, -1, RANGE, CSEAL_OK},
    {"past", 6, 30, 10, 11, 0, 0, 59, -1, RANGE, CSEAL_OK},
    {"past", 6, 30, 0xffffffffU, 2, 0, 0, 59, -1, RANGE, CSEAL_OK},
    {"past", 6, 30, 2, 0xffffffffU, 0, 0, 59, -1, RANGE, CSEAL_OK},
    {"past", 6, 30, 0x80000000U, 0x80000000U, 0, 0, 59, -1, RANGE, CSEAL_OK},
    {"flags", 6, 30, 1, 1, 2, 0, 59, -1, UNSUPPORTED, UNSUPPORTED},
    {"flags", 6, 30, 1, 1, 3, 0, 59, -1, UNSUPPORTED, UNSUPPORTED},
    {"flags", 6, 30, 1, 1, 0x80000000U, 0, 59, -1, UNSUPPORTED, UNSUPPORTED},
    {"", 6, 30, 1, 1, 0, 59, 59, -1, CSEAL_OK, CSEAL_OK},
    {"time", 6, 30, 1, 1, 0, 60, 59, -1, TIME, TIME},
    {"", 6, 30, 1, 1, 0, MAX_TIME, MAX_TIME, -1, CSEAL_OK, CSEAL_OK},
    {"t0", 6, 30, 1, 1, 0, MAX_TIME + 1, MAX_TIME, -1, TIME, TIME},
    {"t0", 6, 30, 1, 1, 0, UINT64_MAX, 59, -1, TIME, TIME},
    {"", 6, 30, 1, 1, 0, 0, 0, -1, CSEAL_OK, CSEAL_OK},
    {"", 6, 30, 20, 0, 0, 0, 0, -1, CSEAL_OK, CSEAL_OK},
    {"", 6, 30, 1, 1, 0, 0, MAX_TIME, -1, CSEAL_OK, CSEAL_OK},
    {"time", 6, 30, 1, 1, 0, 0, MAX_TIME + 1, -1, TIME, TIME},
    {"time", 6, 30, 1, 1, 0, 0, UINT64_C(1764000000000), -1, TIME, TIME}, /* milliseconds */
    {"time", 6, 30, 1, 1, 0, 0, UINT64_C(1) << 63, -1, TIME, TIME},
    {"time", 6, 30, 1, 1, 0, 0, UINT64_MAX, -1, TIME, TIME},
    {"", 6, 30, 1, 1, 0, 0, 59, 0, CSEAL_OK, CSEAL_OK},
    {"", 6, 30, 1, 1, 0, 0, 59, INT64_MAX, CSEAL_OK, CSEAL_OK},
    {"last_step", 6, 30, 1, 1, 0, 0, 59, -2, RANGE, CSEAL_OK},
    {"last_step", 6, 30, 1, 1, 0, 0, 59, INT64_MIN, RANGE, CSEAL_OK},
};

static void test_totp_numbers(void)
{
    for (size_t i = 0; i < COUNT_OF(totp_rows); ++i) {
        const struct totp_row* row = &totp_rows[i];
        const cseal_totp_options options = {sizeof options, row->digits, row->period_s,         row->past, row->future,
                                            row->flags,     row->t0_s,   CSEAL_ENCODER_DECIMAL, 0};
        const struct situation in = {row->last_step, row->now_s, 0};
        char name[64];
        snprintf(name, sizeof name, "row %zu (%s)", i, row->argument);
        check_row = name;
        CHECK_STATUS(totp_check(&options, &in), row->status);
        CHECK_STATUS(settled(totp_verify(&options, &in)), row->status);
        CHECK_STATUS(settled(totp_verify_raw(&options, &in)), row->status);
        CHECK_STATUS(totp_generate(&options, &in), row->made);
        const char* rule = NULL;
        CHECK_STATUS(cseal_totp_check(row->last_step, row->now_s, &options, &rule), row->status);
        CHECK(rule == NULL || strncmp(rule, row->argument, strlen(row->argument)) == 0);
        CHECK_STATUS(cseal_totp_check(row->last_step, row->now_s, &options, NULL), CSEAL_E_ARGUMENT);
    }
    check_row = "";
}

/* `made` says what cseal_hotp_generate answers, to which look_ahead means nothing and any counter is good. */
static const struct hotp_row {
    const char* argument;
    uint32_t digits, look_ahead, reserved;
    uint64_t next_counter;
    cseal_status status, made;
} hotp_rows[] = {
    {"", 6, 0, 0, 0, CSEAL_OK, CSEAL_OK},
    {"", 6, 100, 0, 0, CSEAL_OK, CSEAL_OK},
    {"digits", 5, 0, 0, 0, RANGE, RANGE},
    {"digits", 11, 0, 0, 0, RANGE, RANGE},
    {"digits", 0, 0, 0, 0, RANGE, RANGE},
    {"digits", 0xffffffffU, 0, 0, 0, RANGE, RANGE},
    {"look_ahead", 6, 101, 0, 0, RANGE, CSEAL_OK},
    {"look_ahead", 6, 0xffffffffU, 0, 0, RANGE, CSEAL_OK},
    {"look_ahead", 6, 0xffffffffU, 0, 2, RANGE, CSEAL_OK},
    {"reserved", 6, 0, 1, 0, UNSUPPORTED, UNSUPPORTED},
    {"reserved", 6, 0, 0x80000000U, 0, UNSUPPORTED, UNSUPPORTED},
    {"", 6, 0, 0, UINT64_MAX - 2, CSEAL_OK, CSEAL_OK}, /* 2^64 - 3 */
    {"next_counter", 6, 0, 0, UINT64_MAX - 1, RANGE, CSEAL_OK},
    {"next_counter", 6, 0, 0, UINT64_MAX, RANGE, CSEAL_OK},
    {"", 6, 100, 0, UINT64_MAX - 102, CSEAL_OK, CSEAL_OK},
    {"next_counter", 6, 100, 0, UINT64_MAX - 101, RANGE, CSEAL_OK},
    {"", 6, 0, 0, UINT64_C(1) << 63, CSEAL_OK, CSEAL_OK},
};

static void test_hotp_numbers(void)
{
    for (size_t i = 0; i < COUNT_OF(hotp_rows); ++i) {
        const struct hotp_row* row = &hotp_rows[i];
        const cseal_hotp_options options = {sizeof options, row->digits, row->look_ahead, row->reserved};
        const struct situation in = {-1, 0, row->next_counter};
        char name[64];
        snprintf(name, sizeof name, "row %zu (%s)", i, row->argument);
        check_row = name;
        CHECK_STATUS(hotp_check(&options, &in), row->status);
        CHECK_STATUS(settled(hotp_verify(&options, &in)), row->status);
        CHECK_STATUS(settled(hotp_verify_raw(&options, &in)), row->status);
        CHECK_STATUS(settled(hotp_resync(&options, &in)), row->status);
        CHECK_STATUS(hotp_generate(&options, &in), row->made);
        const char* rule = NULL;
        CHECK_STATUS(cseal_hotp_check(row->next_counter, &options, &rule), row->status);
        CHECK(rule == NULL || strncmp(rule, row->argument, strlen(row->argument)) == 0);
        CHECK_STATUS(cseal_hotp_check(row->next_counter, &options, NULL), CSEAL_E_ARGUMENT);
    }
    check_row = "";
}

int main(void)
{
    key = rfc_key();
    test_init();
    test_sizes();
    test_totp_numbers();
    test_hotp_numbers();
    cseal_otp_key_free(key);
    return check_summary();
}
