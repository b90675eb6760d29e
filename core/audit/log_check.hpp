// SPDX-License-Identifier: Apache-2.0
// Checks an exported log line by line: that it has no gap, that what names a person is what was hashed, that no more
// was erased or purged than its events say, and that it has the roots of the checkpoints that somebody kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/checkpoint.hpp"
#include "core/audit/log_line.hpp"
#include "core/audit/tree_frontier.hpp"

namespace counterseal::core {

struct log_fault {
    std::uint64_t line;  // from 1; 0: of the log as a whole
    std::string rule;    // a sentence without what the log holds
};

class log_check {
public:
    /// `kept` in any order. Throws crypto_failure.
    log_check(const crypto& by, std::vector<checkpoint> kept);

    /// Takes a line without its newline. What it answers is the first fault; the log is not looked at behind it. Throws
    /// crypto_failure.
    [[nodiscard]] std::optional<log_fault> add(std::string_view line);

    /// After the last line. Throws crypto_failure.
    [[nodiscard]] std::optional<log_fault> finish();

    [[nodiscard]] std::uint64_t size() const noexcept { return tree_.size(); }
    [[nodiscard]] sha256_digest root() { return tree_.root(hash_); }
    [[nodiscard]] std::uint64_t n_erased() const noexcept { return n_erased_; }
    /// The first ones, which the newest of the kept checkpoints vouches for: what follows them may have been made by
    /// whoever could write to the log.
    [[nodiscard]] std::uint64_t n_covered() const noexcept { return kept_.empty() ? 0 : kept_.back().size; }
    /// Of which nothing but their hashes is left.
    [[nodiscard]] std::uint64_t n_purged() const noexcept { return n_purged_; }

private:
    /// What an event says of how much was erased or purged by then.
    void hear(const log_line_parts& parts);

    /// What the tree gets for a line.
    std::optional<sha256_digest> leaf_of(const log_line_parts& parts, log_fault& why);

    /// Of the lines so far.
    std::optional<log_fault> check_kept();

    sha256_hash plain_;
    merkle_hash hash_;
    tree_frontier tree_;
    std::vector<checkpoint> kept_;  // by size
    std::size_t n_met_ = 0;
    std::string tenant_;
    std::uint64_t n_erased_ = 0;
    std::uint64_t n_purged_ = 0;
    std::uint64_t last_purged_ = 0;
    std::uint64_t told_erased_ = 0;
    std::uint64_t told_purged_ = 0;
};

}  // namespace counterseal::core
