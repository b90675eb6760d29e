// SPDX-License-Identifier: Apache-2.0
#include "core/engine/policy.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/engine/clock.hpp"
#include "core/engine/event.hpp"
#include "core/engine/keyed_row.hpp"

namespace counterseal::core {
namespace {

template <class Call>
status with_row(const row_seal& with, std::string_view tenant, const policy& of, Call&& call)
{
    return call("policy", fields{with.store, tenant, of.version, of.effective_us, std::string_view(of.document.text),
                                 std::string_view(of.actor), std::string_view(of.reason)});
}

std::vector<std::uint8_t> tag_of(const row_seal& with, std::string_view tenant, const policy& of)
{
    std::vector<std::uint8_t> tag;
    need(with_row(with, tenant, of,
                  [&](std::string_view kind, fields row) { return with.by.authenticate(kind, row, tag); }),
         "a policy cannot be authenticated");
    return tag;
}

/// Its document as text only.
policy read_unparsed(const row_seal& with, std::string_view tenant, const rows& from, std::size_t i)
{
    policy of{from.integer(i, 0), from.integer(i, 1), from.text(i, 3), from.text(i, 4)};
    of.document.text = from.text(i, 2);
    const std::vector<std::uint8_t>& tag = from.bytes(i, 5);
    need_fitting(
        with_row(with, tenant, of, [&](std::string_view kind, fields row) { return with.by.check(kind, row, tag); }),
        "the row of a policy was changed by somebody else");
    return of;
}

policy read_row(const row_seal& with, std::string_view tenant, const rows& from)
{
    policy of = read_unparsed(with, tenant, from, 0);
    problem why;
    std::optional<policy_document> document = parse_policy(with.log.provider(), of.document.text, why);
    if (!document) {
        throw store_error(status::e_store_corrupt, "a stored policy cannot be read: " + why.text);
    }
    of.document = *std::move(document);
    return of;
}

}  // namespace

std::int64_t set_policy(transaction& in, const row_seal& with, std::string_view tenant, const policy_document& document,
                        std::string_view actor, std::string_view reason, std::int64_t now_us)
{
    static constexpr statement ask = {
        "SELECT version, effective_us FROM policy WHERE tenant = $1 ORDER BY version DESC LIMIT 1"};
    static constexpr statement insert = {
        "INSERT INTO policy (tenant, version, effective_us, document, actor, reason, tag) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, version) DO NOTHING"};
    if (actor.empty() || reason.empty()) {
        throw store_error(status::e_argument, "a policy wants an actor and a reason");
    }
    const store_time time = tell_time(in, now_us);
    policy made{0, 0, std::string(actor), std::string(reason), document};
    std::size_t n = 0;
    while (n == 0) {  // again where another transaction took the number
        rows out;
        const bool is_first = in.run(ask, {tenant}, &out) == 0;
        made.version = is_first ? 1 : out.integer(0, 0) + 1;
        // Versions follow each other in time, whatever the clocks of the nodes say.
        made.effective_us = is_first ? time.locked_us : std::max(time.locked_us, out.integer(0, 1));
        const std::vector<std::uint8_t> tag = tag_of(with, tenant, made);
        n = in.run(insert, {tenant, made.version, made.effective_us, std::string_view(made.document.text), actor,
                            reason, bytes_view(tag)});
    }
    append_event(in, with,
                 {.tenant = std::string(tenant),
                  .at_us = now_us,
                  .type = "policy.set",
                  .actor = made.actor,
                  .reason = made.reason,
                  .detail = R"({"version":)" + std::to_string(made.version) + "}"});
    return made.version;
}

std::optional<policy> policy_at(transaction& in, const row_seal& with, std::string_view tenant,
                                std::optional<std::int64_t> at_us)
{
    static constexpr statement newest = {
        "SELECT version, effective_us, document, actor, reason, tag FROM policy WHERE tenant = $1 "
        "ORDER BY version DESC LIMIT 1"};
    static constexpr statement of_time = {
        "SELECT version, effective_us, document, actor, reason, tag FROM policy WHERE tenant = $1 "
        "AND effective_us <= $2 ORDER BY version DESC LIMIT 1"};
    rows out;
    if ((at_us ? in.run(of_time, {tenant, *at_us}, &out) : in.run(newest, {tenant}, &out)) == 0) {
        return std::nullopt;
    }
    return read_row(with, tenant, out);
}

std::vector<keyed_row> keyed_policies(transaction& in, const row_seal& with, const keyed_page& of)
{
    static constexpr statement select = {
        "SELECT version, effective_us, document, actor, reason, tag FROM policy WHERE tenant = $1 AND version > $2 "
        "ORDER BY version LIMIT $3"};
    static constexpr statement update = {"UPDATE policy SET tag = $3 WHERE tenant = $1 AND version = $2 AND tag = $4"};
    std::int64_t behind = 0;
    std::from_chars(of.first.data(), of.first.data() + of.first.size(), behind);
    rows out;
    in.run(select, {of.tenant, behind, of.limit}, &out);
    std::vector<keyed_row> all(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::vector<std::uint8_t>& old = out.bytes(i, 5);
        all[i].first = std::to_string(out.integer(i, 0));
        all[i].parts = {{keyed::policy, std::string(sealer::key_of_tag(old))}};
        if (of.reseals && all[i].parts[0].key != with.by.active()) {
            plan_reseal(all[i], [&] {
                const policy one = read_unparsed(with, of.tenant, out, i);
                return [tenant = std::string(of.tenant), version = one.version, old,
                        tag = tag_of(with, of.tenant, one)](transaction& t) {
                    return t.run(update, {std::string_view(tenant), version, bytes_view(tag), bytes_view(old)}) == 1;
                };
            });
        }
    }
    return all;
}

std::shared_ptr<const policy> policy_cache::newest(transaction& in, const row_seal& with, std::string_view tenant)
{
    static constexpr statement ask = {"SELECT tag FROM policy WHERE tenant = $1 ORDER BY version DESC LIMIT 1"};
    rows out;
    if (in.run(ask, {tenant}, &out) == 0) {
        return nullptr;
    }
    // The tag stands for the whole row: nobody without the keys makes another row that has it.
    const std::vector<std::uint8_t>& tag = out.bytes(0, 0);
    {
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(tenant);
        if (found != entries_.end() && found->second.tag == tag) {
            return found->second.what;
        }
    }
    std::optional<policy> read = policy_at(in, with, tenant);
    if (!read) {
        return nullptr;
    }
    const auto what = std::make_shared<const policy>(*std::move(read));
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= most) {
        entries_.clear();
    }
    entries_.insert_or_assign(std::string(tenant), entry{tag, what});
    return what;
}

}  // namespace counterseal::core
