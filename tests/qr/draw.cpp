// SPDX-License-Identifier: Apache-2.0
// Draws the text that it reads from stdin, for scan.py. Arguments: kind, error correction (0 to 3), scale, quiet zone.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <iterator>
#include <string>

#include "counterseal/counterseal.hpp"

int main(int argc, char** argv)
{
    if (argc != 5) {
        return 2;
    }
    const auto number = [&](int i) { return static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)); };
    try {
        const std::string text(std::istreambuf_iterator<char>(std::cin), {});
        const std::string file =
            counterseal::render_qr(text, "Praxis", counterseal::qr_kind_named(argv[1]),
                                   {static_cast<counterseal::qr_correction>(number(2)), number(3), number(4)});
        return std::fwrite(file.data(), 1, file.size(), stdout) == file.size() ? 0 : 1;
    } catch (const std::exception& fault) {
        std::cerr << fault.what() << '\n';
        return 1;
    }
}
