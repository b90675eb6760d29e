// SPDX-License-Identifier: Apache-2.0
// Bit rot: changes bytes of a store's file and of its log, and has the engine open each.
//
//   fault_flips STRIDE     every STRIDE-th byte, one bit of it; 1: all
//
// A code that was used is never accepted while the engine says that all is as it should be; a store in which SQLite
// finds damage is an error, and no process ends.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "image_vfs.hpp"
#include "recorded.hpp"

namespace {

namespace fs = std::filesystem;
using namespace faults;

/// Errors that a caller may see of a damaged store.
bool is_told(cseal_status status) noexcept
{
    return status == CSEAL_E_STORE_CORRUPT || status == CSEAL_E_STORE_UNAVAILABLE || status == CSEAL_E_STORE_UNKNOWN ||
           status == CSEAL_E_SCHEMA || status == CSEAL_E_KEYS || status == CSEAL_E_STORE_ROLLED_BACK ||
           status == CSEAL_E_TIME;
}

}  // namespace

int main(int argc, char** argv)
{
    const std::size_t stride = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
    if (stride == 0) {
        std::fprintf(stderr, "fault_flips STRIDE\n");
        return 2;
    }
    std::string folder =
        (fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) / "counterseal-flips-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) {
        return 2;
    }
    register_image_vfs();
    const recorded of = record_journey(folder);
    std::map<std::string, unsigned long> n;
    unsigned long n_flips = 0;
    unsigned long n_red = 0;
    image changed = of.images.back();
    for (std::size_t i = 0; i < n_parts; ++i) {
        if (!changed[i]) {
            continue;
        }
        for (std::size_t at = n_flips % stride; at < changed[i]->size(); at += stride) {
            std::uint8_t& byte = (*changed[i])[at];
            const std::uint8_t bit = static_cast<std::uint8_t>(1U << at / stride % 8);
            byte ^= bit;
            const verdict said = ask_engine(of, changed, folder, {}, false);
            byte ^= bit;
            ++n_flips;
            bool is_red = said.opened != CSEAL_OK && !is_told(said.opened);
            if (said.opened == CSEAL_OK) {
                const bool is_clean = said.state == CSEAL_OK;
                is_red = !is_clean && !is_told(said.state);
                for (const cseal_status login : said.login) {
                    is_red = is_red || login == CSEAL_E_INTERNAL || (is_clean && login == CSEAL_OK);
                }
            }
            ++n[said.opened != CSEAL_OK  ? "not opened"
                : said.state != CSEAL_OK ? "told by verify_state"
                                         : "without effect"];
            if (is_red && ++n_red <= 20) {
                std::printf("RED   byte %zu of file %zu: opened %s, state %s, code %s, then %s\n", at, i,
                            cseal_status_name(said.opened), cseal_status_name(said.state),
                            cseal_status_name(said.login[0]), cseal_status_name(said.login[1]));
            }
        }
    }
    fs::remove_all(folder);
    std::printf("flips: %lu bytes changed", n_flips);
    for (const auto& [what, times] : n) {
        std::printf(", %lu %s", times, what.c_str());
    }
    std::printf("; violations %lu\n", n_red);
    return n_red == 0 && n["not opened"] > 0 && n["told by verify_state"] > 0 ? 0 : 1;
}
