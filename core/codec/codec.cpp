// SPDX-License-Identifier: Apache-2.0
#include "core/codec/codec.hpp"

#include "core/base/ascii.hpp"
#include "core/ct/mask.hpp"
#include "core/ct/taint.hpp"

namespace counterseal::core {
namespace {

struct symbol {
    std::uint64_t value;
    mask valid;
};

[[gnu::always_inline]] inline std::uint64_t byte_of(char c) noexcept
{
    return static_cast<unsigned char>(c);
}

/// A-Z, a-z as 0..25 and 2-7 as 26..31, by arithmetic: a table would leak through the cache.
symbol base32_symbol(char c) noexcept
{
    const std::uint64_t upper = byte_of(c) & ~std::uint64_t{0x20};
    const mask letter = is_between(upper, 'A', 'Z');
    const mask digit = is_between(byte_of(c), '2', '7');
    return {select(letter, upper - 'A', byte_of(c) - '2' + 26), letter | digit};
}

symbol hex_symbol(char c) noexcept
{
    const std::uint64_t upper = byte_of(c) & ~std::uint64_t{0x20};
    const mask letter = is_between(upper, 'A', 'F');
    const mask digit = is_between(byte_of(c), '0', '9');
    return {select(letter, upper - 'A' + 10, byte_of(c) - '0'), letter | digit};
}

/// The character without its secret: 'A' for every symbol of the alphabet, others as they are. Where blanks, padding
/// and foreign characters stand is public, as the shape of a code is.
char shape_of(char c, mask valid) noexcept
{
    return static_cast<char>(declassify(select(valid, 'A', byte_of(c))));
}

struct shape_count {
    std::size_t n_symbols;
    std::size_t error_index;
    bool well_formed;
};

/// Counts the symbols and finds the first character that is in the way.
template <class Symbol>
shape_count scan(std::string_view text, Symbol symbol_of, bool padding_allowed) noexcept
{
    std::size_t n_symbols = 0;
    bool padded = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char shape = shape_of(text[i], symbol_of(text[i]).valid);
        if (shape == 'A') {
            if (padded) {
                return {n_symbols, i, false};
            }
            ++n_symbols;
        } else if (shape == '=' && padding_allowed && n_symbols != 0) {
            padded = true;
        } else if (!is_blank(shape)) {
            return {n_symbols, i, false};
        }
    }
    return {n_symbols, text.size(), true};
}

/// Packs the symbols of a text whose shape was scanned, Bits at a time, into n_bytes.
template <unsigned Bits, class Symbol>
void pack(std::string_view text, Symbol symbol_of, std::uint8_t* out, std::size_t n_bytes) noexcept
{
    std::uint64_t pending = 0;
    unsigned n_pending = 0;
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size() && written < n_bytes; ++i) {
        const symbol s = symbol_of(text[i]);
        if (shape_of(text[i], s.valid) != 'A') {
            continue;
        }
        pending = pending << Bits | s.value;
        n_pending += Bits;
        if (n_pending >= 8) {
            n_pending -= 8;
            out[written++] = static_cast<std::uint8_t>(pending >> n_pending);
        }
    }
}

template <unsigned Bits, class Symbol>
decoded decode(std::string_view text, Symbol symbol_of, bool padding_allowed, std::uint8_t* out,
               std::size_t cap) noexcept
{
    const shape_count shape = scan(text, symbol_of, padding_allowed);
    // Symbols that complete no byte may at most carry surplus bits: fewer than a symbol's worth.
    const std::size_t n_bytes = shape.n_symbols / 8 * Bits + shape.n_symbols % 8 * Bits / 8;
    const bool whole = shape.n_symbols % 8 * Bits % 8 < Bits;
    if (!shape.well_formed || !whole) {
        return {status::e_encoding, 0, shape.error_index};
    }
    if (n_bytes > cap) {
        return {status::e_capacity, n_bytes, text.size()};
    }
    pack<Bits>(text, symbol_of, out, n_bytes);
    return {status::ok, n_bytes, text.size()};
}

}  // namespace

decoded base32_decode(std::string_view text, std::uint8_t* out, std::size_t cap) noexcept
{
    return decode<5>(text, base32_symbol, true, out, cap);
}

decoded hex_decode(std::string_view text, std::uint8_t* out, std::size_t cap) noexcept
{
    return decode<4>(text, hex_symbol, false, out, cap);
}

void base32_encode(const std::uint8_t* bytes, std::size_t len, char* out) noexcept
{
    std::uint64_t pending = 0;
    unsigned n_pending = 0;
    const auto put = [&](std::uint64_t value) {
        const mask letter = is_less(value, 26);
        *out++ = static_cast<char>(select(letter, 'A' + value, '2' + value - 26));
    };
    for (std::size_t i = 0; i < len; ++i) {
        pending = pending << 8 | bytes[i];
        n_pending += 8;
        while (n_pending >= 5) {
            n_pending -= 5;
            put((pending >> n_pending) & 31);
        }
    }
    if (n_pending != 0) {
        put((pending << (5 - n_pending)) & 31);
    }
}

}  // namespace counterseal::core
