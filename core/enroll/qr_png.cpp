// SPDX-License-Identifier: Apache-2.0
// A QR code as PNG (ISO/IEC 15948), one bit a pixel. All rows of a module are the same, and that is all there is to
// compress: the first is written out, the others are repetitions of it (zlib, RFC 1950; DEFLATE with the fixed codes,
// RFC 1951 section 3.2.6).
#include <algorithm>
#include <bit>

#include "core/base/bytes.hpp"
#include "core/enroll/qr.hpp"

namespace counterseal::core {
namespace {

void add_u32(secure_bytes& to, std::uint32_t number)
{
    for (unsigned shift = 32; shift != 0;) {
        shift -= 8;
        to.push_back(static_cast<std::uint8_t>(number >> shift));
    }
}

/// ISO/IEC 15948 annex D, without its table: the image has a few thousand bytes.
std::uint32_t crc(bytes_view of) noexcept
{
    std::uint32_t rest = 0xffffffff;
    for (const std::uint8_t byte : of) {
        rest ^= byte;
        for (int i = 0; i < 8; ++i) {
            rest = (rest >> 1) ^ ((rest & 1) != 0 ? 0xedb88320U : 0U);
        }
    }
    return ~rest;
}

void add_chunk(secure_bytes& to, std::string_view type, bytes_view data)
{
    add_u32(to, static_cast<std::uint32_t>(data.size()));
    const std::size_t start = to.size();
    to.insert(to.end(), type.begin(), type.end());
    to.insert(to.end(), data.begin(), data.end());
    add_u32(to, crc(bytes_view(to).subspan(start)));
}

/// A zlib stream of one block with the fixed codes, and the checksum of what it stands for.
class deflated {
public:
    deflated()
    {
        stream_ = {0x78, 0x01};  // a window of 32 KiB
        bits(3, 3);              // the last block, fixed codes
    }

    void literals(bytes_view bytes)
    {
        for (const std::uint8_t byte : bytes) {
            symbol(byte);
        }
        count(bytes);
    }

    /// The last `from` bytes once more, `times` times.
    void repeat(bytes_view from, std::size_t times)
    {
        for (std::size_t left = from.size() * times; left != 0;) {
            // No match is shorter than 3 bytes, so none may leave 1 or 2 over.
            const std::size_t len = left <= 258 ? left : std::min<std::size_t>(258, left - 3);
            match(static_cast<std::uint32_t>(len), static_cast<std::uint32_t>(from.size()));
            left -= len;
        }
        for (std::size_t i = 0; i < times; ++i) {
            count(from);
        }
    }

    [[nodiscard]] const secure_bytes& finish()
    {
        symbol(256);
        bits(0, (8 - n_pending_) % 8);
        add_u32(stream_, (high_ << 16) | low_);
        return stream_;
    }

private:
    void bits(std::uint32_t value, unsigned n)
    {
        for (unsigned i = 0; i < n; ++i) {
            pending_ |= ((value >> i) & 1U) << n_pending_;
            if (++n_pending_ == 8) {
                stream_.push_back(static_cast<std::uint8_t>(pending_));
                pending_ = 0;
                n_pending_ = 0;
            }
        }
    }
    /// A Huffman code goes out with its first bit first.
    void code(std::uint32_t value, unsigned n)
    {
        while (n != 0) {
            bits(value >> --n, 1);
        }
    }
    void symbol(std::uint32_t value)
    {
        if (value < 144) {
            code(0x30 + value, 8);
        } else if (value < 256) {
            code(0x190 + value - 144, 9);
        } else if (value < 280) {
            code(value - 256, 7);
        } else {
            code(0xc0 + value - 280, 8);
        }
    }
    /// The tables of RFC 1951 section 3.2.5 as formulas: `len` 3 to 258, `distance` 3 to 32768.
    void match(std::uint32_t len, std::uint32_t distance)
    {
        const std::uint32_t above = len - 3;
        if (len == 258) {
            symbol(285);
        } else if (above < 8) {
            symbol(257 + above);
        } else {
            const auto n = static_cast<unsigned>(std::bit_width(above)) - 3;
            symbol(257 + 4 * n + (above >> n));
            bits(above, n);
        }
        const std::uint32_t back = distance - 1;
        const auto n = static_cast<unsigned>(std::bit_width(back)) - 2;
        code(2 * n + (back >> n), 5);
        bits(back, n);
    }
    /// Adler-32 (RFC 1950 section 8).
    void count(bytes_view bytes)
    {
        for (const std::uint8_t byte : bytes) {
            low_ = (low_ + byte) % 65521;
            high_ = (high_ + low_) % 65521;
        }
    }

    secure_bytes stream_;
    std::uint32_t pending_ = 0;
    unsigned n_pending_ = 0;
    std::uint32_t low_ = 1;
    std::uint32_t high_ = 0;
};

}  // namespace

secure_bytes qr_png(const qr_image& image, std::size_t scale)
{
    const std::size_t side = image.size() * scale;
    deflated pixels;
    for (std::size_t y = 0; y < image.size(); ++y) {
        secure_bytes row(1 + (side + 7) / 8, 0);  // a filter of type 0, then pixels: 1 is white
        for (std::size_t x = 0; x < side; ++x) {
            if (!image.dark(x / scale, y)) {
                row[1 + x / 8] = static_cast<std::uint8_t>(row[1 + x / 8] | (0x80U >> (x % 8)));
            }
        }
        pixels.literals(row);
        pixels.repeat(row, scale - 1);
    }

    secure_bytes header;
    add_u32(header, static_cast<std::uint32_t>(side));
    add_u32(header, static_cast<std::uint32_t>(side));
    header.insert(header.end(), {1, 0, 0, 0, 0});  // one bit, grey, no choices, not interlaced
    secure_bytes file{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    add_chunk(file, "IHDR", header);
    add_chunk(file, "IDAT", pixels.finish());
    add_chunk(file, "IEND", {});
    return file;
}

}  // namespace counterseal::core
