// SPDX-License-Identifier: Apache-2.0
// A store whose rows go from one key to another.
#include "rotation.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "output.hpp"
#include "store_options.hpp"
#include "table.hpp"

namespace counterseal::cli {
namespace {

constexpr std::int64_t rows_a_step = 100;            // few, so that nobody who logs in waits for them
constexpr std::int64_t rows_between_notes = 10'000;  // of progress

void add_up(key_counts& into, const nlohmann::json& counts)
{
    for (const auto& [kind, of] : counts.items()) {
        for (const auto& [id, n] : of.items()) {
            into[kind][id] += n.get<std::int64_t>();
        }
    }
}

/// The answer to a step of a walk; `next` is where it goes on, empty at the end.
nlohmann::json step(engine& on, std::uint32_t op, std::int64_t limit, std::string& next)
{
    engine_request request;
    request.member("limit", limit);
    if (!next.empty()) {
        request.member("after", next);
    }
    nlohmann::json made = nlohmann::json::parse(call(on, op, request).json);
    next = made.at("next").is_null() ? std::string() : made.at("next").get<std::string>();
    return made;
}

struct resealed {
    std::string active;
    std::int64_t n = 0;
    std::int64_t n_damaged = 0;
    key_counts left;
};

/// Walks until a walk finds nothing to do: rows that somebody wrote behind it under an older key are in the next one.
resealed reseal(engine& on)
{
    resealed all;
    std::int64_t n_before = -1;
    std::int64_t next_note = rows_between_notes;
    while (n_before != all.n) {
        n_before = all.n;
        all.left.clear();
        all.n_damaged = 0;
        std::string next;
        do {
            const nlohmann::json made = step(on, CSEAL_OP_RESEAL, rows_a_step, next);
            all.active = made.at("active");
            all.n += made.at("resealed").get<std::int64_t>();
            all.n_damaged += made.at("damaged").get<std::int64_t>();
            add_up(all.left, made.at("left"));
            if (all.n >= next_note) {
                write_stderr("counterseal: " + std::to_string(all.n) + " rows so far\n");
                next_note = all.n + rows_between_notes;
            }
        } while (!next.empty());
    }
    return all;
}

exit_status tell(session& run, const resealed& made)
{
    const exit_status how = made.n_damaged == 0 ? exit_status::done : exit_status::refused;
    if (run.as_json) {
        json document;
        document.begin_object().member("status", std::string_view(made.n_damaged == 0 ? "done" : "damaged"));
        document.member("active", std::string_view(made.active)).member("resealed", made.n);
        document.member("damaged", made.n_damaged).key("left").raw(nlohmann::json(made.left).dump()).end_object();
        run.document(document);
        return how;
    }
    run.line("resealed: " + std::to_string(made.n) + " under " + made.active);
    for (const auto& [kind, of] : made.left) {
        for (const auto& [id, n] : of) {
            run.line("left under " + id + ": " + std::to_string(n) + " " + kind);
        }
    }
    if (made.n_damaged != 0) {
        run.line("refused: " + std::to_string(made.n_damaged) + " rows are not as the engine wrote them");
    }
    return how;
}

exit_status tell(session& run, const counted_keys& found)
{
    if (run.as_json) {
        json document;
        document.begin_object().member("status", std::string_view("done"));
        document.member("active", std::string_view(found.active)).list("keys", found.ids);
        document.key("counts").raw(nlohmann::json(found.counts).dump()).end_object();
        run.document(document);
        return exit_status::done;
    }
    table shown({"kind", "key", "count"});
    for (const auto& [kind, of] : found.counts) {
        for (const auto& [id, n] : of) {
            shown.row({kind, id, std::to_string(n)});
        }
    }
    shown.write_to(run);
    for (const std::string& id : found.ids) {
        const bool is_needed = id == found.active || !held_by(found.counts, id).empty();
        run.line(id + (id == found.active ? ": seals" : is_needed ? ": needed" : ": not needed"));
    }
    return exit_status::done;
}

}  // namespace

counted_keys count_keys(engine& on)
{
    counted_keys found;
    std::string next;
    do {
        const nlohmann::json page = step(on, CSEAL_OP_KEY_COUNTS, 1000, next);
        found.active = page.at("active");
        found.ids = page.at("keys").get<std::vector<std::string>>();
        add_up(found.counts, page.at("counts"));
    } while (!next.empty());
    return found;
}

std::string held_by(const key_counts& counts, const std::string& id)
{
    std::string text;
    for (const auto& [kind, of] : counts) {
        if (const auto found = of.find(id); found != of.end() && found->second != 0) {
            text += (text.empty() ? "" : ", ") + std::to_string(found->second) + " " + kind;
        }
    }
    return text;
}

void add_rotation(commands& to, CLI::App& keys)
{
    const auto add = [&](const char* name, const char* description, auto&& work) {
        const auto store = std::make_shared<store_options>();
        CLI::App& leaf = to.add(keys, name, description, [store, work](session& run) {
            engine on = store->open();
            return tell(run, work(on));
        });
        store->add_to(leaf);
    };
    add("status", "Count what a store holds under which key", count_keys);
    add("reseal",
        "Put all of a store under the key that seals, while programs work on it. May be stopped and begun again",
        reseal);
}

}  // namespace counterseal::cli
