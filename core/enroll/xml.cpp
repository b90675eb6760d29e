// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/xml.hpp"

#include <expat.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <new>

#include "core/base/ascii.hpp"
#include "core/enroll/place.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t max_depth = 32;
constexpr std::size_t max_elements = 2'000'000;
constexpr std::size_t max_text = 65'536;
constexpr std::size_t max_attributes = 32;
constexpr char separator = '|';

struct free_parser {
    void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
};
using parser_handle = std::unique_ptr<std::remove_pointer_t<XML_Parser>, free_parser>;

/// What the handlers of one parse share. They are called from C, so no exception may leave them.
struct reading {
    XML_Parser parser;
    place_counter places;
    xml_element root;               // a pseudo element around the document
    std::vector<xml_element> open;  // the path to where the parser stands
    std::size_t n_elements = 0;
    const char* broken = nullptr;  // the rule that stopped it
    bool out_of_memory = false;

    /// Where the parser stands.
    problem here()
    {
        problem at;
        at.byte = static_cast<std::uint64_t>(std::max<XML_Index>(XML_GetCurrentByteIndex(parser), 0));
        places.place(at);
        return at;
    }

    void stop(const char* rule) noexcept
    {
        if (broken == nullptr && !out_of_memory) {
            broken = rule;
            XML_StopParser(parser, XML_FALSE);
        }
    }

    template <class Body>
    void guarded(Body&& body) noexcept
    {
        if (broken != nullptr || out_of_memory) {
            return;
        }
        try {
            body();
        } catch (const std::bad_alloc&) {
            out_of_memory = true;
            XML_StopParser(parser, XML_FALSE);
        }
    }
};

reading& of(void* user) noexcept
{
    return *static_cast<reading*>(user);
}

/// "namespace|name" in its two parts.
std::pair<std::string_view, std::string_view> split(std::string_view qualified) noexcept
{
    const std::size_t at = qualified.rfind(separator);
    return at == std::string_view::npos ? std::pair{std::string_view{}, qualified}
                                        : std::pair{qualified.substr(0, at), qualified.substr(at + 1)};
}

void start_element(void* user, const XML_Char* name, const XML_Char** attributes)
{
    reading& r = of(user);
    r.guarded([&] {
        if (r.open.size() == max_depth) {
            return r.stop("elements are nested more than 32 deep");
        }
        if (++r.n_elements > max_elements) {
            return r.stop("a file must hold at most 2000000 elements");
        }
        xml_element made;
        const auto [space, local] = split(name);
        made.space = space;
        made.name = local;
        const problem at = r.here();
        made.byte = at.byte;
        made.line = at.line;
        made.column = at.column;
        for (std::size_t i = 0; attributes[i] != nullptr; i += 2) {
            if (i / 2 == max_attributes) {
                return r.stop("an element has more than 32 attributes");
            }
            made.attributes.emplace_back(split(attributes[i]).second, attributes[i + 1]);
        }
        r.open.push_back(std::move(made));
    });
}

void end_element(void* user, const XML_Char*)
{
    reading& r = of(user);
    r.guarded([&] {
        xml_element done = std::move(r.open.back());
        r.open.pop_back();
        (r.open.empty() ? r.root : r.open.back()).children.push_back(std::move(done));
    });
}

void character_data(void* user, const XML_Char* text, int len)
{
    reading& r = of(user);
    r.guarded([&] {
        if (r.open.empty()) {
            return;
        }
        secure_text& into = r.open.back().text;
        std::string_view more(text, static_cast<std::size_t>(len));
        while (into.empty() && !more.empty() && is_blank(more.front())) {
            more.remove_prefix(1);  // the lines between children: there may be as many as there are seeds
        }
        if (into.size() + more.size() > max_text) {
            return r.stop("an element has more than 65536 bytes of text");
        }
        append(into, more);
    });
}

void start_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int)
{
    of(user).stop("a document type declaration is refused: it can hold entities");
}

}  // namespace

std::optional<xml_element> read_xml(std::string_view document, problem& why)
{
    const parser_handle parser(XML_ParserCreateNS(nullptr, separator));
    if (parser == nullptr || document.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw std::bad_alloc();
    }
    reading r{parser.get(), place_counter(document), {}, {}, 0, nullptr, false};
    XML_SetUserData(parser.get(), &r);
    XML_SetElementHandler(parser.get(), start_element, end_element);
    XML_SetCharacterDataHandler(parser.get(), character_data);
    XML_SetStartDoctypeDeclHandler(parser.get(), start_doctype);
    const XML_Status done = XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), XML_TRUE);
    if (r.out_of_memory || XML_GetErrorCode(parser.get()) == XML_ERROR_NO_MEMORY) {
        throw std::bad_alloc();
    }
    if (done == XML_STATUS_OK && r.root.children.size() == 1) {
        return std::move(r.root.children.front());
    }
    why = r.here();
    why.code = status::malformed;
    why.text = r.broken != nullptr
                   ? std::string(r.broken)
                   : std::string("the file is no XML: ") + XML_ErrorString(XML_GetErrorCode(parser.get()));
    return std::nullopt;
}

const xml_element* xml_element::child(std::string_view local) const noexcept
{
    const auto found = std::ranges::find(children, local, &xml_element::name);
    return found == children.end() ? nullptr : &*found;
}

const xml_element* xml_element::at(std::string_view path) const noexcept
{
    const xml_element* here = this;
    while (here != nullptr && !path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        here = here->child(path.substr(0, slash));
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return here;
}

const xml_element* xml_element::below(std::string_view local) const noexcept
{
    for (const xml_element& one : children) {
        if (one.name == local) {
            return &one;
        }
        if (const xml_element* found = one.below(local); found != nullptr) {
            return found;
        }
    }
    return nullptr;
}

std::string_view xml_element::attribute(std::string_view local) const noexcept
{
    for (const auto& [given, value] : attributes) {
        if (given == local) {
            return value;
        }
    }
    return {};
}

}  // namespace counterseal::core
