// SPDX-License-Identifier: Apache-2.0
// Many factors at once: pages of them, and batches of responses.
#include <algorithm>
#include <utility>

#include "capi/src/engine_call.hpp"
#include "capi/src/engine_verdict.hpp"
#include "core/engine/clock.hpp"
#include "core/engine/list_factors.hpp"
#include "core/engine/verify_batch.hpp"

namespace counterseal::capi {
namespace {

using core::json;

constexpr std::size_t most_items = 10'000;

json shown_factor(const core::listed_factor& one, const core::throttle& limits, std::int64_t latest_us)
{
    const core::factor& of = one.of;
    const bool is_used_step = of.type == core::factor_type::totp && of.hot.last_value >= 0;
    const bool is_locked = of.hot.locked_until_us > latest_us || of.hot.streak >= limits.streak;
    json out = {{"factor_id", of.key.factor},
                {"subject", of.key.subject},
                {"type", core::name_of(of.type)},
                {"state", core::name_of(of.state)},
                {"label", of.label},
                {"provenance", of.provenance},
                {"created_us", of.created_us},
                {"confirmed_us", time_or_null(of.confirmed_us)},
                {"ended_us", time_or_null(of.ended_us)},
                {"last_used_step", is_used_step ? json(of.hot.last_value) : json()},
                {"locked_until_us", time_or_null(of.hot.locked_until_us)},
                {"is_locked", is_locked}};
    if (of.type == core::factor_type::totp) {
        out["drift"] = of.drift;
    }
    if (of.type == core::factor_type::hotp) {
        out["next_counter"] = of.hot.last_value;
    }
    if (of.type == core::factor_type::recovery) {
        out["codes_left"] = one.codes_left;
    }
    return out;
}

/// The lines of a secret, without their ends. A last line without an end counts, an empty rest does not.
std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> all;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        all.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

}  // namespace

engine_answer run_list_factors(engine_call& c)
{
    const std::optional<std::string> subject = c.in.name_if("subject");
    const std::string after = c.in.text_or("after", "", 4096);
    const std::int64_t limit = c.in.integer_or("limit", 1, 1000, 100);
    c.need_no_secret();
    std::int64_t latest_us = 0;
    const core::factor_page page = c.read([&](core::transaction& t) {
        latest_us = core::latest_us(t, c.now_us);
        return core::list_factors(t, c.seal, c.tenant, subject, after, limit);
    });
    if (page.code != status::ok) {
        c.in.refuse("after", "must be what \"next\" was in the page before", page.code);
    }
    json all = json::array();
    for (const core::listed_factor& one : page.factors) {
        all.push_back(shown_factor(one, c.on.limits(), latest_us));
    }
    return make_answer(status::ok, {{"factors", std::move(all)}, {"next", text_or_null(page.next)}});
}

engine_answer run_verify_batch(engine_call& c)
{
    const std::string purpose = purpose_of(c.in);
    const json& items = c.in.array("items", 1, most_items);
    const std::vector<std::string_view> lines = lines_of(c.secret_text());
    std::vector<core::batch_item> all;
    all.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        engine_request item(items[i], "items[" + std::to_string(i) + "]");
        all.push_back({item.name("subject"), item.id("factor_id"), {}});
        item.finish();
    }
    if (lines.size() != all.size()) {
        c.in.refuse("secret", "must have one line for each item");
    }
    c.in.finish();
    // Hashing recovery codes takes as long as it should: they are for verify_factor, and wrong here.
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].what = core::prepare_response(c.on.provider(), {}, lines[i]);
    }
    const std::vector<core::item_verdict> made = c.write_alone([&](core::transaction& t) {
        return core::verify_batch(t, c.seal, c.on.limits(), c.tenant, all, c.now_us, purpose);
    });
    json statuses = json::array();
    json values = json::array();
    for (const core::item_verdict& one : made) {
        statuses.push_back(static_cast<int>(one.code));
        values.push_back(one.value);
    }
    return make_answer(status::batch_done, {{"statuses", std::move(statuses)}, {"values", std::move(values)}});
}

}  // namespace counterseal::capi
