// SPDX-License-Identifier: Apache-2.0
#include "core/engine/stored_event.hpp"

#include <algorithm>
#include <utility>

#include "core/engine/subject.hpp"

namespace counterseal::core {
namespace {

std::vector<std::uint8_t> bytes_or_none(const rows& from, std::size_t i, std::size_t column)
{
    return from.is_null(i, column) ? std::vector<std::uint8_t>() : from.bytes(i, column);
}

/// `from` has as many bytes: load_events() saw to that.
template <class Array>
Array array_of(bytes_view from)
{
    Array out{};
    std::ranges::copy(from.first(out.size()), out.begin());
    return out;
}

log_person person_of(const event& of, bytes_view salt)
{
    return {array_of<std::array<std::uint8_t, 16>>(salt), of.subject, of.actor, of.reason};
}

log_entry entry_of(const event& of)
{
    return {of.tenant, of.seq, of.at_us, of.type, of.factor, of.detail};
}

bool is_possible(const stored_event& of) noexcept
{
    constexpr std::size_t salt_len = sizeof(log_person::salt);
    constexpr std::size_t hash_len = sizeof(sha256_digest);
    const bool is_whole = of.salt.size() == salt_len && of.person.empty() && of.leaf.empty();
    const bool is_erased = of.salt.empty() && of.person.size() == hash_len && of.leaf.empty();
    const bool is_purged = of.salt.empty() && of.person.empty() && of.leaf.size() == hash_len;
    return is_whole || is_erased || is_purged;
}

}  // namespace

std::vector<stored_event> load_events(transaction& in, std::string_view tenant, std::int64_t after, std::int64_t limit)
{
    static constexpr statement select = {
        "SELECT seq, at_us, type, subject, factor, actor, reason, detail, salt, person, leaf, nodes FROM event "
        "WHERE tenant = $1 AND seq > $2 ORDER BY seq LIMIT $3"};
    rows out;
    in.run(select, {tenant, after, limit}, &out);
    std::vector<stored_event> all;
    all.reserve(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        all.push_back({{std::string(tenant), out.integer(i, 0), out.integer(i, 1), out.text(i, 2), out.text(i, 3),
                        out.text(i, 4), out.text(i, 5), out.text(i, 6), out.text(i, 7)},
                       bytes_or_none(out, i, 8),
                       bytes_or_none(out, i, 9),
                       bytes_or_none(out, i, 10),
                       out.bytes(i, 11)});
        need(all.back().what.seq == after + std::ssize(all) ? status::ok : status::e_store_corrupt,
             "an event is missing in the log");
        need(is_possible(all.back()) ? status::ok : status::e_store_corrupt,
             "an event of the log was changed by somebody else");
    }
    return all;
}

sha256_digest event_hash::person(const event& of, bytes_view salt)
{
    return plain_.of({bytes_of(person_text(person_of(of, salt)))});
}

sha256_digest event_hash::person(const stored_event& of)
{
    return of.is_erased() ? array_of<sha256_digest>(of.person) : person(of.what, of.salt);
}

sha256_digest event_hash::leaf(const event& of, const sha256_digest& person)
{
    return tree_.of_leaf(bytes_of(entry_text(entry_of(of), person)));
}

sha256_digest event_hash::leaf(const stored_event& of)
{
    return of.is_purged() ? array_of<sha256_digest>(of.leaf) : leaf(of.what, person(of));
}

std::string event_hash::line(const stored_event& of)
{
    if (of.is_purged()) {
        return purged_line(of.what.tenant, of.what.seq, array_of<sha256_digest>(of.leaf));
    }
    const std::string who = of.is_erased() ? std::string() : person_text(person_of(of.what, of.salt));
    return log_line(entry_text(entry_of(of.what), person(of)), who);
}

}  // namespace counterseal::core
