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

/// A-Z, a-z, 0-9 as 0..61, then + or - and / or _.
symbol base64_symbol(char c) noexcept
{
    const std::uint64_t byte = byte_of(c);
    const mask upper = is_between(byte, 'A', 'Z');
    const mask lower = is_between(byte, 'a', 'z');
    const mask digit = is_between(byte, '0', '9');
    const mask plus = is_equal(byte, '+') | is_equal(byte, '-');
    const mask slash = is_equal(byte, '/') | is_equal(byte, '_');
    std::uint64_t value = select(upper, byte - 'A', byte - 'a' + 26);
    value = select(digit, byte - '0' + 52, value);
    value = select(plus, 62, value);
    value = select(slash, 63, value);
    return {value, upper | lower | digit | plus | slash};
}

symbol hex_symbol(char c) noexcept
{
    const std::uint64_t upper = byte_of(c) & ~std::uint64_t{0x20};
    const mask letter = is_between(upper, 'A', 'F');
    const mask digit = is_between(byte_of(c), '0', '9');
    return {select(letter, upper - 'A' + 10, byte_of(c) - '0'), letter | digit};
}

/// cbdefghijklnrtuv as 0..15.
symbol modhex_symbol(char c) noexcept
{
    const std::uint64_t upper = byte_of(c) & ~std::uint64_t{0x20};
    const mask b = is_equal(upper, 'B');
    const mask c_to_l = is_between(upper, 'C', 'L');
    const mask n = is_equal(upper, 'N');
    const mask r = is_equal(upper, 'R');
    const mask t_to_v = is_between(upper, 'T', 'V');
    std::uint64_t value = select(b, 1, upper - 'D' + 2);
    value = select(is_equal(upper, 'C'), 0, value);
    value = select(n, 11, value);
    value = select(r, 12, value);
    value = select(t_to_v, upper - 'T' + 13, value);
    return {value, b | c_to_l | n | r | t_to_v};
}

/// What every symbol shows as: a letter that is one in each alphabet, so that no foreign character looks like it.
constexpr char any_symbol = 'C';

/// The character without its secret: any_symbol for every symbol of the alphabet, others as they are. Where blanks,
/// padding and foreign characters stand is public, as the shape of a code is.
char shape_of(char c, mask valid) noexcept
{
    return static_cast<char>(declassify(select(valid, any_symbol, byte_of(c))));
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
        if (shape == any_symbol) {
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
        if (shape_of(text[i], s.valid) != any_symbol) {
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

decoded base64_decode(std::string_view text, std::uint8_t* out, std::size_t cap) noexcept
{
    return decode<6>(text, base64_symbol, true, out, cap);
}

repaired base32_repair(std::string_view text, char* out) noexcept
{
    repaired done{0, 0};
    for (const char c : text) {
        char kept = c;
        switch (shape_of(c, base32_symbol(c).valid)) {
            case '-': done.repairs |= base32_repairs::hyphens; continue;
            case '0':
                kept = 'O';
                done.repairs |= base32_repairs::zero_as_o;
                break;
            case '8':
                kept = 'B';
                done.repairs |= base32_repairs::eight_as_b;
                break;
            default: break;
        }
        out[done.len++] = kept;
    }
    return done;
}

decoded hex_decode(std::string_view text, std::uint8_t* out, std::size_t cap) noexcept
{
    return decode<4>(text, hex_symbol, false, out, cap);
}

decoded modhex_decode(std::string_view text, std::uint8_t* out, std::size_t cap) noexcept
{
    return decode<4>(text, modhex_symbol, false, out, cap);
}

char modhex_shape(char c) noexcept
{
    return shape_of(c, modhex_symbol(c).valid);
}

namespace {

/// Calls put(value) for each Bits of the bytes; the last ones are filled with zeros.
template <unsigned Bits, class Put>
void unpack(const std::uint8_t* bytes, std::size_t len, Put put) noexcept
{
    constexpr std::uint64_t all = (std::uint64_t{1} << Bits) - 1;
    std::uint64_t pending = 0;
    unsigned n_pending = 0;
    for (std::size_t i = 0; i < len; ++i) {
        pending = pending << 8 | bytes[i];
        n_pending += 8;
        while (n_pending >= Bits) {
            n_pending -= Bits;
            put((pending >> n_pending) & all);
        }
    }
    if (n_pending != 0) {
        put((pending << (Bits - n_pending)) & all);
    }
}

}  // namespace

void base32_encode(const std::uint8_t* bytes, std::size_t len, char* out) noexcept
{
    unpack<5>(bytes, len, [&](std::uint64_t value) {
        *out++ = static_cast<char>(select(is_less(value, 26), 'A' + value, '2' + value - 26));
    });
}

void base64_encode(const std::uint8_t* bytes, std::size_t len, char* out) noexcept
{
    std::size_t n = 0;
    unpack<6>(bytes, len, [&](std::uint64_t value) {
        std::uint64_t c = select(is_less(value, 26), 'A' + value, 'a' + value - 26);
        c = select(is_between(value, 52, 61), '0' + value - 52, c);
        c = select(is_equal(value, 62), '+', c);
        c = select(is_equal(value, 63), '/', c);
        out[n++] = static_cast<char>(c);
    });
    while (n % 4 != 0) {
        out[n++] = '=';
    }
}

}  // namespace counterseal::core
