// SPDX-License-Identifier: Apache-2.0
// Every JSON that is read: each input goes to the readers of Aegis, 2FAS and Bitwarden, is quoted as it is, and is read
// in place as nlohmann's parser reads it.
#include <nlohmann/json.hpp>

#include "core/enroll/json.hpp"
#include "core/enroll/json_document.hpp"
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

nlohmann::json tree_of(core::json_view from)
{
    // Each kind is asked for what it is not.
    FUZZ_EXPECT(from.text().has_value() == from.is(core::json_kind::text));
    FUZZ_EXPECT(from.boolean().has_value() == from.is(core::json_kind::boolean));
    FUZZ_EXPECT(from.number().has_value() == from.is(core::json_kind::number));
    FUZZ_EXPECT(from.is(core::json_kind::object) || !from.find(""));
    switch (from.kind()) {
        case core::json_kind::nothing: return nullptr;
        case core::json_kind::boolean: return from.boolean().value();
        case core::json_kind::text: return from.text().value();
        case core::json_kind::number: {
            auto out = nlohmann::json::parse(from.number().value());
            const bool is_signed =
                out.is_number_integer() && (!out.is_number_unsigned() || out.get<std::uint64_t>() <= INT64_MAX);
            FUZZ_EXPECT(from.integer().has_value() == is_signed && (!is_signed || out == *from.integer()));
            return out;
        }
        case core::json_kind::array: {
            auto out = nlohmann::json::array();
            for (const core::json_view one : from) {
                out.push_back(tree_of(one));
            }
            FUZZ_EXPECT(out.size() == from.size());
            return out;
        }
        case core::json_kind::object: break;
    }
    auto out = nlohmann::json::object();
    for (const core::json_view one : from) {
        out[std::string(one.name())] = tree_of(one);
        FUZZ_EXPECT(from.find(one.name())->byte() == one.byte());
    }
    FUZZ_EXPECT(out.size() == from.size());
    return out;
}

void expect_as_nlohmann(std::string_view text, bool is_json)
{
    const core::json_document read(text);
    if (read.is_good()) {
        FUZZ_EXPECT(is_json && tree_of(read.root()) == nlohmann::json::parse(text));
    } else {
        // To nlohmann's parser a NUL is the end.
        const bool has_end = text.find('\0') != std::string_view::npos;
        FUZZ_EXPECT(!is_json || has_end || read.why().text != "the file is no JSON");
        FUZZ_EXPECT(read.why().byte <= text.size());
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = text_of(data, size);
    const bool is_json = nlohmann::json::accept(text);
    expect_as_nlohmann(text, is_json);
    const std::string quoted = core::quoted(text);
    const auto back = nlohmann::json::parse(quoted, nullptr, false);
    FUZZ_EXPECT(back.is_string() && core::quoted(back.get<std::string>()) == quoted);
    for (const file_reader by : {core::read_aegis, core::read_twofas, core::read_bitwarden_json}) {
        core::problem why;
        const rows got = sound(by(text, why), why, text);
        FUZZ_EXPECT(!got || (is_json && depth_of(text) <= 33));
        FUZZ_EXPECT(is_json || why.text == "the file is no JSON" || why.text.starts_with("values are nested") ||
                    why.text.starts_with("a name stands twice") || why.text == "a number is out of range");
    }
    return 0;
}
