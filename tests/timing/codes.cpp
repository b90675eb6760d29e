// SPDX-License-Identifier: Apache-2.0
#include "codes.hpp"

#include <algorithm>

namespace timing {

void fill(random& chance, std::span<std::uint8_t> bytes)
{
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(chance() >> 56U);
    }
}

void fixed_or_random(random& chance, std::size_t of_class, std::span<std::uint8_t> secret)
{
    if (of_class == 0) {
        const auto middle = secret.begin() + static_cast<std::ptrdiff_t>(secret.size() / 2);
        std::fill(secret.begin(), middle, std::uint8_t{0x5a});
        std::fill(middle, secret.end(), std::uint8_t{0});
    } else {
        fill(chance, secret);
    }
}

std::vector<std::string> codes_of(std::uint32_t algorithm, std::span<const std::uint8_t> secret, std::uint64_t first,
                                  std::size_t n)
{
    cseal_otp_key* key = nullptr;
    expect(cseal_otp_key_new(secret.data(), secret.size(), algorithm, &key) == CSEAL_OK, "a key");
    std::vector<std::string> codes;
    for (std::size_t i = 0; i < n; ++i) {
        std::array<char, CSEAL_OTP_CODE_MAX> code{};
        std::size_t len = 0;
        expect(cseal_hotp_generate(key, first + i, nullptr, code.data(), code.size(), &len) == CSEAL_OK, "a code");
        codes.emplace_back(code.data(), len);
    }
    cseal_otp_key_free(key);
    return codes;
}

std::string wrong_everywhere(random& chance, const std::vector<std::string>& codes)
{
    std::string wrong = codes.front();
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        do {
            wrong[i] = static_cast<char>('0' + chance() % 10);
        } while (std::any_of(codes.begin(), codes.end(), [&](const std::string& code) { return code[i] == wrong[i]; }));
    }
    return wrong;
}

std::string right_in_front(const std::vector<std::string>& codes, std::size_t like)
{
    std::string wrong = codes[like];
    do {
        wrong.back() = wrong.back() == '9' ? '0' : static_cast<char>(wrong.back() + 1);
    } while (std::find(codes.begin(), codes.end(), wrong) != codes.end());
    return wrong;
}

}  // namespace timing
