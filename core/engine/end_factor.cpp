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

void end_ungranted(transaction& in, const row_seal& with, std::vector<factor> before, std::string_view first,
                   std::int64_t now_us)
{
    if (!is_enrolled(before)) {
        std::erase_if(before, [&](const factor& one) { return one.key.factor == first; });
        end_begun(in, with, std::move(before), "another factor was confirmed first", now_us);
    }
}

}  // namespace counterseal::core
