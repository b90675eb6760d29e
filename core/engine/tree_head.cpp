// SPDX-License-Identifier: Apache-2.0
#include "core/engine/tree_head.hpp"

#include <utility>
#include <vector>

#include "core/engine/clock.hpp"
#include "core/engine/subject.hpp"

namespace counterseal::core {
namespace {

tree_head read_head(const rows& from)
{
    const std::int64_t next = from.integer(0, 0);
    const std::int64_t checkpoint_size = from.integer(0, 2);
    // After a checkpoint of more than there is none would ever be due again, and nothing would say so.
    const bool is_within = checkpoint_size >= 0 && checkpoint_size < next;
    std::optional<tree_frontier> tree =
        is_within ? tree_frontier::from_bytes(static_cast<std::uint64_t>(next - 1), from.bytes(0, 1)) : std::nullopt;
    need(tree ? status::ok : status::e_store_corrupt, "the head of a log was changed by somebody else");
    return {*std::move(tree), checkpoint_size, from.integer(0, 3)};
}

#define HEAD_COLUMNS "SELECT next_event, peaks, checkpoint_size, checkpoint_us FROM tenant WHERE tenant = "

}  // namespace

tree_head lock_head(transaction& in, std::string_view tenant)
{
    // SQLite lets one transaction write at a time: there, nobody else changes a row that was read.
    static constexpr set_statement lock = {{HEAD_COLUMNS "$1"}, {HEAD_COLUMNS "ANY ($1::text[]) FOR UPDATE"}};
    rows out;
    const std::span<const std::string_view> one(&tenant, 1);
    if (in.run_set(lock, {one}, &out) == 0) {
        tree_head made;
        made.is_new = true;
        return made;
    }
    return read_head(out);
}

std::optional<tree_head> load_head(transaction& in, std::string_view tenant)
{
    static constexpr statement load = {HEAD_COLUMNS "$1"};
    rows out;
    return in.run(load, {tenant}, &out) == 0 ? std::nullopt : std::optional(read_head(out));
}

bool save_head(transaction& in, std::string_view tenant, const tree_head& head)
{
    static constexpr statement save = {
        "UPDATE tenant SET next_event = $2, peaks = $3, checkpoint_size = $4, checkpoint_us = $5 WHERE tenant = $1"};
    static constexpr statement make = {
        "INSERT INTO tenant (tenant, next_event, peaks, checkpoint_size, checkpoint_us) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (tenant) DO NOTHING"};
    const std::vector<std::uint8_t> peaks = head.tree.bytes();
    const std::size_t n = in.run(head.is_new ? make : save, {tenant, head.size() + 1, bytes_view(peaks),
                                                             head.checkpoint_size, head.checkpoint_us});
    need(n == 1 || head.is_new ? status::ok : status::e_internal, "the head of a log was changed without being locked");
    return n == 1;
}

bool is_checkpoint_due(const tree_head& head, std::int64_t now_us) noexcept
{
    const std::int64_t n_new = head.size() - head.checkpoint_size;
    return n_new >= checkpoint_events || (n_new > 0 && is_over(head.checkpoint_us, checkpoint_period_us, now_us));
}

std::string sign_head(const event_log& log, std::string_view tenant, tree_head& head, std::int64_t now_us)
{
    merkle_hash hash(log.provider());
    std::string note = log.sign(tenant, head.tree.size(), head.tree.root(hash));
    head.checkpoint_size = head.size();
    head.checkpoint_us = now_us;
    return note;
}

void store_checkpoint(transaction& in, std::string_view tenant, const tree_head& head, std::string_view note)
{
    static constexpr statement insert = {"INSERT INTO checkpoint (tenant, size, at_us, note) VALUES ($1, $2, $3, $4)"};
    in.run(insert, {tenant, head.checkpoint_size, head.checkpoint_us, note});
}

std::optional<stored_checkpoint> load_checkpoint(transaction& in, std::string_view tenant, const tree_head& head)
{
    static constexpr statement ask = {
        "SELECT tenant, size, at_us, note FROM checkpoint WHERE tenant = $1 AND size = $2"};
    rows out;
    in.run(ask, {tenant, head.checkpoint_size}, &out);
    std::vector<stored_checkpoint> found = read_checkpoints(out);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<stored_checkpoint> read_checkpoints(const rows& from)
{
    std::vector<stored_checkpoint> all;
    all.reserve(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
        all.push_back({from.text(i, 0), from.integer(i, 1), from.integer(i, 2), from.text(i, 3)});
    }
    return all;
}

}  // namespace counterseal::core
