/* SPDX-License-Identifier: Apache-2.0 */
/* An engine in memory for tests, and calls with text. */
#ifndef ABI_ENGINE_H
#define ABI_ENGINE_H

#include "check.h"

#include <stdlib.h>

#include "counterseal/engine.h"

#define NOW_S UINT64_C(1800000000)
#define SESSION "c2Vzc2lvbi1vZi1tYXBsZS0x" /* base64url of 18 bytes */
#define OTHER_SESSION "c2Vzc2lvbi1vZi1tYXBsZS0y"

static inline cseal_key_ring* a_ring(void)
{
    static const uint8_t key[CSEAL_KEY_RING_KEY_LEN] = "0123456789abcdef0123456789ABCDEF";
    cseal_key_ring* ring = NULL;
    CHECK_STATUS(cseal_key_ring_new(key, sizeof key, "2026a", 5, NULL, &ring), CSEAL_OK);
    return ring;
}

static inline cseal_engine* opened(const cseal_engine_options* options)
{
    cseal_key_ring* ring = a_ring();
    cseal_engine* engine = NULL;
    cseal_problem problem = {.struct_size = sizeof problem};
    if (!CHECK_STATUS(cseal_engine_open("memory:", 7, ring, options, &problem, &engine), CSEAL_OK)) {
        printf("    %s\n", problem.text);
    }
    cseal_key_ring_free(ring);
    return engine;
}

typedef struct answered {
    cseal_status status;
    char json[4096];
    char secret[4096];
    size_t secret_len;
} answered;

static inline answered call(cseal_engine* engine, uint32_t op, const char* request, const char* secret,
                            size_t secret_len)
{
    answered got;
    memset(&got, 0, sizeof got);
    cseal_engine_answer* answer = NULL;
    got.status = cseal_engine_call(engine, op, request, strlen(request), (const uint8_t*)secret, secret_len, &answer);
    if (answer != NULL) {
        size_t len = 0;
        CHECK_STATUS(cseal_engine_answer_json(answer, got.json, sizeof got.json - 1, &len), CSEAL_OK);
        CHECK_STATUS(cseal_engine_answer_secret(answer, (uint8_t*)got.secret, sizeof got.secret, &got.secret_len),
                     CSEAL_OK);
    }
    cseal_engine_answer_free(answer);
    return got;
}

/* The text of a member whose value is text; "" where there is none. */
static inline const char* member(const answered* of, const char* name, char out[512])
{
    char start[64];
    (void)snprintf(start, sizeof start, "\"%s\":\"", name);
    const char* found = strstr(of->json, start);
    out[0] = '\0';
    if (found != NULL) {
        found += strlen(start);
        const size_t len = strcspn(found, "\"");
        (void)snprintf(out, 512, "%.*s", (int)len, found);
    }
    return out;
}

#endif
