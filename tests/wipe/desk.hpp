// SPDX-License-Identifier: Apache-2.0
// The one piece of memory that the host and its observer share: what a caller of the library holds, and how the two
// talk. The observer puts secrets here and nowhere else, so every other copy was made by the library.
#pragma once

#include <cstddef>
#include <cstdint>

namespace counterseal::wipe {

struct text {
    char data[1024];
    std::size_t len;
};

struct desk {
    // Written by the observer before a scenario.
    std::uint32_t algorithm;
    std::uint8_t key[160];
    std::size_t key_len;
    std::uint64_t counter;
    text code;   // of the counter
    text code2;  // of the next one
    std::uint32_t number;
    text base32;
    text hex;
    text suite;
    text answer;
    std::uint8_t pin_hash[20];
    std::uint8_t session[64];
    std::uint8_t aes_key[16];
    std::uint8_t private_id[6];
    text otp;

    // Written by the host.
    text out;
    std::uint8_t secret_out[256];
    std::size_t secret_out_len;
    const char* scenario;  // in memory that both have: the same program
    const char* call;      // what returned just now
    int status;
    int wanted;
    std::uint32_t features;  // what the kernels are to believe of the CPU
    bool is_new;             // a scenario begins: write the secrets
    bool holds_handle;       // heap and mappings may hold secrets: a handle is alive
    bool is_scrubbed;        // the call promises to leave the stack clean
    bool is_control;         // a copy was left on purpose
    bool is_done;
};

/// Runs every scenario with every hash, and stops (SIGTRAP) after each call. Never returns.
[[noreturn]] void run_host(desk& on);

}  // namespace counterseal::wipe
