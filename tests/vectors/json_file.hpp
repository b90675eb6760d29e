// SPDX-License-Identifier: Apache-2.0
// Published values as data. A file that is missing or holds no tests is a failure, never a pass.
#pragma once

#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace counterseal::test {

using json = nlohmann::json;

/// Throws if the file is missing or no JSON; googletest reports that as a failure.
inline json read_json(const std::string& path)
{
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    return json::parse(file);
}

/// The array `key` of `object`. Throws if it is missing or empty.
inline const json& some(const json& object, const char* key)
{
    const json& array = object.at(key);
    if (!array.is_array() || array.empty()) {
        throw std::runtime_error(std::string(key) + " holds nothing");
    }
    return array;
}

const json& some(const json&& object, const char* key) = delete;  // the array would outlive its file

/// A text field, as text: json's own == with std::string is ambiguous in C++20 for some compilers.
inline std::string word(const json& object, const char* key)
{
    return object.at(key).get<std::string>();
}

inline std::vector<std::uint8_t> from_hex(const std::string& text)
{
    if (text.size() % 2 != 0 || text.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
        throw std::runtime_error("no hex: " + text);
    }
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

}  // namespace counterseal::test
