// SPDX-License-Identifier: Apache-2.0
// Both ceremonies of webauthn.h, from JSON and from the bytes beneath.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "capi/src/webauthn.hpp"
#include "core/webauthn/answer.hpp"
#include "core/webauthn/credential_column.hpp"
#include "core/webauthn/expectation.hpp"
#include "core/webauthn/response_json.hpp"

using namespace counterseal;
using capi::guarded;
using core::refusal;
using core::status;

namespace {

/// Where a verdict goes.
struct told {
    told(cseal_problem* problem_out, uint32_t* step_out, const char** refusal_out, capi::output<char> record_out,
         capi::output<char> answer_out) noexcept
        : problem{problem_out}, step{step_out}, name{refusal_out}, record{record_out}, answer{answer_out}
    {
        if (step != nullptr) {
            *step = 0;
        }
        if (name != nullptr) {
            *name = core::facts_of(refusal::rules).name;
        }
    }

    [[nodiscard]] bool usable() const noexcept
    {
        return capi::start_problem(problem) && record.usable() && answer.usable();
    }

    /// Both lengths are told, and nothing is written where one of them does not fit.
    status write(refusal why, std::uint8_t at_step, const std::string& new_record, const std::string& text)
    {
        record.tell_length(new_record);
        answer.tell_length(text);
        if (!record.has_room(new_record) || !answer.has_room(text)) {
            return status::e_capacity;
        }
        if (step != nullptr) {
            *step = at_step;
        }
        if (name != nullptr) {
            *name = core::facts_of(why).name;
        }
        static_cast<void>(record.write(new_record));
        static_cast<void>(answer.write(text));
        return core::facts_of(why).code;
    }

    cseal_problem* problem;
    uint32_t* step;
    const char** name;
    capi::output<char> record;
    capi::output<char> answer;
};

/// A setting that check() refuses, or a stored key that is none: what the caller did wrong, with its text.
std::optional<core::problem> misuse_of(refusal why, status code, const char* rule)
{
    switch (why) {
        case refusal::rules: return core::problem{code, rule != nullptr ? rule : "the rules contradict each other"};
        case refusal::stored_key: return core::problem{status::e_argument, "public_key must be a COSE key of ours"};
        case refusal::stored_key_spki:
            return core::problem{status::e_argument, "public_key must be a COSE key, not a SubjectPublicKeyInfo"};
        case refusal::provider: return core::problem{status::e_crypto, "the cryptographic provider failed"};
        default: return std::nullopt;
    }
}

status finish(const core::registration& result, const core::client_outputs& client,
              const std::vector<std::string>& transports, const core::relying_party& party, told& out)
{
    if (const auto fault = misuse_of(result.reason, result.misuse, result.broken_rule)) {
        return capi::tell(*fault, out.problem);
    }
    const std::string record =
        result.is_accepted() ? core::write_credential(core::keep(result, transports)) : std::string();
    return out.write(result.reason, core::facts_of(result.reason).registration_step, record,
                     core::answer_of(result, client, party));
}

/// What was read of an authentication beside the response.
struct prepared_login {
    core::authentication_expectation expected;
    core::kept_credential record;
    core::stored_credential stored;  // a view of the record
};

/// False: the caller was told.
bool prepare(const char* expected, size_t expected_len, const char* record, size_t record_len,
             const cseal_webauthn_key* key, prepared_login& into, core::problem& why)
{
    auto rules = core::read_authentication_expectation(capi::text_of(expected, expected_len), why);
    if (!rules) {
        return false;
    }
    into.expected = *std::move(rules);
    auto kept = core::read_credential(capi::text_of(record, record_len), why);
    if (!kept) {
        return false;
    }
    into.record = *std::move(kept);
    into.stored = into.record.view();
    if (key != nullptr) {
        if (!std::ranges::equal(key->cose, into.record.public_key)) {
            why = {status::e_argument, "key must be the one of the record"};
            return false;
        }
        into.stored.kept = &key->value;
    }
    return true;
}

status finish(const core::authentication& result, const core::client_outputs& client, core::kept_credential record,
              const core::relying_party& party, told& out)
{
    if (const auto fault = misuse_of(result.reason, result.misuse, result.broken_rule)) {
        return capi::tell(*fault, out.problem);
    }
    std::string text;
    if (result.is_accepted()) {
        record.take(result.state);
        text = core::write_credential(record);
    }
    return out.write(result.reason, core::facts_of(result.reason).authentication_step, text,
                     core::answer_of(result, client, party));
}

}  // namespace

cseal_status cseal_webauthn_verify_registration(const cseal_webauthn* party, const char* expected, size_t expected_len,
                                                const char* response, size_t response_len, cseal_problem* problem,
                                                uint32_t* step, const char** refusal, char* record, size_t record_cap,
                                                size_t* record_len, char* answer, size_t answer_cap, size_t* answer_len)
{
    return guarded<capi::no_secrets>([&] {
        told out(problem, step, refusal, {record, record_cap, record_len}, {answer, answer_cap, answer_len});
        if (!out.usable() || party == nullptr || !capi::readable(expected, expected_len) ||
            !capi::readable(response, response_len)) {
            return status::e_argument;
        }
        core::problem why;
        const auto rules = core::read_registration_expectation(capi::text_of(expected, expected_len), why);
        if (!rules) {
            return capi::tell(why, problem);
        }
        const core::registration_json read = core::read_registration_json(capi::text_of(response, response_len));
        if (read.reason != core::refusal::none) {
            return out.write(read.reason, core::facts_of(read.reason).registration_step, "",
                             core::answer_of(read.reason, true));
        }
        return finish(core::verify_registration(*party->provider, read.raw(), party->value, *rules), read.extensions,
                      read.transports, party->value, out);
    });
}

cseal_status cseal_webauthn_verify_registration_raw(
    const cseal_webauthn* party, const char* expected, size_t expected_len, const uint8_t* credential_id,
    size_t credential_id_len, const uint8_t* client_data, size_t client_data_len, const uint8_t* attestation_object,
    size_t attestation_object_len, cseal_problem* problem, uint32_t* step, const char** refusal, char* record,
    size_t record_cap, size_t* record_len, char* answer, size_t answer_cap, size_t* answer_len)
{
    return guarded<capi::no_secrets>([&] {
        told out(problem, step, refusal, {record, record_cap, record_len}, {answer, answer_cap, answer_len});
        if (!out.usable() || party == nullptr || !capi::readable(expected, expected_len) ||
            !capi::readable(credential_id, credential_id_len) || !capi::readable(client_data, client_data_len) ||
            !capi::readable(attestation_object, attestation_object_len)) {
            return status::e_argument;
        }
        core::problem why;
        const auto rules = core::read_registration_expectation(capi::text_of(expected, expected_len), why);
        if (!rules) {
            return capi::tell(why, problem);
        }
        core::registration_response response{capi::bytes_of(client_data, client_data_len),
                                             capi::bytes_of(attestation_object, attestation_object_len)};
        if (credential_id != nullptr) {
            response.credential_id = capi::bytes_of(credential_id, credential_id_len);
        }
        return finish(core::verify_registration(*party->provider, response, party->value, *rules), {}, {}, party->value,
                      out);
    });
}

cseal_status cseal_webauthn_verify_authentication(const cseal_webauthn* party, const char* expected,
                                                  size_t expected_len, const char* record, size_t record_len,
                                                  const cseal_webauthn_key* key, const char* response,
                                                  size_t response_len, cseal_problem* problem, uint32_t* step,
                                                  const char** refusal, char* new_record, size_t new_record_cap,
                                                  size_t* new_record_len, char* answer, size_t answer_cap,
                                                  size_t* answer_len)
{
    return guarded<capi::no_secrets>([&] {
        told out(problem, step, refusal, {new_record, new_record_cap, new_record_len},
                 {answer, answer_cap, answer_len});
        if (!out.usable() || party == nullptr || !capi::readable(expected, expected_len) ||
            !capi::readable(record, record_len) || !capi::readable(response, response_len)) {
            return status::e_argument;
        }
        core::problem why;
        prepared_login login;
        if (!prepare(expected, expected_len, record, record_len, key, login, why)) {
            return capi::tell(why, problem);
        }
        const core::authentication_json read = core::read_authentication_json(capi::text_of(response, response_len));
        if (read.reason != core::refusal::none) {
            return out.write(read.reason, core::facts_of(read.reason).authentication_step, "",
                             core::answer_of(read.reason, false));
        }
        const core::authentication result =
            core::verify_authentication(*party->provider, read.raw(), login.stored, party->value, login.expected);
        return finish(result, read.extensions, std::move(login.record), party->value, out);
    });
}

cseal_status cseal_webauthn_verify_authentication_raw(
    const cseal_webauthn* party, const char* expected, size_t expected_len, const char* record, size_t record_len,
    const cseal_webauthn_key* key, const uint8_t* credential_id, size_t credential_id_len, const uint8_t* client_data,
    size_t client_data_len, const uint8_t* authenticator_data, size_t authenticator_data_len, const uint8_t* signature,
    size_t signature_len, const uint8_t* user_handle, size_t user_handle_len, cseal_problem* problem, uint32_t* step,
    const char** refusal, char* new_record, size_t new_record_cap, size_t* new_record_len, char* answer,
    size_t answer_cap, size_t* answer_len)
{
    return guarded<capi::no_secrets>([&] {
        told out(problem, step, refusal, {new_record, new_record_cap, new_record_len},
                 {answer, answer_cap, answer_len});
        if (!out.usable() || party == nullptr || !capi::readable(expected, expected_len) ||
            !capi::readable(record, record_len) || !capi::readable(credential_id, credential_id_len) ||
            !capi::readable(client_data, client_data_len) ||
            !capi::readable(authenticator_data, authenticator_data_len) || !capi::readable(signature, signature_len) ||
            !capi::readable(user_handle, user_handle_len)) {
            return status::e_argument;
        }
        core::problem why;
        prepared_login login;
        if (!prepare(expected, expected_len, record, record_len, key, login, why)) {
            return capi::tell(why, problem);
        }
        core::authentication_response response{
            capi::bytes_of(credential_id, credential_id_len), capi::bytes_of(client_data, client_data_len),
            capi::bytes_of(authenticator_data, authenticator_data_len), capi::bytes_of(signature, signature_len)};
        if (user_handle != nullptr) {
            response.user_handle = capi::bytes_of(user_handle, user_handle_len);
        }
        const core::authentication result =
            core::verify_authentication(*party->provider, response, login.stored, party->value, login.expected);
        return finish(result, {}, std::move(login.record), party->value, out);
    });
}
