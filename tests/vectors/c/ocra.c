// SPDX-License-Identifier: Apache-2.0
// RFC 6287 Appendix C.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "counterseal/counterseal.h"
#include "tests/vectors/c/json.h"
#include "tests/vectors/c/run.h"

static cseal_ocra* suite_of(struct run* run, const cJSON* file, const cJSON* group)
{
    uint8_t key[128];
    const size_t key_len =
        json_hex(json_field(json_field(file, "keys"), json_word(group, "key")), "hex", key, sizeof key);
    const char* suite = json_word(group, "suite");
    cseal_ocra* made = NULL;
    const char* rule = NULL;
    const cseal_status status = cseal_ocra_new(suite, strlen(suite), key, key_len, &made, NULL, &rule);
    check(run, status == CSEAL_OK && made != NULL, "no suite %s: %s", suite, rule != NULL ? rule : "");
    return made;
}

/* The code again after it was accepted: only a suite without counter and time step cannot tell. */
static cseal_status when_repeated(const cseal_ocra_info* info)
{
    return info->has_counter != 0 ? CSEAL_WRONG : info->time_step_s != 0 ? CSEAL_REPLAYED : CSEAL_OK;
}

static void run_test(struct run* run, const cJSON* file, const cseal_ocra* ocra, const cJSON* test)
{
    cseal_ocra_info info;
    check(run, cseal_ocra_info_init(&info, sizeof info) == CSEAL_OK && cseal_ocra_info_get(ocra, &info) == CSEAL_OK,
          "no info");
    const char* question = json_word(test, "Q");
    const char* expected = json_word(test, "expected");
    uint8_t pin[64];
    const size_t pin_len = json_has(test, "P") ? json_hex(file, "pin_sha1_hex", pin, sizeof pin) : 0;
    const uint64_t counter = json_has(test, "C") ? json_uint(test, "C") : 0;
    uint64_t expected_step = 0;
    if (json_has(test, "T")) {
        check(run, sscanf(json_word(test, "T"), "%" SCNx64, &expected_step) == 1, "T is no hex");
    }
    const uint64_t now_s = expected_step * 60;

    char code[CSEAL_OTP_CODE_MAX];
    size_t code_len = 0;
    const cseal_status generated = cseal_ocra_generate(ocra, question, strlen(question), pin, pin_len, NULL, 0, counter,
                                                       now_s, code, sizeof code, &code_len);
    check(run, generated == CSEAL_OK, "not generated: %s", cseal_status_name(generated));
    check(run, code_len == strlen(expected) && memcmp(code, expected, code_len) == 0, "code %.*s, not %s",
          (int)code_len, code, expected);

    uint64_t next = counter;
    int64_t step = -1;
    const cseal_status verified = cseal_ocra_verify(ocra, expected, strlen(expected), question, strlen(question), pin,
                                                    pin_len, NULL, 0, next, step, now_s, NULL, &next, &step);
    check(run, verified == CSEAL_OK, "not accepted: %s", cseal_status_name(verified));
    check(run, next == (info.has_counter != 0 ? counter + 1 : 0), "next counter %" PRIu64, next);
    check(run, step == (info.time_step_s != 0 ? (int64_t)expected_step : -1), "step %" PRId64, step);
    const cseal_status again = cseal_ocra_verify(ocra, expected, strlen(expected), question, strlen(question), pin,
                                                 pin_len, NULL, 0, next, step, now_s, NULL, &next, &step);
    check(run, again == when_repeated(&info), "again: %s", cseal_status_name(again));
}

void run_rfc6287(struct run* run)
{
    cJSON* file = json_file(COUNTERSEAL_SOURCE_DIR "/tests/vectors/rfc6287.json");
    const cJSON* group = NULL;
    cJSON_ArrayForEach(group, json_array(file, "groups"))
    {
        cseal_ocra* ocra = suite_of(run, file, group);
        const cJSON* test = NULL;
        cJSON_ArrayForEach(test, json_array(group, "tests"))
        {
            char id[128];
            snprintf(id, sizeof id, "%s %s", json_word(group, "suite"), json_word(test, "Q"));
            begin(run, id);
            run_test(run, file, ocra, test);
        }
        run->id = "";
        cseal_ocra_free(ocra);
    }
    check(run, run->n_tests == 70, "%d of 70 tests", run->n_tests);
    cJSON_Delete(file);
}
