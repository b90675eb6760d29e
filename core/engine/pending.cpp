// SPDX-License-Identifier: Apache-2.0
#include "core/engine/pending.hpp"

#include <algorithm>
#include <utility>

#include "core/engine/clock.hpp"
#include "core/engine/end_factor.hpp"
#include "core/engine/name.hpp"
#include "core/engine/random_id.hpp"
#include "core/enroll/base64url.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view by_themselves = "self";

template <class Call>
status with_request(const row_seal& with, std::string_view tenant, std::string_view subject,
                    const pending_request& request, Call&& call)
{
    return call("enrollment", fields{with.store, tenant, subject, request.session, request.request});
}

/// What a row keeps of the name of a call and its session.
std::string tag_of(const row_seal& with, std::string_view tenant, std::string_view subject,
                   const pending_request& request)
{
    if (request.request.empty()) {
        return {};
    }
    std::vector<std::uint8_t> tag;
    need(with_request(with, tenant, subject, request,
                      [&](std::string_view kind, fields row) { return with.by.authenticate(kind, row, tag); }),
         "an enrollment cannot be bound to its session");
    return to_base64url<std::string>(tag);
}

bool is_made_by(const row_seal& with, const factor& of, const pending_request& request)
{
    const auto tag = from_base64url<std::vector<std::uint8_t>>(of.request);
    if (request.request.empty() || !tag) {
        return false;
    }
    const status s = with_request(with, of.key.tenant, of.key.subject, request,
                                  [&](std::string_view kind, fields row) { return with.by.check(kind, row, *tag); });
    if (s == status::e_store_corrupt || s == status::e_keys) {
        return false;  // another one's, or of a key that was retired
    }
    need(s, "the session of an enrollment cannot be compared");
    return true;
}

}  // namespace

event event_of(const factor& of, std::string_view type, std::int64_t now_us, std::string_view reason)
{
    return {.tenant = of.key.tenant,
            .at_us = now_us,
            .type = std::string(type),
            .subject = of.key.subject,
            .factor = of.key.factor,
            .reason = std::string(reason)};
}

std::int64_t expires_us(const factor& of) noexcept
{
    return of.state == factor_state::pending && of.provenance == by_themselves ? of.created_us + pending_life_us : 0;
}

pending_start start_pending(transaction& in, const row_seal& with, std::string_view tenant, std::string_view subject,
                            factor_type type, const pending_request& request, std::int64_t now_us)
{
    if (label_fault(request.label) != nullptr) {
        return {status::e_argument, "label must be UTF-8 of at most 255 bytes without control characters"};
    }
    if (label_fault(request.request) != nullptr) {
        return {status::e_argument, "idempotency_key must be UTF-8 of at most 255 bytes without control characters"};
    }
    const store_time time = tell_time(in, now_us);
    savepoint before(in);
    static_cast<void>(lock_subject(in, with, tenant, subject, now_us));
    pending_start out;
    out.all = load_factors(in, with, tenant, subject);
    const bool is_replaced = std::ranges::any_of(
        out.all, [&](const factor& one) { return one.key.factor == request.replaces && is_live(one); });
    if (!request.replaces.empty() && !is_replaced) {
        before.undo();
        return {status::e_argument, "replaces must name a factor of the subject that is confirmed and not revoked"};
    }
    for (factor one : out.all) {
        if (one.state != factor_state::pending) {
            continue;
        }
        if (expires_us(one) != 0 && expires_us(one) <= time.locked_us) {
            end_factor(in, with, one, now_us);
            append_event(in, with, event_of(one, "factor.revoked", now_us, "not confirmed in time"));
        } else if (one.type == type && is_made_by(with, one, request)) {
            if (one.replaces != request.replaces) {
                before.undo();
                return {status::e_argument, "idempotency_key names an enrollment that replaces another factor"};
            }
            out.found = std::move(one);
            return out;
        }
    }
    return out;
}

factor new_pending(const row_seal& with, const crypto& provider, std::string_view tenant, std::string_view subject,
                   factor_type type, const pending_request& request, std::int64_t now_us)
{
    factor made;
    made.key = {std::string(tenant), std::string(subject), random_id(provider)};
    made.type = type;
    made.label = request.label;
    made.replaces = request.replaces;
    made.request = tag_of(with, tenant, subject, request);
    made.created_us = now_us;
    return made;
}

void insert_pending(transaction& in, const row_seal& with, const factor& of)
{
    insert_factor(in, with, of);
    event begun = event_of(of, "factor.pending", of.created_us);
    begun.detail = R"({"type":")" + std::string(name_of(of.type)) + "\"}";
    append_event(in, with, std::move(begun));
}

void activate_factor(transaction& in, const row_seal& with, factor& of, std::int64_t before, std::string detail,
                     std::int64_t now_us)
{
    subject owner = lock_subject(in, with, of.key.tenant, of.key.subject, now_us);
    end_ungranted(in, with, load_factors(in, with, of.key.tenant, of.key.subject), of, now_us);
    of.state = factor_state::active;
    of.confirmed_us = now_us;
    need(update_used_factor(in, with, of, before) ? status::ok : status::e_internal,
         "a factor was changed while its subject was locked");
    event done = event_of(of, "factor.confirmed", now_us);
    done.detail = std::move(detail);
    append_event(in, with, std::move(done));
    mark_enrolled(in, with, owner);
    if (of.replaces.empty()) {
        return;
    }
    std::optional<factor> old = load_factor(in, with, {of.key.tenant, of.key.subject, of.replaces});
    if (old && old->state != factor_state::revoked) {
        end_factor(in, with, *old, now_us);
        append_event(in, with, event_of(*old, "factor.revoked", now_us, "replaced"));
        // Whoever had the old one may have begun something with it.
        end_begun(in, with, load_factors(in, with, of.key.tenant, of.key.subject), "a factor was replaced", now_us);
    }
}

}  // namespace counterseal::core
