// SPDX-License-Identifier: Apache-2.0
// Where a URL of libpq's form leads to.
#pragma once

#include <string>
#include <vector>

#include "core/store/libpq.hpp"

namespace counterseal::core {

struct postgres_host {
    std::string name{};     // or the folder of a socket; empty: libpq's own choice
    std::string address{};  // instead of asking for the name
    std::string port{};
};

/// Of one server or of several, in the order of the URL; what that leaves open comes from the environment, as in libpq.
/// Throws store_error of e_argument: for what libpq does not read, and for a server on another machine that would not
/// have to prove who it is, so that a stranger in between could read or change a decision.
[[nodiscard]] std::vector<postgres_host> hosts_of(const libpq& pq, const std::string& url);

}  // namespace counterseal::core
