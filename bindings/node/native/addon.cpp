// SPDX-License-Identifier: Apache-2.0
// What the JavaScript side gets: one function, connect(raise), that gives the others. They are no public surface:
// bindings/node/lib calls them and nobody else.
#include <array>
#include <forward_list>
#include <string>

#include "batch.hpp"
#include "call.hpp"
#include "engine.hpp"
#include "factor.hpp"
#include "key_ring.hpp"
#include "log.hpp"
#include "ocra.hpp"
#include "pool.hpp"
#include "seed.hpp"
#include "table.hpp"
#include "verify.hpp"
#include "webauthn.hpp"
#include "yubico.hpp"

namespace counterseal::node {

napi_value side::refuse(const char* code, const char* text) const noexcept
{
    napi_value function = nullptr;
    napi_value receiver = nullptr;
    std::array<napi_value, 2> arguments{};
    if (napi_get_reference_value(env, raise, &function) == napi_ok && napi_get_undefined(env, &receiver) == napi_ok &&
        napi_create_string_utf8(env, code, NAPI_AUTO_LENGTH, &arguments[0]) == napi_ok &&
        napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &arguments[1]) == napi_ok) {
        napi_call_function(env, receiver, function, arguments.size(), arguments.data(), nullptr);
    }
    return nullptr;
}

namespace {

struct environment {
    explicit environment(napi_env env) : threads(env) {}

    std::forward_list<side> sides;  // one for each load of the library; tests and bundlers may load it more than once
    pool threads;
};

std::string version()
{
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::uint32_t patch = 0;
    cseal_version(&major, &minor, &patch);
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

/// Fills an object with the functions of one side.
bool fill(napi_env env, napi_value table, side& of)
{
    const auto call = [&](const char* name, napi_callback function) {
        return napi_property_descriptor{name, nullptr, function, nullptr, nullptr, nullptr, napi_enumerable, &of};
    };
    const std::array functions{
        call("makeTotp", make_totp),
        call("makeHotp", make_hotp),
        call("reveal", reveal),
        call("warnings", warnings),
        call("fromUri", from_uri),
        call("describe", describe),
        call("qr", qr),
        call("uri", uri),
        call("readSeeds", read_seeds),
        call("writeSeeds", write_seeds),
        call("seedFactor", seed_factor),
        call("seedKey", seed_key),
        call("seedReveal", seed_reveal),
        call("totpAt", totp_at),
        call("totpVerify", totp_verify),
        call("hotpAt", hotp_at),
        call("hotpVerify", hotp_verify),
        call("hotpResync", hotp_resync),
        call("makeOcra", make_ocra),
        call("ocraDescribe", ocra_describe),
        call("ocraGenerate", ocra_generate),
        call("ocraVerify", ocra_verify),
        call("makeYubico", make_yubico),
        call("yubicoVerify", yubico_verify),
        call("yubicoPublicId", yubico_public_id),
        call("yubicoPublicIdOf", yubico_public_id_of),
        call("hotpTokenIdOf", hotp_token_id_of),
        call("makeParty", make_party),
        call("makeCredentialKey", make_credential_key),
        call("partyOptions", party_options),
        call("partyOrigins", party_origins),
        call("verifyRegistration", verify_registration),
        call("verifyAuthentication", verify_authentication),
        call("credentialId", credential_id),
        call("makeTable", make_table),
        call("tableAdd", table_add),
        call("tableReplace", table_replace),
        call("tableRemove", table_remove),
        call("tableSize", table_size),
        call("tableStates", table_states),
        call("tableGenerate", table_generate),
        call("tableVerify", table_verify),
        call("keysVerify", keys_verify),
        call("makeRing", make_ring),
        call("ringAdd", ring_add),
        call("ringFromText", ring_from_text),
        call("ringFromFile", ring_from_file),
        call("ringChangeFile", ring_change_file),
        call("ringChanged", ring_changed),
        call("ringReveal", ring_reveal),
        call("engineOpen", engine_open),
        call("engineSubmit", engine_submit),
        call("engineReload", engine_reload),
        call("engineClose", engine_close),
        call("statusName", status_name),
        call("verifyLog", verify_log),
    };
    const std::string number = version();
    napi_value shown = nullptr;
    return napi_define_properties(env, table, functions.size(), functions.data()) == napi_ok &&
           napi_create_string_latin1(env, number.data(), number.size(), &shown) == napi_ok &&
           napi_set_named_property(env, table, "version", shown) == napi_ok;
}

/// (raise) => the functions, where the self-test finds no fault
napi_value connect(napi_env env, napi_callback_info info)
{
    std::size_t count = 1;
    napi_value raise = nullptr;
    napi_get_cb_info(env, info, &count, &raise, nullptr, nullptr);
    void* data = nullptr;
    napi_ref kept = nullptr;
    napi_value table = nullptr;
    if (napi_get_instance_data(env, &data) != napi_ok || napi_create_reference(env, raise, 1, &kept) != napi_ok ||
        napi_create_object(env, &table) != napi_ok) {
        return nullptr;
    }
    try {
        auto& self = *static_cast<environment*>(data);
        side& made = self.sides.emplace_front(side{.env = env, .threads = &self.threads, .raise = kept});
        try {
            selftest();
        } catch (const error& fault) {
            return made.refuse(fault.name().c_str(), fault.what());
        }
        return fill(env, table, made) ? table : nullptr;
    } catch (const std::bad_alloc&) {
        napi_throw_error(env, nullptr, cseal_status_meaning(CSEAL_E_NOMEM));
        return nullptr;
    }
}

void end(napi_env, void* data, void*)
{
    delete static_cast<environment*>(data);  // the environment frees the references
}

}  // namespace
}  // namespace counterseal::node

NAPI_MODULE_INIT()
{
    using namespace counterseal::node;
    static_cast<void>(exports);
    auto* loaded = new (std::nothrow) environment(env);
    napi_value made = nullptr;
    if (loaded == nullptr || napi_set_instance_data(env, loaded, end, nullptr) != napi_ok) {
        delete loaded;
        return nullptr;
    }
    napi_create_function(env, "connect", NAPI_AUTO_LENGTH, connect, nullptr, &made);
    return made;
}
