// SPDX-License-Identifier: Apache-2.0
#include "capi/src/engine_verdict.hpp"

#include <algorithm>
#include <utility>

#include "core/engine/name.hpp"
#include "core/engine/response.hpp"

namespace counterseal::capi {

using core::json;

core::response read_response(const engine_call& c, const std::string& subject, std::string_view text)
{
    std::vector<core::recovery_salt> salts;
    if (core::is_recovery_shaped(text)) {
        salts =
            c.read([&](core::transaction& t) { return core::load_recovery_salts(t, c.on.seal(), c.tenant, subject); });
    }
    return core::prepare_response(c.on.provider(), salts, text);
}

std::string purpose_of(engine_request& in)
{
    std::string purpose = in.text("purpose");
    if (purpose == "login") {
        in.refuse("purpose", "must not be \"login\": verify_factor knows no policy");
    }
    return purpose;
}

named_verdict named(core::transaction& in, const engine_call& c, const core::factor_key& key, core::factor_verdict made)
{
    named_verdict out{std::move(made)};
    if (out.of.code == status::ok) {
        if (const auto found = core::load_factor(in, c.on.seal(), key)) {
            out.type = found->type;
        }
    }
    return out;
}

named_verdict verify_one(core::transaction& in, const engine_call& c, const core::factor_key& key,
                         const core::response& typed, std::string_view purpose)
{
    return named(in, c, key,
                 core::verify_response(in, c.on.seal(), c.on.limits(), key.tenant, key.subject, {&key.factor, 1}, typed,
                                       c.now_us, purpose));
}

engine_answer verdict_answer(const named_verdict& made, std::int64_t now_us)
{
    const bool is_step = made.type == core::factor_type::totp;
    const bool is_counter = made.type == core::factor_type::hotp;
    return make_answer(made.of.code, {{"status", shown(made.of.code)},
                                      {"step", is_step ? json(made.of.value) : json()},
                                      {"next_counter", is_counter ? json(made.of.value) : json()},
                                      {"retry_after_s", retry_after(made.of.locked_until_us, now_us)}});
}

json retry_after(std::int64_t until_us, std::int64_t now_us)
{
    return until_us <= now_us ? json() : json((until_us - now_us + core::second_us - 1) / core::second_us);
}

}  // namespace counterseal::capi
