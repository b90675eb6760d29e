/* SPDX-License-Identifier: Apache-2.0 */
/* What a C person writes first: a code of RFC 6238, accepted once. */
#include <counterseal/counterseal.h>
#include <stdio.h>

int main(void)
{
    cseal_otp_key* key = NULL;
    int64_t step = -1;
    const cseal_status made = cseal_otp_key_new((const uint8_t*)"12345678901234567890", 20, CSEAL_SHA1, &key);
    const cseal_status first = cseal_totp_verify(key, "287082", 6, step, 59, NULL, &step);
    const cseal_status again = cseal_totp_verify(key, "287082", 6, step, 59, NULL, &step);
    cseal_otp_key_free(key);
    uint32_t major = 0;
    uint32_t minor = 0;
    uint32_t patch = 0;
    cseal_version(&major, &minor, &patch);
    printf("%u.%u.%u: %s, %s, step %d\n", (unsigned)major, (unsigned)minor, (unsigned)patch, cseal_status_name(first),
           cseal_status_name(again), (int)step);
    return !(made == CSEAL_OK && first == CSEAL_OK && again == CSEAL_REPLAYED && step == 1);
}
