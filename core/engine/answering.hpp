// SPDX-License-Identifier: Apache-2.0
// What every answer to a question goes through, from the lock on its subject to its event: policy, factors and epoch as
// they are now, whatever they were when it was asked.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/challenge.hpp"
#include "core/engine/clock.hpp"
#include "core/engine/decision.hpp"
#include "core/engine/verify_challenge.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {

/// One answer in one transaction. All that it is made of must outlive it, and the subject is locked.
class answering {
public:
    answering(transaction& in, const decision_means& by, const subject& who, bytes_view session,
              store_time time) noexcept
        : in_{in}, by_{by}, who_{who}, session_{session}, time_{time}
    {
    }

    // First, one of these two.

    /// The challenge that was issued to the subject in this session: ok, wrong_challenge, or challenge_dead where it is
    /// of an earlier epoch.
    [[nodiscard]] reason recall(std::string_view challenge_id);
    /// What was asked before anybody said who they are.
    void recall(challenge_context about) { about_ = std::move(about); }

    /// All that comes before a look at the answer: recalls the challenge, counts the answer, asks the policy, and
    /// chooses the factors that it may be of. ok, or what stands against it.
    [[nodiscard]] reason admit(const challenge_answer& answer, std::vector<factor>& out);
    /// Takes the count back.
    void put_back();

    [[nodiscard]] reason ask_policy();
    /// The active factors of the subject that the policy allows, that one alone where one is named; or why there are
    /// none. Whether they are locked is for the attempt to find out.
    [[nodiscard]] reason choose(std::string_view factor_id, std::vector<factor>& out);

    [[nodiscard]] const std::optional<challenge>& asked() const noexcept { return asked_; }
    [[nodiscard]] const challenge_context& about() const noexcept { return about_; }
    [[nodiscard]] const policy_document& document() const noexcept { return in_force_->document; }
    [[nodiscard]] const std::shared_ptr<const policy>& in_force() const noexcept { return in_force_; }

    /// The answer was taken by an earlier transaction, so that the challenge may be told as open once more.
    void has_reserved() noexcept { is_reserved_ = true; }

    // At last, one of these two, which write the event.

    /// `used` may be empty. `detail` has more about the refusal, or is null.
    [[nodiscard]] decision refuse(reason why, const std::string& used = {}, std::int64_t retry_after_s = 0,
                                  json detail = nullptr);
    /// `methods` are those of the factor, as in RFC 8176. Closes the challenge and makes the grant of two factors.
    [[nodiscard]] decision let_in(const std::string& used, factor_type type, const std::vector<std::string>& methods);

private:
    [[nodiscard]] reason reserve();
    void log(const decision& of, const std::string& used, json detail);

    transaction& in_;
    const decision_means& by_;
    const subject& who_;
    bytes_view session_;
    store_time time_;
    std::optional<challenge> asked_;
    challenge_context about_;
    bool is_reserved_ = false;
    std::shared_ptr<const policy> in_force_;
    policy_demand demand_;
};

}  // namespace counterseal::core
