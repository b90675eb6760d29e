// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

json without_places(const json& part)
{
    if (part.is_object()) {
        json out = json::object();
        for (const auto& [name, member] : part.items()) {
            if (is_member(name)) {
                out[name] = without_places(member);
            }
        }
        return out;
    }
    json out = part;
    if (out.is_array()) {
        for (json& one : out) {
            one = without_places(one);
        }
    }
    return out;
}

}  // namespace

std::string json_text(const json& part)
{
    return without_places(part).dump();
}

}  // namespace counterseal::core
