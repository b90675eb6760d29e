/* SPDX-License-Identifier: Apache-2.0 */
/* selftest.h: the library on this CPU knows the answers. tests/unit/selftest_test.cpp breaks each of them. */
#include "check.h"

#include "counterseal/selftest.h"

static void test_selftest(void)
{
    const char* answer = "not written";
    const char* kernel = "not written";
    CHECK_STATUS(cseal_selftest(&answer, &kernel), CSEAL_OK);
    CHECK(answer == NULL);
    CHECK(kernel == NULL);

    answer = kernel = "not written";
    CHECK_STATUS(cseal_selftest(NULL, NULL), CSEAL_OK);
    CHECK_STATUS(cseal_selftest(&answer, NULL), CSEAL_OK);
    CHECK(answer == NULL);
    CHECK_STATUS(cseal_selftest(NULL, &kernel), CSEAL_OK);
    CHECK(kernel == NULL);
}

int main(void)
{
    test_selftest();
    return check_summary();
}
