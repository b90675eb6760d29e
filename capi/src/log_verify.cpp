// SPDX-License-Identifier: Apache-2.0
// An exported log against the checkpoints that somebody kept, without a store.
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "capi/src/handles.hpp"
#include "core/audit/log_check.hpp"
#include "core/audit/note.hpp"
#include "core/enroll/base64.hpp"
#include "core/enroll/json.hpp"
#include "core/enroll/json_document.hpp"
#include "counterseal/engine.h"

using namespace counterseal;
using capi::guarded;
using core::status;

namespace {

std::string nth(std::size_t i)
{
    return "kept checkpoint " + std::to_string(i + 1) + " ";
}

/// The checkpoints in the notes. `why` is set where one is none, or not signed by the verifier.
std::vector<core::checkpoint> read_kept(std::string_view text, std::span<const core::note_verifier> by,
                                        core::problem& why)
{
    std::vector<core::checkpoint> all;
    if (text.empty()) {
        return all;
    }
    const core::json_document notes(text);
    if (!notes.is_good() || !notes.root().is(core::json_kind::array)) {
        why = {status::e_argument, "kept must be a JSON array of the notes of checkpoints"};
        return all;
    }
    for (const core::json_view each : notes.root()) {
        const std::string_view note = each.text().value_or(std::string_view());
        std::optional<std::string_view> body;
        if (by.empty()) {
            const std::size_t blank_line = note.find("\n\n");
            body = blank_line == std::string::npos ? std::nullopt : std::optional(note.substr(0, blank_line + 1));
        } else {
            body = core::open_note(note, by);
        }
        std::optional<core::checkpoint> one = body ? core::checkpoint::from_text(*body) : std::nullopt;
        if (!one) {
            why = {status::e_argument,
                   nth(all.size()) + (by.empty() ? "is no note of a checkpoint"
                                                 : "is no note of a checkpoint that the verifier signed")};
            return all;
        }
        if (!by.empty() && one->origin != by.front().name()) {
            why = {status::e_argument, nth(all.size()) + "is of another log than the verifier"};
            return all;
        }
        all.push_back(*std::move(one));
    }
    return all;
}

std::string told(const core::log_fault& fault)
{
    return fault.line == 0 ? fault.rule : "line " + std::to_string(fault.line) + ": " + fault.rule;
}

/// The first fault of the whole text.
std::optional<std::string> fault_in(core::log_check& check, std::string_view log)
{
    while (!log.empty()) {
        const std::size_t end = log.find('\n');
        if (end == std::string_view::npos) {
            return "the last line has no end: something is missing";
        }
        if (const auto fault = check.add(log.substr(0, end))) {
            return told(*fault);
        }
        log.remove_prefix(end + 1);
    }
    const auto fault = check.finish();
    return fault ? std::optional(told(*fault)) : std::nullopt;
}

status verify(std::string_view log, std::string_view kept, std::string_view verifier, cseal_problem* problem,
              capi::output<char>& report)
{
    const auto provider = core::crypto::open("");
    if (provider == nullptr) {
        return capi::tell({status::e_unsupported, "there is no cryptographic provider"}, problem);
    }
    std::vector<core::note_verifier> by;
    if (!verifier.empty()) {
        std::optional<core::note_verifier> one = core::note_verifier::from_text(*provider, verifier);
        if (!one) {
            return capi::tell({status::e_argument, "verifier is none: <name>+<8 digits>+<base64>"}, problem);
        }
        by.push_back(*std::move(one));
    }
    core::problem why;
    std::vector<core::checkpoint> checkpoints = read_kept(kept, by, why);
    if (why.code != status::ok) {
        return capi::tell(why, problem);
    }
    const std::size_t n_kept = checkpoints.size();
    core::log_check check(*provider, std::move(checkpoints));
    if (const std::optional<std::string> fault = fault_in(check, log)) {
        return capi::tell({status::e_store_corrupt, *fault}, problem);
    }
    const core::json out = {{"events", check.size()},
                            {"covered", check.n_covered()},
                            {"root", core::to_base64<std::string>(check.root())},
                            {"erased", check.n_erased()},
                            {"purged", check.n_purged()},
                            {"checkpoints", n_kept}};
    return report.write(out.dump());
}

}  // namespace

cseal_status cseal_log_verify(const char* log, size_t log_len, const char* kept, size_t kept_len, const char* verifier,
                              size_t verifier_len, cseal_problem* problem, char* report, size_t report_cap,
                              size_t* report_len)
{
    return guarded<capi::parser_depth>([&] {
        capi::output<char> out(report, report_cap, report_len);
        if (!capi::start_problem(problem) || !out.usable() || !capi::readable(log, log_len) ||
            !capi::readable(kept, kept_len) || !capi::readable(verifier, verifier_len)) {
            return status::e_argument;
        }
        try {
            return verify(capi::text_of(log, log_len), capi::text_of(kept, kept_len),
                          capi::text_of(verifier, verifier_len), problem, out);
        } catch (const core::crypto_failure& e) {
            return capi::tell({status::e_crypto, e.what()}, problem);
        }
    });
}
