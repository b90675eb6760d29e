// SPDX-License-Identifier: Apache-2.0
#include "capi/src/engine_verdict.hpp"

#include <algorithm>
#include <utility>

#include "core/engine/name.hpp"
#include "core/engine/response.hpp"

namespace counterseal::capi {

using core::json;

std::string purpose_of(engine_request& in)
{
    std::string purpose = in.text("purpose");
    if (purpose == "login") {
        in.refuse("purpose", "must not be \"login\": verify_factor knows no policy");
    }
    return purpose;
}

core::factor_verdict verify_one(core::transaction& in, const engine_call& c, const core::factor_key& key,
                                const core::response& typed, std::string_view purpose)
{
    return core::verify_response(in, c.seal, c.on.limits(), key.tenant, key.subject, {&key.factor, 1}, typed, c.now_us,
                                 purpose);
}

engine_answer verdict_answer(const core::factor_verdict& made)
{
    const auto value_if = [&](core::factor_type type) {
        return made.code == status::ok && made.type == type ? json(made.value) : json();
    };
    return make_answer(made.code, {{"status", shown(made.code)},
                                   {"step", value_if(core::factor_type::totp)},
                                   {"next_counter", value_if(core::factor_type::hotp)},
                                   {"retry_after_s", made.retry_after_s == 0 ? json() : json(made.retry_after_s)}});
}

}  // namespace counterseal::capi
