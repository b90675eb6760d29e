/* SPDX-License-Identifier: Apache-2.0 */
/* ocra.h: every argument, every struct size, what is written where a call is refused. */
#include <stdlib.h>

#include "check.h"
#include "keys.h"

#include "counterseal/ocra.h"

static const char plain[] = "OCRA-1:HOTP-SHA1-6:QN08";
static const char full[] = "OCRA-1:HOTP-SHA256-8:C-QA08-PSHA1-S020-T1M";
static const uint8_t pin[20] = {1, 2, 3};
static const uint8_t session[20] = {4, 5, 6};

static cseal_ocra* made_of(const char* suite)
{
    cseal_ocra* ocra = NULL;
    if (cseal_ocra_new(suite, strlen(suite), rfc_secret, RFC_SHA1_LEN, &ocra, NULL, NULL) != CSEAL_OK || ocra == NULL) {
        puts("cannot make a suite: nothing can be checked");
        exit(1);
    }
    return ocra;
}

static void expect_refused(const char* suite, size_t suite_len, const uint8_t* key, size_t key_len, cseal_status status,
                           size_t index, const char* rule_start)
{
    cseal_ocra* ocra = (cseal_ocra*)1;
    size_t error_index = 77;
    const char* rule = NULL;
    CHECK_STATUS(cseal_ocra_new(suite, suite_len, key, key_len, &ocra, &error_index, &rule), status);
    CHECK(ocra == NULL);
    CHECK_NUMBER(error_index, index);
    CHECK(rule != NULL && strncmp(rule, rule_start, strlen(rule_start)) == 0);
    ocra = (cseal_ocra*)1;
    CHECK_STATUS(cseal_ocra_new(suite, suite_len, key, key_len, &ocra, NULL, NULL), status);
    CHECK(ocra == NULL);
}

static void test_new(void)
{
    cseal_ocra* ocra = NULL;
    size_t error_index = 77;
    const char* rule = plain;
    CHECK_STATUS(cseal_ocra_new(plain, strlen(plain), rfc_secret, 20, &ocra, &error_index, &rule), CSEAL_OK);
    CHECK(ocra != NULL && rule == NULL);
    CHECK_NUMBER(error_index, strlen(plain));
    cseal_ocra_free(ocra);
    cseal_ocra_free(NULL);
    expect_refused("", 0, rfc_secret, 20, CSEAL_E_ARGUMENT, 0, "suite must start");
    expect_refused(NULL, 0, rfc_secret, 20, CSEAL_E_ARGUMENT, 0, "suite must start");
    expect_refused(plain, strlen(plain) + 1, rfc_secret, 20, CSEAL_E_ARGUMENT, 23, "suite must end");
    expect_refused("OCRA-2:", 7, rfc_secret, 20, CSEAL_E_UNSUPPORTED, 5, "suite must be of version");
    expect_refused(plain, strlen(plain), NULL, 0, CSEAL_E_ARGUMENT, 23, "key must not be empty");
    expect_refused(plain, strlen(plain), NULL, 20, CSEAL_E_ARGUMENT, 23, "key must not be empty");
    expect_refused(plain, strlen(plain), rfc_secret, 0, CSEAL_E_ARGUMENT, 23, "key must not be empty");
    ocra = (cseal_ocra*)1;
    error_index = 77;
    rule = plain;
    CHECK_STATUS(cseal_ocra_new(NULL, 5, rfc_secret, 20, &ocra, &error_index, &rule), CSEAL_E_ARGUMENT);
    CHECK(ocra == NULL && error_index == 0 && rule == NULL);
    CHECK_STATUS(cseal_ocra_new(plain, 23, rfc_secret, 20, NULL, NULL, NULL), CSEAL_E_ARGUMENT);
}

static void test_info(void)
{
    cseal_ocra* ocra = made_of(full);
    cseal_ocra_info info;
    for (uint32_t size = 0; size <= sizeof info; ++size) {
        CHECK_STATUS(cseal_ocra_info_init(&info, size), size < 40 ? CSEAL_E_ARGUMENT : CSEAL_OK);
    }
    CHECK_STATUS(cseal_ocra_info_init(NULL, sizeof info), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_ocra_info_init(&info, 4097), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_ocra_info_init(&info, sizeof info), CSEAL_OK);
    CHECK_STATUS(cseal_ocra_info_get(NULL, &info), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_ocra_info_get(ocra, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_ocra_info_get(ocra, &info), CSEAL_OK);
    CHECK(info.struct_size == sizeof info && info.algorithm == CSEAL_SHA256 && info.digits == 8 &&
          info.has_counter == 1 && info.question_format == CSEAL_QUESTION_ALPHANUMERIC && info.question_len == 8 &&
          info.pin_algorithm == CSEAL_SHA1 && info.session_len == 20 && info.time_step_s == 60 && info.reserved == 0);
    info.struct_size = 39;
    CHECK_STATUS(cseal_ocra_info_get(ocra, &info), CSEAL_E_ARGUMENT);
    cseal_ocra_free(ocra);
    ocra = made_of(plain);
    CHECK_STATUS(cseal_ocra_info_init(&info, sizeof info), CSEAL_OK);
    CHECK_STATUS(cseal_ocra_info_get(ocra, &info), CSEAL_OK);
    CHECK(info.has_counter == 0 && info.question_format == CSEAL_QUESTION_NUMERIC && info.pin_algorithm == 0 &&
          info.session_len == 0 && info.time_step_s == 0);
    cseal_ocra_free(ocra);
}

/* A call of verify with one thing wrong: refused, told by check (where that sees it), and nothing to store changed. */
struct situation {
    const char* question;
    size_t pin_len;
    size_t session_len;
    uint64_t next_counter;
    int64_t last_step;
    uint64_t now_s;
    cseal_ocra_options options;
};

static void expect(const cseal_ocra* ocra, struct situation s, cseal_status status, const char* argument)
{
    const char* rule = "unset";
    uint64_t next = 77;
    int64_t step = 77;
    check_row = argument;
    CHECK_STATUS(cseal_ocra_check(ocra, s.question, strlen(s.question), s.pin_len, s.session_len, s.next_counter,
                                  s.last_step, s.now_s, &s.options, &rule),
                 status);
    CHECK((rule == NULL) == (status == CSEAL_OK));
    CHECK(rule == NULL || strncmp(rule, argument, strlen(argument)) == 0);
    CHECK_STATUS(cseal_ocra_verify(ocra, "00000000", 8, s.question, strlen(s.question), pin, s.pin_len, session,
                                   s.session_len, s.next_counter, s.last_step, s.now_s, &s.options, &next, &step),
                 status == CSEAL_OK ? CSEAL_WRONG : status);
    CHECK(next == s.next_counter && step == s.last_step);
    check_row = "";
}

static void test_rules(void)
{
    cseal_ocra* ocra = made_of(full);
    const struct situation good = {"SIG10000", 20, 20, 7, 3, 6000, {sizeof(cseal_ocra_options), 5, 2, 3}};
    struct situation s = good;
    expect(ocra, good, CSEAL_OK, "");
#define EXPECT_WITH(field, value, status, argument) \
    do {                                            \
        s = good;                                   \
        s.field = (value);                          \
        expect(ocra, s, (status), (argument));      \
    } while (0)
    EXPECT_WITH(question, "SIG1000010000SIG", CSEAL_OK, "");
    EXPECT_WITH(question, "SIG", CSEAL_E_ARGUMENT, "question must");
    EXPECT_WITH(question, "SIG1000010000SIG1", CSEAL_E_ARGUMENT, "question must");
    EXPECT_WITH(question, "SIG-1000", CSEAL_E_ARGUMENT, "question must");
    EXPECT_WITH(pin_len, 0, CSEAL_E_ARGUMENT, "pin_hash must");
    EXPECT_WITH(pin_len, 19, CSEAL_E_ARGUMENT, "pin_hash must");
    EXPECT_WITH(session_len, 0, CSEAL_E_ARGUMENT, "session must");
    EXPECT_WITH(session_len, 19, CSEAL_E_ARGUMENT, "session must");
    EXPECT_WITH(next_counter, UINT64_MAX - 7, CSEAL_OK, "");
    EXPECT_WITH(next_counter, UINT64_MAX - 6, CSEAL_E_RANGE, "next_counter + look_ahead must");
    EXPECT_WITH(last_step, -1, CSEAL_OK, "");
    EXPECT_WITH(last_step, -2, CSEAL_E_RANGE, "last_step must");
    EXPECT_WITH(last_step, INT64_MIN, CSEAL_E_RANGE, "last_step must");
    EXPECT_WITH(now_s, UINT64_C(100000000000), CSEAL_OK, "");
    EXPECT_WITH(now_s, UINT64_C(100000000001), CSEAL_E_TIME, "time must");
    EXPECT_WITH(options.look_ahead, 15, CSEAL_OK, "");
    EXPECT_WITH(options.look_ahead, 16, CSEAL_E_RANGE, "look_ahead must"); /* 17 * 6 codes */
    EXPECT_WITH(options.look_ahead, 101, CSEAL_E_RANGE, "look_ahead must");
    EXPECT_WITH(options.look_ahead, UINT32_MAX, CSEAL_E_RANGE, "look_ahead must");
    EXPECT_WITH(options.past, 18, CSEAL_E_RANGE, "past + future must");
    EXPECT_WITH(options.past, UINT32_MAX, CSEAL_E_RANGE, "past + future must");
    EXPECT_WITH(options.future, UINT32_MAX, CSEAL_E_RANGE, "past + future must");
    EXPECT_WITH(options.struct_size, 0, CSEAL_E_ARGUMENT, "options must");
    EXPECT_WITH(options.struct_size, 15, CSEAL_E_ARGUMENT, "options must");
    EXPECT_WITH(options.struct_size, 4097, CSEAL_E_ARGUMENT, "options must");
    cseal_ocra_free(ocra);
    ocra = made_of("OCRA-1:HOTP-SHA1-8:QN08");
    const struct situation bare = {"12345678", 0, 0, 0, -1, 0, {sizeof(cseal_ocra_options), 500, 500, 500}};
    expect(ocra, bare, CSEAL_OK, "");
    s = bare;
    s.pin_len = 20;
    expect(ocra, s, CSEAL_E_ARGUMENT, "pin_hash must be empty");
    s = bare;
    s.session_len = 1;
    expect(ocra, s, CSEAL_E_ARGUMENT, "session must be empty");
    s = bare;
    s.next_counter = 1;
    expect(ocra, s, CSEAL_E_ARGUMENT, "counter must be 0");
    s = bare;
    s.last_step = 0;
    expect(ocra, s, CSEAL_E_ARGUMENT, "last_step must be -1");
    s = bare;
    s.now_s = 1;
    expect(ocra, s, CSEAL_E_ARGUMENT, "time must be 0");
    cseal_ocra_free(ocra);
}

static void test_options(void)
{
    cseal_ocra_options options;
    for (uint32_t size = 0; size <= sizeof options; ++size) {
        CHECK_STATUS(cseal_ocra_options_init(&options, size), size < 16 ? CSEAL_E_ARGUMENT : CSEAL_OK);
    }
    CHECK_STATUS(cseal_ocra_options_init(NULL, sizeof options), CSEAL_E_ARGUMENT);
    CHECK(options.struct_size == sizeof options && options.look_ahead == 0 && options.past == 1 && options.future == 1);
    /* A newer, longer struct is fine as long as its tail is zero. */
    struct {
        cseal_ocra_options known;
        uint32_t unknown;
    } newer = {{sizeof newer, 0, 1, 1}, 0};
    cseal_ocra* ocra = made_of(plain);
    CHECK_STATUS(
        cseal_ocra_verify(ocra, "237653", 6, "00000000", 8, NULL, 0, NULL, 0, 0, -1, 0, &newer.known, NULL, NULL),
        CSEAL_OK);
    newer.unknown = 1;
    CHECK_STATUS(
        cseal_ocra_verify(ocra, "237653", 6, "00000000", 8, NULL, 0, NULL, 0, 0, -1, 0, &newer.known, NULL, NULL),
        CSEAL_E_UNSUPPORTED);
    cseal_ocra_free(ocra);
}

static void test_arguments(void)
{
    cseal_ocra* ocra = made_of(full);
    const char* rule = "unset";
    CHECK_STATUS(cseal_ocra_check(NULL, "SIG1", 4, 20, 20, 0, -1, 0, NULL, &rule), CSEAL_E_ARGUMENT);
    CHECK(rule == NULL);
    CHECK_STATUS(cseal_ocra_check(ocra, NULL, 4, 20, 20, 0, -1, 0, NULL, &rule), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_ocra_check(ocra, "SIG1", 4, 20, 20, 0, -1, 0, NULL, NULL), CSEAL_E_ARGUMENT);
    const struct {
        const cseal_ocra* ocra;
        const char *code, *question;
        const uint8_t *pin, *session;
    } bad[] = {{NULL, "00000000", "SIG1", pin, session},
               {ocra, NULL, "SIG1", pin, session},
               {ocra, "00000000", NULL, pin, session},
               {ocra, "00000000", "SIG1", NULL, session},
               {ocra, "00000000", "SIG1", pin, NULL}};
    for (size_t i = 0; i < COUNT_OF(bad); ++i) {
        uint64_t next = 77;
        int64_t step = 77;
        CHECK_STATUS(cseal_ocra_verify(bad[i].ocra, bad[i].code, 8, bad[i].question, 4, bad[i].pin, 20, bad[i].session,
                                       20, 5, 6, 600, NULL, &next, &step),
                     CSEAL_E_ARGUMENT);
        CHECK(next == 5 && step == 6);
        char code[16];
        size_t code_len = 77;
        memset(code, 0x5a, sizeof code);
        if (bad[i].code != NULL) {
            CHECK_STATUS(cseal_ocra_generate(bad[i].ocra, bad[i].question, 4, bad[i].pin, 20, bad[i].session, 20, 5,
                                             600, code, sizeof code, &code_len),
                         CSEAL_E_ARGUMENT);
            CHECK(all_bytes_are(code, sizeof code, 0) && code_len == 0);
        }
    }
    uint64_t next = 77;
    int64_t step = 77;
    CHECK_STATUS(cseal_ocra_verify(ocra, "00000000", 8, "SIG1", 4, pin, 20, session, 20, 5, 6, 600, NULL, NULL, &step),
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_ocra_verify(ocra, "00000000", 8, "SIG1", 4, pin, 20, session, 20, 5, 6, 600, NULL, &next, NULL),
                 CSEAL_E_ARGUMENT);
    CHECK(next == 5 && step == 6);
    CHECK_STATUS(cseal_ocra_verify(ocra, NULL, 0, "SIG1", 4, pin, 20, session, 20, 5, 6, 600, NULL, &next, &step),
                 CSEAL_MALFORMED);
    CHECK(next == 5 && step == 6);
    cseal_ocra_free(ocra);
}

static void test_generate_and_verify(void)
{
    cseal_ocra* ocra = made_of(full);
    for (size_t cap = 0; cap <= 12; ++cap) {
        char code[16];
        size_t code_len = 77;
        memset(code, 0x5a, sizeof code);
        CHECK_STATUS(cseal_ocra_generate(ocra, "SIG1", 4, pin, 20, session, 20, 5, 600, code, cap, &code_len),
                     cap < 8 ? CSEAL_E_CAPACITY : CSEAL_OK);
        CHECK_NUMBER(code_len, 8);
        CHECK(all_bytes_are(code + cap, sizeof code - cap, 0x5a));
        CHECK(cap >= 8 || all_bytes_are(code, cap, 0));
    }
    char code[16];
    size_t code_len = 77;
    CHECK_STATUS(cseal_ocra_generate(ocra, "SIG1", 4, pin, 20, session, 20, 5, 600, NULL, 0, &code_len),
                 CSEAL_E_CAPACITY);
    CHECK_STATUS(cseal_ocra_generate(ocra, "SIG1", 4, pin, 20, session, 20, 5, 600, NULL, 8, &code_len),
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_ocra_generate(ocra, "SIG1", 4, pin, 20, session, 20, 5, 600, code, sizeof code, NULL),
                 CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_ocra_generate(ocra, "SIG1", 4, pin, 20, session, 20, 5, 600, code, sizeof code, &code_len),
                 CSEAL_OK);
    uint64_t next = 3;
    int64_t step = -1;
    const cseal_ocra_options options = {sizeof options, 2, 1, 1};
    CHECK_STATUS(
        cseal_ocra_verify(ocra, code, 8, "SIG1", 4, pin, 20, session, 20, next, step, 660, &options, &next, &step),
        CSEAL_OK);
    CHECK_NUMBER(next, 6);
    CHECK_NUMBER(step, 10);
    CHECK_STATUS(
        cseal_ocra_verify(ocra, code, 8, "SIG1", 4, pin, 20, session, 20, next, step, 660, &options, &next, &step),
        CSEAL_WRONG);
    CHECK_STATUS(cseal_ocra_verify(ocra, code, 8, "SIG1", 4, pin, 20, session, 20, 5, 11, 660, &options, &next, &step),
                 CSEAL_REPLAYED);
    CHECK(next == 5 && step == 11);
    CHECK_STATUS(cseal_ocra_verify(ocra, code, 8, "SIG2", 4, pin, 20, session, 20, 5, -1, 660, &options, &next, &step),
                 CSEAL_WRONG);
    cseal_ocra_free(ocra);
    /* A suite with neither needs no place for what is not there. */
    ocra = made_of(plain);
    CHECK_STATUS(cseal_ocra_verify(ocra, "237653", 6, "00000000", 8, NULL, 0, NULL, 0, 0, -1, 0, NULL, NULL, NULL),
                 CSEAL_OK);
    CHECK_STATUS(cseal_ocra_verify(ocra, "237653", 6, "00000000", 8, NULL, 0, NULL, 0, 0, -1, 0, NULL, &next, &step),
                 CSEAL_OK);
    CHECK(next == 0 && step == -1);
    cseal_ocra_free(ocra);
}

int main(void)
{
    test_new();
    test_info();
    test_rules();
    test_options();
    test_arguments();
    test_generate_and_verify();
    return check_summary();
}
