// SPDX-License-Identifier: Apache-2.0
#include "core/engine/end_factor.hpp"

namespace counterseal::core {

void end_factor(transaction& in, const row_seal& with, factor& of, std::int64_t now_us)
{
    static constexpr statement shred_codes = {
        "DELETE FROM recovery_code WHERE tenant = $1 AND subject = $2 AND factor = $3"};
    of.state = factor_state::revoked;
    of.ended_us = now_us;
    of.secret.clear();
    update_factor(in, with, of);
    if (of.type == factor_type::recovery) {
        in.run(shred_codes,
               {std::string_view(of.key.tenant), std::string_view(of.key.subject), std::string_view(of.key.factor)});
    }
}

void close_challenges(transaction& in, std::string_view tenant, std::string_view subject)
{
    static constexpr statement close = {
        "UPDATE challenge SET is_open = 0 WHERE tenant = $1 AND subject = $2 AND is_open = 1"};
    in.run(close, {tenant, subject});
}

}  // namespace counterseal::core
