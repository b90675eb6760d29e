// SPDX-License-Identifier: Apache-2.0
// An exported log against kept checkpoints, without a store; or the rows of a store against its log.
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "audit.hpp"
#include "printable.hpp"
#include "store_options.hpp"

namespace counterseal::cli {
namespace {

using parsed = nlohmann::json;

constexpr std::size_t max_log_len = std::size_t{1} << 36;
constexpr std::size_t max_note_len = 16'384;

struct verify_command {
    std::string file;
    std::vector<std::string> checkpoints;
    std::string key;
    bool state = false;
    store_options store;
    std::string tenant;

    exit_status operator()(session& run) const { return state ? of_rows(run) : of_file(run); }

private:
    /// The notes as JSON.
    [[nodiscard]] std::string notes(session& run) const
    {
        parsed all = parsed::array();
        for (const std::string& path : checkpoints) {
            const hidden_text note = run.in.file(path, "the checkpoint", max_note_len);
            all.push_back(std::string(view(note)));
        }
        return all.dump(-1, ' ', false, parsed::error_handler_t::replace);
    }

    exit_status of_file(session& run) const
    {
        if (file.empty()) {
            throw usage_error("FILE must be given, or --state with a store");
        }
        const std::string kept = notes(run);
        const hidden_text log = run.in.file(file, "the log", max_log_len);
        parsed report;
        try {
            report = parsed::parse(verify_log(view(log), kept, key));
        } catch (const problem_error& fault) {
            if (fault.code() == CSEAL_E_STORE_CORRUPT) {
                return refused(run, {{"reason", fault.what()}}, {file + ": " + fault.what()});
            }
            raise_store_error(fault);
        }
        std::vector<std::string> lines = {
            "events: " + report.at("events").dump(), "covered: " + report.at("covered").dump(),
            "erased: " + report.at("erased").dump(), "purged: " + report.at("purged").dump(),
            "checkpoints: " + report.at("checkpoints").dump()};
        if (checkpoints.empty()) {
            lines.emplace_back("no checkpoint was given: a log that was made anew as a whole looks like this, too");
        } else if (report.at("covered") != report.at("events")) {
            lines.emplace_back("behind the newest checkpoint nothing vouches for what was logged");
        }
        return say(run, "done", report, lines, exit_status::done);
    }

    exit_status of_rows(session& run) const
    {
        if (!file.empty() || !key.empty() || tenant.empty()) {
            throw usage_error("--state takes --tenant, a store and checkpoints, and no FILE or --key");
        }
        engine_request request;
        request.member("tenant", tenant).raw("checkpoints", notes(run));
        engine on = store.open();
        const engine_answer found = on.call(CSEAL_OP_VERIFY_STATE, view(request.text()));
        const parsed report = parsed::parse(found.json);
        if (!report.contains("faults")) {
            static_cast<void>(call(on, CSEAL_OP_VERIFY_STATE, request));  // which tells what is wrong
            throw trouble("the store answers now one thing and now another");
        }
        std::vector<std::string> lines;
        for (const parsed& one : report.at("faults")) {
            const auto text = [&](const char* name) {
                return one.at(name).is_null() ? std::string("-") : one.at(name).get<std::string>();
            };
            lines.push_back(text("subject") + " " + text("factor_id") + " " + text("what") + ": stored " +
                            text("stored") + ", by the log " + text("log"));
        }
        if (!lines.empty()) {
            return refused(run, report, lines);
        }
        lines = {"events: " + report.at("events").dump(), "factors: " + report.at("factors").dump(),
                 "subjects: " + report.at("subjects").dump()};
        return say(run, "done", report, lines, exit_status::done);
    }

    static exit_status refused(session& run, const parsed& report, const std::vector<std::string>& lines)
    {
        return say(run, "refused", report, lines, exit_status::refused);
    }

    static exit_status say(session& run, const char* word, const parsed& report, const std::vector<std::string>& lines,
                           exit_status status)
    {
        if (run.as_json) {
            parsed document = report;
            document.erase("error");
            document["status"] = word;
            run.line(document.dump(-1, ' ', false, parsed::error_handler_t::replace));
        } else {
            for (const std::string& line : lines) {
                run.line(printable(line));
            }
        }
        return status;
    }
};

}  // namespace

void add_audit_verify(commands& to, CLI::App& audit)
{
    const auto verify = std::make_shared<verify_command>();
    CLI::App& leaf = to.add(audit, "verify",
                            "Check an exported log against checkpoints that were kept; no store is needed. Or, with "
                            "--state, the rows of a store against its log",
                            [verify](session& run) { return (*verify)(run); });
    leaf.add_option("FILE", verify->file, "The exported log; - is standard input")->type_name("");
    leaf.add_option("--checkpoint", verify->checkpoints, "A file with a checkpoint that was kept; may be repeated")
        ->type_name("FILE")
        ->allow_extra_args(false);
    leaf.add_option("--key", verify->key, "What \"audit key\" showed: who has to have signed the checkpoints")
        ->type_name("KEY");
    leaf.add_flag("--state", verify->state, "Compare steps, counters, states and epochs with what the log says");
    verify->store.add_to(leaf);
    leaf.add_option("--tenant", verify->tenant, "With --state: whose rows");
}

}  // namespace counterseal::cli
