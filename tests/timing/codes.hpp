// SPDX-License-Identifier: Apache-2.0
// Secrets and codes, right and wrong in chosen ways.
#pragma once

#include <array>
#include <span>

#include "counterseal/otp.h"
#include "row.hpp"

namespace timing {

inline constexpr std::uint64_t now_s = 1'700'000'000;
inline constexpr std::uint64_t now_step = now_s / 30;

struct hash {
    std::uint32_t algorithm;
    std::size_t secret_len;  // as long as the digest
    const char* name;
};
inline constexpr hash hashes[] = {
    {CSEAL_SHA1, 20, "SHA-1"}, {CSEAL_SHA256, 32, "SHA-256"}, {CSEAL_SHA512, 64, "SHA-512"}};

/// What goes into a verification and differs from sample to sample.
struct otp_input {
    std::array<std::uint8_t, 64> secret;
    std::array<char, 16> code;
    std::array<char, 16> code2;
    std::size_t code_len;
    std::int64_t last_step;
};

void fill(random& chance, std::span<std::uint8_t> bytes);

/// Fills a secret: class 0 always with the same bytes, whose second half is zero, others at random.
void fixed_or_random(random& chance, std::size_t of_class, std::span<std::uint8_t> secret);

/// The codes of the counters from `first` on, computed by the library.
std::vector<std::string> codes_of(std::uint32_t algorithm, std::span<const std::uint8_t> secret, std::uint64_t first,
                                  std::size_t n);

/// A code that differs from each of these at every place.
std::string wrong_everywhere(random& chance, const std::vector<std::string>& codes);

/// A code that differs from all of these, from codes[like] at its last place only.
std::string right_in_front(const std::vector<std::string>& codes, std::size_t like);

template <std::size_t N>
void put(std::array<char, N>& into, const std::string& text)
{
    expect(text.size() <= N, "a text fits");
    std::memcpy(into.data(), text.data(), text.size());
}

/// A prepared key that is made anew for each sample, so that it lies where the last one lay.
class key_place {
public:
    key_place() = default;
    ~key_place() { free(); }
    key_place(const key_place&) = delete;
    key_place& operator=(const key_place&) = delete;
    void make(const hash& h, const std::array<std::uint8_t, 64>& secret)
    {
        (void)cseal_otp_key_new(secret.data(), h.secret_len, h.algorithm, &key_);
    }
    void free() noexcept
    {
        cseal_otp_key_free(key_);
        key_ = nullptr;
    }
    [[nodiscard]] const cseal_otp_key* get() const noexcept { return key_; }
    [[nodiscard]] cseal_otp_key** place() noexcept { return &key_; }

private:
    cseal_otp_key* key_ = nullptr;
};

/// A row of a call on a prepared key: call(key, input).
template <class Make, class Call>
row with_key(row r, const hash& h, Make make, Call call)
{
    const auto key = std::make_shared<key_place>();
    return typed<otp_input>(
        std::move(r), make, [key, h](const otp_input& in) { key->make(h, in.secret); },
        [key, call](otp_input& in) { return call(key->get(), in); },
        [key](const otp_input&, std::int32_t answer) {
            key->free();
            return answer;
        });
}

}  // namespace timing
