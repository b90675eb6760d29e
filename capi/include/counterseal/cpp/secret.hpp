// SPDX-License-Identifier: Apache-2.0
// Key bytes that wipe themselves, read from and shown as text.
#ifndef COUNTERSEAL_CPP_SECRET_HPP
#define COUNTERSEAL_CPP_SECRET_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "counterseal/base.h"
#include "counterseal/cpp/error.hpp"

namespace counterseal {

/// What cseal_base32_repair did, one sentence for each bit.
[[nodiscard]] inline std::vector<std::string> repair_notices(std::uint32_t repairs)
{
    std::vector<std::string> all;
    if ((repairs & CSEAL_REPAIRED_HYPHENS) != 0) {
        all.emplace_back("hyphens in the secret were dropped");
    }
    if ((repairs & CSEAL_REPAIRED_ZERO_AS_O) != 0) {
        all.emplace_back("0 in the secret was read as the letter O");
    }
    if ((repairs & CSEAL_REPAIRED_EIGHT_AS_B) != 0) {
        all.emplace_back("8 in the secret was read as the letter B");
    }
    return all;
}

/// The key bytes of one factor: wiped when destroyed, moved but never copied, shown by base32() and nothing else.
class secret {
public:
    explicit secret(std::span<const std::uint8_t> bytes) : bytes_(bytes.begin(), bytes.end()) {}

    /// Reads base32 as people type it (cseal_base32_decode). Throws config_error that tells the index, and the
    /// character if it lies outside the alphabet.
    [[nodiscard]] static secret from_base32(std::string_view text)
    {
        return decode(text, cseal_base32_decode, "base32", "A-Z and 2-7");
    }

    /// The same after cseal_base32_repair; `repairs` gets its bits. Errors tell the index in the text as it was typed.
    [[nodiscard]] static secret from_typed_base32(std::string_view text, std::uint32_t& repairs)
    {
        std::vector<std::uint8_t> mended(text.size());
        std::size_t len = 0;
        auto* characters = reinterpret_cast<char*>(mended.data());
        const cseal_status status =
            cseal_base32_repair(text.data(), text.size(), &repairs, characters, mended.size(), &len);
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        secret made;
        made.bytes_.resize(len);
        std::size_t key_len = 0;
        std::size_t index = 0;
        const cseal_status read =
            cseal_base32_decode(characters, len, made.bytes_.data(), made.bytes_.size(), &key_len, &index);
        cseal_wipe(mended.data(), mended.size());
        if (read != CSEAL_OK) {
            std::size_t at = 0;
            for (std::size_t kept = 0; at < text.size(); ++at) {
                if (text[at] != '-' && kept++ == index) {
                    break;
                }
            }
            throw config_error(read, fault_text(text, at, "base32", "A-Z and 2-7"));
        }
        made.bytes_.resize(key_len);
        return made;
    }

    /// Reads hex (cseal_hex_decode), with the same errors.
    [[nodiscard]] static secret from_hex(std::string_view text)
    {
        return decode(text, cseal_hex_decode, "hex", "0-9 and A-F");
    }

    secret(secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
    secret& operator=(secret&& other) noexcept
    {
        secret taken(std::move(other));
        std::swap(bytes_, taken.bytes_);  // what was here is wiped with `taken`
        return *this;
    }
    secret(const secret&) = delete;
    secret& operator=(const secret&) = delete;
    ~secret() { cseal_wipe(bytes_.data(), bytes_.size()); }

    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }

    /// Upper-case base32 without padding. The caller now holds the secret in an ordinary string.
    [[nodiscard]] std::string base32() const
    {
        std::string text(bytes_.size() * 2, '\0');
        std::size_t len = 0;
        const cseal_status status = cseal_base32_encode(bytes_.data(), bytes_.size(), text.data(), text.size(), &len);
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        text.resize(len);
        return text;
    }

private:
    secret() = default;

    template <class Decode>
    [[nodiscard]] static secret decode(std::string_view text, Decode decode, const char* encoding, const char* alphabet)
    {
        secret made;
        made.bytes_.resize(text.size());
        std::size_t len = 0;
        std::size_t index = 0;
        const cseal_status status =
            decode(text.data(), text.size(), made.bytes_.data(), made.bytes_.size(), &len, &index);
        if (status != CSEAL_OK) {
            throw config_error(status, fault_text(text, index, encoding, alphabet));
        }
        made.bytes_.resize(len);  // shrinks in place: nothing is copied to another block
        return made;
    }

    [[nodiscard]] static std::string fault_text(std::string_view text, std::size_t index, const char* encoding,
                                                const char* alphabet)
    {
        const std::string start = std::string("secret must be ") + encoding + ": ";
        if (index >= text.size()) {
            return start + "the text ends inside a byte at index " + std::to_string(index) + "; a character is missing";
        }
        const auto first = static_cast<unsigned char>(text[index]);
        const auto lower = static_cast<unsigned char>(first | 0x20U);
        if (('a' <= lower && lower <= 'z') || ('2' <= first && first <= '7')) {
            if (encoding == std::string_view("base32")) {
                return start + "there is data after the padding at index " + std::to_string(index);
            }
        }
        return start + "character " + shown(text.substr(index)) + " at index " + std::to_string(index) +
               " is outside its alphabet (" + alphabet + ")";
    }

    /// The first character of UTF-8 text in quotes, or its number where it cannot be printed or is no UTF-8.
    [[nodiscard]] static std::string shown(std::string_view text)
    {
        const auto first = static_cast<unsigned char>(text[0]);
        const std::size_t expected = first < 0x80 ? 1U : first < 0xe0 ? 2U : first < 0xf0 ? 3U : 4U;
        std::size_t len = 1;
        while (len < text.size() && len < expected && (static_cast<unsigned char>(text[len]) & 0xc0) == 0x80) {
            ++len;
        }
        constexpr char hex[] = "0123456789ABCDEF";
        const std::string number{hex[first >> 4], hex[first & 15]};
        if (first < 0x20 || first == 0x7f) {
            return "U+00" + number;
        }
        if ((0x80 <= first && first < 0xc2) || first > 0xf4 || len != expected) {
            return "0x" + number + " (no UTF-8)";
        }
        return std::string("'").append(text.substr(0, len)).append("'");
    }

    std::vector<std::uint8_t> bytes_;
};

}  // namespace counterseal

#endif
