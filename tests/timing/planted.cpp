// SPDX-License-Identifier: Apache-2.0
// Leaks that the report must find, or it proves nothing on this machine: verifiers as people write them.
#include "codes.hpp"

namespace timing {
namespace {

constexpr hash sha1 = hashes[0];

/// What memcmp does, so that no compiler and no library makes it better.
[[gnu::noinline]] bool equal_with_early_exit(const char* a, const char* b, std::size_t len)
{
    for (std::size_t i = 0; i < len; ++i) {
        if (a[i] != b[i]) {
            return false;
        }
        asm volatile("" ::: "memory");
    }
    return true;
}

std::array<char, 16> code_at(const cseal_otp_key* key, std::uint64_t step)
{
    std::array<char, 16> code{};
    std::size_t len = 0;
    (void)cseal_hotp_generate(key, step, nullptr, code.data(), code.size(), &len);
    return code;
}

/// Right computation, all three steps, and a comparison that ends at the first wrong digit.
cseal_status compares_early(const cseal_otp_key* key, otp_input& in)
{
    bool found = false;
    for (std::uint64_t step = now_step - 1; step <= now_step + 1; ++step) {
        const auto right = code_at(key, step);
        found = equal_with_early_exit(right.data(), in.code.data(), 6) || found;
    }
    return found ? CSEAL_OK : CSEAL_WRONG;
}

/// A window that ends at the first match.
cseal_status stops_at_match(const cseal_otp_key* key, otp_input& in)
{
    for (std::uint64_t step = now_step - 1; step <= now_step + 1; ++step) {
        const auto right = code_at(key, step);
        if (std::memcmp(right.data(), in.code.data(), 6) == 0) {
            return CSEAL_OK;
        }
    }
    return CSEAL_WRONG;
}

/// A checksum over the digits, as of Luhn, which branches on each; and a verification without fault behind it.
cseal_status branches_on_digits(const cseal_otp_key* key, otp_input& in)
{
    unsigned sum = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        const auto digit = static_cast<unsigned>(in.code[i] - '0');
        if (digit > 4) {
            sum += 2 * digit - 9;
            asm volatile("" ::: "memory");
        } else {
            sum += 2 * digit;
        }
    }
    asm volatile("" ::"r"(sum));
    std::int64_t step = 0;
    return cseal_totp_verify(key, in.code.data(), 6, -1, now_s, nullptr, &step);
}

void wrong(random& chance, std::size_t of_class, otp_input& in)
{
    fill(chance, in.secret);
    const auto window = codes_of(sha1.algorithm, std::span(in.secret).first(sha1.secret_len), now_step - 1, 3);
    put(in.code, of_class == 0 ? right_in_front(window, 1) : wrong_everywhere(chance, window));
}

void right(random& chance, std::size_t of_class, otp_input& in)
{
    fill(chance, in.secret);
    put(in.code, codes_of(sha1.algorithm, std::span(in.secret).first(sha1.secret_len), now_step - 1, 3)[of_class * 2]);
}

void small_or_random_digits(random& chance, std::size_t of_class, otp_input& in)
{
    const auto is_right = [&](const std::string& code) {
        for (const std::string& c :
             codes_of(sha1.algorithm, std::span(in.secret).first(sha1.secret_len), now_step - 1, 3)) {
            if (c == code) {
                return true;
            }
        }
        return false;
    };
    std::string code(6, '0');
    do {
        fill(chance, in.secret);
        for (char& digit : code) {
            digit = static_cast<char>('0' + chance() % (of_class == 0 ? 5 : 10));
        }
    } while (is_right(code));
    put(in.code, code);
}

}  // namespace

void add_planted_rows(std::vector<row>& to)
{
    row r{.kind = "planted",
          .function = "planted: comparison with early exit",
          .what = "wrong code",
          .classes = {"five digits right", "no digit right"},
          .want = {CSEAL_WRONG, CSEAL_WRONG}};
    to.push_back(with_key(r, sha1, wrong, compares_early));
    r.function = "planted: branch on each digit";
    r.classes = {"digits 0 to 4", "digits 0 to 9"};
    to.push_back(with_key(r, sha1, small_or_random_digits, branches_on_digits));
    r.function = "planted: window that ends at the match";
    r.what = "right code";
    r.classes = {"at step -1", "at step +1"};
    r.want = {CSEAL_OK, CSEAL_OK};
    to.push_back(with_key(r, sha1, right, stops_at_match));
}

}  // namespace timing
