// SPDX-License-Identifier: Apache-2.0
#include "counterseal/webauthn.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "capi/src/webauthn.hpp"
#include "core/webauthn/credential_column.hpp"
#include "core/webauthn/options.hpp"
#include "core/webauthn/quirk.hpp"
#include "core/webauthn/response_json.hpp"

using namespace counterseal;
using capi::guarded;
using core::status;

namespace {

/// Makes a handle; NULL in `out` where that failed.
template <class Handle, class Make>
cseal_status make_handle(const cseal_crypto* crypto, const char* text, size_t text_len, cseal_problem* problem,
                         Handle** out, Make make)
{
    return guarded<capi::no_secrets>([&] {
        if (out != nullptr) {
            *out = nullptr;
        }
        if (!capi::start_problem(problem) || crypto == nullptr || !capi::readable(text, text_len) || out == nullptr) {
            return status::e_argument;
        }
        core::problem why;
        try {
            std::optional<Handle> made = make(why);
            if (!made) {
                return capi::tell(why, problem);
            }
            *out = std::make_unique<Handle>(*std::move(made)).release();
            return status::ok;
        } catch (const core::crypto_failure&) {
            return status::e_crypto;
        }
    });
}

template <class Make>
cseal_status make_options(const cseal_webauthn* party, const char* request, size_t request_len, cseal_problem* problem,
                          char* options, size_t options_cap, size_t* options_len, Make make)
{
    return guarded<capi::no_secrets>([&] {
        capi::output<char> out(options, options_cap, options_len);
        if (!capi::start_problem(problem) || party == nullptr || !capi::readable(request, request_len) ||
            !out.usable()) {
            return status::e_argument;
        }
        core::problem why;
        const std::optional<std::string> made =
            make(*party->provider, party->value, capi::text_of(request, request_len), why);
        return made ? out.write(*made) : capi::tell(why, problem);
    });
}

}  // namespace

cseal_status cseal_webauthn_new(const cseal_crypto* crypto, const char* settings, size_t settings_len,
                                cseal_problem* problem, cseal_webauthn** party)
{
    return make_handle(crypto, settings, settings_len, problem, party,
                       [&](core::problem& why) -> std::optional<cseal_webauthn> {
                           std::optional<core::relying_party> read =
                               core::read_relying_party(*crypto->provider, capi::text_of(settings, settings_len), why);
                           if (!read) {
                               return std::nullopt;
                           }
                           return cseal_webauthn{crypto->provider, *std::move(read)};
                       });
}

void cseal_webauthn_free(cseal_webauthn* party)
{
    delete party;
}

cseal_status cseal_webauthn_key_new(const cseal_crypto* crypto, const char* record, size_t record_len,
                                    cseal_problem* problem, cseal_webauthn_key** key)
{
    return make_handle(
        crypto, record, record_len, problem, key, [&](core::problem& why) -> std::optional<cseal_webauthn_key> {
            std::optional<core::kept_credential> read = core::read_credential(capi::text_of(record, record_len), why);
            if (!read) {
                return std::nullopt;
            }
            // A key that a quirk let in was stored as it came.
            const core::cose_reading cose = core::read_cose_key(read->public_key, core::all_quirks);
            core::prepared_key prepared{cose.fault, std::nullopt};
            if (cose.fault == core::cose_fault::none) {
                prepared = core::prepare(*crypto->provider, cose.key);
            }
            if (!prepared.key) {
                const bool is_ours = prepared.fault != core::cose_fault::unsupported;
                why = {is_ours ? status::e_argument : status::e_unsupported, "public_key must be a COSE key of ours"};
                return std::nullopt;
            }
            return cseal_webauthn_key{crypto->provider, std::move(read->public_key), *std::move(prepared.key)};
        });
}

void cseal_webauthn_key_free(cseal_webauthn_key* key)
{
    delete key;
}

cseal_status cseal_webauthn_registration_options(const cseal_webauthn* party, const char* request, size_t request_len,
                                                 cseal_problem* problem, char* options, size_t options_cap,
                                                 size_t* options_len)
{
    return make_options(party, request, request_len, problem, options, options_cap, options_len,
                        core::registration_options);
}

cseal_status cseal_webauthn_authentication_options(const cseal_webauthn* party, const char* request, size_t request_len,
                                                   cseal_problem* problem, char* options, size_t options_cap,
                                                   size_t* options_len)
{
    return make_options(party, request, request_len, problem, options, options_cap, options_len,
                        core::authentication_options);
}

cseal_status cseal_webauthn_related_origins(const cseal_webauthn* party, char* document, size_t document_cap,
                                            size_t* document_len)
{
    return guarded<capi::no_secrets>([&] {
        capi::output<char> out(document, document_cap, document_len);
        if (party == nullptr || !out.usable()) {
            return status::e_argument;
        }
        return out.write(core::related_origins_document(party->value.origins));
    });
}

cseal_status cseal_webauthn_credential_id(const char* response, size_t response_len, uint8_t* id, size_t id_cap,
                                          size_t* id_len)
{
    return guarded<capi::no_secrets>([&] {
        capi::output<uint8_t> out(id, id_cap, id_len);
        if (!capi::readable(response, response_len) || !out.usable()) {
            return status::e_argument;
        }
        const auto read = core::read_credential_id(capi::text_of(response, response_len));
        return read ? out.write(*read) : status::malformed;
    });
}
