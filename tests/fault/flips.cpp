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
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

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

struct tally {
    std::map<std::string, unsigned long> n;
    unsigned long n_flips = 0;
    unsigned long n_red = 0;
};

std::vector<std::uint8_t> contents(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool is_wrong(const verdict& said)
{
    if (said.opened != CSEAL_OK) {
        return !is_told(said.opened);
    }
    const bool is_clean = said.state == CSEAL_OK;
    bool is_red = !is_clean && !is_told(said.state);
    for (const cseal_status login : said.login) {
        is_red = is_red || login == CSEAL_E_INTERNAL || (is_clean && login == CSEAL_OK);
    }
    return is_red;
}

void flip(const recorded& of, image what, part where, std::size_t stride, const std::string& folder, tally& into)
{
    auto& bytes = what[static_cast<std::size_t>(where)].value();
    for (std::size_t at = 0; at < bytes.size(); at += stride) {
        const auto bit = static_cast<std::uint8_t>(1U << at / stride % 8);
        bytes[at] ^= bit;
        const verdict said = ask_engine(of, what, folder, {}, false);
        bytes[at] ^= bit;
        ++into.n_flips;
        ++into.n[said.opened != CSEAL_OK  ? "not opened"
                 : said.state != CSEAL_OK ? "told by verify_state"
                                          : "without effect"];
        if (is_wrong(said) && ++into.n_red <= 20) {
            std::printf("RED   byte %zu of %s: opened %s, state %s, code %s, then %s\n", at,
                        where == part::wal ? "the log" : "the file", cseal_status_name(said.opened),
                        cseal_status_name(said.state), cseal_status_name(said.login[0]),
                        cseal_status_name(said.login[1]));
        }
    }
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
    tally all;
    // The file as it was closed, and the log that was there before.
    image closed;
    closed[0] = contents(folder + "/store.db");
    flip(of, closed, part::database, stride, folder, all);
    flip(of, of.images.back(), part::wal, stride * 4, folder, all);
    fs::remove_all(folder);
    std::printf("flips: %lu bytes changed", all.n_flips);
    for (const auto& [what, times] : all.n) {
        std::printf(", %lu %s", times, what.c_str());
    }
    std::printf("; violations %lu\n", all.n_red);
    return all.n_red == 0 && all.n["not opened"] > 0 && all.n["told by verify_state"] > 0 ? 0 : 1;
}
