/* SPDX-License-Identifier: Apache-2.0 */
/* TOTP and HOTP, and nothing else of the library. Values: RFC 4226 appendix D. */
#include "tests/abi/c/check.h"
#include "tests/abi/c/keys.h"

int main(void)
{
    int64_t step = -1;
    CHECK_STATUS(cseal_totp_verify_raw(rfc_secret, RFC_SHA1_LEN, CSEAL_SHA1, "287082", 6, -1, 59, NULL, &step),
                 CSEAL_OK);
    CHECK_NUMBER(step, 1);
    CHECK_STATUS(cseal_totp_verify_raw(rfc_secret, RFC_SHA1_LEN, CSEAL_SHA1, "287082", 6, step, 59, NULL, &step),
                 CSEAL_REPLAYED);
    uint64_t counter = 0;
    CHECK_STATUS(cseal_hotp_verify_raw(rfc_secret, RFC_SHA1_LEN, CSEAL_SHA1, "755224", 6, 0, NULL, &counter), CSEAL_OK);
    CHECK_NUMBER(counter, 1);
    return check_summary();
}
