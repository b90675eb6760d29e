// SPDX-License-Identifier: Apache-2.0
// The demo's C door: base32 secret on stdin; arguments CODE LAST_STEP NOW. Exits 0 only if the code is accepted.
#include <counterseal/counterseal.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void lower(const char* name)
{
    for (; *name != '\0'; ++name) {
        putchar(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name);
    }
}

int main(int argc, char** argv)
{
    char text[256];
    uint8_t secret[sizeof text];
    size_t secret_len = 0;
    if (argc != 4 || fgets(text, sizeof text, stdin) == NULL) {
        fputs("usage: verify CODE LAST_STEP NOW < SECRET\n", stderr);
        return 2;
    }
    cseal_otp_key* key = NULL;
    cseal_status status = cseal_base32_decode(text, strlen(text), secret, sizeof secret, &secret_len, NULL);
    if (status == CSEAL_OK) {
        status = cseal_otp_key_new(secret, secret_len, CSEAL_SHA1, &key);
    }
    cseal_wipe(text, sizeof text);
    cseal_wipe(secret, sizeof secret);
    int64_t step = -1;
    if (status == CSEAL_OK) {
        const int64_t last_step = strtoll(argv[2], NULL, 10);
        const uint64_t now = strtoull(argv[3], NULL, 10);
        status = cseal_totp_verify(key, argv[1], strlen(argv[1]), last_step, now, NULL, &step);
    }
    cseal_otp_key_free(key);
    if (status < 0) {
        fprintf(stderr, "%s\n", cseal_status_meaning(status));
        return 2;
    }
    if (status != CSEAL_OK) {
        lower(cseal_status_name(status));
        putchar('\n');
        return 1;
    }
    printf("accepted, step %" PRId64 "\n", step);
    return 0;
}
