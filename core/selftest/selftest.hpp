// SPDX-License-Identifier: Apache-2.0
// Known answers, made anew by every kernel of the CPU.
#pragma once

#include <cstdint>
#include <span>

#include "core/crypto/crypto.hpp"
#include "core/selftest/answers.hpp"

namespace counterseal::core {

/// One answer by one kernel.
struct answer_run {
    const known_answer& answer;
    const char* target;  // of the kernel; nullptr where the answer needs none
    bool is_right;
};

/// Is told of each run.
class answer_listener {
public:
    virtual void ran(const answer_run& run) noexcept = 0;

protected:
    ~answer_listener() = default;
};

/// Makes each answer with each kernel of its hash that a CPU with these features (cpu.hpp) can run, in the order of the
/// table. `provider` decrypts the Yubico OTP. Threads: any. CT: no secrets.
void run_answers(std::span<const known_answer> answers, const crypto& provider, std::uint32_t features,
                 answer_listener& to) noexcept;

struct selftest_fault {
    const char* answer = nullptr;  // nullptr: all is well
    const char* target = nullptr;
};

/// The first answer that is wrong on this CPU.
[[nodiscard]] selftest_fault selftest(std::span<const known_answer> answers, const crypto& provider) noexcept;

}  // namespace counterseal::core
