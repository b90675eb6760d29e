// SPDX-License-Identifier: Apache-2.0
// A QR code for terminals: each character cell is two modules, one above the other, as Unicode's half blocks.
#include <array>

#include "core/enroll/qr.hpp"

namespace counterseal::core {
namespace {

/// By which half of a cell is drawn: none, upper, lower, both.
constexpr std::array<std::string_view, 4> cells{" ", "\xe2\x96\x80", "\xe2\x96\x84", "\xe2\x96\x88"};

// Black on white by their numbers in the 256 colours: the first sixteen are whatever the person's theme makes of them.
constexpr std::string_view black_on_white = "\x1b[38;5;16;48;5;231m";
constexpr std::string_view usual_colours = "\x1b[0m";

void add(secure_bytes& to, std::string_view text)
{
    to.insert(to.end(), text.begin(), text.end());
}

/// `drawn(x, y)`: whether the module is a block.
template <class Drawn>
secure_bytes rows(std::size_t size, std::string_view before, std::string_view after, Drawn drawn)
{
    secure_bytes file;
    for (std::size_t y = 0; y < size; y += 2) {
        add(file, before);
        for (std::size_t x = 0; x < size; ++x) {
            add(file, cells[(drawn(x, y) ? 1U : 0U) + (drawn(x, y + 1) ? 2U : 0U)]);
        }
        add(file, after);
        add(file, "\n");
    }
    return file;
}

}  // namespace

secure_bytes qr_text(const qr_image& image)
{
    // The terminal is dark: what is drawn are the light modules. The height is odd, and below it nothing is drawn.
    return rows(image.size(), "", "", [&](auto x, auto y) { return y < image.size() && !image.dark(x, y); });
}

secure_bytes qr_ansi(const qr_image& image)
{
    return rows(image.size(), black_on_white, usual_colours, [&](auto x, auto y) { return image.dark(x, y); });
}

}  // namespace counterseal::core
