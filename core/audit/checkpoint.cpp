// SPDX-License-Identifier: Apache-2.0
#include "core/audit/checkpoint.hpp"

#include "core/enroll/base64.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace counterseal::core {

std::string checkpoint::text() const
{
    return origin + '\n' + std::to_string(size) + '\n' + to_base64<std::string>(root) + '\n';
}

std::optional<checkpoint> checkpoint::from_text(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos || end == 0) {
            return std::nullopt;
        }
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    if (lines.size() < 3) {
        return std::nullopt;
    }
    checkpoint out;
    out.origin = lines[0];
    const auto [end, fault] = std::from_chars(lines[1].data(), lines[1].data() + lines[1].size(), out.size);
    // One spelling for each size: no sign, no zeros before it.
    if (fault != std::errc() || std::to_string(out.size) != lines[1]) {
        return std::nullopt;
    }
    const std::optional<std::vector<std::uint8_t>> root = from_base64(lines[2]);
    if (!root || root->size() != out.root.size()) {
        return std::nullopt;
    }
    std::ranges::copy(*root, out.root.begin());
    return out;
}

}  // namespace counterseal::core
