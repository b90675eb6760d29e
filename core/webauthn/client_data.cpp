// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/client_data.hpp"

#include "core/enroll/json.hpp"
#include "core/enroll/utf8.hpp"
#include "core/webauthn/strict_json.hpp"

namespace counterseal::core {

client_data_reading read_client_data(bytes_view bytes)
{
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.size() > client_data_max) {
        return {client_data_fault::object, {}};
    }
    if (!is_utf8(text)) {
        return {client_data_fault::encoding, {}};
    }
    const std::optional<json> object = read_strict_object(text);
    if (!object) {
        return {client_data_fault::object, {}};
    }
    client_data out;
    out.type = text_of(*object, "type");
    out.challenge = text_of(*object, "challenge");
    out.origin = text_of(*object, "origin");
    if (const auto found = object->find("crossOrigin"); found != object->end()) {
        out.cross_origin_given = found->is_boolean() ? given::good : given::of_another_type;
        out.cross_origin = found->is_boolean() && found->get<bool>();
    }
    if (const auto found = object->find("topOrigin"); found != object->end()) {
        out.top_origin_given = found->is_string() ? given::good : given::of_another_type;
        out.top_origin = text_of(*object, "topOrigin");
    }
    return {client_data_fault::none, std::move(out)};
}

}  // namespace counterseal::core
