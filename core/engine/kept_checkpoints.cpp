// SPDX-License-Identifier: Apache-2.0
#include "core/engine/kept_checkpoints.hpp"

#include <utility>

#include "core/engine/clock.hpp"
#include "core/engine/stored_tree.hpp"
#include "core/engine/subject.hpp"

namespace counterseal::core {
namespace {

/// Of a note, whoever signed it.
std::optional<checkpoint> read_note(std::string_view note)
{
    const std::size_t blank_line = note.find("\n\n");
    return blank_line == std::string_view::npos ? std::nullopt : checkpoint::from_text(note.substr(0, blank_line + 1));
}

/// Why the store does not go on from a checkpoint; nullptr: it does.
const char* fault_of(transaction& in, const event_log& log, std::string_view note, const checkpoint& kept)
{
    const std::optional<std::string> tenant = log.tenant_of(kept.origin);
    if (!tenant) {
        return "is of another store";
    }
    const note_verifier own[] = {log.verifier(*tenant)};
    if (!open_note(note, own)) {
        return "is not signed by the key of this store's log";
    }
    const std::optional<tree_head> head = load_head(in, *tenant);
    if (kept.size > (head ? head->tree.size() : 0)) {
        return "has more events than the store: the store was rolled back";
    }
    if (stored_tree(in, log.provider(), *tenant).root(kept.size) != kept.root) {
        return "is not the beginning of the store's log: the store was rolled back and went on, or was changed";
    }
    return nullptr;
}

}  // namespace

std::vector<stored_checkpoint> list_checkpoints(transaction& in, std::optional<std::string_view> tenant,
                                                const stored_checkpoint& after, std::int64_t limit)
{
    static constexpr statement of_one = {
        "SELECT tenant, size, at_us, note FROM checkpoint WHERE tenant = $1 AND size > $2 ORDER BY size LIMIT $3"};
    static constexpr statement of_all = {
        "SELECT tenant, size, at_us, note FROM checkpoint WHERE tenant > $1 OR (tenant = $1 AND size > $2) "
        "ORDER BY tenant, size LIMIT $3"};
    rows out;
    if (tenant) {
        in.run(of_one, {*tenant, after.size, limit}, &out);
    } else {
        in.run(of_all, {std::string_view(after.tenant), after.size, limit}, &out);
    }
    return read_checkpoints(out);
}

std::int64_t release_checkpoints(transaction& in, std::string_view tenant, std::int64_t size, std::int64_t now_us)
{
    static constexpr statement release = {"DELETE FROM checkpoint WHERE tenant = $1 AND size <= $2"};
    static_cast<void>(tell_time(in, now_us));
    return static_cast<std::int64_t>(in.run(release, {tenant, size}));
}

void check_expected(transaction& in, const event_log& log, const std::vector<std::string>& notes)
{
    for (std::size_t i = 0; i < notes.size(); ++i) {
        const std::string which = "expected checkpoint " + std::to_string(i + 1);
        const std::optional<checkpoint> kept = read_note(notes[i]);
        if (!kept) {
            throw store_error(status::e_argument, which + " is no signed note of a checkpoint");
        }
        if (const char* const fault = fault_of(in, log, notes[i], *kept); fault != nullptr) {
            const std::string of = is_note_name(kept->origin) ? " of " + kept->origin : std::string();
            throw store_error(status::e_store_rolled_back,
                              which + of + " with " + std::to_string(kept->size) + " events " + fault);
        }
    }
}

}  // namespace counterseal::core
