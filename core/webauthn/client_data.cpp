// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/client_data.hpp"

#include "core/enroll/json_document.hpp"
#include "core/enroll/utf8.hpp"

namespace counterseal::core {
namespace {

/// Empty: there is none, or it is no text.
std::string text_at(json_view object, std::string_view name)
{
    const std::optional<json_view> found = object.find(name);
    return std::string(found ? found->text().value_or(std::string_view()) : std::string_view());
}

}  // namespace

client_data_reading read_client_data(bytes_view bytes)
{
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.size() > client_data_max) {
        return {client_data_fault::object, {}};
    }
    if (!is_utf8(text)) {
        return {client_data_fault::encoding, {}};
    }
    const json_document read(text);
    if (!read.is_good() || !read.root().is(json_kind::object)) {
        return {client_data_fault::object, {}};
    }
    const json_view object = read.root();
    client_data out;
    out.type = text_at(object, "type");
    out.challenge = text_at(object, "challenge");
    out.origin = text_at(object, "origin");
    if (const auto found = object.find("crossOrigin")) {
        out.cross_origin_given = found->is(json_kind::boolean) ? given::good : given::of_another_type;
        out.cross_origin = found->boolean().value_or(false);
    }
    if (const auto found = object.find("topOrigin")) {
        out.top_origin_given = found->is(json_kind::text) ? given::good : given::of_another_type;
        out.top_origin = text_at(object, "topOrigin");
    }
    return {client_data_fault::none, std::move(out)};
}

}  // namespace counterseal::core
