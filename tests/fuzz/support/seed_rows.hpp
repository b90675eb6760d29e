// SPDX-License-Identifier: Apache-2.0
// What a file of seeds promises, read below the C ABI, where each row can be looked at.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "core/enroll/seed_file.hpp"
#include "tests/fuzz/support/fuzz.hpp"

namespace counterseal::fuzz {

/// The place of a problem is one: line and column, from 1, are those of its byte, counted here in the slow way.
inline void expect_placed(const core::problem& of, std::string_view text)
{
    FUZZ_EXPECT(of.byte <= text.size());
    const std::string_view before = text.substr(0, of.byte);
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    FUZZ_EXPECT(of.line == static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1);
    FUZZ_EXPECT(of.column == before.size() - line_start + 1);
}

/// A row has a seed that keeps its rules, or a reason; either has a place.
inline void expect_row(const core::seed_row& row, std::string_view text)
{
    FUZZ_EXPECT(row.value.has_value() == (row.why.code == core::status::ok));
    FUZZ_EXPECT(row.value.has_value() == row.why.text.empty());
    FUZZ_EXPECT(!row.value || core::check(*row.value).code == core::status::ok);
    expect_placed(row.why, text);
}

using rows = std::optional<std::vector<core::seed_row>>;

/// `got` is what a reader said of `text`, after it was held to that.
[[nodiscard]] inline rows sound(rows got, const core::problem& why, std::string_view text)
{
    FUZZ_EXPECT(got.has_value() == (why.code == core::status::ok));
    if (!got) {
        FUZZ_EXPECT(!why.text.empty());
        expect_placed(why, text);
        return got;
    }
    for (const core::seed_row& row : *got) {
        expect_row(row, text);
    }
    return got;
}

[[nodiscard]] inline bool same(const core::seed& a, const core::seed& b)
{
    return a.kind == b.kind && a.algorithm == b.algorithm && a.encoder == b.encoder && a.digits == b.digits &&
           a.period_s == b.period_s && a.t0_s == b.t0_s && a.counter == b.counter && a.key == b.key &&
           a.private_id == b.private_id && a.texts == b.texts;
}

[[nodiscard]] inline const core::crypto& provider()
{
    static const std::unique_ptr<const core::crypto> only = core::crypto::open("");
    return *only;
}

/// What unlocks the encrypted seeds: the password of RFC 6030 figure 7, and the key of figure 6, continued for files
/// with AES-192 and AES-256. No password where the file may ask for so many iterations that fuzzing would stand still.
[[nodiscard]] inline core::seed_file_keys keys_for(std::string_view text)
{
    static constexpr std::uint8_t key[32] = {0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12,
                                             0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34,
                                             0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34};
    std::string bare;  // without what UTF-16 puts in between
    std::copy_if(text.begin(), text.end(), std::back_inserter(bare), [](char c) { return c != '\0'; });
    const auto holds = [&](const char* word) { return bare.find(word) != std::string::npos; };
    const std::size_t len = holds("aes256-cbc") ? 32 : holds("aes192-cbc") ? 24 : 16;
    const std::string_view name = "IterationCount";
    bool is_slow = false;
    for (std::size_t at = bare.find(name), end = 0; at != std::string::npos && !is_slow; at = end) {
        end = bare.find(name, at + 1);
        const std::string content = bare.substr(at, end - at);  // of the element, or what is behind it
        const bool is_end_tag =
            bare.find_last_of("</", at) != std::string::npos && bare[bare.find_last_of("</", at)] == '/';
        is_slow = !is_end_tag &&
                  std::count_if(content.begin(), content.end(), [](char c) { return '0' <= c && c <= '9'; }) > 4;
    }
    return {{key, len}, is_slow ? "" : "qwerty"};
}

}  // namespace counterseal::fuzz
