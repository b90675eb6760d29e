// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=8192
// PSKC files (RFC 6030), with the keys of its figures 6 and 7. Below the C ABI, where each row can be looked at.
#include "tests/fuzz/support/seed_rows.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

rows read(std::string_view text, const core::seed_file_keys& keys)
{
    core::problem why;
    return sound(core::read_pskc(provider(), text, keys, why), why, text);
}

/// Another key gives no other seed: a value is what its MAC says it is, or it is refused.
void expect_no_other_seed(std::string_view text, const core::seed_file_keys& wrong,
                          const std::vector<core::seed_row>& right)
{
    const rows got = read(text, wrong);
    for (std::size_t i = 0; got && i < got->size(); ++i) {
        const std::optional<core::seed>& seed = (*got)[i].value;
        FUZZ_EXPECT(got->size() == right.size());
        FUZZ_EXPECT(!seed || (right[i].value && same(*seed, *right[i].value)));
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = text_of(data, size);
    const core::seed_file_keys keys = keys_for(text);
    if (const rows got = read(text, keys)) {
        static constexpr std::uint8_t wrong[32] = {1};
        expect_no_other_seed(text, {{wrong, keys.key.size()}, keys.password.empty() ? "" : "qwertz"}, *got);
        expect_no_other_seed(text, {}, *got);
    }
    return 0;
}
