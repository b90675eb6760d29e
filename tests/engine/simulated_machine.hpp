// SPDX-License-Identifier: Apache-2.0
// A machine whose time passes only where somebody looks at it or sleeps, and whose random numbers one seed decides.
#pragma once

#include <sqlite3.h>

#include <random>

#include "core/machine/machine.hpp"

namespace counterseal::core {

class simulated_machine final : public machine {
public:
    explicit simulated_machine(std::uint64_t seed) : dice_{seed}
    {
        shim() = *sqlite3_vfs_find(nullptr);
        shim().zName = "simulated";
        shim().xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* out, int flags, int* out_flags) {
            ++n_files();
            sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
            return real->xOpen(real, name, out, flags, out_flags);
        };
        sqlite3_vfs_register(&shim(), 0);
        n_files() = 0;
        stand_in(this);
    }
    ~simulated_machine() override
    {
        stand_in(nullptr);
        sqlite3_vfs_unregister(&shim());
    }

    std::int64_t wall_us() noexcept override { return 1'700'000'000'000'000 + looked().count(); }
    moment now() noexcept override { return moment(looked()); }
    void sleep(std::chrono::microseconds how_long) noexcept override { passed_ += how_long; }
    std::optional<status> random(std::span<std::uint8_t> out) noexcept override
    {
        if (!has_random_numbers) {
            return status::e_crypto;
        }
        for (std::uint8_t& one : out) {
            one = static_cast<std::uint8_t>(dice_());
        }
        return status::ok;
    }
    const char* file_system() noexcept override { return shim().zName; }

    [[nodiscard]] std::chrono::microseconds passed() const noexcept { return passed_; }
    [[nodiscard]] static int& n_files() noexcept
    {
        static int n = 0;  // opened
        return n;
    }

    bool has_random_numbers = true;

private:
    std::chrono::microseconds looked() noexcept { return passed_ += std::chrono::microseconds(1); }
    static sqlite3_vfs& shim() noexcept
    {
        static sqlite3_vfs one;
        return one;
    }

    std::chrono::microseconds passed_{1'000'000};
    std::mt19937_64 dice_;
};

}  // namespace counterseal::core
