// SPDX-License-Identifier: Apache-2.0
// Yubico's published OTPs.
#include <inttypes.h>
#include <string.h>

#include "counterseal/counterseal.h"
#include "tests/vectors/c/json.h"
#include "tests/vectors/c/run.h"

static void check_public_id(struct run* run, const char* otp, const char* expected)
{
    char id[CSEAL_YUBICO_PUBLIC_ID_MAX];
    size_t len = 0;
    const cseal_status status = cseal_yubico_public_id(otp, strlen(otp), id, sizeof id, &len);
    check(run, status == CSEAL_OK && len == strlen(expected) && memcmp(id, expected, len) == 0,
          "%s and public identifier %.*s, not %s", cseal_status_name(status), (int)len, id, expected);
}

void run_yubico(struct run* run)
{
    cJSON* file = json_file(COUNTERSEAL_SOURCE_DIR "/tests/vectors/yubico_otp.json");
    cseal_crypto* crypto = NULL;
    check(run, cseal_crypto_new(NULL, 0, &crypto) == CSEAL_OK, "no provider");
    const cJSON* test = NULL;
    cJSON_ArrayForEach(test, json_array(file, "otp"))
    {
        const char* otp = json_word(test, "otp");
        const cJSON* fields = json_field(test, "fields");
        const char* public_id = json_word(fields, "public_id_modhex");
        const int64_t expected_counter = json_int(fields, "usage_counter");
        const int64_t expected_use = json_int(fields, "session_use");
        begin(run, otp);
        check_public_id(run, otp, public_id);

        uint8_t key[16];
        uint8_t private_id[6];
        check(run, json_hex(test, "aes_key_hex", key, sizeof key) == sizeof key, "the key has another length");
        check(run, json_hex(fields, "private_id_hex", private_id, sizeof private_id) == sizeof private_id,
              "the private identifier has another length");
        int64_t counter = -1;
        int64_t use = -1;
        const cseal_status verified =
            cseal_yubico_verify(crypto, key, sizeof key, private_id, sizeof private_id, public_id, strlen(public_id),
                                otp, strlen(otp), -1, -1, &counter, &use);
        check(run, verified == CSEAL_OK, "not accepted: %s", cseal_status_name(verified));
        check(run, counter == expected_counter && use == expected_use, "pair %" PRId64 ", %" PRId64, counter, use);
        const cseal_status again =
            cseal_yubico_verify(crypto, key, sizeof key, private_id, sizeof private_id, public_id, strlen(public_id),
                                otp, strlen(otp), counter, use, &counter, &use);
        check(run, again == CSEAL_REPLAYED && counter == expected_counter && use == expected_use, "again: %s",
              cseal_status_name(again));
        const cseal_status next =
            cseal_yubico_verify(crypto, key, sizeof key, private_id, sizeof private_id, public_id, strlen(public_id),
                                otp, strlen(otp), counter, use - 1, &counter, &use);
        check(run, next == CSEAL_OK && use == expected_use, "after the one before: %s", cseal_status_name(next));
    }
    run->id = "";
    cseal_crypto_free(crypto);
    cJSON_Delete(file);
}
