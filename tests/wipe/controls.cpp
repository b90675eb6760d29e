// SPDX-License-Identifier: Apache-2.0
// Controls: each leaves one copy and stops. An observer that does not find it has proven nothing elsewhere.
#include "tests/wipe/controls.hpp"

#include <cstdlib>
#include <cstring>

#include "counterseal/counterseal.h"

namespace counterseal::wipe {
namespace {

[[gnu::noinline]] void leave_on_stack(const desk& on) noexcept
{
    volatile std::uint8_t copy[16];
    for (std::size_t i = 0; i < sizeof copy; ++i) {
        copy[i] = on.key[i];
    }
}

}  // namespace

void control_stack(desk& on)
{
    on.is_control = true;
    on.call = "control: a copy on the stack";
    on.is_scrubbed = false;
    leave_on_stack(on);
    __asm__ __volatile__("int3" : : : "memory");
}

void control_heap(desk& on)
{
    on.is_control = true;
    on.call = "control: a copy in freed memory";
    on.is_scrubbed = false;
    auto* copy = static_cast<std::uint8_t*>(std::malloc(256));
    std::memcpy(copy + 200, on.key, 16);  // the allocator writes into the front of what is freed
    __asm__ __volatile__("" : : "r"(copy) : "memory");
    std::free(copy);
    __asm__ __volatile__("int3" : : : "memory");
}

void control_register(desk& on)
{
    on.is_control = true;
    on.call = "control: a copy in a register";
    on.is_scrubbed = false;
    __asm__ __volatile__("movdqu (%0), %%xmm11\n\tint3" : : "r"(on.key) : "xmm11", "memory");
}

void control_midstate(desk& on)
{
    on.is_control = true;
    on.call = "control: a handle that is not freed";
    on.is_scrubbed = false;
    cseal_otp_key* key = nullptr;
    (void)cseal_otp_key_new(on.key, on.key_len, on.algorithm, &key);
    __asm__ __volatile__("int3" : : : "memory");
    cseal_otp_key_free(key);
}

}  // namespace counterseal::wipe
