// SPDX-License-Identifier: Apache-2.0
// The functions of the engine in a library that was built without it: the ABI stays one, and every call says
// CSEAL_E_UNSUPPORTED.
#include "capi/src/handles.hpp"
#include "counterseal/engine.h"
#include "counterseal/key_ring.h"

using namespace counterseal;
using capi::guarded;
using core::status;

namespace {

constexpr const char* why = "this library was built without the engine";

template <class Handle>
cseal_status no_handle(cseal_problem* problem, Handle** out) noexcept
{
    return guarded<capi::no_secrets>([&] {
        if (out != nullptr) {
            *out = nullptr;
        }
        if (!capi::start_problem(problem) || out == nullptr) {
            return status::e_argument;
        }
        return capi::tell({status::e_unsupported, why}, problem);
    });
}

}  // namespace

cseal_status cseal_key_ring_new(const uint8_t*, size_t, const char*, size_t, cseal_problem* problem,
                                cseal_key_ring** ring)
{
    return no_handle(problem, ring);
}

cseal_status cseal_key_ring_add(cseal_key_ring*, const uint8_t*, size_t, const char*, size_t, cseal_problem*)
{
    return CSEAL_E_UNSUPPORTED;
}

cseal_status cseal_key_ring_add_new(cseal_key_ring*, const char*, size_t, cseal_problem*)
{
    return CSEAL_E_UNSUPPORTED;
}

cseal_status cseal_key_ring_promote(cseal_key_ring*, const char*, size_t, cseal_problem*)
{
    return CSEAL_E_UNSUPPORTED;
}

cseal_status cseal_key_ring_remove(cseal_key_ring*, const char*, size_t, cseal_problem*)
{
    return CSEAL_E_UNSUPPORTED;
}

cseal_status cseal_key_ring_change_file(const char*, size_t, uint32_t, const char*, size_t, cseal_problem* problem,
                                        cseal_key_ring** ring)
{
    return no_handle(problem, ring);
}

cseal_status cseal_key_ring_from_text(const char*, size_t, cseal_problem* problem, cseal_key_ring** ring)
{
    return no_handle(problem, ring);
}

cseal_status cseal_key_ring_from_file(const char*, size_t, uint32_t, cseal_problem* problem, cseal_key_ring** ring)
{
    return no_handle(problem, ring);
}

cseal_status cseal_key_ring_text_get(const cseal_key_ring*, char* text, size_t text_cap, size_t* text_len)
{
    capi::output<char> out(text, text_cap, text_len);
    return CSEAL_E_UNSUPPORTED;
}

void cseal_key_ring_free(cseal_key_ring*) {}

cseal_status cseal_engine_options_init(cseal_engine_options*, uint32_t)
{
    return CSEAL_E_UNSUPPORTED;
}

cseal_status cseal_engine_open(const char*, size_t, const cseal_key_ring*, const cseal_engine_options*,
                               cseal_problem* problem, cseal_engine** engine)
{
    return no_handle(problem, engine);
}

cseal_status cseal_engine_reload_keys(cseal_engine*, const cseal_key_ring*, cseal_problem*)
{
    return CSEAL_E_UNSUPPORTED;
}

cseal_status cseal_engine_close(cseal_engine*)
{
    return CSEAL_OK;
}

void cseal_engine_free(cseal_engine*) {}

cseal_status cseal_engine_call(cseal_engine*, uint32_t, const char*, size_t, const uint8_t*, size_t,
                               cseal_engine_answer** answer)
{
    return no_handle(nullptr, answer);
}

cseal_status cseal_engine_answer_json(const cseal_engine_answer*, char* json, size_t json_cap, size_t* json_len)
{
    capi::output<char> out(json, json_cap, json_len);
    return CSEAL_E_UNSUPPORTED;
}

cseal_status cseal_engine_answer_secret(const cseal_engine_answer*, uint8_t* secret, size_t secret_cap,
                                        size_t* secret_len)
{
    capi::output<uint8_t> out(secret, secret_cap, secret_len);
    return CSEAL_E_UNSUPPORTED;
}

void cseal_engine_answer_free(cseal_engine_answer*) {}

cseal_status cseal_engine_submit(cseal_engine*, uint32_t, const char*, size_t, const uint8_t*, size_t, uint64_t)
{
    return CSEAL_E_UNSUPPORTED;
}

cseal_status cseal_engine_wait(cseal_engine*, uint32_t, uint64_t*, cseal_status*, size_t, size_t* n_done)
{
    if (n_done != nullptr) {
        *n_done = 0;
    }
    return CSEAL_E_UNSUPPORTED;
}

cseal_status cseal_engine_take(cseal_engine*, uint64_t, char* json, size_t json_cap, size_t* json_len, uint8_t* secret,
                               size_t secret_cap, size_t* secret_len)
{
    capi::output<char> text(json, json_cap, json_len);
    capi::output<uint8_t> bytes(secret, secret_cap, secret_len);
    return CSEAL_E_UNSUPPORTED;
}

cseal_status cseal_engine_descriptor(cseal_engine*, int32_t* descriptor)
{
    if (descriptor != nullptr) {
        *descriptor = -1;
    }
    return CSEAL_E_UNSUPPORTED;
}

cseal_status cseal_engine_schema_sql(const char*, size_t, cseal_problem* problem, char* sql, size_t sql_cap,
                                     size_t* sql_len)
{
    return guarded<capi::no_secrets>([&] {
        capi::output<char> out(sql, sql_cap, sql_len);
        const bool is_usable = capi::start_problem(problem) && out.usable();
        return is_usable ? capi::tell({status::e_unsupported, why}, problem) : status::e_argument;
    });
}

cseal_status cseal_log_verify(const char*, size_t, const char*, size_t, const char*, size_t, cseal_problem* problem,
                              char* report, size_t report_cap, size_t* report_len)
{
    return guarded<capi::no_secrets>([&] {
        capi::output<char> out(report, report_cap, report_len);
        return capi::start_problem(problem) && out.usable() ? capi::tell({status::e_unsupported, why}, problem)
                                                            : status::e_argument;
    });
}
