// SPDX-License-Identifier: Apache-2.0
// What a module keeps. Each interpreter has a module of its own, so nothing here is shared between them. Nothing but
// the provider changes once the module is there: threads need no lock.
#pragma once

#include <pybind11/pybind11.h>

#include <array>
#include <atomic>
#include <memory>

#include <counterseal/counterseal.hpp>

namespace counterseal::python {

namespace py = pybind11;

/// The cryptographic provider, made when it is first needed. Without a lock: one that another thread held would stay
/// locked in the child of a fork.
class lazy_crypto {
public:
    lazy_crypto() = default;
    lazy_crypto(const lazy_crypto&) = delete;
    lazy_crypto& operator=(const lazy_crypto&) = delete;
    ~lazy_crypto() { delete made_.load(); }

    [[nodiscard]] const crypto& get() const
    {
        const crypto* made = made_.load(std::memory_order_acquire);
        if (made == nullptr) {
            auto fresh = std::make_unique<const crypto>();
            if (made_.compare_exchange_strong(made, fresh.get(), std::memory_order_acq_rel)) {
                made = fresh.release();  // else another thread was faster, and `made` is what it made
            }
        }
        return *made;
    }

private:
    mutable std::atomic<const crypto*> made_{nullptr};
};

struct module_state {
    explicit module_state(const py::module_& module);

    py::object verdict_type;
    py::object batch_verdict_type;
    py::object accepted;                                   // the status text of every acceptance
    std::array<py::object, CSEAL_MALFORMED + 1> refusals;  // by status: made once, so that a miss allocates nothing
    py::object time;
    py::object datetime;
    py::object epoch;
    lazy_crypto provider;
};

/// Makes the state of a module that is being loaded and stores it there.
void store_state(const py::module_& module);

/// The state of a module, for its functions.
[[nodiscard]] std::shared_ptr<const module_state> state_of_module(const py::handle& module);

/// The state of the module that `type` was made for. An object of that type keeps it: it may outlive the module.
[[nodiscard]] std::shared_ptr<const module_state> state_of(PyTypeObject* type);

}  // namespace counterseal::python
