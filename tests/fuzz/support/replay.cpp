// SPDX-License-Identifier: Apache-2.0
// A main() for targets without libFuzzer: feeds the files of the folders it is given, seeds first, and the empty input.
// The folder of past findings may be absent, seeds may not.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "tests/fuzz/support/fuzz.hpp"

namespace {

void feed(const std::string& bytes)
{
    // A block of the very size, so that sanitizers and valgrind see a byte read too far.
    const auto input = std::make_unique<std::uint8_t[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), input.get());
    LLVMFuzzerTestOneInput(input.get(), bytes.size());
}

std::size_t feed_folder(const std::filesystem::path& folder)
{
    std::size_t n_fed = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::fprintf(stderr, "%s\n", entry.path().c_str());  // the last line names the input that broke
        std::ifstream file(entry.path(), std::ios::binary);
        feed({std::istreambuf_iterator<char>(file), {}});
        if (!file) {
            return 0;
        }
        ++n_fed;
    }
    return n_fed;
}

}  // namespace

int main(int argc, char** argv)
{
    feed("");
    std::size_t n_fed = 0;
    for (int i = 1; i < argc; ++i) {
        const bool needed = i == 1 || std::filesystem::exists(argv[i]);
        const std::size_t here = needed ? feed_folder(argv[i]) : 0;
        if (needed && here == 0) {
            std::fprintf(stderr, "no input in %s, or one that cannot be read\n", argv[i]);
            return 1;
        }
        n_fed += here;
    }
    std::printf("%zu inputs\n", n_fed);
    return n_fed == 0 ? 1 : 0;
}
