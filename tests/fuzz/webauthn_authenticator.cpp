// SPDX-License-Identifier: Apache-2.0
// Authenticator data: put together again from what was read, it is the same bytes, so that nothing was skipped.
#include "core/webauthn/authenticator_data.hpp"

#include "core/webauthn/extension_outputs.hpp"
#include "core/webauthn/quirk.hpp"
#include "tests/fuzz/support/webauthn.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

constexpr std::size_t flags_at = 32;

void expect_sound(const core::authenticator_data& read, core::bytes_view input)
{
    const std::uint8_t flags = input[flags_at];
    FUZZ_EXPECT(read.user_present == ((flags & 1) != 0) && read.user_verified == ((flags & 4) != 0));
    FUZZ_EXPECT(read.backup_eligible == ((flags & 8) != 0) && read.backup_state == ((flags & 16) != 0));
    FUZZ_EXPECT(read.credential.has_value() == ((flags & 64) != 0));
    FUZZ_EXPECT(read.extensions.has_value() == ((flags & 128) != 0));
    octets again = copy_of(read.rp_id_hash);
    again.push_back(flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
        again.push_back(static_cast<std::uint8_t>(read.sign_count >> shift));
    }
    if (read.credential) {
        append(again, read.credential->aaguid);
        again.push_back(static_cast<std::uint8_t>(read.credential->id.size() >> 8));
        again.push_back(static_cast<std::uint8_t>(read.credential->id.size()));
        append(again, read.credential->id);
        append(again, read.credential->public_key);
    }
    if (read.extensions) {
        append(again, read.extensions->whole());
        const core::authenticator_outputs said = core::read_authenticator_outputs(*read.extensions);
        FUZZ_EXPECT(!said.cred_protect || (*said.cred_protect >= 1 && *said.cred_protect <= 3));
    }
    FUZZ_EXPECT(again == copy_of(input));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const core::bytes_view input(data, size);
    const auto strict = core::read_authenticator_data(input, 0);
    const auto lenient = core::read_authenticator_data(input, core::all_quirks);
    if (strict) {
        expect_sound(*strict, input);
        FUZZ_EXPECT(lenient.has_value());
        FUZZ_EXPECT(!core::read_authenticator_data(input.first(size - 1), 0));
    }
    if (lenient) {
        expect_sound(*lenient, input);
        FUZZ_EXPECT(strict || lenient->credential);  // what a quirk forgives is a key
    }
    return 0;
}
