// SPDX-License-Identifier: Apache-2.0
// The log of a tenant as somebody sees it who has no database: its lines, and the checkpoints that were kept.
#pragma once

#include <string>
#include <vector>

#include "core/audit/log_check.hpp"
#include "core/engine/kept_checkpoints.hpp"
#include "core/engine/stored_tree.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {

class logs : public verify_factor_on {
protected:
    void append(int n, std::int64_t time_us, text tenant = "maple", text subject = "alice")
    {
        write([&](transaction& t) {
            for (int i = 0; i < n; ++i) {
                append_event(t, seal_, an_event(time_us, tenant, subject));
            }
        });
    }
    static event an_event(std::int64_t time_us, text tenant = "maple", text subject = "alice")
    {
        return {.tenant = std::string(tenant),
                .at_us = time_us,
                .type = "thing.happened",
                .subject = std::string(subject),
                .actor = "root",
                .reason = "because"};
    }

    /// Without the ends of the lines.
    std::vector<std::string> exported(text tenant = "maple")
    {
        return write([&](transaction& t) {
            event_hash hash(*crypto_);
            std::vector<std::string> lines;
            for (const stored_event& one : load_events(t, tenant, 0, INT64_MAX)) {
                lines.push_back(hash.line(one));
                lines.back().pop_back();
            }
            return lines;
        });
    }

    tree_head head(text tenant = "maple")
    {
        return write([&](transaction& t) { return load_head(t, tenant).value_or(tree_head()); });
    }
    sha256_digest root(const tree_head& of)
    {
        merkle_hash hash(*crypto_);
        return of.tree.root(hash);
    }

    std::vector<stored_checkpoint> kept(text tenant = "maple")
    {
        return write([&](transaction& t) { return list_checkpoints(t, tenant, {}, 100'000); });
    }
    stored_checkpoint checkpoint_of(std::int64_t time_us, text tenant = "maple")
    {
        return write([&](transaction& t) { return checkpoint_now(t, log_, tenant, time_us); })->value();
    }
    /// Of a note that this store signed.
    checkpoint opened(const stored_checkpoint& of)
    {
        const note_verifier own[] = {log_.verifier(of.tenant)};
        const auto body = open_note(of.note, own);
        EXPECT_TRUE(body) << of.note;
        return checkpoint::from_text(body.value_or("")).value_or(checkpoint());
    }
    std::vector<checkpoint> opened(const std::vector<stored_checkpoint>& all)
    {
        std::vector<checkpoint> out;
        for (const stored_checkpoint& one : all) {
            out.push_back(opened(one));
        }
        return out;
    }

    /// The rule that the lines break, "" for none.
    std::string fault_of(const std::vector<std::string>& lines, std::vector<checkpoint> held)
    {
        log_check check(*crypto_, std::move(held));
        for (const std::string& line : lines) {
            if (const auto fault = check.add(line)) {
                return fault->rule;
            }
        }
        const auto fault = check.finish();
        return fault ? fault->rule : "";
    }

    /// That the export is the tree whose head is stored, and goes on from all checkpoints there are.
    void expect_whole(text tenant = "maple")
    {
        const std::vector<std::string> lines = exported(tenant);
        const tree_head now = head(tenant);
        log_check check(*crypto_, opened(kept(tenant)));
        for (const std::string& line : lines) {
            const auto fault = check.add(line);
            ASSERT_FALSE(fault) << fault->line << ": " << fault->rule;
        }
        const auto fault = check.finish();
        EXPECT_FALSE(fault) << fault->rule;
        EXPECT_EQ(check.size(), now.tree.size());
        EXPECT_EQ(check.root(), root(now));
    }
};

}  // namespace counterseal::core
