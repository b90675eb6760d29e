// SPDX-License-Identifier: Apache-2.0
#include "counterseal/uri.h"

#include <memory>
#include <optional>
#include <utility>

#include "capi/src/handles.hpp"
#include "core/enroll/uri.hpp"

using namespace counterseal;
using capi::guarded;
using core::status;

cseal_status cseal_uri_build(const cseal_seed* seed, uint32_t flags, cseal_problem* problem, char* uri, size_t uri_cap,
                             size_t* uri_len)
{
    return guarded<capi::parser_depth>([&] {
        capi::output<char> out(uri, uri_cap, uri_len);
        if (!capi::start_problem(problem) || seed == nullptr || !out.usable()) {
            return status::e_argument;
        }
        if ((flags & ~CSEAL_URI_STRIP_COLONS) != 0) {
            return capi::tell({status::e_unsupported, "flags holds a bit that this version does not know"}, problem);
        }
        core::secure_text built;
        core::problem fault = core::build_uri(seed->value, (flags & CSEAL_URI_STRIP_COLONS) != 0, built);
        return fault.code == status::ok ? out.write(built) : capi::tell(fault, problem);
    });
}

cseal_status cseal_uri_parse(const char* uri, size_t uri_len, cseal_problem* problem, cseal_seed** seed)
{
    return guarded<capi::parser_depth>([&] {
        if (seed != nullptr) {
            *seed = nullptr;
        }
        if (!capi::start_problem(problem) || !capi::readable(uri, uri_len) || seed == nullptr) {
            return status::e_argument;
        }
        core::problem why;
        std::optional<core::seed> parsed = core::parse_uri(capi::text_of(uri, uri_len), why);
        if (!parsed) {
            return capi::tell(why, problem);
        }
        *seed = std::make_unique<cseal_seed>(cseal_seed{std::move(*parsed)}).release();
        return status::ok;
    });
}
