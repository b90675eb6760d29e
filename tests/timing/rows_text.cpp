// SPDX-License-Identifier: Apache-2.0
// Secrets as text, and wiping. Two rows for each alphabet: one key against all, letters against digits.
#include <string_view>

#include "codes.hpp"
#include "counterseal/base.h"

namespace timing {
namespace {

constexpr std::size_t text_len = 32;  // 20 bytes in base32, 16 in hex

struct text_input {
    std::array<char, text_len> text;
    std::array<std::uint8_t, 64> out;
};

/// Class 0 draws from the first alphabet, class 1 from the second.
auto drawn_from(std::string_view first, std::string_view second)
{
    return [=](random& chance, std::size_t of_class, text_input& in) {
        const std::string_view alphabet = of_class == 0 ? first : second;
        for (char& c : in.text) {
            c = alphabet[chance() % alphabet.size()];
        }
    };
}

template <class Make>
void add_decoders(std::vector<row>& to, const std::vector<std::string>& classes, bool is_hex, Make make)
{
    const row r{.kind = "secret",
                .function = is_hex ? "cseal_hex_decode" : "cseal_base32_decode",
                .what = "32 characters",
                .classes = classes,
                .want = {CSEAL_OK, CSEAL_OK}};
    const auto decode = is_hex ? cseal_hex_decode : cseal_base32_decode;
    to.push_back(typed<text_input>(r, make, [decode](text_input& in) {
        std::size_t len = 0;
        return decode(in.text.data(), text_len, in.out.data(), in.out.size(), &len, nullptr);
    }));
}

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view digits = "234567";

}  // namespace

void add_text_rows(std::vector<row>& to)
{
    add_decoders(to, {"all A", "random"}, false, drawn_from("A", base32));
    add_decoders(to, {"letters", "digits"}, false, drawn_from(letters, digits));
    add_decoders(to, {"capitals", "small letters"}, false, drawn_from(letters, "abcdefghijklmnopqrstuvwxyz"));
    add_decoders(to, {"all 0", "random"}, true, drawn_from("0", "0123456789abcdef"));
    add_decoders(to, {"letters", "digits"}, true, drawn_from("abcdef", "0123456789"));

    const row repair{.kind = "secret",
                     .function = "cseal_base32_repair",
                     .what = "32 characters, nothing to repair",
                     .classes = {"letters", "digits"},
                     .want = {CSEAL_OK, CSEAL_OK}};
    to.push_back(typed<text_input>(repair, drawn_from(letters, digits), [](text_input& in) {
        std::size_t len = 0;
        std::uint32_t repairs = 0;
        return cseal_base32_repair(in.text.data(), text_len, &repairs, reinterpret_cast<char*>(in.out.data()),
                                   in.out.size(), &len);
    }));

    struct bytes_input {
        std::array<std::uint8_t, 64> bytes;
        std::array<char, 64> text;
    };
    const auto bytes = [](random& chance, std::size_t of_class, bytes_input& in) {
        fixed_or_random(chance, of_class, in.bytes);
    };
    const row encode{.kind = "secret",
                     .function = "cseal_base32_encode",
                     .what = "20 bytes",
                     .classes = {"one secret", "random secrets"},
                     .want = {CSEAL_OK, CSEAL_OK}};
    to.push_back(typed<bytes_input>(encode, bytes, [](bytes_input& in) {
        std::size_t len = 0;
        return cseal_base32_encode(in.bytes.data(), 20, in.text.data(), in.text.size(), &len);
    }));
    row wipe = encode;
    wipe.function = "cseal_wipe";
    wipe.what = "64 bytes";
    wipe.classes = {"all zero", "random"};
    const auto zero = [](random& chance, std::size_t of_class, bytes_input& in) {
        if (of_class != 0) {
            fill(chance, in.bytes);
        }
    };
    to.push_back(typed<bytes_input>(wipe, zero, [](bytes_input& in) {
        cseal_wipe(in.bytes.data(), in.bytes.size());
        return CSEAL_OK;
    }));
}

}  // namespace timing
