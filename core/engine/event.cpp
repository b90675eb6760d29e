// SPDX-License-Identifier: Apache-2.0
#include "core/engine/event.hpp"

#include <utility>

namespace counterseal::core {

void append_event(transaction& in, event what)
{
    static constexpr statement take_number = {
        "INSERT INTO tenant (tenant, next_event) VALUES ($1, 2) "
        "ON CONFLICT (tenant) DO UPDATE SET next_event = tenant.next_event + 1 RETURNING next_event"};
    static constexpr statement insert = {
        "INSERT INTO event (tenant, seq, at_us, type, subject, factor, actor, reason, detail) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
    std::string key = what.tenant;
    in.at_end(std::move(key), [what = std::move(what)](transaction& t) {
        rows out;
        t.run(take_number, {std::string_view(what.tenant)}, &out);
        t.run(insert, {std::string_view(what.tenant), out.integer(0, 0) - 1, what.at_us, std::string_view(what.type),
                       std::string_view(what.subject), std::string_view(what.factor), std::string_view(what.actor),
                       std::string_view(what.reason), std::string_view(what.detail)});
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
