// SPDX-License-Identifier: Apache-2.0
// A QR code as SVG 1.1 in XML 1.0: a white square and one black path, in units of a module. It refers to nothing and
// has no script. It has no ids either, so that several may stand in one page: <title> names role="img" without one.
#include <charconv>

#include "core/enroll/qr.hpp"
#include "core/enroll/utf8.hpp"

namespace counterseal::core {
namespace {

void add(secure_bytes& to, std::string_view text)
{
    to.insert(to.end(), text.begin(), text.end());
}

void add(secure_bytes& to, std::size_t number)
{
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    to.insert(to.end(), digits, end);
    wipe(digits, sizeof digits);
}

/// As character data. `text` is UTF-8 without control characters; what else XML 1.0 has no place for (section 2.2)
/// becomes U+FFFD.
void add_escaped(secure_bytes& to, std::string_view text)
{
    while (!text.empty()) {
        const std::string_view one = text.substr(0, utf8_sequence(text));
        if (one == "&") {
            add(to, "&amp;");
        } else if (one == "<") {
            add(to, "&lt;");
        } else if (one == ">") {
            add(to, "&gt;");
        } else if (one == "\xef\xbf\xbe" || one == "\xef\xbf\xbf") {
            add(to, "\xef\xbf\xbd");
        } else {
            add(to, one);
        }
        text.remove_prefix(one.size());
    }
}

/// One rectangle for each run of dark modules in a row.
void add_path(secure_bytes& to, const qr_image& image)
{
    for (std::size_t y = 0; y < image.size(); ++y) {
        for (std::size_t x = 0; x < image.size();) {
            std::size_t end = x;
            while (image.dark(end, y)) {
                ++end;
            }
            if (end == x) {
                ++x;
                continue;
            }
            add(to, "M");
            add(to, x);
            add(to, " ");
            add(to, y);
            add(to, "h");
            add(to, end - x);
            add(to, "v1h-");
            add(to, end - x);
            add(to, "z");
            x = end;
        }
    }
}

}  // namespace

secure_bytes qr_svg(const qr_image& image, std::string_view title, std::size_t scale)
{
    secure_bytes file;
    const auto side = [&](std::string_view name, std::size_t length) {
        add(file, name);
        add(file, length);
        add(file, "\"");
    };
    add(file, R"(<svg xmlns="http://www.w3.org/2000/svg" role="img")");
    side(" width=\"", image.size() * scale);
    side(" height=\"", image.size() * scale);
    add(file, " viewBox=\"0 0 ");
    add(file, image.size());
    side(" ", image.size());
    add(file, " shape-rendering=\"crispEdges\">\n");
    if (!title.empty()) {
        add(file, "<title>");
        add_escaped(file, title);
        add(file, "</title>\n");
    }
    add(file, "<rect");
    side(" width=\"", image.size());
    side(" height=\"", image.size());
    add(file, " fill=\"#fff\"/>\n<path fill=\"#000\" d=\"");
    add_path(file, image);
    add(file, "\"/>\n</svg>\n");
    return file;
}

}  // namespace counterseal::core
