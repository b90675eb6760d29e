/* SPDX-License-Identifier: Apache-2.0 */
/* uri.h: every argument, and a URI there and back. */
#include "check.h"

#include "counterseal/otp.h"
#include "counterseal/uri.h"

#define NOT_A_HANDLE ((cseal_seed*)(void*)&n_checks)

static const char good[] = "otpauth://totp/Maple:nurse1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Maple";

static cseal_seed* parsed(const char* uri)
{
    cseal_seed* seed = NULL;
    CHECK_STATUS(cseal_uri_parse(uri, strlen(uri), NULL, &seed), CSEAL_OK);
    return seed;
}

static void test_there_and_back(void)
{
    cseal_seed* seed = parsed(good);
    char uri[200];
    size_t len = 77;
    memset(uri, 0x5a, sizeof uri);
    CHECK_STATUS(cseal_uri_build(seed, 0, NULL, uri, sizeof uri, &len), CSEAL_OK);
    CHECK(len == strlen(good) && memcmp(uri, good, len) == 0 && all_bytes_are(uri + len, sizeof uri - len, 0));
    CHECK_STATUS(cseal_uri_build(seed, 0, NULL, uri, len - 1, &len), CSEAL_E_CAPACITY);
    CHECK_NUMBER(len, strlen(good));
    CHECK(all_bytes_are(uri, len - 1, 0));
    CHECK_STATUS(cseal_uri_build(seed, 0, NULL, NULL, 0, &len), CSEAL_E_CAPACITY);
    cseal_seed_free(seed);
}

static void test_refused(void)
{
    cseal_problem problem;
    memset(&problem, 0xa5, sizeof problem);
    problem.struct_size = sizeof problem;
    cseal_seed* seed = NOT_A_HANDLE;
    const char* const bad = "otpauth://totp/x?secret=GEZDGNBV&digits=5";
    CHECK_STATUS(cseal_uri_parse(bad, strlen(bad), &problem, &seed), CSEAL_MALFORMED);
    CHECK(seed == NULL);
    CHECK(strcmp(problem.text, "digits must be 6 to 10") == 0);
    CHECK_NUMBER(problem.byte, 40);
    CHECK_STATUS(problem.status, CSEAL_MALFORMED);
    CHECK_STATUS(cseal_uri_parse(good, strlen(good), &problem, &seed), CSEAL_OK);
    CHECK(problem.text[0] == '\0' && problem.status == CSEAL_OK && problem.byte == UINT64_MAX);

    char uri[200];
    size_t len = 77;
    memset(uri, 0x5a, sizeof uri);
    CHECK_STATUS(cseal_uri_build(seed, 2, &problem, uri, sizeof uri, &len), CSEAL_E_UNSUPPORTED);
    CHECK(len == 0 && all_bytes_are(uri, sizeof uri, 0));
    CHECK(strncmp(problem.text, "flags ", 6) == 0);
    CHECK_STATUS(cseal_seed_text_set(seed, CSEAL_SEED_ACCOUNT, "a:b", 3), CSEAL_OK);
    CHECK_STATUS(cseal_uri_build(seed, 0, &problem, uri, sizeof uri, &len), CSEAL_E_ARGUMENT);
    CHECK(strncmp(problem.text, "account ", 8) == 0);
    CHECK_STATUS(cseal_uri_build(seed, CSEAL_URI_STRIP_COLONS, &problem, uri, sizeof uri, &len), CSEAL_OK);
    CHECK(strncmp(uri, "otpauth://totp/Maple:ab?", 24) == 0);

    CHECK_STATUS(cseal_uri_build(NULL, 0, NULL, uri, sizeof uri, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_uri_build(seed, 0, NULL, NULL, 1, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_uri_build(seed, 0, NULL, uri, sizeof uri, NULL), CSEAL_E_ARGUMENT);
    problem.struct_size = 0;
    CHECK_STATUS(cseal_uri_build(seed, 0, &problem, uri, sizeof uri, &len), CSEAL_E_ARGUMENT);
    cseal_seed* other = NOT_A_HANDLE;
    CHECK_STATUS(cseal_uri_parse(good, strlen(good), &problem, &other), CSEAL_E_ARGUMENT);
    CHECK(other == NULL);
    CHECK_STATUS(cseal_uri_parse(NULL, 3, NULL, &other), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_uri_parse(NULL, 0, NULL, &other), CSEAL_MALFORMED);
    CHECK_STATUS(cseal_uri_parse(good, strlen(good), NULL, NULL), CSEAL_E_ARGUMENT);
    cseal_seed_free(seed);
}

int main(void)
{
    test_there_and_back();
    test_refused();
    return check_summary();
}
