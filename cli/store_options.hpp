// SPDX-License-Identifier: Apache-2.0
// What the commands that work on the engine's state are told: which store, which tenant, who, and why.
#pragma once

#include <string>

#include "command.hpp"
#include "engine_request.hpp"

namespace counterseal::cli {

/// The store and the keys that belong to it.
class store_options {
public:
    void add_to(CLI::App& command);
    void add_store_to(CLI::App& command);
    void add_keys_to(CLI::App& command);

    [[nodiscard]] const std::string& url() const;
    [[nodiscard]] engine open(const engine_settings& settings = {}) const;

private:
    std::string url_;
    std::string keys_;
};

/// The file of a key ring: none that is not there is made.
[[nodiscard]] key_ring read_keys(const std::string& path);

/// Trouble with a store or its keys is no mistake of whoever typed the command.
[[noreturn]] void raise_store_error(const problem_error& fault);

/// The store, and a tenant of it.
class tenant_options {
public:
    void add_to(CLI::App& command);

    [[nodiscard]] engine open() const { return store_.open(); }
    /// A request that starts with the tenant.
    [[nodiscard]] engine_request request() const;

private:
    store_options store_;
    std::string tenant_;
};

/// Who does it and why, for the event.
class authority_options {
public:
    void add_to(CLI::App& command);
    void put(engine_request& into) const;

private:
    std::string actor_;
    std::string reason_;
};

}  // namespace counterseal::cli
