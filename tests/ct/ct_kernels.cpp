// SPDX-License-Identifier: Apache-2.0
// Every kernel by name. The C ABI runs the best one that the CPU has, and under valgrind that is not the one that
// people run, so each is put under the same core functions here.
#include <array>

#include "core/hmac/hmac.hpp"
#include "core/otp/hotp.hpp"
#include "core/otp/totp.hpp"
#include "harness.hpp"

namespace ct {
namespace {

using namespace counterseal;

/// A key prepared by this kernel from a tainted secret.
core::hmac_key prepared(const core::hmac_kernel& kernel, std::string_view secret)
{
    const secret_copy copy("secret", secret);
    core::hmac_key key;
    core::hmac_prepare(key, kernel, {copy.bytes(), copy.len()});
    return key;
}

void check_window(const core::hmac_kernel& kernel, const core::hmac_key& key, std::string_view secret,
                  std::uint32_t past, std::uint32_t future)
{
    const auto algorithm = static_cast<std::uint32_t>(kernel.hash);
    const core::totp_options totp{6, 30, past, future, false, 0};
    const std::string what = " with window " + std::to_string(past) + "+" + std::to_string(future);
    for (const std::uint64_t step : {1000 - std::uint64_t{past}, std::uint64_t{1000}, 1000 + std::uint64_t{future}}) {
        const secret_copy code("code", open_code(algorithm, secret, step, 6));
        const auto verdict = core::totp_verify(core::mac_of(key), {code.text(), code.len()}, -1, 30'000, totp);
        expect(verdict.code == core::status::ok && verdict.step == static_cast<std::int64_t>(step), "TOTP" + what);
    }
    const secret_copy wrong("code", other_code(open_code(algorithm, secret, 1000, 6)));
    const auto refused = core::totp_verify(core::mac_of(key), {wrong.text(), wrong.len()}, -1, 30'000, totp);
    expect(refused.code == core::status::wrong && refused.step == -1, "wrong TOTP" + what);

    const core::hotp_options hotp{8, past + future};
    const secret_copy code1("code", open_code(algorithm, secret, 1000 + hotp.look_ahead, 8));
    const secret_copy code2("code", open_code(algorithm, secret, 1001 + hotp.look_ahead, 8));
    const auto one = core::hotp_verify(core::mac_of(key), {code1.text(), code1.len()}, 1000, hotp);
    expect(one.code == core::status::ok && one.next_counter == 1001 + hotp.look_ahead, "HOTP" + what);
    const auto two =
        core::hotp_resync(core::mac_of(key), {code1.text(), code1.len()}, {code2.text(), code2.len()}, 1000, hotp);
    expect(two.code == core::status::ok && two.next_counter == 1002 + hotp.look_ahead, "resynchronisation" + what);
}

void kernel_under_otp(const entry& self)
{
    const core::hmac_kernel& kernel = *self.kernel;
    const auto algorithm = static_cast<std::uint32_t>(kernel.hash);
    for (const std::size_t len : lengths{1, 20, 64, 65, 128, 129, 300}) {
        const std::string secret(len, 's');
        const core::hmac_key key = prepared(kernel, secret);
        check_window(kernel, key, secret, 1, 1);
        std::array<char, 10> code{};
        expect(core::hotp_generate(core::mac_of(key), 7, {10, 0}, code.data()) == core::status::ok, "status");
        expect_secret(code.data(), code.size(), "the code is not secret");
        publish(code.data(), code.size());
        expect(std::string_view(code.data(), code.size()) == open_code(algorithm, secret, 7, 10), "code");
    }
    // Every number of counters that lanes, groups and chunks can be asked for.
    const core::hmac_key key = prepared(kernel, usual_secret);
    for (std::uint32_t window = 0; window <= 20; ++window) {
        check_window(kernel, key, usual_secret, window / 2, window - window / 2);
    }
    // Whole messages: keys and digests of other users of the kernel.
    for (const std::size_t len : lengths{0, 1, 55, 56, 63, 64, 119, 120, 200}) {
        const secret_copy message("message", std::string(len, 'm'));
        std::array<std::uint8_t, core::max_digest_len> digest{};
        core::hmac_message(key, {message.bytes(), message.len()}, digest.data());
        expect_secret(digest.data(), kernel.digest_len, "the digest is not secret");
    }
}

}  // namespace

void add_kernel_entries(std::vector<entry>& to)
{
    constexpr const char* names[] = {"sha1", "sha256", "sha512"};
    for (const core::hmac_kernel* kernel : core::all_kernels()) {
        to.push_back({std::string("kernel:") + kernel->target + ":" +
                          names[static_cast<std::uint32_t>(kernel->hash) - CSEAL_SHA1],
                      "secret code message", kernel_under_otp, kernel});
    }
}

}  // namespace ct
