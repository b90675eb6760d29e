// SPDX-License-Identifier: Apache-2.0
// BatchVerdict: the answers to a batch of codes, one for each row. Immutable; holds no secret.
#pragma once

#include <pybind11/pybind11.h>

#include <cstddef>
#include <cstdint>

#include <counterseal/counterseal.hpp>

#include "state.hpp"

namespace counterseal::python {

namespace py = pybind11;

[[nodiscard]] py::object make_batch_verdict_type(const py::module_& module);

/// Items of one size that are written once, without the GIL, before anybody can see them.
template <class Item>
class fresh_items {
public:
    explicit fresh_items(std::size_t n)
        : bytes_(py::reinterpret_steal<py::object>(
              PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(n * sizeof(Item)))))
    {
        if (!bytes_) {
            throw py::error_already_set();
        }
        items_ = reinterpret_cast<Item*>(PyBytes_AS_STRING(bytes_.ptr()));
    }

    [[nodiscard]] Item* data() const noexcept { return items_; }
    [[nodiscard]] const py::object& bytes() const noexcept { return bytes_; }

    /// A view that can be read and not written; `format` is a letter of the struct module.
    [[nodiscard]] py::object view(const char* format) const
    {
        auto view = py::reinterpret_steal<py::object>(PyMemoryView_FromObject(bytes_.ptr()));
        if (!view) {
            throw py::error_already_set();
        }
        return view.attr("cast")(format);
    }

private:
    py::object bytes_;
    Item* items_;
};

/// Where a verification writes its answers. State is std::int64_t for steps, std::uint64_t for counters.
template <class State>
struct answers {
    explicit answers(std::size_t n_rows) : n(n_rows), codes(n_rows), ok(n_rows), states(n_rows) {}

    std::size_t n;
    fresh_items<std::int8_t> codes;
    fresh_items<std::uint8_t> ok;
    fresh_items<State> states;
    std::size_t n_ok = 0;

    /// Tells from the statuses which rows were accepted.
    void count() noexcept
    {
        const std::int8_t* status = codes.data();
        std::uint8_t* accepted = ok.data();
        std::size_t sum = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint8_t is_ok = status[i] == CSEAL_OK ? 1 : 0;
            accepted[i] = is_ok;
            sum += is_ok;
        }
        n_ok = sum;
    }
};

[[nodiscard]] PyObject* to_python(const module_state& state, const answers<std::int64_t>& made);
[[nodiscard]] PyObject* to_python(const module_state& state, const answers<std::uint64_t>& made);

}  // namespace counterseal::python
