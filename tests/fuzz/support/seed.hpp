// SPDX-License-Identifier: Apache-2.0
// Seeds as targets see them: what any seed that was read promises.
#pragma once

#include <cstring>
#include <memory>
#include <string>

#include "tests/fuzz/support/fuzz.hpp"

namespace counterseal::fuzz {

struct seed_free {
    void operator()(cseal_seed* seed) const noexcept { cseal_seed_free(seed); }
};
using seed_handle = std::unique_ptr<cseal_seed, seed_free>;

[[nodiscard]] inline cseal_problem fresh_problem()
{
    cseal_problem problem{};
    problem.struct_size = sizeof problem;
    return problem;
}

/// A refusal says why in one sentence, and where within the `size` bytes that were read.
inline void expect_told(const cseal_problem& problem, cseal_status status, std::size_t size)
{
    FUZZ_EXPECT(problem.status != CSEAL_OK && status != CSEAL_OK);
    FUZZ_EXPECT(std::memchr(problem.text, 0, sizeof problem.text) != nullptr && problem.text[0] != '\0');
    FUZZ_EXPECT(problem.byte == UINT64_MAX || problem.byte <= size);
}

[[nodiscard]] inline std::string text_of(const cseal_seed& seed, std::uint32_t which)
{
    const auto text = ask<char>(
        [&](char* out, std::size_t cap, std::size_t* len) { return cseal_seed_text_get(&seed, which, out, cap, len); });
    FUZZ_EXPECT(text.status == CSEAL_OK);
    return std::string(text.text());
}

[[nodiscard]] inline std::vector<std::uint8_t> key_of(const cseal_seed& seed)
{
    const auto key = ask<std::uint8_t>([&](std::uint8_t* out, std::size_t cap, std::size_t* len) {
        return cseal_seed_secret_get(&seed, CSEAL_SEED_KEY, out, cap, len);
    });
    FUZZ_EXPECT(key.status == CSEAL_OK);
    return key.out;
}

[[nodiscard]] inline cseal_seed_info info_of(const cseal_seed& seed)
{
    cseal_seed_info info{};
    FUZZ_EXPECT(cseal_seed_info_init(&info, sizeof info) == CSEAL_OK);
    FUZZ_EXPECT(cseal_seed_info_get(&seed, &info) == CSEAL_OK);
    return info;
}

/// Numbers within their bounds, texts that are texts, and as many warnings as are told.
inline void expect_sound(const cseal_seed& seed)
{
    const cseal_seed_info info = info_of(seed);
    FUZZ_EXPECT(info.kind >= CSEAL_SEED_TOTP && info.kind <= CSEAL_SEED_YUBICO);
    FUZZ_EXPECT(info.algorithm >= CSEAL_SHA1 && info.algorithm <= CSEAL_SHA512);
    FUZZ_EXPECT(info.digits >= 6 && info.digits <= 10);
    FUZZ_EXPECT(info.period_s > 0);
    const std::size_t key_len = key_of(seed).size();
    FUZZ_EXPECT(key_len > 0 && key_len <= 1024);
    for (std::uint32_t which = CSEAL_SEED_ISSUER; which <= CSEAL_SEED_KEY_ID; ++which) {
        FUZZ_EXPECT(text_of(seed, which).size() <= 1024);
    }
    for (std::uint32_t i = 0; i <= info.n_warnings; ++i) {
        const auto warning = ask<char>([&](char* out, std::size_t cap, std::size_t* len) {
            return cseal_seed_warning_get(&seed, i, out, cap, len);
        });
        FUZZ_EXPECT(warning.status == (i < info.n_warnings ? CSEAL_OK : CSEAL_E_RANGE));
        FUZZ_EXPECT(i == info.n_warnings || !warning.out.empty());
    }
}

/// Whether two seeds are the same to a verifier and to a phone.
inline void expect_same(const cseal_seed& one, const cseal_seed& other)
{
    const cseal_seed_info a = info_of(one);
    const cseal_seed_info b = info_of(other);
    FUZZ_EXPECT(a.kind == b.kind && a.algorithm == b.algorithm && a.encoder == b.encoder);
    FUZZ_EXPECT(a.encoder == CSEAL_ENCODER_STEAM || a.digits == b.digits);
    FUZZ_EXPECT(a.kind == CSEAL_SEED_HOTP ? a.counter == b.counter : a.period_s == b.period_s && a.t0_s == b.t0_s);
    FUZZ_EXPECT(key_of(one) == key_of(other));
    FUZZ_EXPECT(text_of(one, CSEAL_SEED_ISSUER) == text_of(other, CSEAL_SEED_ISSUER));
    FUZZ_EXPECT(text_of(one, CSEAL_SEED_ACCOUNT) == text_of(other, CSEAL_SEED_ACCOUNT));
}

}  // namespace counterseal::fuzz
