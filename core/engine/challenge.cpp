// SPDX-License-Identifier: Apache-2.0
#include "core/engine/challenge.hpp"

#include <utility>

#include "core/engine/keyed_row.hpp"
#include "core/engine/random_id.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

template <class Call>
status with_row(const row_seal& with, const challenge& of, Call&& call)
{
    return call("challenge",
                fields{with.store, std::string_view(of.tenant), std::string_view(of.subject), std::string_view(of.id),
                       std::string_view(of.context), bytes_view(of.session), of.epoch, of.created_us, of.expires_us});
}

template <class Call>
status with_session(const row_seal& with, const challenge& of, bytes_view session, Call&& call)
{
    return call("session", fields{with.store, std::string_view(of.tenant), std::string_view(of.subject),
                                  std::string_view(of.id), session});
}

std::vector<std::uint8_t> tag_of(const row_seal& with, const challenge& of)
{
    std::vector<std::uint8_t> tag;
    need(with_row(with, of, [&](std::string_view kind, fields row) { return with.by.authenticate(kind, row, tag); }),
         "a challenge cannot be authenticated");
    return tag;
}

std::string text_of(const challenge_context& about)
{
    return json{
        {"path", about.path}, {"action", about.action}, {"groups", about.groups}, {"first_method", about.first_method}}
        .dump();
}

/// Of a row that was authenticated.
challenge_context read_context(const std::string& text)
{
    const json from = json::parse(text);
    return {from.at("path"), from.at("action"), from.at("groups"), from.at("first_method")};
}

}  // namespace

void check_session(bytes_view session)
{
    need(session.size() >= shortest_session ? status::ok : status::e_argument, "session must be at least 16 bytes");
}

std::string issue_challenge(transaction& in, const row_seal& with, const crypto& provider, const subject& of,
                            bytes_view session, challenge_context about, std::int64_t now_us)
{
    static constexpr statement remove = {
        "DELETE FROM challenge WHERE tenant = $1 AND subject = $2 AND expires_us <= $3"};
    static constexpr statement insert = {
        "INSERT INTO challenge (tenant, subject, challenge, context, session, epoch, created_us, expires_us, tag) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
    challenge made{of.tenant, of.name, random_id(provider)};
    made.about = std::move(about);
    made.context = text_of(made.about);
    made.epoch = of.epoch;
    made.created_us = now_us;
    made.expires_us = now_us + challenge_life_us;
    need(with_session(with, made, session,
                      [&](std::string_view kind, fields row) { return with.by.authenticate(kind, row, made.session); }),
         "a session cannot be bound");
    const std::vector<std::uint8_t> tag = tag_of(with, made);
    in.run(remove, {std::string_view(of.tenant), std::string_view(of.name), now_us});
    in.run(insert, {std::string_view(made.tenant), std::string_view(made.subject), std::string_view(made.id),
                    std::string_view(made.context), bytes_view(made.session), made.epoch, made.created_us,
                    made.expires_us, bytes_view(tag)});
    return made.id;
}

bool insert_closed(transaction& in, const row_seal& with, const challenge& of)
{
    static constexpr statement insert = {
        "INSERT INTO challenge (tenant, subject, challenge, context, session, epoch, created_us, expires_us, tag, "
        "is_open) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) ON CONFLICT (tenant, subject, challenge) DO NOTHING"};
    const std::vector<std::uint8_t> tag = tag_of(with, of);
    return in.run(insert, {std::string_view(of.tenant), std::string_view(of.subject), std::string_view(of.id),
                           std::string_view(of.context), bytes_view(of.session), of.epoch, of.created_us, of.expires_us,
                           bytes_view(tag)}) == 1;
}

std::optional<challenge> load_challenge(transaction& in, const row_seal& with, std::string_view tenant,
                                        std::string_view subject, std::string_view id)
{
    static constexpr statement select = {
        "SELECT context, session, epoch, created_us, expires_us, tag, attempts, is_open FROM challenge "
        "WHERE tenant = $1 AND subject = $2 AND challenge = $3"};
    if (!is_random_id(id)) {
        return std::nullopt;
    }
    rows out;
    if (in.run(select, {tenant, subject, id}, &out) == 0) {
        return std::nullopt;
    }
    challenge of{std::string(tenant), std::string(subject), std::string(id)};
    of.context = out.text(0, 0);
    of.session = out.bytes(0, 1);
    of.epoch = out.integer(0, 2);
    of.created_us = out.integer(0, 3);
    of.expires_us = out.integer(0, 4);
    const std::vector<std::uint8_t>& tag = out.bytes(0, 5);
    need_fitting(with_row(with, of, [&](std::string_view kind, fields row) { return with.by.check(kind, row, tag); }),
                 "the row of a challenge was changed by somebody else");
    of.about = read_context(of.context);
    of.key = sealer::key_of_tag(tag);
    of.hot = {out.integer(0, 6), out.integer(0, 7) == 1};
    return of;
}

bool is_of_session(const row_seal& with, const challenge& of, bytes_view session)
{
    const status s = with_session(
        with, of, session, [&](std::string_view kind, fields row) { return with.by.check(kind, row, of.session); });
    if (s == status::e_store_corrupt) {
        return false;  // made with another one
    }
    need(s, "a session cannot be compared");
    return true;
}

bool reserve_answer(transaction& in, const challenge& of, std::int64_t now_us)
{
    static constexpr statement reserve = {
        "UPDATE challenge SET attempts = attempts + 1 WHERE tenant = $1 AND subject = $2 AND challenge = $3 "
        "AND is_open = 1 AND attempts < $4 AND expires_us > $5"};
    return in.run(reserve, {std::string_view(of.tenant), std::string_view(of.subject), std::string_view(of.id),
                            challenge_answers, now_us}) == 1;
}

void refund_answer(transaction& in, const challenge& of)
{
    static constexpr statement refund = {
        "UPDATE challenge SET attempts = attempts - 1 WHERE tenant = $1 AND subject = $2 AND challenge = $3 "
        "AND attempts > 0"};
    in.run(refund, {std::string_view(of.tenant), std::string_view(of.subject), std::string_view(of.id)});
}

bool is_open(transaction& in, const challenge& of)
{
    static constexpr statement ask = {
        "SELECT attempts FROM challenge WHERE tenant = $1 AND subject = $2 AND challenge = $3 AND is_open = 1 "
        "AND attempts < $4"};
    rows out;
    return in.run(
               ask,
               {std::string_view(of.tenant), std::string_view(of.subject), std::string_view(of.id), challenge_answers},
               &out) == 1;
}

std::vector<keyed_row> keyed_challenges(transaction& in, const row_seal& with, const keyed_page& of)
{
    static constexpr statement select = {
        "SELECT subject, challenge, tag, expires_us FROM challenge "
        "WHERE tenant = $1 AND (subject, challenge) > ($2, $3) ORDER BY subject, challenge LIMIT $4"};
    static constexpr statement remove = {
        "DELETE FROM challenge WHERE tenant = $1 AND subject = $2 AND challenge = $3 AND expires_us <= $4"};
    rows out;
    in.run(select, {of.tenant, of.first, of.second, of.limit}, &out);
    std::vector<keyed_row> all(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::string_view key = sealer::key_of_tag(out.bytes(i, 2));
        const bool is_expired = out.integer(i, 3) <= of.now_us;
        all[i].first = out.text(i, 0);
        all[i].second = out.text(i, 1);
        if (!is_expired) {
            all[i].parts = {{keyed::challenge, std::string(key)}};
        } else if (of.reseals && key != with.by.active()) {
            // Nobody may answer it any more. Of its session there is only a digest, which no other key can make.
            all[i].reseal = [tenant = std::string(of.tenant), subject = all[i].first, id = all[i].second,
                             now_us = of.now_us](transaction& t) {
                t.run(remove, {std::string_view(tenant), std::string_view(subject), std::string_view(id), now_us});
                return true;
            };
        }
    }
    return all;
}

void close_challenge(transaction& in, const challenge& of)
{
    static constexpr statement close = {
        "UPDATE challenge SET is_open = 0 WHERE tenant = $1 AND subject = $2 AND challenge = $3"};
    in.run(close, {std::string_view(of.tenant), std::string_view(of.subject), std::string_view(of.id)});
}

void close_challenges(transaction& in, std::string_view tenant, std::string_view subject)
{
    static constexpr statement close = {
        "UPDATE challenge SET is_open = 0 WHERE tenant = $1 AND subject = $2 AND is_open = 1"};
    in.run(close, {tenant, subject});
}

bool has_open_challenges(transaction& in, std::string_view tenant, std::string_view subject)
{
    static constexpr statement ask = {
        "SELECT 1 FROM challenge WHERE tenant = $1 AND subject = $2 AND is_open = 1 LIMIT 1"};
    rows out;
    return in.run(ask, {tenant, subject}, &out) != 0;
}

}  // namespace counterseal::core
