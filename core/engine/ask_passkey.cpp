// SPDX-License-Identifier: Apache-2.0
#include "core/engine/ask_passkey.hpp"

#include <array>
#include <utility>

#include "core/engine/answering.hpp"
#include "core/engine/passkey.hpp"
#include "core/engine/random_id.hpp"
#include "core/enroll/base64url.hpp"
#include "core/enroll/json.hpp"
#include "core/webauthn/options.hpp"
#include "core/webauthn/relying_party.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t challenge_len = 32;
constexpr std::size_t longest_question = 4096;  // characters

std::string options_of(const crypto& by, const relying_party& party, const json& request)
{
    problem why;
    std::optional<std::string> made = authentication_options(by, party, request.dump(), why);
    if (!made) {
        throw store_error(why.code == status::e_crypto ? why.code : status::e_internal,
                          "options cannot be made: " + why.text);
    }
    return *std::move(made);
}

std::int64_t seconds_left(std::int64_t expires_us, std::int64_t now_us) noexcept
{
    return std::max<std::int64_t>((expires_us - now_us) / second_us, 1);
}

template <class Call>
auto with_question_place(const row_seal& with, std::string_view tenant, bytes_view session, Call&& call)
{
    return call(fields{with.store, tenant, "passkey question", session});
}

/// In an order that is that of time.
std::string time_prefix(std::int64_t at_us)
{
    std::array<std::uint8_t, sizeof at_us> bytes{};
    store_be(bytes.data(), static_cast<std::uint64_t>(at_us));
    return to_hex(bytes);
}

/// Of a tenant, for all who share the commit.
void remove_expired(transaction& in, const std::string& key, std::span<std::any> given)
{
    static constexpr statement remove = {"DELETE FROM challenge WHERE tenant = $1 AND subject = '' AND challenge < $2"};
    in.run(remove,
           {std::string_view(key).substr(1), std::string_view(std::any_cast<const std::string&>(given.back()))});
}

}  // namespace

std::vector<std::uint8_t> signed_challenge(const row_seal& with, const challenge& of)
{
    std::vector<std::uint8_t> out(challenge_len);
    need_fitting(with.by.digest(of.key, "passkey challenge",
                                {with.store, std::string_view(of.tenant), std::string_view(of.subject),
                                 std::string_view(of.id), of.hot.answers},
                                out),
                 "a challenge cannot be derived");
    return out;
}

passkey_question ask_passkey(transaction& in, const decision_means& by, std::string_view tenant,
                             std::string_view subject, std::string_view challenge_id, bytes_view session,
                             std::string_view factor_id, std::int64_t now_us)
{
    check_session(session);
    const store_time time = read_time(in, now_us);
    const std::optional<struct subject> who = load_subject(in, by.with, tenant, subject);
    if (!who) {
        return {reason::wrong_challenge};
    }
    answering one(in, by, *who, session, time);
    reason why = one.recall(challenge_id);
    if (why == reason::ok) {
        const challenge& asked = *one.asked();
        const bool is_alive =
            asked.hot.is_open && asked.hot.answers < challenge_answers && asked.expires_us > time.locked_us;
        why = is_alive ? one.ask_policy() : reason::challenge_dead;
    }
    std::vector<factor> factors;
    why = why == reason::ok ? one.choose(factor_id, factors) : why;
    if (why != reason::ok) {
        return {why};
    }
    json allow = descriptors_of(live_passkeys(by.with, factors));
    if (allow.empty()) {
        return {reason::no_usable_factor};
    }
    const challenge& asked = *one.asked();
    const json request = {{"challenge", to_base64url<std::string>(signed_challenge(by.with, asked))},
                          {"allow", std::move(allow)},
                          {"timeout_s", seconds_left(asked.expires_us, time.locked_us)}};
    return {reason::ok, asked.id, options_of(by.provider, *one.document().party, request), asked.expires_us};
}

passkey_question ask_any_passkey(transaction& in, const decision_means& by, std::string_view tenant, bytes_view session,
                                 std::string_view path, std::string_view action, std::int64_t now_us)
{
    check_session(session);
    const store_time time = read_time(in, now_us);
    const std::shared_ptr<const policy> in_force = by.policies.newest(in, by.with, tenant);
    if (!in_force || in_force->document.party == nullptr) {
        return {reason::no_policy};
    }
    const auto known = in_force->document.paths.find(path);
    if (known == in_force->document.paths.end()) {
        return {reason::unknown_path};
    }
    if (!known->second) {
        return {reason::legacy_path_blocked};
    }
    std::vector<std::uint8_t> value(challenge_len);
    need(by.provider.random(value), "there are no random numbers");
    const json question = {{"id", time_prefix(time.locked_us) + random_id(by.provider)},
                           {"path", path},
                           {"action", action},
                           {"challenge", to_base64url<std::string>(value)},
                           {"created_us", time.locked_us}};
    std::vector<std::uint8_t> sealed;
    const std::string plain = question.dump();
    need(with_question_place(by.with, tenant, session,
                             [&](fields where) { return by.with.by.seal(bytes_of(plain), where, sealed); }),
         "a question cannot be sealed");
    const json request = {{"challenge", to_base64url<std::string>(value)},
                          {"timeout_s", challenge_life_us / second_us}};
    return {reason::ok, to_base64url<std::string>(sealed),
            options_of(by.provider, *in_force->document.party_alone, request), time.locked_us + challenge_life_us};
}

std::optional<open_question> read_question(const row_seal& with, std::string_view tenant, bytes_view session,
                                           std::string_view challenge_id)
{
    check_session(session);
    const auto sealed = challenge_id.empty() || challenge_id.size() > longest_question
                            ? std::nullopt
                            : from_base64url<std::vector<std::uint8_t>>(challenge_id);
    if (!sealed) {
        return std::nullopt;
    }
    secure_bytes plain;
    const status s =
        with_question_place(with, tenant, session, [&](fields where) { return with.by.open(*sealed, where, plain); });
    if (s == status::e_store_corrupt || s == status::e_keys) {
        return std::nullopt;  // another's, changed, or of a key that was retired
    }
    need(s, "a question cannot be opened");
    const json from = json::parse(plain.begin(), plain.end(), nullptr, false);
    need(from.is_object() ? status::ok : status::e_internal, "a question was sealed wrongly");
    auto value = from_base64url(text_of(from, "challenge"));
    need(value ? status::ok : status::e_internal, "a question was sealed wrongly");
    const std::int64_t created_us = from.at("created_us");
    return open_question{from.at("id"),     from.at("path"), from.at("action"),
                         *std::move(value), created_us,      created_us + challenge_life_us};
}

bool take_answer(transaction& in, const row_seal& with, std::string_view tenant, const open_question& of,
                 std::int64_t now_us)
{
    if (of.expires_us <= now_us) {
        return false;
    }
    // These rows belong to no subject whose lock would keep others away: after all others. No tenant has such a name.
    in.at_end('\0' + std::string(tenant), time_prefix(now_us - challenge_life_us), remove_expired);
    challenge taken{.tenant = std::string(tenant), .subject = {}, .id = of.id};
    taken.created_us = of.created_us;
    taken.expires_us = of.expires_us;
    return insert_closed(in, with, taken);
}

}  // namespace counterseal::core
