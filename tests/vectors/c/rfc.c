// SPDX-License-Identifier: Apache-2.0
// RFC 4226 Appendix D and RFC 6238 Appendix B.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "counterseal/counterseal.h"
#include "tests/vectors/c/json.h"
#include "tests/vectors/c/run.h"

/* Makes a key from hex, having seen that the base32 of the same file is the same secret. */
static cseal_otp_key* key_of(struct run* run, const cJSON* object, const char* hex, const char* base32,
                             uint32_t algorithm)
{
    uint8_t secret[128];
    const size_t secret_len = json_hex(object, hex, secret, sizeof secret);
    const char* text = json_word(object, base32);
    uint8_t from_base32[128];
    size_t len = 0;
    const cseal_status decoded = cseal_base32_decode(text, strlen(text), from_base32, sizeof from_base32, &len, NULL);
    check(run, decoded == CSEAL_OK && len == secret_len && memcmp(secret, from_base32, len) == 0,
          "base32 and hex are not the same secret");
    cseal_otp_key* key = NULL;
    const cseal_status made = cseal_otp_key_new(secret, secret_len, algorithm, &key);
    check(run, made == CSEAL_OK && key != NULL, "no key: %s", cseal_status_name(made));
    return key;
}

void run_rfc4226(struct run* run)
{
    cJSON* file = json_file(COUNTERSEAL_SOURCE_DIR "/tests/vectors/rfc4226.json");
    cseal_otp_key* key = key_of(run, file, "secret_hex", "secret_base32", CSEAL_SHA1);
    cseal_hotp_options options;
    check(run, cseal_hotp_options_init(&options, sizeof options) == CSEAL_OK, "no options");
    options.digits = json_uint32(file, "digits");

    const cJSON* test = NULL;
    cJSON_ArrayForEach(test, json_array(file, "tests"))
    {
        const uint64_t counter = json_uint(test, "count");
        const char* expected = json_word(test, "hotp6");
        char id[32];
        snprintf(id, sizeof id, "count %" PRIu64, counter);
        begin(run, id);

        char code[CSEAL_OTP_CODE_MAX];
        size_t code_len = 0;
        const cseal_status generated = cseal_hotp_generate(key, counter, &options, code, sizeof code, &code_len);
        check(run, generated == CSEAL_OK, "not generated: %s", cseal_status_name(generated));
        check(run, code_len == strlen(expected) && memcmp(code, expected, code_len) == 0, "code %.*s, not %s",
              (int)code_len, code, expected);

        uint64_t next = 0;
        const cseal_status verified = cseal_hotp_verify(key, expected, strlen(expected), counter, &options, &next);
        check(run, verified == CSEAL_OK && next == counter + 1, "not accepted: %s", cseal_status_name(verified));
        const cseal_status again = cseal_hotp_verify(key, expected, strlen(expected), next, &options, &next);
        check(run, again == CSEAL_WRONG && next == counter + 1, "again: %s", cseal_status_name(again));
    }
    run->id = "";
    cseal_otp_key_free(key);
    cJSON_Delete(file);
}

void run_rfc6238(struct run* run)
{
    static const char* const modes[] = {"", "SHA1", "SHA256", "SHA512"}; /* by CSEAL_SHA1 and so on */
    cJSON* file = json_file(COUNTERSEAL_SOURCE_DIR "/tests/vectors/rfc6238.json");
    cseal_otp_key* keys[4] = {NULL, NULL, NULL, NULL};
    for (uint32_t i = CSEAL_SHA1; i <= CSEAL_SHA512; ++i) {
        keys[i] = key_of(run, json_field(json_field(file, "seeds"), modes[i]), "hex", "base32", i);
    }
    cseal_totp_options options;
    check(run, cseal_totp_options_init(&options, sizeof options) == CSEAL_OK, "no options");
    options.digits = json_uint32(file, "digits");
    options.period_s = json_uint32(file, "x_seconds");
    options.t0_s = json_uint(file, "t0");

    const cJSON* test = NULL;
    cJSON_ArrayForEach(test, json_array(file, "tests"))
    {
        const uint64_t now_s = json_uint(test, "time");
        const char* mode = json_word(test, "mode");
        const char* expected = json_word(test, "totp8");
        char id[64];
        snprintf(id, sizeof id, "%s at %" PRIu64, mode, now_s);
        begin(run, id);
        const cseal_otp_key* key = NULL;
        for (uint32_t i = CSEAL_SHA1; i <= CSEAL_SHA512; ++i) {
            key = strcmp(mode, modes[i]) == 0 ? keys[i] : key;
        }
        check(run, key != NULL, "unknown mode");

        char code[CSEAL_OTP_CODE_MAX];
        size_t code_len = 0;
        const cseal_status generated = cseal_totp_generate(key, now_s, &options, code, sizeof code, &code_len);
        check(run, generated == CSEAL_OK, "not generated: %s", cseal_status_name(generated));
        check(run, code_len == strlen(expected) && memcmp(code, expected, code_len) == 0, "code %.*s, not %s",
              (int)code_len, code, expected);

        uint64_t expected_step = 0;
        check(run, sscanf(json_word(test, "T_hex"), "%" SCNx64, &expected_step) == 1, "T_hex is no hex");
        int64_t step = 0;
        const cseal_status verified = cseal_totp_verify(key, expected, strlen(expected), -1, now_s, &options, &step);
        check(run, verified == CSEAL_OK && step == (int64_t)expected_step, "not accepted: %s",
              cseal_status_name(verified));
        const cseal_status again = cseal_totp_verify(key, expected, strlen(expected), step, now_s, &options, &step);
        check(run, again == CSEAL_REPLAYED && step == (int64_t)expected_step, "again: %s", cseal_status_name(again));
    }
    run->id = "";
    for (uint32_t i = CSEAL_SHA1; i <= CSEAL_SHA512; ++i) {
        cseal_otp_key_free(keys[i]);
    }
    cJSON_Delete(file);
}
