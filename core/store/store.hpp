// SPDX-License-Identifier: Apache-2.0
// What the engine asks of a store, and what it may rely on.
//
// A session is one connection with at most one transaction. Everything happens in a transaction; a conditional
// statement tells by its row count whether its condition held, and that count is the verdict. After commit() returned
// the effects survive a crash of process and machine. Sessions of one store may be used by different threads, each by
// one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/machine/machine.hpp"
#include "core/store/store_error.hpp"
#include "core/store/value.hpp"

namespace counterseal::core {

using deadline = moment;

enum class access : std::uint8_t { read, write };

class store_session {
public:
    virtual ~store_session() = default;
    store_session() = default;
    store_session(const store_session&) = delete;
    store_session& operator=(const store_session&) = delete;

    /// Begins a transaction. One that writes waits for other writers until `until` at most, which then bounds every
    /// call up to the end of the transaction; one that reads sees one moment's state and waits for nobody (in memory:
    /// for who writes). Throws store_error.
    virtual void begin(access how, deadline until) = 0;

    /// Runs a statement. Returns how many rows it changed or returned; `out` receives those returned, if any. A
    /// unique key that is taken already is a store_error of e_store_corrupt: statements say ON CONFLICT where a
    /// conflict is an answer.
    virtual std::size_t run(const statement& what, std::span<const parameter> in, rows* out = nullptr) = 0;

    /// Runs a statement about a set of rows. Returns how many rows it changed or returned in all; `out` receives those
    /// returned, in any order.
    virtual std::size_t run_set(const set_statement& what, std::span<const set_parameter> in, rows* out = nullptr) = 0;

    /// Runs a text once, inside the transaction: what schemas are made with.
    virtual void execute(const std::string& sql) = 0;

    /// Ends the transaction for good. Throws store_error: of e_store_unknown where the effects may or may not be there;
    /// of another code where they are not.
    virtual void commit() = 0;

    /// Undoes the transaction. Without one, or after a store_error, nothing happens.
    virtual void roll_back() noexcept = 0;

    /// Marks a point inside the transaction; marks nest. Each is ended by one of the two: undo_to_mark() takes back
    /// what came after the last one, drop_mark() keeps it.
    virtual void mark() = 0;
    virtual void undo_to_mark() = 0;
    virtual void drop_mark() = 0;

    /// The time by the store's own clock, in microseconds since 1970, or nothing where the store has none of its own.
    virtual std::optional<std::int64_t> clock_us() = 0;

    [[nodiscard]] virtual const dialect& words() const noexcept = 0;
};

class store {
public:
    virtual ~store() = default;
    store() = default;
    store(const store&) = delete;
    store& operator=(const store&) = delete;

    /// Another session. Throws store_error: e_store_unavailable, or e_schema where what is there is not ours.
    virtual std::unique_ptr<store_session> connect(deadline until) = 0;
};

}  // namespace counterseal::core
