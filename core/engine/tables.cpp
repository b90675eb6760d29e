// SPDX-License-Identifier: Apache-2.0
#include "core/engine/tables.hpp"

namespace counterseal::core {
namespace {

// A `tag` authenticates what stands before it; behind it come the hot fields, which no tag covers.
constexpr std::string_view version_1[] = {
    // One row: which store this is, a sealed constant that tells a wrong key ring, the key that signs the log (the
    // public half as it is, the other one sealed), and the latest time seen.
    "CREATE TABLE installation (id {integer} PRIMARY KEY CHECK (id = 1), store {text} NOT NULL, "
    "canary {bytes} NOT NULL, log_public {bytes} NOT NULL, log_private {bytes} NOT NULL, "
    "clock_us {integer} NOT NULL){end}",

    // The head of a tenant, with the right edge of its tree: everybody who writes an event locks it, last.
    "CREATE TABLE tenant (tenant {text} NOT NULL PRIMARY KEY, next_event {integer} NOT NULL, peaks {bytes} NOT NULL, "
    "checkpoint_size {integer} NOT NULL, checkpoint_us {integer} NOT NULL){end}",

    // Hot: the failures of all factors together, and what was refused without being looked at since the last event that
    // told it.
    "CREATE TABLE subject (tenant {text} NOT NULL, subject {text} NOT NULL, version {integer} NOT NULL, "
    "epoch {integer} NOT NULL, is_enrolled {integer} NOT NULL, grace_until_us {integer} NOT NULL, "
    "created_us {integer} NOT NULL, tag {bytes} NOT NULL, failures {integer} NOT NULL DEFAULT 0, "
    "failures_since_us {integer} NOT NULL DEFAULT 0, refused {integer} NOT NULL DEFAULT 0, "
    "refused_us {integer} NOT NULL DEFAULT 0, PRIMARY KEY (tenant, subject)){end}",

    // Hot: the last used step or the next counter, failures since the last lock, failures in a row, until when
    // nothing is looked at, and what was refused so.
    "CREATE TABLE factor (tenant {text} NOT NULL, subject {text} NOT NULL, factor {text} NOT NULL, "
    "type {text} NOT NULL, state {text} NOT NULL, version {integer} NOT NULL, algorithm {integer} NOT NULL, "
    "digits {integer} NOT NULL, period_s {integer} NOT NULL, t0_s {integer} NOT NULL, drift {integer} NOT NULL, "
    "label {text} NOT NULL, secret {bytes}, provenance {text} NOT NULL, replaces {text} NOT NULL, "
    "request {text} NOT NULL, created_us {integer} NOT NULL, confirmed_us {integer} NOT NULL, "
    "ended_us {integer} NOT NULL, tag {bytes} NOT NULL, last_value {integer} NOT NULL, attempts {integer} NOT NULL "
    "DEFAULT 0, "
    "streak {integer} NOT NULL DEFAULT 0, locked_until_us {integer} NOT NULL DEFAULT 0, "
    "refused {integer} NOT NULL DEFAULT 0, refused_us {integer} NOT NULL DEFAULT 0, "
    "PRIMARY KEY (tenant, subject, factor)){end}",

    // The digest is made with a key of the ring over its place, so that it needs no tag.
    "CREATE TABLE recovery_code (tenant {text} NOT NULL, subject {text} NOT NULL, factor {text} NOT NULL, "
    "digest {bytes} NOT NULL, used_us {integer} NOT NULL DEFAULT 0, "
    "PRIMARY KEY (tenant, subject, factor, digest)){end}",

    "CREATE TABLE policy (tenant {text} NOT NULL, version {integer} NOT NULL, effective_us {integer} NOT NULL, "
    "document {text} NOT NULL, actor {text} NOT NULL, reason {text} NOT NULL, tag {bytes} NOT NULL, "
    "PRIMARY KEY (tenant, version)){end}",

    // Whose credential an identifier is, of passkeys that were confirmed. What a row says is believed only where the
    // record of that factor, which is authenticated, has the same identifier.
    "CREATE TABLE credential (tenant {text} NOT NULL, credential {bytes} NOT NULL, subject {text} NOT NULL, "
    "factor {text} NOT NULL, PRIMARY KEY (tenant, credential)){end}",

    // Of a login without a user name the row is made by its answer, without a subject, closed.
    // Hot: answers so far, and whether it may still be answered.
    "CREATE TABLE challenge (tenant {text} NOT NULL, subject {text} NOT NULL, challenge {text} NOT NULL, "
    "context {text} NOT NULL, session {bytes} NOT NULL, epoch {integer} NOT NULL, created_us {integer} NOT NULL, "
    "expires_us {integer} NOT NULL, tag {bytes} NOT NULL, attempts {integer} NOT NULL DEFAULT 0, "
    "is_open {integer} NOT NULL DEFAULT 1, PRIMARY KEY (tenant, subject, challenge)){end}",

    // Who it was about is erased with `salt`, and `person` is the hash that it had; what was purged is a `leaf`. The
    // `nodes` are those of the tree that this event completed (stored_tree.hpp): most complete none.
    "CREATE TABLE event (tenant {text} NOT NULL, seq {integer} NOT NULL, at_us {integer} NOT NULL, "
    "type {text} NOT NULL, subject {text} NOT NULL, factor {text} NOT NULL, actor {text} NOT NULL, "
    "reason {text} NOT NULL, detail {text} NOT NULL, salt {bytes}, person {bytes}, leaf {bytes}, "
    "nodes {bytes} NOT NULL, PRIMARY KEY (tenant, seq)){end}",

    // Signed heads, until the host has them elsewhere.
    "CREATE TABLE checkpoint (tenant {text} NOT NULL, size {integer} NOT NULL, at_us {integer} NOT NULL, "
    "note {text} NOT NULL, PRIMARY KEY (tenant, size)){end}",

    // Under which key the rows of a tenant are put, since when that began; for its two events. The rows themselves say
    // how far it went.
    "CREATE TABLE reseal (tenant {text} NOT NULL PRIMARY KEY, key_id {text} NOT NULL, is_done {integer} NOT NULL, "
    "n_rows {integer} NOT NULL){end}",
};

constexpr migration versions[] = {{version_1}};

}  // namespace

migrations engine_tables() noexcept
{
    return versions;
}

}  // namespace counterseal::core
