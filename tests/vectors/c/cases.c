// SPDX-License-Identifier: Apache-2.0
// Every case of tests/cases/otp.json by its op; an op without a function is a failure.
#include <string.h>

#include "counterseal/counterseal.h"
#include "tests/vectors/c/case_ops.h"

int32_t status_of(struct run* run, const char* word)
{
    static const struct {
        const char* word;
        cseal_status status;
    } words[] = {
        {"accepted", CSEAL_OK}, {"wrong", CSEAL_WRONG}, {"replayed", CSEAL_REPLAYED}, {"malformed", CSEAL_MALFORMED}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; ++i) {
        if (strcmp(word, words[i].word) == 0) {
            return words[i].status;
        }
    }
    check(run, false, "unknown status %s", word);
    return CSEAL_E_NOT_EVALUATED;
}

uint32_t algorithm_of(const char* name)
{
    return strcmp(name, "SHA1") == 0     ? CSEAL_SHA1
           : strcmp(name, "SHA256") == 0 ? CSEAL_SHA256
           : strcmp(name, "SHA512") == 0 ? CSEAL_SHA512
                                         : 0;
}

void run_cases(struct run* run)
{
    static const struct {
        const char* name;
        void (*run)(struct run*, const cJSON*);
    } ops[] = {{"totp_at", op_totp_at},         {"hotp_at", op_hotp_at},           {"totp_verify", op_totp_verify},
               {"hotp_verify", op_hotp_verify}, {"base32_error", op_base32_error}, {"config_error", op_config_error}};
    cJSON* file = json_file(COUNTERSEAL_SOURCE_DIR "/tests/cases/otp.json");
    const cJSON* one = NULL;
    cJSON_ArrayForEach(one, json_array(file, "cases"))
    {
        begin(run, json_word(one, "id"));
        const char* name = json_word(one, "op");
        void (*op)(struct run*, const cJSON*) = NULL;
        for (size_t i = 0; i < sizeof ops / sizeof ops[0]; ++i) {
            op = strcmp(name, ops[i].name) == 0 ? ops[i].run : op;
        }
        if (op == NULL) {
            check(run, false, "unknown op %s", name);
        } else {
            op(run, one);
        }
    }
    run->id = "";  // the id of the last case goes with the file
    cJSON_Delete(file);
}
