// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/json_document.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "core/enroll/place.hpp"
#include "core/enroll/utf8.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::size_t text_max = INT32_MAX;  // of a slice
constexpr std::size_t depth_max = 32;
constexpr std::size_t usual_size = 24;  // what a login brings grows nothing

/// What a text in quotes may have as it is, and is one byte.
constexpr std::array<bool, 256> is_plain = [] {
    std::array<bool, 256> out{};
    for (std::size_t c = ' '; c < 0x80; ++c) {
        out[c] = c != '"' && c != '\\';
    }
    return out;
}();

bool is_digit(char c) noexcept
{
    return '0' <= c && c <= '9';
}

}  // namespace

/// Reads the grammar of RFC 8259 from left to right; what it returns is whether to go on.
class json_document::reader {
public:
    explicit reader(json_document& into) noexcept : into_{into}, text_{into.text_} {}

    void read()
    {
        into_.nodes_.reserve(usual_size);
        members_.reserve(usual_size);
        if (text_.size() > text_max) {
            refuse(0, "the text is longer than 2 GB");
            return;
        }
        if (text_.starts_with(byte_order_mark)) {
            at_ = byte_order_mark.size();
        }
        skip_blanks();
        if (value({}, 0)) {
            skip_blanks();
            static_cast<void>(at_ == text_.size() || is_no_json());
        }
    }

private:
    /// 0 at the end of the text, where nothing may be that is asked for.
    [[nodiscard]] char here() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool refuse(std::size_t byte, const char* rule)
    {
        into_.why_ = {status::malformed, rule, byte};
        place_counter(text_).place(into_.why_);
        return false;
    }
    bool is_no_json() { return refuse(std::min(at_, text_.size() - (text_.empty() ? 0 : 1)), "the file is no JSON"); }

    void skip_blanks() noexcept
    {
        while (here() == ' ' || here() == '\n' || here() == '\r' || here() == '\t') {
            ++at_;
        }
    }

    /// A character that has to be here.
    bool take(char c) { return here() == c ? ++at_, true : is_no_json(); }

    slice since(std::size_t start) const noexcept
    {
        return {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(at_ - start), false};
    }

    bool value(slice name, std::size_t depth)
    {
        if (depth > depth_max) {
            return refuse(at_, "values are nested more than 32 deep");
        }
        const std::size_t self = into_.nodes_.size();
        into_.nodes_.push_back({.name = name, .byte = static_cast<std::uint32_t>(at_)});
        bool is_good = false;
        switch (here()) {
            case '{': is_good = object(self, depth); break;
            case '[': is_good = array(self, depth); break;
            case '"': is_good = text(self); break;
            case 't': is_good = word("true", self, json_kind::boolean); break;
            case 'f': is_good = word("false", self, json_kind::boolean); break;
            case 'n': is_good = word("null", self, json_kind::nothing); break;
            default: is_good = number(self);
        }
        into_.nodes_[self].next = static_cast<std::uint32_t>(into_.nodes_.size());
        return is_good;
    }

    bool word(std::string_view what, std::size_t self, json_kind kind)
    {
        const std::size_t start = at_;
        for (const char c : what) {
            if (!take(c)) {
                return false;
            }
        }
        into_.nodes_[self].kind = kind;
        into_.nodes_[self].content = since(start);
        return true;
    }

    bool digits()
    {
        if (!is_digit(here())) {
            return is_no_json();
        }
        while (is_digit(here())) {
            ++at_;
        }
        return true;
    }

    bool number(std::size_t self)
    {
        const std::size_t start = at_;
        if (here() == '-') {
            ++at_;
        }
        if (here() == '0') {
            ++at_;
        } else if (!digits()) {
            return false;
        }
        if (here() == '.') {
            ++at_;
            if (!digits()) {
                return false;
            }
        }
        if (here() == 'e' || here() == 'E') {
            ++at_;
            if (here() == '+' || here() == '-') {
                ++at_;
            }
            if (!digits()) {
                return false;
            }
        }
        node& made = into_.nodes_[self];
        made.kind = json_kind::number;
        made.content = since(start);
        // Section 6 lets a reader bound numbers: what no double holds is refused, not rounded to nothing or infinity.
        const std::string_view written = into_.shown(made.content);
        double unused = 0;
        return std::from_chars(written.data(), written.data() + written.size(), unused).ec == std::errc() ||
               refuse(start, "a number is out of range");
    }

    bool text(std::size_t self)
    {
        slice content;
        if (!string(content)) {
            return false;
        }
        into_.nodes_[self].kind = json_kind::text;
        into_.nodes_[self].content = content;
        return true;
    }

    bool string(slice& out)
    {
        ++at_;  // the quote
        const std::size_t start = at_;
        const std::size_t decoded_from = into_.decoded_.size();
        std::size_t copied = at_;  // everything before is in decoded_, if there was an escape
        bool has_escapes = false;
        for (;;) {
            while (at_ < text_.size() && is_plain[static_cast<unsigned char>(text_[at_])]) {
                ++at_;
            }
            if (here() == '"') {
                break;
            }
            if (here() == '\\') {
                into_.decoded_ += text_.substr(copied, at_ - copied);
                if (!escape()) {
                    return false;
                }
                copied = at_;
                has_escapes = true;
            } else if (!is_plain_elsewhere()) {
                return is_no_json();
            }
        }
        out = since(start);
        if (has_escapes) {
            into_.decoded_ += text_.substr(copied, at_ - copied);
            out.at = static_cast<std::uint32_t>(decoded_from);
            out.len = static_cast<std::uint32_t>(into_.decoded_.size() - decoded_from);
            out.is_decoded = true;
        }
        ++at_;
        return true;
    }

    /// Takes a character of more than one byte.
    bool is_plain_elsewhere() noexcept
    {
        const std::size_t len = static_cast<unsigned char>(here()) >= 0x80 ? utf8_sequence(text_.substr(at_)) : 0;
        at_ += len;
        return len != 0;
    }

    /// Four hexadecimal digits.
    bool code_unit(std::uint32_t& out)
    {
        out = 0;
        for (int i = 0; i < 4; ++i) {
            const char c = here();
            const char low = static_cast<char>(c | 0x20);
            if (!is_digit(c) && !('a' <= low && low <= 'f')) {
                return is_no_json();
            }
            out = out << 4 | static_cast<std::uint32_t>(is_digit(c) ? c - '0' : low - 'a' + 10);
            ++at_;
        }
        return true;
    }

    bool escape()
    {
        static constexpr std::string_view names = "\"\\/bfnrt";
        static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        ++at_;  // the backslash
        if (here() == 'u') {
            ++at_;
            return escaped_character();
        }
        const std::size_t which = at_ < text_.size() ? names.find(here()) : std::string_view::npos;
        if (which == std::string_view::npos) {
            return is_no_json();
        }
        into_.decoded_ += meanings[which];
        ++at_;
        return true;
    }

    bool escaped_character()
    {
        std::uint32_t c = 0;
        if (!code_unit(c)) {
            return false;
        }
        if (0xd800 <= c && c < 0xdc00) {  // the first half of a pair
            std::uint32_t low = 0;
            if (!take('\\') || !take('u') || !code_unit(low)) {
                return false;
            }
            if (low < 0xdc00 || low > 0xdfff) {
                return is_no_json();
            }
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        } else if (0xdc00 <= c && c <= 0xdfff) {
            return is_no_json();
        }
        append(c);
        return true;
    }

    /// As UTF-8 (RFC 3629 section 3).
    void append(std::uint32_t c)
    {
        const auto add = [&](std::uint32_t byte) { into_.decoded_ += static_cast<char>(byte); };
        if (c < 0x80) {
            add(c);
        } else if (c < 0x800) {
            add(0xc0 | c >> 6);
            add(0x80 | (c & 63));
        } else if (c < 0x10000) {
            add(0xe0 | c >> 12);
            add(0x80 | (c >> 6 & 63));
            add(0x80 | (c & 63));
        } else {
            add(0xf0 | c >> 18);
            add(0x80 | (c >> 12 & 63));
            add(0x80 | (c >> 6 & 63));
            add(0x80 | (c & 63));
        }
    }

    bool array(std::size_t self, std::size_t depth)
    {
        into_.nodes_[self].kind = json_kind::array;
        ++at_;
        skip_blanks();
        if (here() == ']') {
            ++at_;
            return true;
        }
        for (;;) {
            if (!value({}, depth + 1)) {
                return false;
            }
            skip_blanks();
            if (here() != ',') {
                return take(']');
            }
            ++at_;
            skip_blanks();
        }
    }

    bool object(std::size_t self, std::size_t depth)
    {
        into_.nodes_[self].kind = json_kind::object;
        ++at_;
        skip_blanks();
        if (here() == '}') {
            ++at_;
            return true;
        }
        for (;;) {
            slice name;
            if (here() != '"') {
                return is_no_json();
            }
            if (!string(name)) {
                return false;
            }
            skip_blanks();
            if (!take(':')) {
                return false;
            }
            skip_blanks();
            if (!value(name, depth + 1)) {
                return false;
            }
            skip_blanks();
            if (here() != ',') {
                return take('}') && is_each_once(self);
            }
            ++at_;
            skip_blanks();
        }
    }

    /// Sorted, because a stranger may send any number of members.
    bool is_each_once(std::size_t self)
    {
        const std::vector<node>& all = into_.nodes_;
        members_.clear();
        for (std::size_t i = self + 1; i < all.size(); i = all[i].next) {
            members_.emplace_back(into_.shown(all[i].name), all[i].byte);
        }
        std::ranges::sort(members_);
        const auto twice = std::ranges::adjacent_find(members_, {}, &std::pair<std::string_view, std::uint32_t>::first);
        return twice == members_.end() || refuse(std::next(twice)->second, "a name stands twice in an object");
    }

    json_document& into_;
    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<std::pair<std::string_view, std::uint32_t>> members_;
};

json_document::json_document(std::string_view text) : text_{text}
{
    reader(*this).read();
}

}  // namespace counterseal::core
