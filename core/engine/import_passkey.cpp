// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "core/engine/clock.hpp"
#include "core/engine/end_factor.hpp"
#include "core/engine/enroll_passkey.hpp"
#include "core/engine/name.hpp"
#include "core/engine/random_id.hpp"
#include "core/enroll/json.hpp"
#include "core/webauthn/cose_key.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t longest_user_handle = 64;

/// Empty: nothing is wrong.
std::string fault_of(const passkey_import& what)
{
    if (label_fault(what.label) != nullptr) {
        return "label must be UTF-8 of at most 255 bytes without control characters";
    }
    if (label_fault(what.actor) != nullptr) {
        return "actor must be UTF-8 of at most 255 bytes without control characters";
    }
    if (what.provenance.empty() || label_fault(what.provenance) != nullptr || what.provenance == "self") {
        return "provenance must say where the credential comes from, in 1 to 255 bytes of UTF-8, and not \"self\"";
    }
    if (what.user_handle.size() > longest_user_handle) {
        return "user_handle must have 1 to 64 bytes";
    }
    return {};
}

/// Of a record that was read. Empty: it is a key.
std::string key_fault_of(const crypto& provider, const kept_credential& record)
{
    const cose_reading cose = read_cose_key(record.public_key, 0);
    const cose_fault fault = cose.fault == cose_fault::none ? prepare_new(provider, cose.key).fault : cose.fault;
    return fault == cose_fault::none ? "" : "credential: public_key must be a COSE key that is verified here";
}

std::vector<std::string> warnings_about(const passkey_import& what, const kept_credential& record)
{
    std::vector<std::string> all;
    if (what.user_handle.empty()) {
        all.emplace_back("user_handle is not known: no login without a user name");
    }
    if (!record.backup_eligible) {
        all.emplace_back("backup_eligible is not known: what the first login says counts");
    }
    return all;
}

}  // namespace

passkey_import_result import_passkey(transaction& in, const row_seal& with, const crypto& provider,
                                     std::string_view tenant, std::string_view subject, const passkey_import& what,
                                     std::int64_t now_us)
{
    if (std::string fault = fault_of(what); !fault.empty()) {
        return {status::e_argument, std::move(fault)};
    }
    problem why;
    const std::optional<kept_credential> record = read_credential(what.record, why);
    if (!record) {
        return {why.code, "credential: " + std::string(why.text)};
    }
    if (std::string fault = key_fault_of(provider, *record); !fault.empty()) {
        return {status::e_argument, std::move(fault)};
    }
    static_cast<void>(tell_time(in, now_us));
    savepoint before(in);
    struct subject owner = lock_subject(in, with, tenant, subject, now_us);
    factor made;
    made.key = {owner.tenant, owner.name, random_id(provider)};
    if (!enter_credential(in, made.key, record->id)) {
        before.undo();
        return {status::e_argument, "credential is registered already"};
    }
    passkey_import_result out;
    out.warnings = warnings_about(what, *record);
    if (what.dry_run) {
        before.undo();
        return out;
    }
    made.type = factor_type::webauthn;
    made.state = factor_state::active;
    made.label = what.label;
    made.provenance = what.provenance;
    made.created_us = now_us;
    made.confirmed_us = now_us;
    made.hot.last_value = record->sign_count;
    seal_passkey(with, made, {*record, {what.user_handle.begin(), what.user_handle.end()}});
    std::vector<factor> before_it = load_factors(in, with, tenant, subject);
    insert_factor(in, with, made);
    end_ungranted(in, with, std::move(before_it), made, now_us);
    mark_enrolled(in, with, owner);
    event done = event_of(made, "factor.imported", now_us);
    done.actor = what.actor;
    done.detail = json{{"type", name_of(made.type)},
                       {"state", name_of(made.state)},
                       {"provenance", what.provenance},
                       {"value", made.hot.last_value}}
                      .dump();
    append_event(in, with, std::move(done));
    out.factor = made.key.factor;
    return out;
}

}  // namespace counterseal::core
