// SPDX-License-Identifier: Apache-2.0
// The policies of a tenant as rows: each version stays, the newest one is in force.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/policy_document.hpp"
#include "core/engine/subject.hpp"

namespace counterseal::core {

/// All of it is authenticated.
struct policy {
    std::int64_t version = 0;  // 1, 2, ... within the tenant
    std::int64_t effective_us = 0;
    std::string actor;  // who set it
    std::string reason;
    policy_document document{};
};

/// Makes a document the tenant's policy from now on and returns its version. Throws store_error: e_argument where actor
/// or reason is empty.
[[nodiscard]] std::int64_t set_policy(transaction& in, const row_seal& with, std::string_view tenant,
                                      const policy_document& document, std::string_view actor, std::string_view reason,
                                      std::int64_t now_us);

/// The policy that was in force at a time; without one, the newest. Nothing: there was none. Throws store_error:
/// e_store_corrupt where the row is not as the engine wrote it.
[[nodiscard]] std::optional<policy> policy_at(transaction& in, const row_seal& with, std::string_view tenant,
                                              std::optional<std::int64_t> at_us = std::nullopt);

/// Policies that were read and checked already. Any number of threads may use one; it belongs to one store.
class policy_cache {
public:
    /// As policy_at(); nullptr: there is none. Which version is the newest is asked of the store each time.
    [[nodiscard]] std::shared_ptr<const policy> newest(transaction& in, const row_seal& with, std::string_view tenant);

private:
    struct entry {
        std::vector<std::uint8_t> tag;  // of the row that it was read from
        std::shared_ptr<const policy> what;
    };
    static constexpr std::size_t most = 1024;  // tenants

    std::mutex mutex_;
    std::map<std::string, entry, std::less<>> entries_;
};

}  // namespace counterseal::core
