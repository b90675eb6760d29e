// SPDX-License-Identifier: Apache-2.0
// The log of a tenant: its checkpoints, proofs, export, what leaves it, and whether the rows agree with it.
#include <algorithm>
#include <chrono>
#include <utility>

#include "capi/src/engine_call.hpp"
#include "core/audit/log_format.hpp"
#include "core/engine/erase.hpp"
#include "core/engine/kept_checkpoints.hpp"
#include "core/engine/stored_tree.hpp"
#include "core/engine/verify_state.hpp"
#include "core/enroll/base64.hpp"
#include "counterseal/version.h"

namespace counterseal::capi {
namespace {

using core::json;

constexpr std::size_t longest_note = 16'384;
constexpr std::size_t most_notes = 10'000;

json shown_checkpoint(const core::stored_checkpoint& one)
{
    return {{"tenant", one.tenant}, {"size", one.size}, {"at_us", one.at_us}, {"note", one.note}};
}

json shown_hashes(const std::vector<core::sha256_digest>& all)
{
    json out = json::array();
    for (const core::sha256_digest& one : all) {
        out.push_back(core::to_base64<std::string>(one));
    }
    return out;
}

/// How many events there are; a tenant without any has no log to ask about.
std::int64_t size_of_log(core::transaction& t, const std::string& tenant)
{
    const auto head = core::load_head(t, tenant);
    return head ? head->size() : 0;
}

engine_answer erased(engine_call& c, const core::erasure& made, const char* argument)
{
    if (made.code == status::e_range) {
        c.in.refuse(argument, "must lie six years back by the store's clock: events are kept that long", made.code);
    }
    return make_answer(made.code, {{"events", made.n}, {"is_complete", made.is_complete}});
}

json shown_fault(const core::state_fault& one)
{
    return {{"subject", text_or_null(one.subject)},
            {"factor_id", text_or_null(one.factor)},
            {"what", one.what},
            {"stored", one.stored},
            {"log", one.folded}};
}

}  // namespace

std::vector<std::string> notes_of(const json& all, const std::function<void(const char*)>& refuse)
{
    std::vector<std::string> notes;
    if (!all.is_array() || all.size() > most_notes) {
        refuse("must be an array of at most 10000 texts");
    }
    for (const json& one : all) {
        if (!one.is_string() || one.get_ref<const std::string&>().size() > longest_note) {
            refuse("must have notes of at most 16384 bytes");
        }
        notes.push_back(one.get<std::string>());
    }
    return notes;
}

engine_answer run_checkpoint(engine_call& c)
{
    c.need_no_secret();
    const std::shared_ptr<const std::optional<core::stored_checkpoint>> made =
        c.write([&](core::transaction& t) { return core::checkpoint_now(t, c.seal.log, c.tenant, c.now_us); });
    return make_answer(status::ok, {{"checkpoint", *made ? shown_checkpoint(**made) : json()}});
}

engine_answer run_checkpoints(engine_call& c)
{
    const std::optional<std::string> tenant = c.in.name_if("tenant");
    core::stored_checkpoint after;
    if (const json* const given = c.in.object_if("after"); given != nullptr) {
        engine_request place(*given, "after");
        after.tenant = place.name("tenant");
        after.size = place.integer("size", 0, INT64_MAX);
        place.finish();
    }
    const std::int64_t limit = c.in.integer_or("limit", 1, 1000, 100);
    c.need_no_secret();
    const std::vector<core::stored_checkpoint> found = c.read([&](core::transaction& t) {
        return core::list_checkpoints(t, tenant ? std::optional<std::string_view>(*tenant) : std::nullopt, after,
                                      limit);
    });
    json all = json::array();
    for (const core::stored_checkpoint& one : found) {
        all.push_back(shown_checkpoint(one));
    }
    json next;
    if (std::ssize(found) == limit) {
        next = {{"tenant", found.back().tenant}, {"size", found.back().size}};
    }
    return make_answer(status::ok, {{"checkpoints", std::move(all)}, {"next", std::move(next)}});
}

engine_answer run_checkpoints_kept(engine_call& c)
{
    const std::int64_t size = c.in.integer("size", 0, INT64_MAX);
    c.need_no_secret();
    const std::int64_t n =
        c.write([&](core::transaction& t) { return core::release_checkpoints(t, c.tenant, size, c.now_us); });
    return make_answer(status::ok, {{"released", n}});
}

engine_answer run_log_verifier(engine_call& c)
{
    c.need_no_secret();
    c.in.finish();
    return make_answer(status::ok,
                       {{"origin", c.seal.log.origin(c.tenant)}, {"verifier", c.seal.log.verifier(c.tenant).text()}});
}

engine_answer run_prove(engine_call& c)
{
    const std::int64_t size = c.in.integer("size", 1, INT64_MAX);
    const std::optional<std::int64_t> seq = c.in.integer_if("seq", 1, INT64_MAX);
    const std::optional<std::int64_t> first = c.in.integer_if("first", 0, INT64_MAX);
    c.need_no_secret();
    if (seq.has_value() == first.has_value()) {
        c.in.refuse("", "one of seq and first must be there: that an event is in the log, or that it went on");
    }
    if (seq.value_or(first.value_or(0)) > size) {
        c.in.refuse(seq ? "seq" : "first", "must not be above size", status::e_range);
    }
    json out = json::object();
    const bool is_there = c.read([&](core::transaction& t) {
        if (size_of_log(t, c.tenant) < size) {
            return false;
        }
        core::stored_tree tree(t, c.on.provider(), c.tenant);
        const auto of = static_cast<std::uint64_t>(size);
        out = {{"root", core::to_base64<std::string>(tree.root(of))}};
        if (seq) {
            const auto leaf = static_cast<std::uint64_t>(*seq - 1);
            out["leaf"] = core::to_base64<std::string>(tree.leaf(leaf));
            out["proof"] = shown_hashes(core::prove_inclusion(tree.hash(), tree.nodes(), leaf, of));
        } else {
            const auto before = static_cast<std::uint64_t>(*first);
            out["first_root"] = core::to_base64<std::string>(tree.root(before));
            out["proof"] = shown_hashes(core::prove_consistency(tree.hash(), tree.nodes(), before, of));
        }
        return true;
    });
    if (!is_there) {
        c.in.refuse("size", "must not be above the number of events", status::e_range);
    }
    return make_answer(status::ok, out);
}

namespace {

enum class log_format : std::uint8_t { lines, csv, fhir, ocsf, cef };

log_format format_of(engine_request& in)
{
    return static_cast<log_format>(in.choice("format", {"lines", "csv", "fhir", "ocsf", "cef"}, 0));
}

std::string version()
{
    return std::to_string(CSEAL_VERSION_MAJOR) + '.' + std::to_string(CSEAL_VERSION_MINOR) + '.' +
           std::to_string(CSEAL_VERSION_PATCH);
}

/// What was purged is nothing but in our own lines: only they have a place for its hash.
std::string written(core::event_hash& hash, const core::stored_event& one, std::string_view tenant, log_format format)
{
    if (one.is_purged() && format != log_format::lines) {
        return {};
    }
    const core::event& of = one.what;
    const core::log_record record{tenant,    of.seq,          of.at_us,   of.type,  of.factor,
                                  of.detail, one.is_erased(), of.subject, of.actor, of.reason};
    switch (format) {
        case log_format::lines: return hash.line(one);
        case log_format::csv: return core::csv_line(record);
        case log_format::fhir: return core::fhir_line(record);
        case log_format::ocsf: return core::ocsf_line(record);
        case log_format::cef: return core::cef_line(record, version());
    }
    return {};
}

}  // namespace

engine_answer run_export_log(engine_call& c)
{
    const log_format format = format_of(c.in);
    const std::int64_t after = c.in.integer_or("after", 0, INT64_MAX, 0);
    const std::int64_t limit = c.in.integer_or("limit", 1, 10'000, 1000);
    c.need_no_secret();
    std::string lines;
    std::int64_t n = 0;
    c.read([&](core::transaction& t) {
        lines = format == log_format::csv && after == 0 ? core::csv_header() : std::string();
        core::event_hash hash(c.on.provider());
        const std::vector<core::stored_event> found = core::load_events(t, c.tenant, after, limit);
        n = std::ssize(found);
        for (const core::stored_event& one : found) {
            lines += written(hash, one, c.tenant, format);
        }
    });
    const core::bytes_view bytes = core::bytes_of(lines);
    return make_answer(status::ok, {{"events", n}, {"next", n == limit ? json(after + n) : json()}},
                       core::secure_bytes(bytes.begin(), bytes.end()));
}

engine_answer run_erase_person(engine_call& c)
{
    const std::string subject = c.subject();
    const named_authority by(c.in);
    const std::chrono::milliseconds timeout(c.in.integer_or("timeout_ms", 1, 86'400'000, 600'000));
    c.need_no_secret();
    const core::persons_found known = c.engine().read_within(
        c.clock, timeout, [&](core::transaction& t) { return core::find_persons(t, c.seal, c.tenant, subject); });
    const core::erasure made = c.write_alone([&](core::transaction& t) {
        return core::erase_person(t, c.seal, c.tenant, subject, by.view(), c.now_us, known);
    });
    return erased(c, made, "");
}

engine_answer run_purge_events(engine_call& c)
{
    const std::int64_t before_us = c.in.integer("before_us", 0, INT64_MAX);
    const named_authority by(c.in);
    c.need_no_secret();
    const core::erasure made = c.write_alone(
        [&](core::transaction& t) { return core::purge_events(t, c.seal, c.tenant, before_us, by.view(), c.now_us); });
    return erased(c, made, "before_us");
}

engine_answer run_verify_state(engine_call& c)
{
    const std::chrono::milliseconds timeout(c.in.integer_or("timeout_ms", 1, 86'400'000, 600'000));
    std::vector<std::string> notes;
    if (c.in.has("checkpoints")) {
        notes = notes_of(c.in.array("checkpoints", 0, most_notes),
                         [&](const char* rule) { c.in.refuse("checkpoints", rule); });
    }
    c.need_no_secret();
    const core::state_report found = c.engine().read_within(c.clock, timeout, [&](core::transaction& t) {
        core::check_expected(t, c.seal.log, notes);
        return core::verify_state(t, c.seal, c.tenant);
    });
    json faults = json::array();
    for (const core::state_fault& one : found.faults) {
        faults.push_back(shown_fault(one));
    }
    json body = {{"events", found.n_events},
                 {"factors", found.n_factors},
                 {"subjects", found.n_subjects},
                 {"root", core::to_base64<std::string>(found.root)},
                 {"faults", std::move(faults)}};
    if (!found.faults.empty()) {
        body["error"] = {{"argument", nullptr}, {"rule", "the rows of the tenant are not what its log says"}};
    }
    return make_answer(found.faults.empty() ? status::ok : status::e_store_corrupt, body);
}

}  // namespace counterseal::capi
