// SPDX-License-Identifier: Apache-2.0
// What the rows of factors and subjects have to be by what their tenant's log says happened. Whoever can write to the
// database but has no key can put back an old row, or a counter that no tag covers; the log then tells something else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/engine/factor.hpp"
#include "core/engine/stored_event.hpp"

namespace counterseal::core {

/// A value that follows from the events; nothing: what it follows from was purged.
using folded = std::optional<std::int64_t>;

struct folded_factor {
    std::string subject;  // empty: erased
    std::optional<factor_state> state{};
    std::string type{};  // empty: not known
    folded last_value{};
    folded attempts{};
    folded streak{};
    folded locked_until_us{};
    std::optional<std::set<std::string>> used_codes{};  // by their names in the log
    bool is_erased = false;                             // about whom, in one of its events
};

struct folded_subject {
    folded epoch{};
    folded is_enrolled{};
    folded grace_until_us{};
    folded failures{};
    folded failures_since_us{};
};

/// The state of a tenant after each event.
class folded_log {
public:
    /// Throws store_error: e_store_corrupt where the detail of an event is not as the engine writes it.
    void add(const stored_event& one);

    [[nodiscard]] const std::map<std::string, folded_factor>& factors() const noexcept { return factors_; }
    /// Of a subject that no event names too.
    [[nodiscard]] folded_subject subject(const std::string& name) const;
    [[nodiscard]] const std::map<std::string, folded_subject>& subjects() const noexcept { return subjects_; }
    [[nodiscard]] folded policy_version() const noexcept { return policy_version_; }
    [[nodiscard]] bool has_erased() const noexcept { return n_erased_ != 0; }
    [[nodiscard]] bool has_purged() const noexcept { return n_purged_ != 0; }
    /// Whether as much was purged as an event says, from the first one on and without a gap.
    [[nodiscard]] bool is_purged_as_told() const noexcept
    {
        return n_purged_ == told_purged_ && last_purged_ == told_purged_;
    }
    /// Whether as many were erased as events say: fewer are left where some of those were purged since, never more.
    [[nodiscard]] bool is_erased_as_told() const noexcept
    {
        return has_purged() ? n_erased_ <= told_erased_ : n_erased_ == told_erased_;
    }
    [[nodiscard]] std::int64_t n_erased() const noexcept { return n_erased_; }
    [[nodiscard]] std::int64_t told_erased() const noexcept { return told_erased_; }
    [[nodiscard]] std::int64_t n_purged() const noexcept { return n_purged_; }
    [[nodiscard]] std::int64_t told_purged() const noexcept { return told_purged_; }

private:
    folded_factor& factor_of(const event& what);
    folded_subject& subject_of(const event& what);
    void make(const event& what, factor_state state, std::string_view type, std::int64_t last_value);
    void enroll(const event& what);

    std::map<std::string, folded_factor> factors_;
    std::map<std::string, folded_subject> subjects_;
    folded policy_version_ = 0;
    std::int64_t n_erased_ = 0;
    std::int64_t told_erased_ = 0;
    bool has_erased_subject_ = false;  // what a subject's row follows from
    std::int64_t n_purged_ = 0;
    std::int64_t last_purged_ = 0;
    std::int64_t told_purged_ = 0;
};

}  // namespace counterseal::core
