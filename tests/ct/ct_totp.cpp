// SPDX-License-Identifier: Apache-2.0
// TOTP by handle and by secret.
#include <array>

#include "harness.hpp"

namespace ct {
namespace {

/// One verification: which code is typed, and what must come out. `now` is the current step.
struct totp_case {
    std::uint32_t algorithm;
    cseal_totp_options options;
    std::string_view secret;
    std::int64_t last_step;
    std::int64_t now;
};

constexpr cseal_totp_options steam_options{sizeof(cseal_totp_options), 6, 30, 1, 1, 0, 0, CSEAL_ENCODER_STEAM, 0};

constexpr std::size_t steam_code_len = 5;

using verify_call = cseal_status(const totp_case&, const secret_copy& code, std::int64_t* step);

void check(verify_call* verify, const totp_case& c, const std::string& code, cseal_status want, std::int64_t want_step)
{
    const secret_copy typed_code("code", code);
    std::int64_t step = 77;
    const cseal_status status = verify(c, typed_code, &step);
    const std::string what = "hash " + std::to_string(c.algorithm) + ", " + std::to_string(c.options.digits) +
                             " digits, window " + std::to_string(c.options.past) + "+" +
                             std::to_string(c.options.future) + ", code '" + code + "'";
    expect(status == want, "status of " + what);
    expect(step == want_step, "step of " + what);
}

/// The code of every step around the window, in every shape, fresh and replayed.
void check_window(verify_call* verify, totp_case c)
{
    const auto past = static_cast<std::int64_t>(c.options.past);
    const auto future = static_cast<std::int64_t>(c.options.future);
    for (const std::int64_t step : {c.now - past - 1, c.now - past, c.now, c.now + future, c.now + future + 1}) {
        const std::string code = open_code(c.algorithm, c.secret, static_cast<std::uint64_t>(step), c.options.digits);
        const bool inside = c.now - past <= step && step <= c.now + future;
        c.last_step = -1;
        check(verify, c, code, inside ? CSEAL_OK : CSEAL_WRONG, inside ? step : -1);
        c.last_step = step;
        check(verify, c, code, inside ? CSEAL_REPLAYED : CSEAL_WRONG, step);
    }
    c.last_step = 5;
    const std::string right = open_code(c.algorithm, c.secret, static_cast<std::uint64_t>(c.now), c.options.digits);
    for (const typed& t : shapes_of(right)) {
        check(verify, c, t.text, t.if_right, t.if_right == CSEAL_OK ? c.now : 5);
    }
    for (const typed& t : shapes_of(other_code(right))) {
        check(verify, c, t.text, t.if_right == CSEAL_OK ? CSEAL_WRONG : t.if_right, 5);
    }
}

/// The Steam code of a step, computed by the library in the open.
std::string open_steam_code(std::uint32_t algorithm, std::string_view secret, std::uint64_t step)
{
    cseal_otp_key* key = nullptr;
    expect(cseal_otp_key_new(reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size(), algorithm, &key) ==
               CSEAL_OK,
           "a key in the open");
    std::array<char, CSEAL_OTP_CODE_MAX> code{};
    std::size_t len = 0;
    expect(cseal_totp_generate(key, step * 30, &steam_options, code.data(), code.size(), &len) == CSEAL_OK, "status");
    cseal_otp_key_free(key);
    return {code.data(), len};
}

void check_steam(verify_call* verify, std::uint32_t algorithm)
{
    totp_case c{algorithm, steam_options, usual_secret, -1, 1000};
    const std::string right = open_steam_code(algorithm, usual_secret, 1000);
    check(verify, c, right, CSEAL_OK, 1000);
    check(verify, c, "\t " + right + "\n", CSEAL_OK, 1000);
    check(verify, c, open_steam_code(algorithm, usual_secret, 2000), CSEAL_WRONG, -1);
    for (const std::string& bad : {right.substr(1), right + "X", std::string("AAAAA"), std::string(), "c" + right}) {
        check(verify, c, bad, CSEAL_MALFORMED, -1);
    }
    c.last_step = 1000;
    check(verify, c, right, CSEAL_REPLAYED, 1000);
}

void check_all(verify_call* verify)
{
    for (const std::uint32_t algorithm : algorithms) {
        check_steam(verify, algorithm);
        for (const std::uint32_t digits : {6U, 7U, 8U, 9U, 10U}) {
            check_window(verify, {algorithm,
                                  {sizeof(cseal_totp_options), digits, 30, 1, 1, 0, 0, CSEAL_ENCODER_DECIMAL, 0},
                                  usual_secret,
                                  -1,
                                  1000});
        }
        check_window(verify, {algorithm,
                              {sizeof(cseal_totp_options), 6, 60, 0, 0, 0, 0, CSEAL_ENCODER_DECIMAL, 0},
                              usual_secret,
                              -1,
                              1000});
        check_window(verify, {algorithm,
                              {sizeof(cseal_totp_options), 6, 30, 7, 13, 0, 59, CSEAL_ENCODER_DECIMAL, 0},
                              usual_secret,
                              -1,
                              1000});
    }
}

std::uint64_t time_of(const totp_case& c)
{
    return c.options.t0_s + static_cast<std::uint64_t>(c.now) * c.options.period_s;
}

cseal_status verify_by_handle(const totp_case& c, const secret_copy& code, std::int64_t* step)
{
    const secret_key key(c.algorithm, c.secret);
    return cseal_totp_verify(key.get(), code.text(), code.len(), c.last_step, time_of(c), &c.options, step);
}

void verify(const entry&)
{
    check_all(verify_by_handle);
    // Steps 910737 and 910738 share a code: the higher one counts, and which of them matched is secret.
    totp_case c{CSEAL_SHA1,
                {sizeof(cseal_totp_options), 6, 30, 1, 1, 0, 0, CSEAL_ENCODER_DECIMAL, 0},
                usual_secret,
                -1,
                910737};
    check(verify_by_handle, c, "911617", CSEAL_OK, 910738);
    c.last_step = 910737;
    check(verify_by_handle, c, "911617", CSEAL_OK, 910738);
}

cseal_status verify_by_secret(const totp_case& c, const secret_copy& code, std::int64_t* step)
{
    const secret_copy secret("secret", c.secret);
    return cseal_totp_verify_raw(secret.bytes(), secret.len(), c.algorithm, code.text(), code.len(), c.last_step,
                                 time_of(c), &c.options, step);
}

void verify_raw(const entry&)
{
    check_all(verify_by_secret);
    // Secrets of lengths that are padded, fill a block, and are hashed first.
    for (const std::uint32_t algorithm : algorithms) {
        for (const std::size_t len : lengths{1, 63, 64, 65, 127, 128, 129, 200}) {
            const std::string secret(len, 's');
            totp_case c{
                algorithm, {sizeof(cseal_totp_options), 6, 30, 1, 1, 0, 0, CSEAL_ENCODER_DECIMAL, 0}, secret, -1, 1000};
            check(verify_by_secret, c, open_code(algorithm, secret, 1000, 6), CSEAL_OK, 1000);
        }
    }
}

void generate(const entry&)
{
    for (const std::uint32_t algorithm : algorithms) {
        const secret_key steam_key(algorithm, usual_secret);
        std::array<char, steam_code_len> steam{};
        std::size_t steam_len = 0;
        expect(cseal_totp_generate(steam_key.get(), 30'000, &steam_options, steam.data(), steam.size(), &steam_len) ==
                   CSEAL_OK,
               "status of Steam");
        expect_secret(steam.data(), steam_len, "the Steam code is not secret");
        publish(steam.data(), steam_len);
        expect(std::string_view(steam.data(), steam_len) == open_steam_code(algorithm, usual_secret, 1000), "Steam");
        for (const std::uint32_t digits : {6U, 7U, 8U, 9U, 10U}) {
            for (const std::uint64_t step : {0U, 1U, 1000U}) {
                const secret_key key(algorithm, usual_secret);
                const cseal_totp_options options{sizeof options, digits, 30, 1, 1, 0, 7, CSEAL_ENCODER_DECIMAL, 0};
                std::array<char, CSEAL_OTP_CODE_MAX> code{};
                std::size_t len = 0;
                expect(
                    cseal_totp_generate(key.get(), 7 + step * 30, &options, code.data(), code.size(), &len) == CSEAL_OK,
                    "status");
                expect(len == digits, "length");
                expect_secret(code.data(), len, "the code is not secret");
                publish(code.data(), len);
                expect(std::string_view(code.data(), len) == open_code(algorithm, usual_secret, step, digits), "code");
                expect(cseal_totp_generate(key.get(), 7 + step * 30, &options, code.data(), digits - 1, &len) ==
                           CSEAL_E_CAPACITY,
                       "status with a small capacity");
            }
        }
    }
}

}  // namespace

void add_totp_entries(std::vector<entry>& to)
{
    to.push_back({"cseal_totp_verify", "key code", verify});
    to.push_back({"cseal_totp_verify_raw", "secret code", verify_raw});
    to.push_back({"cseal_totp_generate", "key", generate});
}

}  // namespace ct
