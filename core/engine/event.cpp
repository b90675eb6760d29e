// SPDX-License-Identifier: Apache-2.0
#include "core/engine/event.hpp"

#include <algorithm>
#include <utility>

#include "core/engine/clock.hpp"
#include "core/engine/stored_tree.hpp"
#include "core/engine/tree_head.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t salt_len = sizeof(log_person::salt);

using told_checkpoint = std::shared_ptr<std::optional<stored_checkpoint>>;

/// What one call gives to the end of the transaction.
struct appended {
    const event_log* log;
    std::vector<event> all;
    told_checkpoint wanted{};  // else none was asked for
    std::int64_t now_us = 0;
};

/// The events of one transaction and tenant, with a salt for each.
class event_set {
public:
    event_set(std::vector<event> all, const crypto& by)
        : all_(std::move(all)), salts_(all_.size() * salt_len), nodes_(all_.size())
    {
        need(salts_.empty() ? status::ok : by.random(salts_), "there are no random numbers");
    }

    /// Gives them their numbers.
    void append_to(tree_frontier& tree, const crypto& by)
    {
        event_hash hash(by);
        for (std::size_t i = 0; i < all_.size(); ++i) {
            all_[i].seq = static_cast<std::int64_t>(tree.size()) + 1;
            nodes_[i].clear();
            tree.append(hash.tree(), hash.leaf(all_[i], hash.person(all_[i], salt_of(i))),
                        [&](const tree_node& one) { keep_node(nodes_[i], one); });
        }
    }

    void insert(transaction& in, std::string_view tenant) const
    {
        if (all_.empty()) {
            return;
        }
        static constexpr set_statement insert = {
            {"INSERT INTO event (tenant, seq, at_us, type, subject, factor, actor, reason, detail, salt, "
             "nodes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"},
            {"INSERT INTO event (tenant, seq, at_us, type, subject, factor, actor, reason, detail, salt, "
             "nodes) SELECT $1, of.* FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], "
             "$7::text[], "
             "$8::text[], $9::text[], $10::bytea[], $11::bytea[]) AS of"}};
        std::vector<std::int64_t> numbers;
        std::vector<std::int64_t> times;
        std::vector<bytes_view> salts;
        std::vector<bytes_view> nodes;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            numbers.push_back(all_[i].seq);
            times.push_back(all_[i].at_us);
            salts.push_back(salt_of(i));
            nodes.emplace_back(nodes_[i]);
        }
        const auto types = column(&event::type);
        const auto subjects = column(&event::subject);
        const auto factors = column(&event::factor);
        const auto actors = column(&event::actor);
        const auto reasons = column(&event::reason);
        const auto details = column(&event::detail);
        in.run_set(insert, {tenant, numbers, times, types, subjects, factors, actors, reasons, details, salts, nodes});
    }

    [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
    [[nodiscard]] std::int64_t last_us() const noexcept
    {
        std::int64_t last = 0;
        for (const event& one : all_) {
            last = std::max(last, one.at_us);
        }
        return last;
    }

private:
    [[nodiscard]] bytes_view salt_of(std::size_t i) const { return bytes_view(salts_).subspan(i * salt_len, salt_len); }
    [[nodiscard]] std::vector<std::string_view> column(std::string event::* member) const
    {
        std::vector<std::string_view> out;
        out.reserve(all_.size());
        for (const event& one : all_) {
            out.emplace_back(one.*member);
        }
        return out;
    }

    std::vector<event> all_;
    std::vector<std::uint8_t> salts_;
    std::vector<std::vector<std::uint8_t>> nodes_;
};

/// What was given for one tenant, as one.
appended gathered(std::span<std::any> given)
{
    appended all{std::any_cast<const appended&>(given.front()).log, {}};
    for (std::any& one : given) {
        auto& from = std::any_cast<appended&>(one);
        std::ranges::move(from.all, std::back_inserter(all.all));
        if (from.wanted != nullptr) {
            // Of several that ask, all get the same.
            all.wanted = from.wanted;
            all.now_us = std::max(all.now_us, from.now_us);
        }
    }
    return all;
}

void write_events(transaction& in, const std::string& tenant, std::span<std::any> given)
{
    appended all = gathered(given);
    const event_log& log = *all.log;
    event_set events(std::move(all.all), log.provider());
    const std::int64_t now_us = std::max(events.last_us(), all.now_us);
    std::string note;
    tree_head head;
    do {  // again where another transaction made the head
        head = lock_head(in, tenant);
        events.append_to(head.tree, log.provider());
        const bool is_wanted = all.wanted != nullptr && head.size() > head.checkpoint_size;
        note = is_wanted || is_checkpoint_due(head, now_us) ? sign_head(log, tenant, head, now_us) : "";
    } while ((!events.empty() || !note.empty()) && !save_head(in, tenant, head));
    events.insert(in, tenant);
    if (!note.empty()) {
        store_checkpoint(in, tenant, head, note);
    }
    if (all.wanted == nullptr) {
        return;
    }
    const std::optional<stored_checkpoint> newest = load_checkpoint(in, tenant, head);
    for (const std::any& one : given) {
        if (const told_checkpoint& told = std::any_cast<const appended&>(one).wanted; told != nullptr) {
            *told = newest;
        }
    }
}

}  // namespace

void append_event(transaction& in, const row_seal& with, event what)
{
    std::vector<event> all;
    all.push_back(std::move(what));
    append_events(in, with, std::move(all));
}

void append_events(transaction& in, const row_seal& with, std::vector<event> all)
{
    if (!all.empty()) {
        std::string key = all.front().tenant;
        in.at_end(std::move(key), appended{&with.log, std::move(all)}, write_events);
    }
}

std::shared_ptr<const std::optional<stored_checkpoint>> checkpoint_now(transaction& in, const event_log& log,
                                                                       std::string_view tenant, std::int64_t now_us)
{
    static_cast<void>(read_time(in, now_us));
    auto told = std::make_shared<std::optional<stored_checkpoint>>();
    in.at_end(std::string(tenant), appended{&log, {}, told, now_us}, write_events);
    return told;
}

std::vector<event> list_events(transaction& in, std::string_view tenant, std::optional<std::string_view> subject,
                               std::int64_t after, std::int64_t limit)
{
    static constexpr statement of_all = {
        "SELECT seq, at_us, type, subject, factor, actor, reason, detail FROM event "
        "WHERE tenant = $1 AND seq > $2 AND leaf IS NULL ORDER BY seq LIMIT $3"};
    static constexpr statement of_one = {
        "SELECT seq, at_us, type, subject, factor, actor, reason, detail FROM event "
        "WHERE tenant = $1 AND seq > $2 AND subject = $4 AND leaf IS NULL ORDER BY seq LIMIT $3"};
    rows out;
    if (subject) {
        in.run(of_one, {tenant, after, limit, *subject}, &out);
    } else {
        in.run(of_all, {tenant, after, limit}, &out);
    }
    std::vector<event> events;
    events.reserve(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        events.push_back({std::string(tenant), out.integer(i, 0), out.integer(i, 1), out.text(i, 2), out.text(i, 3),
                          out.text(i, 4), out.text(i, 5), out.text(i, 6), out.text(i, 7)});
    }
    return events;
}

}  // namespace counterseal::core
