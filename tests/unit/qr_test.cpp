// SPDX-License-Identifier: Apache-2.0
// The modules of a QR code, and that each kind of drawing shows exactly them. What a camera reads is tests/qr's matter.
#include "core/enroll/qr.hpp"

#include <expat.h>
#include <gtest/gtest.h>

#include <charconv>
#include <memory>
#include <string>
#include <vector>

namespace counterseal::core {
namespace {

constexpr std::string_view uri = "otpauth://totp/Praxis%20Nord:nurse1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

std::string_view view(const secure_bytes& file)
{
    return {reinterpret_cast<const char*>(file.data()), file.size()};
}

qr_image drawn(std::string_view text, const qr_options& options = {})
{
    qr_image image;
    const auto fault = make_qr(text, options, image);
    EXPECT_EQ(fault.code, status::ok) << fault.rule;
    return image;
}

std::string file_of(qr_kind kind, const qr_options& options = {}, std::string_view title = "Praxis")
{
    secure_bytes file;
    EXPECT_EQ(render_qr(uri, title, kind, options, file).code, status::ok);
    return std::string(view(file));
}

void expect_rule(const verdict_on_options& found, status code, std::string_view start)
{
    EXPECT_EQ(found.code, code);
    ASSERT_NE(found.rule, nullptr);
    EXPECT_TRUE(std::string_view(found.rule).starts_with(start)) << found.rule;
}

std::vector<std::string> lines(std::string_view text)
{
    std::vector<std::string> all;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        EXPECT_NE(end, std::string_view::npos) << "each line ends";
        if (end == std::string_view::npos) {
            break;
        }
        all.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return all;
}

TEST(qr, finder_and_timing_patterns_are_where_the_standard_has_them)
{
    for (const std::size_t quiet : {0U, 4U, 16U}) {
        const qr_image image = drawn(uri, {.quiet_zone = static_cast<std::uint32_t>(quiet)});
        const std::size_t side = image.size() - 2 * quiet;
        ASSERT_EQ(side % 4, 1U);
        ASSERT_GE(side, 21U);
        const auto finder = [&](std::size_t left, std::size_t top) {
            for (std::size_t y = 0; y < 7; ++y) {
                for (std::size_t x = 0; x < 7; ++x) {
                    const bool border = x == 0 || x == 6 || y == 0 || y == 6;
                    const bool heart = 2 <= x && x <= 4 && 2 <= y && y <= 4;
                    EXPECT_EQ(image.dark(quiet + left + x, quiet + top + y), border || heart);
                }
            }
        };
        finder(0, 0);
        finder(side - 7, 0);
        finder(0, side - 7);
        for (std::size_t i = 8; i < side - 8; ++i) {
            EXPECT_EQ(image.dark(quiet + i, quiet + 6), i % 2 == 0);
            EXPECT_EQ(image.dark(quiet + 6, quiet + i), i % 2 == 0);
        }
        for (std::size_t y = 0; y < image.size(); ++y) {
            for (std::size_t x = 0; x < image.size(); ++x) {
                const bool inside = quiet <= x && x < quiet + side && quiet <= y && y < quiet + side;
                ASSERT_TRUE(inside || !image.dark(x, y)) << x << ' ' << y;
            }
        }
    }
}

TEST(qr, holds_what_the_standard_says_and_no_byte_more)
{
    // ISO/IEC 18004 table 7, version 40, byte mode.
    const std::pair<qr_correction, std::size_t> rows[] = {
        {qr_correction::l, 2953}, {qr_correction::m, 2331}, {qr_correction::q, 1663}, {qr_correction::h, 1273}};
    for (const auto& [level, most] : rows) {
        qr_options options;
        options.error_correction = level;
        qr_image image;
        EXPECT_EQ(make_qr(std::string(most, 'a'), options, image).code, status::ok);
        EXPECT_EQ(image.size(), 177U + 8U);
        expect_rule(make_qr(std::string(most + 1, 'a'), options, image), status::e_range, "text ");
    }
    EXPECT_EQ(drawn("a").size(), 21U + 8U);
}

TEST(qr, more_error_correction_takes_more_room)
{
    std::size_t before = 0;
    for (const auto level : {qr_correction::l, qr_correction::m, qr_correction::q, qr_correction::h}) {
        const std::size_t size = drawn(uri, {.error_correction = level}).size();
        EXPECT_GT(size, before);
        before = size;
    }
}

TEST(qr, every_broken_rule_names_its_argument)
{
    secure_bytes file;
    const auto with = [&](std::string_view text, std::string_view title, qr_kind kind, const qr_options& options) {
        file.clear();
        const auto found = render_qr(text, title, kind, options, file);
        EXPECT_TRUE(file.empty());
        return found;
    };
    expect_rule(with("", "", qr_kind::svg, {}), status::e_argument, "text ");
    expect_rule(with("a\xff", "", qr_kind::svg, {}), status::e_argument, "text ");
    expect_rule(with(std::string_view("a\0b", 3), "", qr_kind::svg, {}), status::e_argument, "text ");
    expect_rule(with("a", "a\nb", qr_kind::svg, {}), status::e_argument, "title ");
    expect_rule(with("a", "\xc3", qr_kind::png, {}), status::e_argument, "title ");
    expect_rule(with("a", std::string(1025, 't'), qr_kind::svg, {}), status::e_argument, "title ");
    expect_rule(with("a", "", static_cast<qr_kind>(0), {}), status::e_unsupported, "kind ");
    expect_rule(with("a", "", static_cast<qr_kind>(5), {}), status::e_unsupported, "kind ");
    expect_rule(with("a", "", qr_kind::svg, {.error_correction = static_cast<qr_correction>(4)}), status::e_unsupported,
                "error_correction ");
    expect_rule(with("a", "", qr_kind::svg, {.scale = 0}), status::e_range, "scale ");
    expect_rule(with("a", "", qr_kind::svg, {.scale = 41}), status::e_range, "scale ");
    expect_rule(with("a", "", qr_kind::svg, {.quiet_zone = 17}), status::e_range, "quiet_zone ");
}

struct svg_seen {
    std::vector<std::string> elements;
    std::string open;  // the innermost element
    std::string title;
    std::string path;
    std::string attributes;
};

/// What expat, an XML 1.0 parser, finds in a document.
svg_seen parse(const std::string& svg)
{
    svg_seen seen;
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr),
                                                                              XML_ParserFree);
    XML_SetUserData(parser.get(), &seen);
    XML_SetElementHandler(
        parser.get(),
        [](void* user, const char* name, const char** attributes) {
            auto& into = *static_cast<svg_seen*>(user);
            into.elements.emplace_back(name);
            into.open = name;
            for (; *attributes != nullptr; attributes += 2) {
                if (std::string_view(attributes[0]) == "d") {
                    into.path = attributes[1];
                } else {
                    into.attributes += std::string(attributes[0]) + "=" + attributes[1] + ";";
                }
            }
        },
        [](void* user, const char*) { static_cast<svg_seen*>(user)->open.clear(); });
    XML_SetCharacterDataHandler(parser.get(), [](void* user, const char* text, int len) {
        auto& into = *static_cast<svg_seen*>(user);
        if (into.open == "title") {
            into.title.append(text, static_cast<std::size_t>(len));
        }
    });
    EXPECT_EQ(XML_Parse(parser.get(), svg.data(), static_cast<int>(svg.size()), 1), XML_STATUS_OK)
        << XML_ErrorString(XML_GetErrorCode(parser.get()));
    return seen;
}

/// Draws "M<x> <y>h<n>v1h-<n>z" again and again.
qr_image drawn_path(std::string_view path, std::size_t size)
{
    qr_image image(size);
    const auto number = [&](std::string_view before) {
        EXPECT_TRUE(path.starts_with(before)) << path.substr(0, 20);
        path.remove_prefix(before.size());
        std::size_t value = 0;
        path.remove_prefix(
            static_cast<std::size_t>(std::from_chars(path.data(), path.data() + path.size(), value).ptr - path.data()));
        return value;
    };
    while (path.starts_with('M')) {
        const std::size_t x = number("M");
        const std::size_t y = number(" ");
        const std::size_t n = number("h");
        EXPECT_EQ(number("v1h-"), n);
        EXPECT_TRUE(path.starts_with('z'));
        path.remove_prefix(1);
        for (std::size_t i = 0; i < n; ++i) {
            EXPECT_FALSE(image.dark(x + i, y)) << "drawn twice";
            image.darken(x + i, y);
        }
    }
    EXPECT_TRUE(path.empty()) << path;
    return image;
}

void expect_same(const qr_image& one, const qr_image& other)
{
    ASSERT_EQ(one.size(), other.size());
    for (std::size_t y = 0; y < one.size(); ++y) {
        for (std::size_t x = 0; x < one.size(); ++x) {
            ASSERT_EQ(one.dark(x, y), other.dark(x, y)) << x << ' ' << y;
        }
    }
}

TEST(qr, svg_is_xml_that_draws_the_modules)
{
    const svg_seen seen = parse(file_of(qr_kind::svg, {.scale = 10}));
    EXPECT_EQ(seen.elements, (std::vector<std::string>{"svg", "title", "rect", "path"}));
    EXPECT_EQ(seen.title, "Praxis");
    const qr_image image = drawn(uri);
    ASSERT_EQ(image.size(), 45U);
    EXPECT_EQ(seen.attributes,
              "xmlns=http://www.w3.org/2000/svg;role=img;width=450;height=450;viewBox=0 0 45 45;"
              "shape-rendering=crispEdges;width=45;height=45;fill=#fff;fill=#000;");
    expect_same(drawn_path(seen.path, image.size()), image);
}

TEST(qr, svg_titles_are_text_whatever_is_in_them)
{
    const auto title_of = [](std::string_view title) { return parse(file_of(qr_kind::svg, {}, title)).title; };
    for (const std::string title : {"Dr. M\xc3\xbcller & S\xc3\xb6hne", "</title><script>alert(1)</script>", "]]>",
                                    "&amp;", "\"'", "\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x94\x92"}) {
        EXPECT_EQ(title_of(title), title);
    }
    EXPECT_EQ(title_of("a\xef\xbf\xbe\xef\xbf\xbf z"), "a\xef\xbf\xbd\xef\xbf\xbd z") << "no characters of XML 1.0";
    EXPECT_EQ(parse(file_of(qr_kind::svg, {}, "")).elements, (std::vector<std::string>{"svg", "rect", "path"}));
}

TEST(qr, nothing_but_svg_holds_the_title)
{
    for (const auto kind : {qr_kind::png, qr_kind::text, qr_kind::ansi}) {
        EXPECT_EQ(file_of(kind, {}, "one"), file_of(kind, {}, "another"));
    }
}

TEST(qr, text_draws_what_is_light_and_ansi_what_is_dark)
{
    for (const bool ansi : {false, true}) {
        const qr_image image = drawn(uri);
        const auto rows = lines(file_of(ansi ? qr_kind::ansi : qr_kind::text));
        ASSERT_EQ(rows.size(), (image.size() + 1) / 2);
        for (std::size_t row = 0; row < rows.size(); ++row) {
            std::string_view left = rows[row];
            if (ansi) {
                const std::string_view before = "\x1b[38;5;16;48;5;231m";
                const std::string_view after = "\x1b[0m";
                ASSERT_TRUE(left.starts_with(before) && left.ends_with(after));
                left.remove_prefix(before.size());
                left.remove_suffix(after.size());
            }
            for (std::size_t x = 0; x < image.size(); ++x) {
                const std::string_view cells[] = {" ", "\xe2\x96\x80", "\xe2\x96\x84", "\xe2\x96\x88"};
                const bool below = 2 * row + 1 < image.size();
                const bool upper = image.dark(x, 2 * row) == ansi;
                const bool lower = below && image.dark(x, 2 * row + 1) == ansi;
                const std::string_view cell = cells[(upper ? 1 : 0) + (lower ? 2 : 0)];
                ASSERT_TRUE(left.starts_with(cell)) << "row " << row << ", column " << x;
                left.remove_prefix(cell.size());
            }
            EXPECT_TRUE(left.empty());
        }
    }
}

TEST(qr, png_says_its_size)
{
    const auto number = [](std::string_view file, std::size_t at) {
        std::size_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            value = value << 8 | static_cast<unsigned char>(file[at + i]);
        }
        return value;
    };
    for (const std::uint32_t scale : {1U, 7U, 8U, 40U}) {
        const std::string file = file_of(qr_kind::png, {.scale = scale});
        EXPECT_EQ(file.substr(0, 16), std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16));
        EXPECT_EQ(number(file, 16), 45U * scale);
        EXPECT_EQ(number(file, 20), 45U * scale);
        EXPECT_TRUE(file.ends_with(std::string_view("\0\0\0\0IEND\xae\x42\x60\x82", 12)));
        EXPECT_LT(file.size(), 16'384U) << "the repeated rows are compressed";
    }
}

}  // namespace
}  // namespace counterseal::core
