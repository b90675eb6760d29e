// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=1024
// otpauth URIs: what is read is sound, and what is written from it is read as the same seed.
#include "tests/fuzz/support/seed.hpp"

using namespace counterseal::fuzz;

namespace {

seed_handle read(std::string_view uri)
{
    cseal_problem problem = fresh_problem();
    cseal_seed* made = nullptr;
    const cseal_status status = cseal_uri_parse(uri.data(), uri.size(), &problem, &made);
    seed_handle seed(made);
    FUZZ_EXPECT((status == CSEAL_OK) == (seed != nullptr));
    if (status != CSEAL_OK) {
        FUZZ_EXPECT(status == CSEAL_MALFORMED);
        expect_told(problem, status, uri.size());
    }
    return seed;
}

answer<char> written(const cseal_seed& seed, std::uint32_t flags)
{
    cseal_problem problem = fresh_problem();
    const auto uri = ask<char>([&](char* out, std::size_t cap, std::size_t* len) {
        return cseal_uri_build(&seed, flags, &problem, out, cap, len);
    });
    if (uri.status != CSEAL_OK) {
        expect_told(problem, uri.status, 0);
    }
    return uri;
}

/// What a URI cannot say is refused, never left out.
void expect_refused(const cseal_seed& like, std::uint32_t kind, std::uint64_t t0_s)
{
    cseal_seed_info info = info_of(like);
    info.kind = kind;
    info.t0_s = t0_s;
    const std::vector<std::uint8_t> key = key_of(like);
    cseal_seed* made = nullptr;
    FUZZ_EXPECT(cseal_seed_new(key.data(), key.size(), &info, nullptr, &made) == CSEAL_OK);
    const seed_handle seed(made);
    FUZZ_EXPECT(written(*seed, 0).status == CSEAL_E_UNSUPPORTED);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const seed_handle seed = read(text_of(data, size));
    if (seed == nullptr) {
        return 0;
    }
    expect_sound(*seed);
    expect_refused(*seed, CSEAL_SEED_OCRA, 0);
    expect_refused(*seed, CSEAL_SEED_TOTP, 1);
    static_cast<void>(written(*seed, CSEAL_URI_STRIP_COLONS));
    const auto uri = written(*seed, 0);
    if (uri.status == CSEAL_OK) {
        FUZZ_EXPECT(uri.out.size() <= 8192);
        const seed_handle again = read(uri.text());
        FUZZ_EXPECT(again != nullptr);
        expect_same(*seed, *again);
        FUZZ_EXPECT(written(*again, 0) == uri);
    }
    return 0;
}
