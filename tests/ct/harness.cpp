// SPDX-License-Identifier: Apache-2.0
#include "harness.hpp"

#include <malloc.h>

#include <cstdlib>
#include <cstring>

#include "checker.hpp"
#include "report.hpp"

namespace ct {
namespace {

/// Undefined bytes of a handle: some always are, since allocated memory is and not all of it is used.
std::size_t n_undefined_in(const cseal_otp_key* key)
{
    return n_secret(key, malloc_usable_size(const_cast<cseal_otp_key*>(key)));
}

}  // namespace

void taint(std::string_view argument, void* data, std::size_t len)
{
    if (len != 0) {
        report::tainted(argument);
    }
    checker::make_secret(data, len);
}

void publish(void* data, std::size_t len)
{
    checker::make_public(data, len);
}

std::size_t n_secret(const void* data, std::size_t len)
{
    return checker::n_secret(data, len);
}

void expect(bool good, std::string_view what)
{
    if (!good) {
        report::wrong(what);
    }
}

void expect_secret(const void* data, std::size_t len, std::string_view what)
{
    if (n_secret(data, len) != len) {
        report::leaked(what);
    }
}

secret_copy::secret_copy(std::string_view argument, std::string_view text)
    : bytes_{static_cast<char*>(std::malloc(text.size() + 1))}, len_{text.size()}
{
    std::memcpy(bytes_, text.data(), text.size());
    checker::forbid(bytes_ + len_, 1);
    taint(argument, bytes_, len_);
}

secret_copy::~secret_copy()
{
    std::free(bytes_);
}

secret_key::secret_key(std::uint32_t algorithm, std::string_view secret)
{
    cseal_otp_key* in_the_open = nullptr;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(secret.data());
    expect(cseal_otp_key_new(bytes, secret.size(), algorithm, &in_the_open) == CSEAL_OK, "key in the open");
    const secret_copy copy("secret", secret);
    expect(cseal_otp_key_new(copy.bytes(), copy.len(), algorithm, &key_) == CSEAL_OK, "tainted key");
    constexpr std::size_t state_len[] = {20, 32, 64};
    if (n_undefined_in(key_) >= n_undefined_in(in_the_open) + 2 * state_len[algorithm - CSEAL_SHA1]) {
        report::tainted("key");
    } else {
        report::leaked("the handle does not hold two secret midstates");
    }
    cseal_otp_key_free(in_the_open);
}

std::string open_code(std::uint32_t algorithm, std::string_view secret, std::uint64_t counter, std::uint32_t digits)
{
    cseal_otp_key* key = nullptr;
    char code[CSEAL_OTP_CODE_MAX];
    std::size_t len = 0;
    const cseal_hotp_options options{sizeof options, digits, 0, 0};
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(secret.data());
    expect(cseal_otp_key_new(bytes, secret.size(), algorithm, &key) == CSEAL_OK &&
               cseal_hotp_generate(key, counter, &options, code, sizeof code, &len) == CSEAL_OK,
           "code in the open");
    cseal_otp_key_free(key);
    return {code, len};
}

std::string other_code(std::string code)
{
    char& digit = code[code.size() / 2];
    digit = digit == '9' ? '0' : static_cast<char>(digit + 1);
    return code;
}

std::vector<typed> shapes_of(const std::string& code)
{
    const std::size_t half = code.size() / 2;
    const std::string left = code.substr(0, half);
    const std::string right = code.substr(half);
    return {
        {code, CSEAL_OK},
        {left + " " + right, CSEAL_OK},
        {left + "-" + right, CSEAL_OK},
        {" \t" + code + "\n", CSEAL_OK},
        {code + code, CSEAL_MALFORMED},                   // too long
        {code + "0", CSEAL_MALFORMED},                    // one too long
        {code.substr(1), CSEAL_MALFORMED},                // too short
        {left + "x" + right.substr(1), CSEAL_MALFORMED},  // the right length and a letter
        {left + "  " + right, CSEAL_MALFORMED},
        {"-" + code, CSEAL_MALFORMED},
        {std::string(300, '7'), CSEAL_MALFORMED},
        {"", CSEAL_MALFORMED},
    };
}

}  // namespace ct
