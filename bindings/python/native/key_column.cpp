// SPDX-License-Identifier: Apache-2.0
#include "key_column.hpp"

#include <pybind11/critical_section.h>

#include <algorithm>
#include <string>

#include "buffer.hpp"
#include "read.hpp"

namespace counterseal::python {
namespace {

constexpr const char* wanted = "a buffer of bytes, or a sequence of such buffers";

std::size_t default_len(algorithm hash) noexcept
{
    switch (hash) {
        case algorithm::sha1: return 20;
        case algorithm::sha256: return 32;
        case algorithm::sha512: break;
    }
    return 64;
}

void refuse_len(PyObject* key_len)
{
    if (is_given(key_len)) {
        throw config_error(CSEAL_E_ARGUMENT, "key_len must not be given: the keys tell how long they are");
    }
}

held_keys from_buffer(PyObject* from, PyObject* key_len, algorithm hash)
{
    held_keys read;
    read.held = hold(from, "keys");
    const Py_buffer& view = *read.held;
    const bool is_flat = view.ndim == 1 && (stride_of(view, 0) == 1 || view.shape[0] <= 1);
    const bool has_rows = view.ndim == 2 && (stride_of(view, 1) == 1 || view.shape[1] <= 1) &&
                          (stride_of(view, 0) >= 0 || view.shape[0] <= 1);
    if (!has_bytes(view) || !(is_flat || has_rows)) {
        refuse_buffer("keys", wanted, view);
    }
    read.keys.base = static_cast<const std::uint8_t*>(view.buf);
    if (has_rows) {
        refuse_len(key_len);
        read.keys.stride = static_cast<std::size_t>(std::max<Py_ssize_t>(stride_of(view, 0), 0));
        read.keys.len = static_cast<std::size_t>(view.shape[1]);
        read.n = static_cast<std::size_t>(view.shape[0]);
        return read;
    }
    const std::size_t len = is_given(key_len) ? read_setting(key_len, "key_len") : default_len(hash);
    const auto all = static_cast<std::size_t>(view.len);
    if (len == 0) {
        throw config_error(CSEAL_E_RANGE, "key_len must be at least 1 byte");
    }
    if (all % len != 0) {
        throw config_error(CSEAL_E_ARGUMENT, "keys must be whole keys of " + std::to_string(len) +
                                                 " bytes (key_len), not " + std::to_string(all) + " bytes");
    }
    read.keys.stride = len;
    read.keys.len = len;
    read.n = all / len;
    return read;
}

held_keys from_sequence(PyObject* from, PyObject* key_len)
{
    const py::object items = listed(from, "keys", wanted);
    refuse_len(key_len);
    const py::scoped_critical_section alone(items);
    held_keys read;
    read.n = static_cast<std::size_t>(PySequence_Fast_GET_SIZE(items.ptr()));
    // Buffers may be written in Python and change the list.
    const auto key_at = [&](std::size_t i) {
        if (static_cast<std::size_t>(PySequence_Fast_GET_SIZE(items.ptr())) != read.n) {
            throw py::value_error("keys must not change while they are read");
        }
        return py::reinterpret_borrow<py::object>(PySequence_Fast_GET_ITEM(items.ptr(), static_cast<Py_ssize_t>(i)));
    };
    const auto with_key = [&](std::size_t i, auto&& use) {
        const py::object item = key_at(i);
        use(buffer(item.ptr(), "keys", "bytes (base32 text is decoded first)").bytes());
    };
    constexpr std::size_t longest = 4096;  // each row is as wide as the longest key: refused before they are copied
    read.lens.resize(read.n);
    std::size_t widest = 0;
    for (std::size_t i = 0; i < read.n; ++i) {
        with_key(i, [&](auto key) {
            widest = std::max(widest, key.size());
            read.lens[i] = static_cast<std::uint32_t>(std::min(key.size(), longest + 1));
        });
    }
    if (widest > longest) {
        throw config_error(CSEAL_E_RANGE, "keys must have at most 4096 bytes");
    }
    read.own = allocate(read.n * widest);
    for (std::size_t i = 0; i < read.n; ++i) {
        with_key(i, [&](auto key) {
            if (key.size() != read.lens[i]) {
                throw py::value_error("keys must not change while they are read");
            }
            std::copy(key.begin(), key.end(), read.own.get() + i * widest);
        });
    }
    read.keys.base = read.own.get();
    read.keys.stride = widest;
    read.keys.lens = read.lens.data();
    return read;
}

}  // namespace

held_keys read_keys(PyObject* keys, PyObject* key_len, algorithm hash)
{
    if (keys == nullptr) {
        return {};
    }
    return PyObject_CheckBuffer(keys) != 0 ? from_buffer(keys, key_len, hash) : from_sequence(keys, key_len);
}

}  // namespace counterseal::python
