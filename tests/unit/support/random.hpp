// SPDX-License-Identifier: Apache-2.0
// Random input that repeats: a fixed seed, which COUNTERSEAL_SEED=number replaces.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace counterseal::test {

inline std::uint64_t seed()
{
    const char* given = std::getenv("COUNTERSEAL_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 0) : 20'261'125;
}

class random_source {
public:
    /// The text for SCOPED_TRACE: how to see a failure again.
    [[nodiscard]] static std::string how_to_repeat() { return "COUNTERSEAL_SEED=" + std::to_string(seed()); }

    std::uint64_t next() { return engine_(); }
    std::uint32_t next32() { return static_cast<std::uint32_t>(engine_()); }

    /// A number below n; the bias of the modulus does not matter here.
    std::uint64_t below(std::uint64_t n) { return engine_() % n; }

    /// A number from low to high, both included.
    std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }

    std::vector<std::uint8_t> bytes(std::size_t n)
    {
        std::vector<std::uint8_t> made(n);
        for (auto& byte : made) {
            byte = static_cast<std::uint8_t>(engine_());
        }
        return made;
    }

    std::string text(std::size_t n, const std::string& alphabet)
    {
        std::string made(n, '\0');
        for (auto& c : made) {
            c = alphabet[below(alphabet.size())];
        }
        return made;
    }

private:
    std::mt19937_64 engine_{seed()};
};

}  // namespace counterseal::test
