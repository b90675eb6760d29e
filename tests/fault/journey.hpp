// SPDX-License-Identifier: Apache-2.0
// What a host asks of an engine, one call a step: a policy, an enrollment and its confirmation, a login, wrong codes, a
// recovery code, a revocation, a checkpoint. Each fault of this folder strikes somewhere in it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "counterseal/counterseal.hpp"

namespace faults {

struct question {
    std::uint32_t op;
    std::string request;
    std::string secret;
};

struct answer {
    cseal_status status = CSEAL_E_INTERNAL;
    std::string json;
    std::string secret;
};

answer call(cseal_engine* on, const question& what);

/// What was there before the first step, in a file so that other processes know it.
struct keepsakes {
    std::string phone;  // the factor of alice, with the key of RFC 6238
    std::string set;    // her recovery codes
    std::string code;   // one of them

    /// Makes them. Throws where anything is refused.
    static keepsakes prepare(cseal_engine* on, std::string_view tenant = "maple");
    void write(const std::string& path) const;
    static keepsakes read(const std::string& path);
};

class journey {
public:
    static constexpr std::array<const char*, 10> names = {
        "policy", "enroll", "confirm", "evaluate", "login", "wrong", "wrong_again", "recovery", "revoke", "checkpoint"};

    explicit journey(keepsakes of, std::string_view tenant = "maple") : kept_{std::move(of)}, tenant_{tenant} {}

    [[nodiscard]] question ask(std::size_t step) const;
    /// Keeps what later steps need of an answer.
    void learn(std::size_t step, const answer& got);

    // What somebody asks afterwards.
    [[nodiscard]] question login_code_again() const;
    [[nodiscard]] question recovery_code_again() const;

private:
    [[nodiscard]] question response(std::size_t second, const std::string& factor, std::string code) const;

    keepsakes kept_;
    std::string tenant_;
    std::string bobs_ = "none";
    std::string key_of_bob_;  // base32
    std::string challenge_ = "none";
};

[[nodiscard]] question events();
[[nodiscard]] question state(std::string_view checkpoints = {});
/// The types in the answer to events(), a blank between two.
[[nodiscard]] std::string types_of(const answer& got);

/// Opens a store, exits where that fails: for what is done before and after a fault.
cseal_engine* open_or_exit(const std::string& url, const std::string& ring, bool create,
                           std::string_view checkpoints = {});
/// The same with a status.
cseal_status open(const std::string& url, const std::string& ring, bool create, std::string_view checkpoints,
                  cseal_engine** engine);

}  // namespace faults
