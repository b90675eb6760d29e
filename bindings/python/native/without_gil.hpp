// SPDX-License-Identifier: Apache-2.0
// Calls that need no Python, while other threads run.
#pragma once

#include <Python.h>
#include <unistd.h>

#include <utility>

namespace counterseal::python {

/// Other threads run while it lives.
class released_gil {
public:
    released_gil() noexcept : state_{PyEval_SaveThread()} {}
    /// An interpreter that ended meanwhile lets no thread back in: CPython ends the thread by an exception, which
    /// passes no destructor, and from 3.14 on keeps it there for good. So does this, on all of them.
    ~released_gil()
    {
        try {
            PyEval_RestoreThread(state_);
        } catch (...) {
            for (;;) {
                ::pause();
            }
        }
    }
    released_gil(const released_gil&) = delete;
    released_gil& operator=(const released_gil&) = delete;

private:
    PyThreadState* state_;
};

template <class Call>
void without_gil(Call&& call)
{
    const released_gil others_run;
    std::forward<Call>(call)();
}

}  // namespace counterseal::python
