// SPDX-License-Identifier: Apache-2.0
#include "core/engine/tables.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view version_1[] = {
    // One row: which store this is, a sealed constant that tells a wrong key ring, and the latest time seen.
    "CREATE TABLE installation (id {integer} PRIMARY KEY CHECK (id = 1), store {text} NOT NULL, canary {bytes} NOT "
    "NULL, "
    "clock_us {integer} NOT NULL){end}",

    // `tag` authenticates what grants. The failures of all factors of a subject are counted here.
    "CREATE TABLE subject (tenant {text} NOT NULL, subject {text} NOT NULL, epoch {integer} NOT NULL, "
    "created_us {integer} NOT NULL, tag {bytes} NOT NULL, "
    "failures {integer} NOT NULL DEFAULT 0, failures_since_us {integer} NOT NULL DEFAULT 0, "
    "PRIMARY KEY (tenant, subject)){end}",

    // Behind `tag` come the hot fields, which no tag covers: the last used step or the next counter, failures since the
    // last lock, failures in a row, and until when nothing is looked at.
    "CREATE TABLE factor (tenant {text} NOT NULL, subject {text} NOT NULL, factor {text} NOT NULL, type {text} NOT "
    "NULL, "
    "state {text} NOT NULL, version {integer} NOT NULL, algorithm {integer} NOT NULL, digits {integer} NOT NULL, "
    "period_s {integer} NOT NULL, t0_s {integer} NOT NULL, label {text} NOT NULL, secret {bytes}, "
    "created_us {integer} NOT NULL, tag {bytes} NOT NULL, "
    "last_value {integer} NOT NULL, attempts {integer} NOT NULL DEFAULT 0, streak {integer} NOT NULL DEFAULT 0, "
    "locked_until_us {integer} NOT NULL DEFAULT 0, "
    "PRIMARY KEY (tenant, subject, factor)){end}",
};

constexpr migration versions[] = {{version_1}};

}  // namespace

migrations engine_tables() noexcept
{
    return versions;
}

}  // namespace counterseal::core
