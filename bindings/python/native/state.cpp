// SPDX-License-Identifier: Apache-2.0
#include "state.hpp"

#include "batch_verdict.hpp"
#include "verdict.hpp"

namespace counterseal::python {
namespace {

using kept_state = std::shared_ptr<const module_state>;

constexpr const char* attribute = "_state";
constexpr const char* capsule_name = "counterseal._native._state";

void drop(PyObject* capsule)
{
    delete static_cast<kept_state*>(PyCapsule_GetPointer(capsule, capsule_name));
}

}  // namespace

module_state::module_state(const py::module_& module)
    : verdict_type(make_verdict_type(module)),
      batch_verdict_type(make_batch_verdict_type(module)),
      accepted(py::str("accepted"))
{
    for (const cseal_status status : {CSEAL_WRONG, CSEAL_REPLAYED, CSEAL_MALFORMED}) {
        refusals.at(static_cast<std::size_t>(status)) = make_refusal(*this, status);
    }
    time = py::module_::import("time");
    const py::module_ calendar = py::module_::import("datetime");
    datetime = calendar.attr("datetime");
    epoch = datetime(1970, 1, 1, py::arg("tzinfo") = calendar.attr("timezone").attr("utc"));
}

void store_state(const py::module_& module)
{
    auto kept = std::make_unique<kept_state>(std::make_shared<const module_state>(module));
    auto capsule = py::reinterpret_steal<py::object>(PyCapsule_New(kept.get(), capsule_name, drop));
    if (!capsule) {
        throw py::error_already_set();
    }
    kept.release();
    module.attr(attribute) = capsule;
}

std::shared_ptr<const module_state> state_of(PyTypeObject* type)
{
    const py::handle module = PyType_GetModule(type);
    if (!module) {
        throw py::error_already_set();
    }
    return state_of_module(module);
}

std::shared_ptr<const module_state> state_of_module(const py::handle& module)
{
    const py::object capsule = module.attr(attribute);
    const void* kept = PyCapsule_GetPointer(capsule.ptr(), capsule_name);
    if (kept == nullptr) {
        throw py::error_already_set();
    }
    return *static_cast<const kept_state*>(kept);
}

}  // namespace counterseal::python
