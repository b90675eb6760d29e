// SPDX-License-Identifier: Apache-2.0
#include "core/machine/machine.hpp"

#include <atomic>
#include <thread>

namespace counterseal::core {
namespace {

constinit machine here;
constinit std::atomic<machine*> in_use{&here};

}  // namespace

std::int64_t machine::wall_us() noexcept
{
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count();
}

moment machine::now() noexcept
{
    return std::chrono::steady_clock::now();
}

void machine::sleep(std::chrono::microseconds how_long) noexcept
{
    std::this_thread::sleep_for(how_long);
}

std::optional<status> machine::random(std::span<std::uint8_t>) noexcept
{
    return std::nullopt;
}

const char* machine::file_system() noexcept
{
    return nullptr;
}

machine& this_machine() noexcept
{
    return *in_use.load(std::memory_order_acquire);
}

void stand_in(machine* other) noexcept
{
    in_use.store(other != nullptr ? other : &here, std::memory_order_release);
}

}  // namespace counterseal::core
