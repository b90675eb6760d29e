// SPDX-License-Identifier: Apache-2.0
#include "core/engine/verify_state.hpp"

#include <set>
#include <utility>

#include "core/engine/passkey.hpp"
#include "core/engine/recovery.hpp"
#include "core/engine/refold.hpp"
#include "core/engine/stored_tree.hpp"
#include "core/engine/tree_head.hpp"

namespace counterseal::core {
namespace {

constexpr std::int64_t at_a_time = 1'000;

std::string joined(const std::set<std::string>& names)
{
    std::string all;
    for (const std::string& one : names) {
        all += (all.empty() ? "" : " ") + one;
    }
    return all;
}

class state_check {
public:
    state_check(transaction& in, const row_seal& with, std::string_view tenant)
        : in_{in}, with_{with}, tenant_{tenant}, hash_(with.log.provider())
    {
    }

    state_report run()
    {
        check_log();
        check_factors();
        check_subjects();
        check_policy();
        return std::move(report_);
    }

private:
    void add(std::string subject, std::string factor, std::string what, std::string stored, std::string folded)
    {
        if (report_.faults.size() < most_faults) {
            report_.faults.push_back(
                {std::move(subject), std::move(factor), std::move(what), std::move(stored), std::move(folded)});
        }
    }

    void compare(const std::string& subject, const std::string& factor, const char* what, std::int64_t stored,
                 const folded& wanted)
    {
        if (wanted && *wanted != stored) {
            add(subject, factor, what, std::to_string(stored), std::to_string(*wanted));
        }
    }

    /// Each event into the tree, which has to be the one whose head and nodes are stored, and into the state.
    void check_log()
    {
        tree_frontier tree;
        for (;;) {
            const auto n = static_cast<std::int64_t>(tree.size());
            const std::vector<stored_event> all = load_events(in_, tenant_, n, at_a_time);
            for (const stored_event& one : all) {
                std::vector<std::uint8_t> nodes;
                tree.append(hash_.tree(), hash_.leaf(one), [&](const tree_node& made) { keep_node(nodes, made); });
                if (nodes != one.nodes) {
                    add({}, {}, "tree", "the nodes of event " + std::to_string(one.what.seq), "others");
                }
                log_.add(one);
            }
            if (std::ssize(all) < at_a_time) {
                break;
            }
        }
        report_.n_events = static_cast<std::int64_t>(tree.size());
        report_.root = tree.root(hash_.tree());
        const tree_head head = load_head(in_, tenant_).value_or(tree_head());
        if (head.tree.size() != tree.size()) {
            add({}, {}, "log", std::to_string(head.tree.size()) + " events", std::to_string(tree.size()) + " events");
        } else if (head.tree.bytes() != tree.bytes()) {
            add({}, {}, "tree", "the right edge in the tenant's row", "another one");
        }
        // What was purged has its place in the tree, whoever did it: a purge that no event tells was none of ours.
        if (!log_.is_purged_as_told()) {
            add({}, {}, "log", std::to_string(log_.n_purged()) + " events purged",
                "the first " + std::to_string(log_.told_purged()));
        }
        if (!log_.is_erased_as_told()) {
            add({}, {}, "log", std::to_string(log_.n_erased()) + " events erased", std::to_string(log_.told_erased()));
        }
    }

    void check_factors()
    {
        static constexpr statement select = {"SELECT " COUNTERSEAL_FACTOR_COLUMNS
                                             " FROM factor WHERE tenant = $1 AND (subject, factor) > ($2, $3) "
                                             "ORDER BY subject, factor LIMIT $4"};
        factor_place after;
        for (std::size_t n = at_a_time; n == at_a_time;) {
            rows found;
            const std::string_view subject = after.subject;
            const std::string_view factor = after.factor;
            n = in_.run(select, {tenant_, subject, factor, at_a_time}, &found);
            for (std::size_t i = 0; i < n; ++i) {
                after = {found.text(i, 22), found.text(i, 0)};
                check_factor(after, found, i);
            }
        }
        for (const auto& [id, of] : log_.factors()) {
            if (!seen_.contains(id)) {
                add(of.subject, id, "row", "none", "one");
            }
        }
    }

    void check_factor(const factor_place& at, const rows& found, std::size_t i)
    {
        ++report_.n_factors;
        seen_.insert(at.factor);
        owners_.insert(at.subject);
        factor of;
        try {
            of = read_factor(with_, tenant_, found, i);
            check_credential(at, of);
        } catch (const store_error& e) {
            add(at.subject, at.factor, "row", e.what(), "as it was written");
            return;
        }
        const auto wanted = log_.factors().find(at.factor);
        if (wanted == log_.factors().end()) {
            if (!log_.has_purged()) {
                add(at.subject, at.factor, "row", "one", "none");
            }
            return;
        }
        const folded_factor& is = wanted->second;
        if (is.is_erased) {
            erased_.insert(at.subject);
        }
        if (!is.subject.empty() && is.subject != at.subject) {
            add(at.subject, at.factor, "subject", at.subject, is.subject);
        }
        if (is.state && *is.state != of.state) {
            add(at.subject, at.factor, "state", std::string(name_of(of.state)), std::string(name_of(*is.state)));
        }
        compare(at.subject, at.factor, "last_value", of.hot.last_value, is.last_value);
        compare(at.subject, at.factor, "attempts", of.hot.attempts, is.attempts);
        compare(at.subject, at.factor, "streak", of.hot.streak, is.streak);
        compare(at.subject, at.factor, "locked_until_us", of.hot.locked_until_us, is.locked_until_us);
        if (of.type == factor_type::recovery && of.state != factor_state::revoked) {
            const std::set<std::string> used = used_recovery_codes(in_, of.key);
            if (is.used_codes && *is.used_codes != used) {
                add(at.subject, at.factor, "used_codes", joined(used), joined(*is.used_codes));
            }
        }
    }

    /// That the identifier of a passkey leads to it and to no other one.
    void check_credential(const factor_place& at, const factor& of)
    {
        if (of.type != factor_type::webauthn || !is_live(of)) {
            return;
        }
        const std::optional<factor_key> owner = find_credential(in_, tenant_, open_passkey(with_, of).record.id);
        if (!owner || owner->subject != at.subject || owner->factor != at.factor) {
            add(at.subject, at.factor, "credential", owner ? "of another factor" : "none", "of this one");
        }
    }

    void check_subjects()
    {
        static constexpr statement select = {
            "SELECT subject, epoch, is_enrolled, grace_until_us, failures, failures_since_us FROM subject "
            "WHERE tenant = $1 AND subject > $2 ORDER BY subject LIMIT $3"};
        std::set<std::string> has_row;
        std::string after;
        for (std::size_t n = at_a_time; n == at_a_time;) {
            rows found;
            n = in_.run(select, {tenant_, std::string_view(after), at_a_time}, &found);
            for (std::size_t i = 0; i < n; ++i) {
                after = found.text(i, 0);
                has_row.insert(after);
                check_subject(after, found, i);
            }
        }
        for (const auto& [name, of] : log_.subjects()) {
            if (!name.empty() && !has_row.contains(name)) {
                add(name, {}, "row", "none", "one");
            }
        }
    }

    void check_subject(const std::string& name, const rows& found, std::size_t i)
    {
        ++report_.n_subjects;
        try {
            static_cast<void>(load_subject(in_, with_, tenant_, name));
        } catch (const store_error& e) {
            add(name, {}, "row", e.what(), "as it was written");
        }
        // Whose events were erased is known by the factors alone; somebody without one may be anybody.
        if (log_.has_erased() && (erased_.contains(name) || !owners_.contains(name))) {
            return;
        }
        const folded_subject wanted = log_.subject(name);
        compare(name, {}, "epoch", found.integer(i, 1), wanted.epoch);
        compare(name, {}, "is_enrolled", found.integer(i, 2), wanted.is_enrolled);
        compare(name, {}, "grace_until_us", found.integer(i, 3), wanted.grace_until_us);
        compare(name, {}, "failures", found.integer(i, 4), wanted.failures);
        compare(name, {}, "failures_since_us", found.integer(i, 5), wanted.failures_since_us);
    }

    void check_policy()
    {
        static constexpr statement newest = {
            "SELECT version FROM policy WHERE tenant = $1 ORDER BY version DESC LIMIT 1"};
        rows out;
        const std::int64_t stored = in_.run(newest, {tenant_}, &out) == 0 ? 0 : out.integer(0, 0);
        compare({}, {}, "policy_version", stored, log_.policy_version());
    }

    transaction& in_;
    const row_seal& with_;
    std::string_view tenant_;
    event_hash hash_;
    folded_log log_;
    state_report report_;
    std::set<std::string> seen_;    // the factors that have a row
    std::set<std::string> owners_;  // the subjects that have a factor
    std::set<std::string> erased_;  // those of whom something was erased
};

}  // namespace

state_report verify_state(transaction& in, const row_seal& with, std::string_view tenant)
{
    return state_check(in, with, tenant).run();
}

}  // namespace counterseal::core
