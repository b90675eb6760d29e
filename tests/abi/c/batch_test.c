/* SPDX-License-Identifier: Apache-2.0 */
/* batch.h: columns of any stride and place, answers in place, and what is refused as a whole. */
#include "check.h"

#include <stdlib.h>

#include "counterseal/key_table.h"

/* RFC 6238 appendix B with SHA-1: eight digits at these times; the last is the code of 59 s again. */
enum { n_codes = 6 };
static const uint8_t rfc_key[20] = "12345678901234567890";
static const uint64_t times[n_codes] = {59, 1111111109, 1111111111, 1234567890, 2000000000, 59};
static const uint32_t codes[n_codes] = {94287082, 7081804, 14050471, 89005924, 69279037, 94287082};

static int8_t status[n_codes];
static int64_t step[n_codes];

static cseal_totp_options eight_digits(void)
{
    cseal_totp_options options;
    CHECK_STATUS(cseal_totp_options_init(&options, sizeof options), CSEAL_OK);
    options.digits = 8;
    return options;
}

static cseal_batch new_batch(void)
{
    cseal_batch batch;
    CHECK_STATUS(cseal_batch_init(&batch, sizeof batch), CSEAL_OK);
    return batch;
}

/* The published codes with the published key repeated, never used. */
static const int64_t never = -1;
static cseal_batch rfc_batch(void)
{
    cseal_batch batch = new_batch();
    batch.n_rows = n_codes;
    batch.codes = codes;
    batch.times = times;
    batch.times_stride = 8;
    batch.keys = rfc_key;
    batch.key_len = sizeof rfc_key;
    batch.states = &never;
    batch.states_stride = 0;
    memset(status, 0, sizeof status);
    memset(step, 0x5a, sizeof step);
    return batch;
}

static void check_untouched(void)
{
    CHECK(all_bytes_are(status, sizeof status, 0x80)); /* CSEAL_E_NOT_EVALUATED */
}

static void test_init(void)
{
    cseal_batch batch;
    memset(&batch, 0x5a, sizeof batch);
    CHECK_STATUS(cseal_batch_init(&batch, sizeof batch), CSEAL_OK);
    CHECK(batch.n_rows == 0 && batch.code_kind == CSEAL_CODES_U32 && batch.code_width == 6);
    CHECK(batch.rows == NULL && batch.codes == NULL && batch.times == NULL && batch.states == NULL);
    CHECK(batch.rows_stride == 4 && batch.codes_stride == 4 && batch.times_stride == 0 && batch.states_stride == 8);
    CHECK_STATUS(cseal_batch_init(NULL, sizeof batch), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_batch_init(&batch, 143), CSEAL_E_ARGUMENT);
    batch = new_batch();
    const cseal_totp_options options = eight_digits();
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, NULL, NULL), CSEAL_BATCH_DONE); /* no rows */
}

static void test_raw(void)
{
    const cseal_totp_options options = eight_digits();
    cseal_batch batch = rfc_batch();
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, status, step), CSEAL_BATCH_DONE);
    for (size_t i = 0; i < n_codes; ++i) {
        CHECK_NUMBER(status[i], CSEAL_OK); /* without ids, the repeated code is not seen */
        CHECK_NUMBER(step[i], times[i] / 30);
    }
    const uint64_t one_id = 7;
    batch = rfc_batch();
    batch.ids = &one_id;
    batch.ids_stride = 0;
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, status, step), CSEAL_BATCH_DONE);
    for (size_t i = 0; i < n_codes - 1; ++i) {
        CHECK_NUMBER(status[i], CSEAL_OK);
    }
    CHECK_NUMBER(status[n_codes - 1], CSEAL_REPLAYED);
    CHECK_NUMBER(step[n_codes - 1], -1);
}

/* Every column at an odd address with an odd stride, and text codes with blanks. */
static void test_odd_columns(void)
{
    const cseal_totp_options options = eight_digits();
    static uint8_t bytes[n_codes * 13 + 1];
    static char texts[n_codes * 17 + 1];
    static int64_t given[n_codes];
    cseal_batch batch = rfc_batch();
    for (size_t i = 0; i < n_codes; ++i) {
        memcpy(bytes + 1 + 13 * i, &times[i], 8);
        snprintf(texts + 1 + 17 * i, 16, " %04u-%04u", (unsigned)(codes[i] / 10000 % 10000),
                 (unsigned)(codes[i] % 10000));
        given[i] = -1;
    }
    batch.times = bytes + 1;
    batch.times_stride = 13;
    batch.code_kind = CSEAL_CODES_TEXT;
    batch.codes = texts + 1;
    batch.codes_stride = 17;
    batch.code_width = 16;
    batch.states = given;
    batch.states_stride = 8;
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, status, given), CSEAL_BATCH_DONE);
    for (size_t i = 0; i < n_codes; ++i) {
        CHECK_NUMBER(status[i], CSEAL_OK);
        CHECK_NUMBER(given[i], times[i] / 30); /* in place */
    }
    texts[1 + 17 * 2 + 3] = 'x';
    given[3] = 1234567890 / 30;
    batch.times = &times[1];
    batch.times_stride = 0; /* one time for all */
    memset(status, 0, sizeof status);
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, status, given), CSEAL_BATCH_DONE);
    const int8_t want[n_codes] = {CSEAL_WRONG, CSEAL_REPLAYED, CSEAL_MALFORMED, CSEAL_WRONG, CSEAL_WRONG, CSEAL_WRONG};
    CHECK(memcmp(status, want, sizeof want) == 0);
    CHECK_NUMBER(given[3], 1234567890 / 30);
}

static void test_rows_of_their_own(void)
{
    const cseal_totp_options options = eight_digits();
    uint64_t bad_times[n_codes];
    int64_t states[n_codes] = {-1, -2, -1, INT64_MAX, -1, -1};
    uint32_t numbers[n_codes];
    cseal_batch batch = rfc_batch();
    memcpy(bad_times, times, sizeof times);
    memcpy(numbers, codes, sizeof codes);
    bad_times[0] = 100000000001;
    numbers[2] = 100000000;
    numbers[4] = UINT32_MAX;
    batch.times = bad_times;
    batch.states = states;
    batch.states_stride = 8;
    batch.codes = numbers;
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, status, step), CSEAL_BATCH_DONE);
    const int8_t want[n_codes] = {CSEAL_E_TIME,   CSEAL_E_RANGE,   CSEAL_MALFORMED,
                                  CSEAL_REPLAYED, CSEAL_MALFORMED, CSEAL_OK};
    CHECK(memcmp(status, want, sizeof want) == 0);
    CHECK(step[0] == -1 && step[1] == -2 && step[3] == INT64_MAX && step[5] == 1);
}

static void check_refused(const char* what, uint32_t algorithm, const cseal_batch* batch,
                          const cseal_totp_options* options, cseal_status want)
{
    check_row = what;
    CHECK_STATUS(cseal_totp_verify_batch_raw(algorithm, batch, options, status, step), want);
    check_untouched();
    check_row = "";
}

static void test_refused_as_a_whole(void)
{
    cseal_totp_options options = eight_digits();
    const char* rule = NULL;
    const uint64_t late = 100000000001;
    cseal_batch batch = rfc_batch();
    check_refused("algorithm", 4, &batch, &options, CSEAL_E_UNSUPPORTED);
    batch.times = &late;
    batch.times_stride = 0;
    check_refused("a shared time", CSEAL_SHA1, &batch, &options, CSEAL_E_TIME);
    batch.times = NULL;
    check_refused("no times", CSEAL_SHA1, &batch, &options, CSEAL_E_ARGUMENT);
    batch = rfc_batch();
    batch.states = NULL;
    check_refused("no states", CSEAL_SHA1, &batch, &options, CSEAL_E_ARGUMENT);
    CHECK_NUMBER(step[0], -1);
    batch = rfc_batch();
    batch.keys = NULL;
    check_refused("no keys", CSEAL_SHA1, &batch, &options, CSEAL_E_ARGUMENT);
    batch = rfc_batch();
    batch.key_len = 0;
    check_refused("empty keys", CSEAL_SHA1, &batch, &options, CSEAL_E_ARGUMENT);
    batch = rfc_batch();
    batch.codes = NULL;
    check_refused("no codes", CSEAL_SHA1, &batch, &options, CSEAL_E_ARGUMENT);
    batch = rfc_batch();
    batch.code_kind = 3;
    check_refused("kind of codes", CSEAL_SHA1, &batch, &options, CSEAL_E_UNSUPPORTED);
    CHECK_STATUS(cseal_batch_check(&batch, &rule), CSEAL_E_UNSUPPORTED);
    CHECK(rule != NULL && strncmp(rule, "code_kind ", 10) == 0);
    batch.code_kind = CSEAL_CODES_TEXT;
    batch.code_width = 33;
    check_refused("code width", CSEAL_SHA1, &batch, &options, CSEAL_E_RANGE);
    batch = rfc_batch();
    batch.times_stride = SIZE_MAX / 4;
    check_refused("beyond memory", CSEAL_SHA1, &batch, &options, CSEAL_E_RANGE);
    batch = rfc_batch();
    options.digits = 5;
    check_refused("digits", CSEAL_SHA1, &batch, &options, CSEAL_E_RANGE);
    options.digits = 6;
    options.encoder = CSEAL_ENCODER_STEAM;
    check_refused("Steam codes", CSEAL_SHA1, &batch, &options, CSEAL_E_UNSUPPORTED);
    options = eight_digits();
    options.struct_size = 3;
    check_refused("options of no release", CSEAL_SHA1, &batch, &options, CSEAL_E_ARGUMENT);
    options = eight_digits();
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, NULL, step), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, status, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, NULL, &options, status, step), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_totp_verify_batch(NULL, &batch, &options, status, step), CSEAL_E_ARGUMENT);
    batch.n_rows = SIZE_MAX;
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, status, step), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_batch_check(&batch, &rule), CSEAL_E_RANGE);
    CHECK(rule != NULL && strncmp(rule, "n_rows ", 7) == 0);
    CHECK_STATUS(cseal_batch_check(NULL, &rule), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_batch_check(&batch, NULL), CSEAL_E_ARGUMENT);
    batch = rfc_batch();
    CHECK_STATUS(cseal_batch_check(&batch, &rule), CSEAL_OK);
    CHECK(rule == NULL);
}

static void test_overlaps(void)
{
    const cseal_totp_options options = eight_digits();
    static int64_t room[3 * n_codes];
    cseal_batch batch = rfc_batch();
    batch.states = room + 1; /* one state apart: no row may read what another has written */
    batch.states_stride = 8;
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, status, room), CSEAL_E_ARGUMENT);
    batch.states = room;
    batch.states_stride = 0;
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, status, room), CSEAL_E_ARGUMENT);
    batch.states = &never;
    batch.codes = room + n_codes - 1;
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, status, room), CSEAL_E_ARGUMENT);
    batch.codes = codes;
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, (int8_t*)(room + 1), room),
                 CSEAL_E_ARGUMENT);
    CHECK(all_bytes_are(room + 1, n_codes, 0x80)); /* whatever was written over the statuses */
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, (int8_t*)(room + n_codes), room),
                 CSEAL_BATCH_DONE);
    batch.codes = NULL;
    CHECK_STATUS(
        cseal_totp_generate_batch(NULL, CSEAL_SHA1, &batch, &options, (int8_t*)(room + 1), (uint32_t*)(room + 1)),
        CSEAL_E_ARGUMENT);
    CHECK(all_bytes_are(room + 1, n_codes, 0x80));
}

/* Keys whose lengths stand in a column are read to their ends, and no answer may lie there. */
static void test_overlaps_with_keys(void)
{
    const cseal_totp_options options = eight_digits();
    const uint32_t lens[n_codes] = {20, 20, 20, 20, 20, 20};
    uint8_t bytes[sizeof rfc_key + n_codes];
    memcpy(bytes, rfc_key, sizeof rfc_key);
    cseal_batch batch = rfc_batch();
    batch.keys = bytes;
    batch.key_lens = lens;
    int8_t* const behind = (int8_t*)bytes + sizeof rfc_key;
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, behind, step), CSEAL_BATCH_DONE);
    CHECK(all_bytes_are(behind, n_codes, 0));
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, behind - 1, step), CSEAL_E_ARGUMENT);
}

/* Whatever else is wrong, states that are answered in place are not lost. */
static void test_refused_in_place(void)
{
    const cseal_totp_options options = eight_digits();
    int64_t given[n_codes] = {5, 6, 7, 8, 9, 10};
    cseal_batch batch = rfc_batch();
    batch.states = given;
    batch.states_stride = 8;
    batch.codes_stride = SIZE_MAX / 4;
    CHECK_STATUS(cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, &options, status, given), CSEAL_E_RANGE);
    check_untouched();
    for (int i = 0; i < n_codes; ++i) {
        CHECK_NUMBER(given[i], 5 + i);
    }
}

/* RFC 4226 appendix D: the codes of the counters 0 to 9. */
static const uint32_t hotp_codes[10] = {755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489};

static void test_hotp(void)
{
    cseal_hotp_options options;
    int8_t verdicts[10];
    uint64_t next[10];
    uint32_t made[10];
    uint64_t counters[10];
    const uint64_t id = 1;
    cseal_batch batch = new_batch();
    CHECK_STATUS(cseal_hotp_options_init(&options, sizeof options), CSEAL_OK);
    for (uint64_t i = 0; i < 10; ++i) {
        counters[i] = i;
    }
    batch.n_rows = 10;
    batch.keys = rfc_key;
    batch.key_len = sizeof rfc_key;
    batch.states = counters;
    CHECK_STATUS(cseal_hotp_generate_batch(NULL, CSEAL_SHA1, &batch, &options, verdicts, made), CSEAL_BATCH_DONE);
    CHECK(all_bytes_are(verdicts, 10, 0) && memcmp(made, hotp_codes, sizeof made) == 0);
    batch.codes = hotp_codes;
    CHECK_STATUS(cseal_hotp_verify_batch_raw(CSEAL_SHA1, &batch, &options, verdicts, next), CSEAL_BATCH_DONE);
    for (uint64_t i = 0; i < 10; ++i) {
        CHECK(verdicts[i] == CSEAL_OK && next[i] == i + 1);
    }
    batch.states_stride = 0; /* one key, one counter: each row goes on where the one before has stopped */
    batch.ids = &id;
    batch.ids_stride = 0;
    CHECK_STATUS(cseal_hotp_verify_batch_raw(CSEAL_SHA1, &batch, &options, verdicts, next), CSEAL_BATCH_DONE);
    for (uint64_t i = 0; i < 10; ++i) {
        CHECK(verdicts[i] == CSEAL_OK && next[i] == i + 1);
    }
    counters[0] = UINT64_MAX - 1;
    CHECK_STATUS(cseal_hotp_verify_batch_raw(CSEAL_SHA1, &batch, &options, verdicts, next), CSEAL_BATCH_DONE);
    CHECK(verdicts[0] == CSEAL_E_RANGE && next[0] == UINT64_MAX - 1);

    cseal_key_table_options table_options;
    cseal_key_table* table = NULL;
    uint32_t first = 99;
    CHECK_STATUS(cseal_key_table_options_init(&table_options, sizeof table_options), CSEAL_OK);
    table_options.kind = CSEAL_TABLE_HOTP;
    table_options.replay = CSEAL_REPLAY_THIS_PROCESS;
    CHECK_STATUS(cseal_key_table_new(&table_options, &table), CSEAL_OK);
    cseal_batch keys = new_batch();
    keys.n_rows = 1;
    keys.keys = rfc_key;
    keys.key_len = sizeof rfc_key;
    CHECK_STATUS(cseal_key_table_add(table, &keys, &first), CSEAL_OK);
    const uint32_t row = 0;
    batch = new_batch();
    batch.n_rows = 10;
    batch.codes = hotp_codes;
    batch.rows = &row;
    batch.rows_stride = 0;
    CHECK_STATUS(cseal_hotp_verify_batch(table, &batch, &options, verdicts, NULL), CSEAL_BATCH_DONE);
    CHECK(all_bytes_are(verdicts, 10, 0));
    CHECK_STATUS(cseal_hotp_verify_batch(table, &batch, &options, verdicts, next), CSEAL_BATCH_DONE);
    CHECK(all_bytes_are(verdicts, 10, CSEAL_WRONG) && next[9] == 10);
    batch.times = times;
    CHECK_STATUS(cseal_totp_verify_batch(table, &batch, NULL, verdicts, NULL),
                 CSEAL_E_ARGUMENT); /* of the other kind */
    CHECK(all_bytes_are(verdicts, 10, 0x80));
    cseal_key_table_free(table);
}

static void test_generation(void)
{
    const cseal_totp_options options = eight_digits();
    uint32_t made[n_codes];
    cseal_batch batch = rfc_batch();
    batch.codes = NULL;
    batch.states = NULL;
    CHECK_STATUS(cseal_totp_generate_batch(NULL, CSEAL_SHA1, &batch, &options, status, made), CSEAL_BATCH_DONE);
    CHECK(all_bytes_are(status, sizeof status, 0) && memcmp(made, codes, sizeof made) == 0);
    batch.codes = codes;
    CHECK_STATUS(cseal_totp_generate_batch(NULL, CSEAL_SHA1, &batch, &options, status, made), CSEAL_E_ARGUMENT);
    check_untouched();
    CHECK(all_bytes_are(made, sizeof made, 0));
    memset(status, 0, sizeof status);
    CHECK_STATUS(cseal_totp_generate_batch(NULL, CSEAL_SHA1, &batch, &options, status, NULL), CSEAL_E_ARGUMENT);
    check_untouched();
    batch.states_stride = 0;
    batch.states = &never;
    memset(status, 0, sizeof status);
    CHECK_STATUS(cseal_hotp_generate_batch(NULL, CSEAL_SHA1, &batch, NULL, status, NULL), CSEAL_E_ARGUMENT);
    check_untouched();
}

int main(void)
{
    test_init();
    test_raw();
    test_odd_columns();
    test_rows_of_their_own();
    test_refused_as_a_whole();
    test_overlaps();
    test_overlaps_with_keys();
    test_refused_in_place();
    test_hotp();
    test_generation();
    return check_summary();
}
