// SPDX-License-Identifier: Apache-2.0
#include "log.hpp"

#include <memory>
#include <string>
#include <utility>

#include "material.hpp"
#include "promised.hpp"

namespace counterseal::node {
namespace {

class checking final : public promised {
public:
    checking(side& caller, std::string log, std::string kept, std::string verifier)
        : promised(caller), log_(std::move(log)), kept_(std::move(kept)), verifier_(std::move(verifier))
    {
    }

private:
    void work() override { report_ = counterseal::verify_log(log_, kept_, verifier_); }

    napi_value result(napi_env env) override
    {
        napi_value made = nullptr;
        napi_create_string_utf8(env, report_.data(), report_.size(), &made);
        return made;
    }

    std::string log_;
    std::string kept_;
    std::string verifier_;
    std::string report_;
};

}  // namespace

napi_value verify_log(napi_env env, napi_callback_info info)
{
    const call<3> from(env, info);
    return from.guarded([&] {
        const auto log = bytes_of(env, from[0]);
        text kept;
        text verifier;
        if (!log || !kept.read(env, from[1]) || !verifier.read(env, from[2])) {
            return from.misused();
        }
        std::string lines(reinterpret_cast<const char*>(log->data()), log->size());
        return promised::begin(env, std::make_unique<checking>(from.caller(), std::move(lines),
                                                               std::string(kept.view()), std::string(verifier.view())));
    });
}

}  // namespace counterseal::node
