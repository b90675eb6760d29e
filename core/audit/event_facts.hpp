// SPDX-License-Identifier: Apache-2.0
// What readers of foreign formats want to know of an event that its type tells: what kind of event it is there, whether
// something succeeded, and how much it matters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace counterseal::core {

enum class event_class : std::uint8_t {
    authentication,  // somebody was let in, or was not
    check,           // a factor was asked: a part of a login, or of something else
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

/// How somebody was let in, from the detail of that event; empty in others.
struct login_methods {
    std::vector<std::string> amr;  // RFC 8176
    std::string factor_type;       // of the factor that answered
};
[[nodiscard]] login_methods methods_of(std::string_view detail);

/// With blanks between them.
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

/// What a type tells. One that is not known is an administrative success of low severity, with itself as its title: a
/// log that a newer version wrote is exported, too.
[[nodiscard]] event_facts facts_of(std::string_view type) noexcept;

}  // namespace counterseal::core
