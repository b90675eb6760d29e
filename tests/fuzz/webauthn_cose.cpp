// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=2700
// COSE keys: what is read is bound together, what is built verifies nothing that was not signed.
#include "core/webauthn/cose_key.hpp"

#include "core/webauthn/quirk.hpp"
#include "tests/fuzz/support/webauthn.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;
using core::cose_fault;

namespace {

void expect_sound(const core::cose_key& key, core::bytes_view input)
{
    FUZZ_EXPECT(core::scheme_of(key.algorithm) == key.scheme);
    const std::size_t len = core::part_len(key.scheme);
    FUZZ_EXPECT(len == 0 || key.first.size() == len);
    for (const core::bytes_view part : {key.first, key.second}) {
        FUZZ_EXPECT(part.empty() ||
                    (part.data() >= input.data() && part.data() + part.size() <= input.data() + input.size()));
    }
}

/// No key accepts these, whichever algorithm it is of.
void expect_refuses(const core::verification_key& key)
{
    static constexpr std::uint8_t message[] = {'m'};
    // Zeros, both numbers of ECDSA zero, and an Ed25519 signature that a point of small order would accept.
    for (const octets& signature : {octets(), octets(64, 0), octets(256, 0), octets{0x30, 6, 2, 1, 0, 2, 1, 0}, [] {
                                        octets out(64, 0);
                                        out[0] = 1;
                                        return out;
                                    }()}) {
        const core::status code = key.verify(message, signature);
        FUZZ_EXPECT(code == core::status::wrong || code == core::status::malformed);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const core::bytes_view input(data, size);
    FUZZ_EXPECT(!core::scheme_of(0) && !core::scheme_of(-65535));
    const auto len = core::cose_key_len(input, 0);
    FUZZ_EXPECT(!len || (*len > 0 && *len <= size));
    for (const std::uint32_t quirks : {std::uint32_t{0}, core::all_quirks}) {
        const core::cose_reading read = core::read_cose_key(input, quirks);
        FUZZ_EXPECT((read.fault == cose_fault::spki) == (size > 0 && data[0] == 0x30));
        if (read.fault != cose_fault::none) {
            continue;
        }
        FUZZ_EXPECT(core::cose_key_len(input, quirks) == size);
        expect_sound(read.key, input);
        const core::prepared_key seen_before = core::prepare(provider(), read.key);
        const core::prepared_key seen_first = core::prepare_new(provider(), read.key);
        FUZZ_EXPECT(seen_before.key.has_value() == (seen_before.fault == cose_fault::none));
        FUZZ_EXPECT(seen_first.key.has_value() == (seen_first.fault == cose_fault::none));
        FUZZ_EXPECT(!seen_first.key || seen_before.key);
        if (seen_first.key) {
            expect_refuses(*seen_first.key);
        }
    }
    return 0;
}
