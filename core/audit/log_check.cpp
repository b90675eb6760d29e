// SPDX-License-Identifier: Apache-2.0
#include "core/audit/log_check.hpp"

#include <algorithm>
#include <utility>

#include "core/enroll/base64.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

constexpr const char* than_told = "than events say: the log does not go to its end, or somebody else did that";

}  // namespace

log_check::log_check(const crypto& by, std::vector<checkpoint> kept) : plain_(by), hash_(by), kept_(std::move(kept))
{
    std::ranges::sort(kept_, {}, &checkpoint::size);
}

std::optional<log_fault> log_check::add(std::string_view line)
{
    if (std::optional<log_fault> fault = check_kept()) {
        return fault;
    }
    const std::uint64_t number = tree_.size() + 1;
    const std::optional<log_line_parts> parts = read_log_line(line);
    if (!parts) {
        return log_fault{number, "the line is not as it was exported"};
    }
    if (number == 1) {
        tenant_ = parts->tenant;
    } else if (parts->tenant != tenant_) {
        return log_fault{number, "the event is of another tenant than the first one"};
    }
    if (parts->seq != number) {
        return log_fault{number, "the event has another number: one was left out, put in or moved"};
    }
    log_fault why{number, {}};
    const std::optional<sha256_digest> leaf = leaf_of(*parts, why);
    if (!leaf) {
        return why;
    }
    hear(*parts);
    tree_.append(hash_, *leaf, [](const tree_node&) {});
    return std::nullopt;
}

void log_check::hear(const log_line_parts& parts)
{
    const bool is_erasure = parts.type == "person.erased";
    if (!is_erasure && parts.type != "events.purged") {
        return;
    }
    const json entry = json::parse(parts.entry, nullptr, false);
    const json detail = entry.is_object() ? entry.value("detail", json()) : json();
    const json told = detail.is_object() ? detail.value(is_erasure ? "events" : "up_to", json()) : json();
    const std::uint64_t n = told.is_number_unsigned() ? told.get<std::uint64_t>() : 0;
    if (is_erasure) {
        told_erased_ += std::min(n, parts.seq);  // of the events before it, whatever it says
    } else {
        told_purged_ = std::max(told_purged_, n);
    }
}

std::optional<sha256_digest> log_check::leaf_of(const log_line_parts& parts, log_fault& why)
{
    if (!parts.leaf.empty()) {
        const std::optional<std::vector<std::uint8_t>> hash = from_base64(parts.leaf);
        sha256_digest leaf{};
        if (!hash || hash->size() != leaf.size()) {
            why.rule = "the line is not as it was exported";
            return std::nullopt;
        }
        ++n_purged_;
        last_purged_ = parts.seq;
        std::ranges::copy(*hash, leaf.begin());
        return leaf;
    }
    if (parts.person.empty()) {
        ++n_erased_;
    } else if (to_base64<std::string>(plain_.of({bytes_of(parts.person)})) != parts.person_hash) {
        why.rule = "who it was about, who did it or why is not what was logged";
        return std::nullopt;
    }
    return hash_.of_leaf(bytes_of(parts.entry));
}

std::optional<log_fault> log_check::finish()
{
    if (std::optional<log_fault> fault = check_kept()) {
        return fault;
    }
    if (n_met_ < kept_.size()) {
        return log_fault{0, "the log ends before a checkpoint that was kept: its end was cut off"};
    }
    // Less may be: what was exported before it was erased or purged, page by page. What is purged is the beginning, up
    // to where an event tells, so that nobody hides a single one.
    if (last_purged_ > told_purged_) {
        return log_fault{0, std::string("more events were purged ") + than_told};
    }
    if (n_erased_ > told_erased_) {
        return log_fault{0, std::string("more events were erased ") + than_told};
    }
    return std::nullopt;
}

std::optional<log_fault> log_check::check_kept()
{
    while (n_met_ < kept_.size() && kept_[n_met_].size == tree_.size()) {
        if (kept_[n_met_].root != tree_.root(hash_)) {
            return log_fault{tree_.size(), "up to here the log is not the one of the checkpoint: an event was changed"};
        }
        ++n_met_;
    }
    return std::nullopt;
}

}  // namespace counterseal::core
