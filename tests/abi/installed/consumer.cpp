// SPDX-License-Identifier: Apache-2.0
// What a C++ person writes first: a code of RFC 6238, accepted once.
#include <counterseal/counterseal.hpp>
#include <iostream>

int main()
{
    const counterseal::otp_key key(counterseal::secret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    const auto first = key.verify_totp("287 082", -1, 59);
    const auto again = key.verify_totp("287 082", first.step, 59);
    std::cout << cseal_status_name(first.status) << ", " << cseal_status_name(again.status) << ", step " << first.step
              << '\n';
    return first && !again && again.status == CSEAL_REPLAYED && first.step == 1 ? 0 : 1;
}
