/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One operation of the engine between two calls of getppid(), which strace shows: what crash.py kills.
 *
 *   crash_target ACTION URL RING SUBJECT [FACTOR CODE]
 *
 * prepare: opens the store, makes it if need be, imports RFC 6238's key for SUBJECT; prints the factor.
 * verify:  checks CODE; prints the status.
 * enroll:  begins a factor of SUBJECT; prints it, and a line with the URI of its key.
 * confirm: confirms it with CODE; prints the status.
 * list:    prints the factors of SUBJECT as JSON.
 * add, promote, remove: change the key SUBJECT of the ring.
 * reseal:  puts the store under the key that seals, two rows a step.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "counterseal/engine.h"

#define NOW_US "\"now_us\":1800000000000000,"
#define NOW "\"tenant\":\"maple\"," NOW_US
#define KEY "12345678901234567890"

static void fail(const char* what, cseal_status status, const char* why)
{
    (void)fprintf(stderr, "crash_target: %s: %s: %s\n", what, cseal_status_name(status), why);
    exit(2);
}

static cseal_engine* open_engine(const char* url, const char* ring_path, uint32_t flags)
{
    cseal_problem problem = {.struct_size = sizeof problem};
    cseal_key_ring* ring = NULL;
    cseal_status status =
        cseal_key_ring_from_file(ring_path, strlen(ring_path), flags != 0 ? CSEAL_KEY_RING_CREATE : 0, &problem, &ring);
    if (status != CSEAL_OK) {
        fail("ring", status, problem.text);
    }
    cseal_engine_options options;
    (void)cseal_engine_options_init(&options, sizeof options);
    options.flags = flags;
    cseal_engine* engine = NULL;
    status = cseal_engine_open(url, strlen(url), ring, &options, &problem, &engine);
    cseal_key_ring_free(ring);
    if (status != CSEAL_OK) {
        fail("open", status, problem.text);
    }
    return engine;
}

/* Its JSON in `out`, and behind it a line with its secret if it has one. */
static cseal_status call(cseal_engine* engine, uint32_t op, const char* request, const char* secret, char out[8192])
{
    cseal_engine_answer* answer = NULL;
    const cseal_status status = cseal_engine_call(engine, op, request, strlen(request), (const uint8_t*)secret,
                                                  secret == NULL ? 0 : strlen(secret), &answer);
    memset(out, 0, 8192);
    size_t len = 0;
    if (answer != NULL) {
        (void)cseal_engine_answer_json(answer, out, 8191, &len);
        const size_t end = strlen(out);
        (void)cseal_engine_answer_secret(answer, (uint8_t*)out + end + 1, 8190 - end, &len);
        out[end] = len > 0 ? '\n' : '\0';
    }
    cseal_engine_answer_free(answer);
    return status;
}

/* At once: what was printed is acknowledged. */
static void say(const char* text)
{
    if (write(STDOUT_FILENO, text, strlen(text)) < 0) {
        exit(3);
    }
}

/* Between the marks: a change of the ring's file. */
static int change_ring(const char* path, uint32_t what, const char* id)
{
    cseal_problem problem = {.struct_size = sizeof problem};
    cseal_key_ring* ring = NULL;
    (void)getppid();
    const cseal_status status = cseal_key_ring_change_file(path, strlen(path), what, id, strlen(id), &problem, &ring);
    if (status != CSEAL_OK) {
        fail("change", status, problem.text);
    }
    say("OK {}\n");
    cseal_key_ring_free(ring);
    (void)getppid();
    return 0;
}

/* Between the marks: all steps of a walk. */
static int reseal(cseal_engine* engine)
{
    char request[9216] = "{" NOW_US "\"limit\":2}";
    char json[8192];
    (void)getppid();
    for (;;) {
        const cseal_status status = call(engine, CSEAL_OP_RESEAL, request, NULL, json);
        if (status != CSEAL_OK) {
            fail("reseal", status, json);
        }
        /* The place is a JSON text; what stands behind it in the answer is "resealed". */
        char* place = strstr(json, "\"next\":\"");
        if (place == NULL) {
            break;
        }
        place += strlen("\"next\":");
        char* const end = strstr(place, ",\"resealed\"");
        if (end == NULL) {
            fail("reseal", CSEAL_E_INTERNAL, json);
        }
        *end = '\0';
        (void)snprintf(request, sizeof request, "{" NOW_US "\"limit\":2,\"after\":%s}", place);
    }
    say("OK {}\n");
    cseal_engine_free(engine);
    (void)getppid();
    return 0;
}

int main(int argc, char** argv)
{
    if (argc < 5) {
        return 2;
    }
    static const char* const changes[] = {"add", "promote", "remove"};
    for (uint32_t i = 0; i < 3; ++i) {
        if (strcmp(argv[1], changes[i]) == 0) {
            return change_ring(argv[3], CSEAL_KEY_RING_ADD + i, argv[4]);
        }
    }
    if (strcmp(argv[1], "reseal") == 0) {
        return reseal(open_engine(argv[2], argv[3], 0));
    }
    const char* const action = argv[1];
    const char* const subject = argv[4];
    const int prepares = strcmp(action, "prepare") == 0;
    cseal_engine* engine = open_engine(argv[2], argv[3], prepares ? CSEAL_ENGINE_CREATE : 0);
    char request[1024];
    char json[8192];
    uint32_t op = CSEAL_OP_LIST_FACTORS;
    const char* secret = NULL;
    (void)snprintf(request, sizeof request, "{" NOW "\"subject\":\"%s\"}", subject);
    if (prepares) {
        op = CSEAL_OP_IMPORT_FACTOR;
        secret = KEY;
        (void)snprintf(request, sizeof request,
                       "{" NOW "\"subject\":\"%s\",\"type\":\"totp\",\"last_step\":null,\"provenance\":\"test\"}",
                       subject);
    } else if (strcmp(action, "verify") == 0 && argc == 7) {
        op = CSEAL_OP_VERIFY_FACTOR;
        secret = argv[6];
        (void)snprintf(request, sizeof request, "{" NOW "\"subject\":\"%s\",\"factor_id\":\"%s\",\"purpose\":\"test\"}",
                       subject, argv[5]);
    } else if (strcmp(action, "confirm") == 0 && argc == 7) {
        op = CSEAL_OP_CONFIRM;
        secret = argv[6];
        (void)snprintf(request, sizeof request, "{" NOW "\"subject\":\"%s\",\"factor_id\":\"%s\"}", subject, argv[5]);
    } else if (strcmp(action, "enroll") == 0) {
        op = CSEAL_OP_ENROLL_TOTP;
    }
    (void)getppid();
    const cseal_status status = call(engine, op, request, secret, json);
    if (status < 0) {
        fail(action, status, json);
    }
    char line[16384];
    (void)snprintf(line, sizeof line, "%s %s\n", cseal_status_name(status), json);
    say(line);
    cseal_engine_free(engine);
    (void)getppid();
    return 0;
}
