/* SPDX-License-Identifier: Apache-2.0 */
/* key_table.h: rows come, change and go, all or none; and no table survives a fork. */
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

#include "counterseal/key_table.h"

static const uint8_t rfc_key[20] = "12345678901234567890";

static cseal_key_table* made(uint32_t kind, uint32_t replay)
{
    cseal_key_table_options options;
    cseal_key_table* table = NULL;
    CHECK_STATUS(cseal_key_table_options_init(&options, sizeof options), CSEAL_OK);
    options.kind = kind;
    options.replay = replay;
    CHECK_STATUS(cseal_key_table_new(&options, &table), CSEAL_OK);
    CHECK(table != NULL);
    return table;
}

static cseal_batch keys_of(const uint8_t* keys, size_t key_len, size_t n)
{
    cseal_batch batch;
    CHECK_STATUS(cseal_batch_init(&batch, sizeof batch), CSEAL_OK);
    batch.keys = keys;
    batch.keys_stride = key_len;
    batch.key_len = key_len;
    batch.n_rows = n;
    return batch;
}

static void test_options(void)
{
    const cseal_key_table_options want = {sizeof want, CSEAL_SHA1, CSEAL_TABLE_TOTP, 0};
    cseal_key_table_options options;
    cseal_key_table* table = (cseal_key_table*)&options;
    CHECK_STATUS(cseal_key_table_options_init(&options, sizeof options), CSEAL_OK);
    CHECK(memcmp(&options, &want, sizeof want) == 0);
    CHECK_STATUS(cseal_key_table_options_init(NULL, sizeof options), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_table_options_init(&options, 15), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_table_new(NULL, &table), CSEAL_E_ARGUMENT);
    CHECK(table == NULL);
    CHECK_STATUS(cseal_key_table_new(&want, &table), CSEAL_E_ARGUMENT); /* replay has no default */
    CHECK_STATUS(cseal_key_table_new(&want, NULL), CSEAL_E_ARGUMENT);
    const cseal_key_table_options refused[] = {
        {sizeof want, 0, CSEAL_TABLE_TOTP, CSEAL_REPLAY_REPORT_ONLY},
        {sizeof want, 4, CSEAL_TABLE_TOTP, CSEAL_REPLAY_REPORT_ONLY},
        {sizeof want, CSEAL_SHA1, 0, CSEAL_REPLAY_REPORT_ONLY},
        {sizeof want, CSEAL_SHA1, 3, CSEAL_REPLAY_REPORT_ONLY},
        {sizeof want, CSEAL_SHA1, CSEAL_TABLE_TOTP, 3},
    };
    for (size_t i = 0; i < COUNT_OF(refused); ++i) {
        CHECK_STATUS(cseal_key_table_new(&refused[i], &table), CSEAL_E_UNSUPPORTED);
        CHECK(table == NULL);
    }
    cseal_key_table_free(NULL);
}

/* One row, one code: the status that a batch has for it. */
static cseal_status verdict_on(cseal_key_table* table, uint32_t row, uint32_t code, uint64_t now)
{
    cseal_batch batch;
    cseal_totp_options options;
    int8_t status = 99;
    int64_t step = 99;
    CHECK_STATUS(cseal_batch_init(&batch, sizeof batch), CSEAL_OK);
    CHECK_STATUS(cseal_totp_options_init(&options, sizeof options), CSEAL_OK);
    options.digits = 8;
    batch.n_rows = 1;
    batch.rows = &row;
    batch.codes = &code;
    batch.times = &now;
    CHECK_STATUS(cseal_totp_verify_batch(table, &batch, &options, &status, &step), CSEAL_BATCH_DONE);
    return status;
}

static void test_rows(void)
{
    cseal_key_table* table = made(CSEAL_TABLE_TOTP, CSEAL_REPLAY_THIS_PROCESS);
    uint8_t keys[3][20];
    uint32_t first = 99;
    size_t n = 99;
    int64_t states[3] = {99, 99, 99};
    for (size_t i = 0; i < 3; ++i) {
        memcpy(keys[i], rfc_key, sizeof rfc_key);
    }
    CHECK_STATUS(cseal_key_table_size(table, &n), CSEAL_OK);
    CHECK_NUMBER(n, 0);
    cseal_batch batch = keys_of(keys[0], 20, 2);
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_OK);
    CHECK_NUMBER(first, 0);
    const int64_t used = 1;
    batch.n_rows = 1;
    batch.states = &used;
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_OK);
    CHECK_NUMBER(first, 2);
    CHECK_STATUS(cseal_key_table_size(table, &n), CSEAL_OK);
    CHECK_NUMBER(n, 3);
    CHECK_STATUS(cseal_key_table_states(table, 0, states, 3), CSEAL_OK);
    CHECK(states[0] == -1 && states[1] == -1 && states[2] == 1);

    /* RFC 6238 appendix B: at 59 s, 94287082. */
    CHECK_STATUS(verdict_on(table, 1, 94287082, 59), CSEAL_OK);
    CHECK_STATUS(verdict_on(table, 1, 94287082, 59), CSEAL_REPLAYED);
    CHECK_STATUS(verdict_on(table, 0, 94287081, 59), CSEAL_WRONG);
    CHECK_STATUS(verdict_on(table, 0, 100000000, 59), CSEAL_MALFORMED);
    CHECK_STATUS(verdict_on(table, 2, 94287082, 59), CSEAL_REPLAYED); /* as it was added */
    CHECK_STATUS(verdict_on(table, 3, 94287082, 59), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_key_table_states(table, 1, states, 1), CSEAL_OK);
    CHECK_NUMBER(states[0], 1);

    CHECK_STATUS(cseal_key_table_remove(table, 1), CSEAL_OK);
    CHECK_STATUS(cseal_key_table_remove(table, 1), CSEAL_OK);
    CHECK_STATUS(verdict_on(table, 1, 94287082, 59), CSEAL_REVOKED);
    CHECK_STATUS(cseal_key_table_states(table, 1, states, 1), CSEAL_OK);
    CHECK(states[0] == INT64_MIN);
    CHECK_STATUS(cseal_key_table_replace(table, 1, rfc_key, sizeof rfc_key, -1), CSEAL_OK);
    CHECK_STATUS(verdict_on(table, 1, 94287082, 59), CSEAL_OK);
    CHECK_STATUS(cseal_key_table_replace(table, 1, (const uint8_t*)"x", 1, 0), CSEAL_OK);
    CHECK_STATUS(verdict_on(table, 1, 94287082, 59), CSEAL_WRONG);
    cseal_key_table_free(table);
}

/* Rows that have no code get 0, which is a code as well: only the status tells. */
static void test_codes_made(void)
{
    cseal_key_table* table = made(CSEAL_TABLE_TOTP, CSEAL_REPLAY_REPORT_ONLY);
    const uint32_t rows[] = {0, 1, 2};
    const uint64_t now = 59;
    uint32_t first = 99;
    uint32_t code[3] = {99, 99, 99};
    int8_t status[3] = {99, 99, 99};
    int64_t step[3] = {99, 99, 99};
    cseal_totp_options options;
    cseal_batch batch = keys_of(rfc_key, 20, 2);
    batch.keys_stride = 0;
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_OK);
    CHECK_STATUS(cseal_key_table_remove(table, 1), CSEAL_OK);
    CHECK_STATUS(cseal_totp_options_init(&options, sizeof options), CSEAL_OK);
    options.digits = 8;
    CHECK_STATUS(cseal_batch_init(&batch, sizeof batch), CSEAL_OK);
    batch.n_rows = 3;
    batch.rows = rows;
    batch.times = &now;
    CHECK_STATUS(cseal_totp_generate_batch(table, 0, &batch, &options, status, code), CSEAL_BATCH_DONE);
    CHECK(status[0] == CSEAL_OK && status[1] == CSEAL_REVOKED && status[2] == CSEAL_E_RANGE);
    CHECK(code[0] == 94287082 && code[1] == 0 && code[2] == 0);

    /* Without rows a batch may be shorter than the table, and longer. */
    batch.rows = NULL;
    batch.codes = code;
    batch.n_rows = 1;
    CHECK_STATUS(cseal_totp_verify_batch(table, &batch, &options, status, step), CSEAL_BATCH_DONE);
    CHECK(status[0] == CSEAL_OK && step[0] == 1);
    batch.n_rows = 3;
    CHECK_STATUS(cseal_totp_verify_batch(table, &batch, &options, status, step), CSEAL_BATCH_DONE);
    CHECK(status[0] == CSEAL_OK && status[1] == CSEAL_REVOKED && status[2] == CSEAL_E_RANGE);
    cseal_key_table_free(table);
}

static void test_nothing_is_half_done(void)
{
    cseal_key_table* table = made(CSEAL_TABLE_HOTP, CSEAL_REPLAY_REPORT_ONLY);
    uint32_t first = 99;
    size_t n = 99;
    int64_t states[2] = {0, -1}; /* -1 is no counter */
    uint32_t lens[2] = {20, 0};
    uint8_t keys[2][20];
    memset(keys, 1, sizeof keys);
    cseal_batch batch = keys_of(keys[0], 20, 2);
    batch.states = states;
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_E_RANGE);
    batch.states = NULL;
    batch.key_lens = lens;
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_E_ARGUMENT); /* an empty key */
    lens[1] = 4097;
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_E_RANGE);
    batch = keys_of(keys[0], 20, (size_t)1 << 31);
    batch.keys_stride = SIZE_MAX / 2;
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_E_RANGE);
    batch.n_rows = SIZE_MAX;
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_E_RANGE);
    batch = keys_of(NULL, 20, 2);
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_E_ARGUMENT);
    batch = keys_of(keys[0], 20, 2);
    CHECK_STATUS(cseal_key_table_add(table, NULL, &first), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_table_add(table, &batch, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_table_add(NULL, &batch, &first), CSEAL_E_ARGUMENT);
    batch.struct_size = 8;
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(first, 99);
    CHECK_STATUS(cseal_key_table_size(table, &n), CSEAL_OK);
    CHECK_NUMBER(n, 0);
    batch = keys_of(NULL, 0, 0);
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_OK);
    CHECK_NUMBER(first, 0);
    batch = keys_of(keys[0], 20, 2);
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_OK);

    CHECK_STATUS(cseal_key_table_replace(NULL, 0, keys[0], 20, 0), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_table_replace(table, 0, NULL, 20, 0), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_table_replace(table, 0, keys[0], 0, 0), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_table_replace(table, 0, keys[0], 20, -1), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_key_table_replace(table, 2, keys[0], 20, 0), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_key_table_remove(table, 2), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_key_table_remove(NULL, 0), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_table_size(table, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_table_size(NULL, &n), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_table_states(table, 1, states, 2), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_key_table_states(table, 3, NULL, 0), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_key_table_states(table, 2, NULL, 0), CSEAL_OK);
    CHECK_STATUS(cseal_key_table_states(table, 0, NULL, 1), CSEAL_E_ARGUMENT);
    cseal_key_table_free(table);
}

static void test_fork(void)
{
    cseal_key_table* table = made(CSEAL_TABLE_TOTP, CSEAL_REPLAY_THIS_PROCESS);
    cseal_batch batch = keys_of(rfc_key, 20, 1);
    uint32_t first = 99;
    CHECK_STATUS(cseal_key_table_add(table, &batch, &first), CSEAL_OK);
    fflush(NULL);
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        size_t n = 0;
        int8_t status = 0;
        int64_t step = 0;
        const uint64_t now = 59;
        const uint32_t code = 287082;
        batch.codes = &code;
        batch.times = &now;
        int failed = cseal_key_table_size(table, &n) != CSEAL_E_FORKED;
        failed |= cseal_totp_verify_batch(table, &batch, NULL, &status, &step) != CSEAL_E_FORKED;
        failed |= status != CSEAL_E_NOT_EVALUATED || step != -1;
        failed |= cseal_key_table_remove(table, 0) != CSEAL_E_FORKED;
        cseal_key_table_free(table);
        _exit(failed);
    }
    int how = -1;
    CHECK(waitpid(child, &how, 0) == child);
    CHECK_NUMBER(how, 0);
    size_t n = 0;
    CHECK_STATUS(cseal_key_table_size(table, &n), CSEAL_OK);
    CHECK_NUMBER(n, 1);
    cseal_key_table_free(table);
}

int main(void)
{
    test_options();
    test_rows();
    test_codes_made();
    test_nothing_is_half_done();
    test_fork();
    return check_summary();
}
