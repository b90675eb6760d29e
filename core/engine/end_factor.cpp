// SPDX-License-Identifier: Apache-2.0
#include "core/engine/end_factor.hpp"

#include "core/engine/event.hpp"
#include "core/engine/passkey.hpp"
#include "core/engine/pending.hpp"

namespace counterseal::core {

void end_factor(transaction& in, const row_seal& with, factor& of, std::int64_t now_us)
{
    static constexpr statement shred_codes = {
        "DELETE FROM recovery_code WHERE tenant = $1 AND subject = $2 AND factor = $3"};
    if (of.type == factor_type::webauthn && is_live(of)) {
        remove_credential(in, of.key.tenant, open_passkey(with, of).record.id);
    }
    of.state = factor_state::revoked;
    of.ended_us = now_us;
    of.secret.clear();
    update_factor(in, with, of);
    if (of.type == factor_type::recovery) {
        in.run(shred_codes,
               {std::string_view(of.key.tenant), std::string_view(of.key.subject), std::string_view(of.key.factor)});
    }
}

void end_begun(transaction& in, const row_seal& with, std::vector<factor> of_subject, std::string_view why,
               std::int64_t now_us)
{
    for (factor& one : of_subject) {
        // One that an administrator imported needed no grant of its subject.
        if (one.state == factor_state::pending && expires_us(one) != 0) {
            end_factor(in, with, one, now_us);
            append_event(in, with, event_of(one, "factor.revoked", now_us, why));
        }
    }
}

void end_ungranted(transaction& in, const row_seal& with, std::vector<factor> before, const factor& active,
                   std::int64_t now_us)
{
    const bool is_first = !is_enrolled(before);
    const bool is_first_passkey = active.type == factor_type::webauthn && !has_passkey(before);
    if (is_first || is_first_passkey) {
        std::erase_if(before, [&](const factor& one) { return one.key.factor == active.key.factor; });
        end_begun(in, with, std::move(before),
                  is_first ? "another factor was confirmed first" : "a passkey was confirmed", now_us);
    }
}

}  // namespace counterseal::core
