// SPDX-License-Identifier: Apache-2.0
// What operations that make a factor share: who asks, and how a refusal is told.
#pragma once

#include <string>
#include <string_view>

#include "capi/src/engine_call.hpp"
#include "core/engine/pending.hpp"

namespace counterseal::capi {

/// Who asks for another factor, and the grant that shows a second factor, if there is one.
struct enrollee {
    std::string subject;
    core::secure_bytes session;

    explicit enrollee(engine_call& c);

    /// The first factor is the subject's own; every later one wants a second factor that was shown a moment ago
    /// (is_grant_valid()). Locks the subject, so that nothing becomes its first factor meanwhile.
    [[nodiscard]] bool may_enroll(core::transaction& t, const engine_call& c, bool is_locked) const;

    [[nodiscard]] core::pending_request pending(std::string_view label, std::string_view replaces,
                                                std::string_view key) const noexcept
    {
        return {.label = label, .replaces = replaces, .request = key, .session = session};
    }
};

/// The answer where a second factor has to be shown first.
[[nodiscard]] engine_answer step_up();

/// What core says of a request: the argument's name and the rule, as one sentence.
[[noreturn]] void refuse_rule(status code, std::string_view rule);

}  // namespace counterseal::capi
