// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"

#include "printable.hpp"

namespace counterseal::cli {

json& json::key(std::string_view name)
{
    separate();
    quoted(name);
    append(out_, ": ");
    comma_ = false;
    return *this;
}

json& json::value(std::string_view text)
{
    separate();
    quoted(text);
    return *this;
}

json& json::value(std::uint64_t number)
{
    return bare(std::to_string(number));
}

json& json::value(std::int64_t number)
{
    return bare(std::to_string(number));
}

json& json::list(std::string_view name, const std::vector<std::string>& texts)
{
    key(name).begin_array();
    for (const std::string& text : texts) {
        value(std::string_view(text));
    }
    return end_array();
}

json& json::open(char bracket)
{
    separate();
    out_.push_back(bracket);
    comma_ = false;
    return *this;
}

json& json::close(char bracket)
{
    out_.push_back(bracket);
    comma_ = true;
    return *this;
}

json& json::bare(std::string_view text)
{
    separate();
    append(out_, text);
    return *this;
}

void json::separate()
{
    if (comma_) {
        append(out_, ", ");
    }
    comma_ = true;
}

void json::quoted(std::string_view text)
{
    constexpr std::string_view hex = "0123456789abcdef";
    out_.push_back('"');
    for_each_character(text, [&](std::string_view character) {
        const auto first = static_cast<unsigned char>(character[0]);
        if (character == "\n") {
            append(out_, "\\n");
        } else if (character == "\"" || character == "\\") {
            out_.push_back('\\');
            append(out_, character);
        } else if (first < 0x20 || first == 0x7f) {
            append(out_, "\\u00");
            out_.push_back(hex[first >> 4]);
            out_.push_back(hex[first & 15]);
        } else {
            append(out_, character);
        }
    });
    out_.push_back('"');
}

}  // namespace counterseal::cli
