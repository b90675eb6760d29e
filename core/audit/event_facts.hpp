// SPDX-License-Identifier: Apache-2.0
// What readers of foreign formats want to know of an event that its type tells: what kind of event it is there, whether
// something succeeded, and how much it matters.
#pragma once

#include <cstdint>
#include <string_view>

namespace counterseal::core {

enum class event_class : std::uint8_t {
    authentication,  // somebody was let in, or was not
    factor_on,       // somebody has another factor from now on
    factor_off,      // ... one factor less
    locked,
    unlocked,
    administration,  // what holds for all of a tenant, and the log itself
};

struct event_facts {
    std::string_view type;  // of the event
    event_class what;
    bool is_success;
    std::uint32_t severity;  // 0 to 10, as CEF has it: 4 and above is for people to look at
    std::string_view title;  // for people
};

/// What a type tells. One that is not known is an administrative success of low severity, with itself as its title: a
/// log that a newer version wrote is exported, too.
[[nodiscard]] event_facts facts_of(std::string_view type) noexcept;

}  // namespace counterseal::core
