// SPDX-License-Identifier: Apache-2.0
// Every JSON that is read: each input goes to the readers of Aegis, 2FAS and Bitwarden, and is quoted as it is.
#include <nlohmann/json.hpp>

#include "core/enroll/json.hpp"
#include "tests/fuzz/support/seed_rows.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

using file_reader = rows (*)(std::string_view, core::problem&);

/// How deep a text nests, where a bracket is none inside a string.
int depth_of(std::string_view text)
{
    int depth = 0;
    int deepest = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            quoted = !quoted;
        } else if (quoted) {
            i += c == '\\' ? 1 : 0;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return deepest;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = text_of(data, size);
    const bool is_json = nlohmann::json::accept(text);
    const std::string quoted = core::quoted(text);
    const auto back = nlohmann::json::parse(quoted, nullptr, false);
    FUZZ_EXPECT(back.is_string() && core::quoted(back.get<std::string>()) == quoted);
    for (const file_reader by : {core::read_aegis, core::read_twofas, core::read_bitwarden_json}) {
        core::problem why;
        const rows got = sound(by(text, why), why, text);
        FUZZ_EXPECT(!got || (is_json && depth_of(text) <= 33));
        FUZZ_EXPECT(is_json || why.text == "the file is no JSON" || why.text.starts_with("values are nested") ||
                    why.text.starts_with("a name stands twice"));
    }
    return 0;
}
