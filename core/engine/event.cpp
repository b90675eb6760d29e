// SPDX-License-Identifier: Apache-2.0
#include "core/engine/event.hpp"

#include <utility>

namespace counterseal::core {

namespace {

/// Takes `n` numbers that nobody else gets: those before the tenant's next one. Its row is locked from then on.
void take_numbers(transaction& in, std::string_view tenant, std::size_t n)
{
    static constexpr statement take = {
        "INSERT INTO tenant (tenant, next_event) VALUES ($1, $2 + 1) "
        "ON CONFLICT (tenant) DO UPDATE SET next_event = tenant.next_event + $2"};
    in.run(take, {tenant, static_cast<std::int64_t>(n)});
}

}  // namespace

void append_event(transaction& in, event what)
{
    event common = what;
    append_events(in, std::move(common), {std::move(what)});
}

void append_events(transaction& in, event common, std::vector<event> each)
{
    static constexpr set_statement insert = {
        {"INSERT INTO event (tenant, seq, at_us, type, subject, factor, actor, reason, detail) "
         "SELECT tenant, next_event - $2, $3, $4, $5, $6, $7, $8, $9 FROM tenant WHERE tenant = $1"},
        {"INSERT INTO event (tenant, seq, at_us, type, subject, factor, actor, reason, detail) "
         "SELECT tenant, next_event - of_back, $3, $4, of_subject, of_factor, $7, $8, of_detail FROM tenant, "
         "unnest($2::bigint[], $5::text[], $6::text[], $9::text[]) AS given (of_back, of_subject, of_factor, "
         "of_detail) "
         "WHERE tenant = $1"}};
    std::string key = common.tenant;
    in.at_end(std::move(key), [common = std::move(common), each = std::move(each)](transaction& t) {
        std::vector<std::int64_t> back;  // from the next number
        std::vector<std::string_view> subjects;
        std::vector<std::string_view> factors;
        std::vector<std::string_view> details;
        for (const event& one : each) {
            back.push_back(static_cast<std::int64_t>(each.size() - back.size()));
            subjects.emplace_back(one.subject);
            factors.emplace_back(one.factor);
            details.emplace_back(one.detail);
        }
        take_numbers(t, common.tenant, each.size());
        t.run_set(insert, {std::string_view(common.tenant), back, common.at_us, std::string_view(common.type), subjects,
                           factors, std::string_view(common.actor), std::string_view(common.reason), details});
    });
}

std::vector<event> list_events(transaction& in, std::string_view tenant, std::optional<std::string_view> subject,
                               std::int64_t after, std::int64_t limit)
{
    static constexpr statement of_all = {
        "SELECT seq, at_us, type, subject, factor, actor, reason, detail FROM event "
        "WHERE tenant = $1 AND seq > $2 ORDER BY seq LIMIT $3"};
    static constexpr statement of_one = {
        "SELECT seq, at_us, type, subject, factor, actor, reason, detail FROM event "
        "WHERE tenant = $1 AND seq > $2 AND subject = $4 ORDER BY seq LIMIT $3"};
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
