/* SPDX-License-Identifier: Apache-2.0 */
/* engine.h: submitted calls: every tag is told once, answers stay until they are taken, a closed engine says so, and a
 * child has a queue of its own. */
#include "engine.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_CALLS 300

static int is_readable(int32_t descriptor, int timeout_ms)
{
    struct pollfd one = {descriptor, POLLIN, 0};
    return poll(&one, 1, timeout_ms) == 1;
}

static cseal_status submit(cseal_engine* engine, const char* request, uint64_t tag)
{
    return cseal_engine_submit(engine, CSEAL_OP_EVENTS, request, strlen(request), NULL, 0, tag);
}

static size_t wait_for(cseal_engine* engine, uint64_t* tags, cseal_status* statuses, size_t cap)
{
    size_t n = 0;
    CHECK_STATUS(cseal_engine_wait(engine, CSEAL_WAIT_FOREVER, tags, statuses, cap, &n), CSEAL_OK);
    return n;
}

static void test_every_tag_is_told_once(void)
{
    cseal_engine* engine = opened(NULL);
    uint8_t told[N_CALLS] = {0};
    uint64_t tags[7];
    cseal_status statuses[7];
    for (uint64_t tag = 0; tag < N_CALLS; ++tag) {
        /* every third one breaks a rule */
        CHECK_STATUS(submit(engine, tag % 3 == 0 ? "{\"tenant\":\"\"}" : "{\"tenant\":\"maple\"}", tag), CSEAL_OK);
    }
    CHECK_STATUS(submit(engine, "{}", 5), CSEAL_E_ARGUMENT); /* in use */
    for (size_t n_told = 0; n_told < N_CALLS;) {
        const size_t n = wait_for(engine, tags, statuses, COUNT_OF(tags));
        CHECK(n > 0 && n <= COUNT_OF(tags));
        for (size_t i = 0; i < n; ++i, ++n_told) {
            char json[256];
            size_t len = 0;
            size_t secret_len = 1;
            CHECK(tags[i] < N_CALLS && told[tags[i]]++ == 0);
            CHECK_STATUS(statuses[i], tags[i] % 3 == 0 ? CSEAL_E_ARGUMENT : CSEAL_OK);
            CHECK_STATUS(cseal_engine_take(engine, tags[i], json, 4, &len, NULL, 0, &secret_len), CSEAL_E_CAPACITY);
            CHECK(len > 4 && secret_len == 0);
            CHECK_STATUS(cseal_engine_take(engine, tags[i], json, sizeof json, &len, NULL, 0, &secret_len), CSEAL_OK);
            CHECK(json[0] == '{' && json[len - 1] == '}');
            CHECK_STATUS(cseal_engine_take(engine, tags[i], json, sizeof json, &len, NULL, 0, &secret_len),
                         CSEAL_E_ARGUMENT);
            CHECK(len == 0 && all_bytes_are(json, sizeof json, 0));
        }
    }
    size_t n = 1;
    CHECK_STATUS(cseal_engine_wait(engine, 0, tags, statuses, 7, &n), CSEAL_OK);
    CHECK_NUMBER(n, 0);
    cseal_engine_free(engine);
}

static void test_descriptor(void)
{
    cseal_engine* engine = opened(NULL);
    int32_t descriptor = -1;
    uint64_t tags[2];
    cseal_status statuses[2];
    CHECK_STATUS(cseal_engine_descriptor(engine, &descriptor), CSEAL_OK);
    CHECK(descriptor >= 0 && !is_readable(descriptor, 0));
    CHECK_STATUS(submit(engine, "{\"tenant\":\"maple\"}", 1), CSEAL_OK);
    CHECK(is_readable(descriptor, 60000));
    CHECK_STATUS(submit(engine, "{\"tenant\":\"maple\"}", 2), CSEAL_OK);
    size_t n = wait_for(engine, tags, statuses, 2);
    n += n == 2 ? 0 : wait_for(engine, tags, statuses, 2);
    CHECK_NUMBER(n, 2);
    CHECK(!is_readable(descriptor, 0));
    CHECK_STATUS(cseal_engine_descriptor(engine, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_close(engine), CSEAL_OK);
    CHECK(is_readable(descriptor, 0)); /* for E_CLOSED */
    cseal_engine_free(engine);
}

static void test_closing(void)
{
    cseal_engine* engine = opened(NULL);
    uint64_t tags[8];
    cseal_status statuses[8];
    size_t n = 0;
    for (uint64_t tag = 0; tag < 8; ++tag) {
        CHECK_STATUS(submit(engine, "{\"tenant\":\"maple\"}", tag), CSEAL_OK);
    }
    CHECK_STATUS(cseal_engine_close(engine), CSEAL_OK);
    CHECK_STATUS(cseal_engine_close(engine), CSEAL_OK);
    CHECK_STATUS(submit(engine, "{\"tenant\":\"maple\"}", 9), CSEAL_E_CLOSED);
    CHECK_STATUS(call(engine, CSEAL_OP_STATS, "{}", NULL, 0).status, CSEAL_E_CLOSED);
    CHECK_STATUS(cseal_engine_wait(engine, CSEAL_WAIT_FOREVER, tags, statuses, 8, &n), CSEAL_OK);
    CHECK_NUMBER(n, 8); /* what was submitted before it was closed was done */
    for (size_t i = 0; i < n; ++i) {
        CHECK_STATUS(statuses[i], CSEAL_OK);
    }
    CHECK_STATUS(cseal_engine_wait(engine, CSEAL_WAIT_FOREVER, tags, statuses, 8, &n), CSEAL_E_CLOSED);
    cseal_engine_free(engine);
}

static void test_bad_arguments(void)
{
    cseal_engine* engine = opened(NULL);
    char json[8];
    uint8_t secret[8];
    uint64_t tag;
    cseal_status status;
    size_t n = 1;
    CHECK_STATUS(submit(NULL, "{}", 1), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_submit(engine, CSEAL_OP_STATS, NULL, 1, NULL, 0, 1), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_submit(engine, 999, "{}", 2, NULL, 0, 1), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_submit(engine, CSEAL_OP_STATS, "{}", CSEAL_ENGINE_REQUEST_MAX + 1, NULL, 0, 1),
                 CSEAL_E_RANGE);
    CHECK_STATUS(cseal_engine_wait(engine, 0, NULL, &status, 1, &n), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_wait(engine, 0, &tag, NULL, 1, &n), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_wait(engine, 0, &tag, &status, 0, &n), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(n, 0);
    CHECK_STATUS(cseal_engine_wait(engine, 0, &tag, &status, 1, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_take(engine, 1, json, 8, &n, secret, 8, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_take(engine, 1, NULL, 8, &n, secret, 8, &n), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_take(NULL, 1, json, 8, &n, secret, 8, &n), CSEAL_E_ARGUMENT);
    cseal_engine_free(engine);
}

/* What a child sees of an engine whose threads run in the parent. */
static int child(cseal_engine* engine, uint32_t on_fork)
{
    uint64_t tag = 0;
    cseal_status status = CSEAL_E_INTERNAL;
    size_t n = 0;
    int32_t descriptor = -1;
    if (on_fork == CSEAL_FORK_REFUSE) {
        CHECK_STATUS(call(engine, CSEAL_OP_STATS, "{}", NULL, 0).status, CSEAL_E_FORKED);
        CHECK_STATUS(submit(engine, "{\"tenant\":\"maple\"}", 1), CSEAL_E_FORKED);
        CHECK_STATUS(cseal_engine_wait(engine, 0, &tag, &status, 1, &n), CSEAL_E_FORKED);
        CHECK_STATUS(cseal_engine_descriptor(engine, &descriptor), CSEAL_E_FORKED);
    } else {
        CHECK_STATUS(cseal_engine_submit(engine, CSEAL_OP_STATS, "{}", 2, NULL, 0, 1), CSEAL_OK);
        CHECK_STATUS(cseal_engine_wait(engine, 60000, &tag, &status, 1, &n), CSEAL_OK);
        CHECK(n == 1 && tag == 1 && status == CSEAL_OK);
    }
    cseal_engine_free(engine);
    return n_failed != 0;
}

static void test_fork(uint32_t on_fork)
{
    cseal_engine_options options;
    CHECK_STATUS(cseal_engine_options_init(&options, sizeof options), CSEAL_OK);
    options.on_fork = on_fork;
    cseal_engine* engine = opened(&options);
    uint64_t tag = 0;
    cseal_status status = CSEAL_E_INTERNAL;
    CHECK_STATUS(submit(engine, "{\"tenant\":\"maple\"}", 1), CSEAL_OK); /* starts a thread, and leaves a told tag */
    CHECK_NUMBER(wait_for(engine, &tag, &status, 1), 1);
    (void)fflush(stdout);
    const pid_t pid = fork();
    if (pid == 0) {
        const int failed = child(engine, on_fork);
        (void)fflush(stdout);
        _exit(failed);
    }
    int how = -1;
    CHECK(waitpid(pid, &how, 0) == pid && WIFEXITED(how) && WEXITSTATUS(how) == 0);
    CHECK_STATUS(submit(engine, "{\"tenant\":\"maple\"}", 2), CSEAL_OK);
    CHECK_NUMBER(wait_for(engine, &tag, &status, 1), 1);
    CHECK_STATUS(status, CSEAL_OK);
    cseal_engine_free(engine);
}

int main(void)
{
    test_every_tag_is_told_once();
    test_descriptor();
    test_closing();
    test_bad_arguments();
#if !defined(__SANITIZE_THREAD__) /* it knows no threads in the child of a process that had some */
    test_fork(CSEAL_FORK_REOPEN);
#endif
    test_fork(CSEAL_FORK_REFUSE);
    return check_summary();
}
