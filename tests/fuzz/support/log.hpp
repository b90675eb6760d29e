// SPDX-License-Identifier: Apache-2.0
// What targets of the log need: the call, held to its promises; a slow reader of logs; and somebody who signs.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/audit/checkpoint.hpp"
#include "core/audit/log_check.hpp"
#include "core/audit/log_line.hpp"
#include "core/audit/merkle_hash.hpp"
#include "core/audit/note.hpp"
#include "core/enroll/base64.hpp"
#include "core/enroll/json.hpp"
#include "tests/fuzz/support/seed.hpp"

namespace counterseal::fuzz {

[[nodiscard]] inline const core::crypto& provider()
{
    static const std::unique_ptr<const core::crypto> one = core::crypto::open("");
    return *one;
}

/// What stands behind `before` in the first line, which is taken; nothing, where the line begins with something else.
[[nodiscard]] inline std::string_view take_line(std::string_view& from, std::string_view before)
{
    const std::size_t end = from.find('\n');
    if (!from.starts_with(before) || end == std::string_view::npos) {
        return {};
    }
    const std::string_view line = from.substr(before.size(), end - before.size());
    from.remove_prefix(end + 1);
    return line;
}

/// Without their ends; a last one may have none.
[[nodiscard]] inline std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> all;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        all.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

[[nodiscard]] inline std::string joined(const std::vector<std::string>& lines)
{
    std::string all;
    for (const std::string& line : lines) {
        all += line;
    }
    return all;
}

/// A line that is named is one of the log. Where nothing was kept there is no argument to be wrong.
inline void expect_refused(cseal_status status, const cseal_problem& problem, std::string_view log, bool has_kept)
{
    FUZZ_EXPECT(status == CSEAL_E_STORE_CORRUPT || (status == CSEAL_E_ARGUMENT && has_kept));
    expect_told(problem, status, log.size());
    const std::string_view said(problem.text);
    if (said.starts_with("line ")) {
        const std::uint64_t line = std::stoull(std::string(said.substr(5)));
        FUZZ_EXPECT(line > 0 && line <= lines_of(log).size());
    }
}

/// With every room that an answer may have it has to be the same (ask()).
enum class asked { once, with_every_room };

[[nodiscard]] inline answer<char> verify(std::string_view log, std::string_view kept, std::string_view verifier,
                                         asked how = asked::once)
{
    cseal_problem problem = fresh_problem();
    const auto call = [&](char* out, std::size_t cap, std::size_t* len) {
        return cseal_log_verify(log.data(), log.size(), kept.data(), kept.size(), verifier.data(), verifier.size(),
                                &problem, out, cap, len);
    };
    constexpr std::size_t enough = 256;
    std::size_t len = 0;
    answer<char> got = call_with<char>(call, enough, len);
    if (got.status != CSEAL_OK) {
        expect_refused(got.status, problem, log, !kept.empty() || !verifier.empty());
    } else if (how == asked::with_every_room) {
        FUZZ_EXPECT(ask<char>(call) == got);
    }
    return got;
}

/// The same below the C ABI, without a verifier: whether it is no log, or not that of the checkpoints.
[[nodiscard]] inline bool is_refused(std::string_view log, std::vector<core::checkpoint> held = {})
{
    core::log_check check(provider(), std::move(held));
    if (!log.empty() && !log.ends_with('\n')) {
        return true;
    }
    for (const std::string_view line : lines_of(log)) {
        if (check.add(line)) {
            return true;
        }
    }
    return check.finish().has_value();
}

/// A log that was accepted, read by the length of what stands at its ends, and hashed as RFC 6962 section 2.1 defines.
class slow_log {
public:
    explicit slow_log(std::string_view log) : hash_(provider()), plain_(provider())
    {
        for (const std::string_view line : lines_of(log)) {
            leaves_.push_back(leaf_of(line));
        }
        root_ = root_of(0, leaves_.size());
    }

    [[nodiscard]] core::checkpoint head(const std::string& origin) const { return {origin, leaves_.size(), root_}; }

    [[nodiscard]] std::string report(std::size_t n_kept) const
    {
        const std::size_t n_covered = n_kept == 0 ? 0 : leaves_.size();  // each is of all of it
        return R"({"checkpoints":)" + std::to_string(n_kept) + R"(,"covered":)" + std::to_string(n_covered) +
               R"(,"erased":)" + std::to_string(n_erased_) + R"(,"events":)" + std::to_string(leaves_.size()) +
               R"(,"purged":)" + std::to_string(n_purged_) + R"(,"root":")" + core::to_base64<std::string>(root_) +
               R"("})";
    }

private:
    static constexpr std::size_t hash_text_len = 44;  // of 32 bytes in base64

    core::sha256_digest leaf_of(std::string_view line)
    {
        constexpr std::string_view purged = R"({"purged":)";
        constexpr std::string_view entry_starts = R"({"entry":)";
        constexpr std::string_view person_follows = R"(,"person":)";
        if (line.starts_with(purged)) {
            ++n_purged_;
            const auto leaf = core::from_base64(line.substr(line.size() - 3 - hash_text_len, hash_text_len));
            core::sha256_digest out{};
            FUZZ_EXPECT(leaf && leaf->size() == out.size());
            std::ranges::copy(*leaf, out.begin());
            return out;
        }
        const std::size_t second = line.rfind(person_follows);
        const std::string_view entry = line.substr(entry_starts.size(), second - entry_starts.size());
        const std::string_view person =
            line.substr(second + person_follows.size(), line.size() - second - person_follows.size() - 1);
        if (person == "null") {
            ++n_erased_;
        } else {
            const std::string hash = core::to_base64<std::string>(plain_.of({core::bytes_of(person)}));
            FUZZ_EXPECT(entry.substr(entry.size() - 2 - hash_text_len, hash_text_len) == hash);
        }
        return hash_.of_leaf(core::bytes_of(entry));
    }

    core::sha256_digest root_of(std::size_t begin, std::size_t end)
    {
        if (begin == end) {
            return hash_.of_nothing();
        }
        if (end - begin == 1) {
            return leaves_[begin];
        }
        std::size_t left = 1;
        while (2 * left < end - begin) {
            left *= 2;
        }
        return hash_.of_node(root_of(begin, begin + left), root_of(begin + left, end));
    }

    core::merkle_hash hash_;
    core::sha256_hash plain_;
    std::vector<core::sha256_digest> leaves_;
    std::size_t n_erased_ = 0;
    std::size_t n_purged_ = 0;
    core::sha256_digest root_;
};

/// What somebody kept who looked at the signature before.
[[nodiscard]] inline std::string unsigned_note(const core::checkpoint& of)
{
    return of.text() + "\n";
}

[[nodiscard]] inline std::string json_of(const std::string& note)
{
    std::string all = "[";
    all += core::quoted(note);
    return all += ']';
}

class signer {
public:
    signer(std::string name, std::string_view pkcs8)
        : key_(core::private_key::from_pkcs8(provider(), core::from_base64(pkcs8).value()).value()),
          as_(provider(), std::move(name), key_.public_half())
    {
    }
    [[nodiscard]] const std::string& name() const noexcept { return as_.name(); }
    [[nodiscard]] std::string verifier() const { return as_.text(); }
    [[nodiscard]] std::string note(const core::checkpoint& of) const { return core::sign_note(of.text(), as_, key_); }

private:
    core::private_key key_;
    core::note_verifier as_;
};

/// One for each type of signature, with the keys of RFC 8032 section 7.1 (test 1) and RFC 6979 appendix A.2.5.
[[nodiscard]] inline const std::array<signer, 2>& signers()
{
    static const std::array<signer, 2> both = {
        signer("counterseal/0001/maple", "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"),
        signer("counterseal/0002/maple",
               "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyGh"
               "RANCAARg/tS6JVqdMclh63TGNW1owEm4kjth+mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ"),
    };
    return both;
}

}  // namespace counterseal::fuzz
