// SPDX-License-Identifier: Apache-2.0
// The ways a secret comes in. Every copy that is made here is wiped.
#include <span>
#include <utility>

#include "factor.hpp"
#include "read.hpp"

namespace counterseal::python {
namespace {

constexpr std::int64_t default_bits = 160;
constexpr std::int64_t min_bits = 128;   // RFC 4226 section 4, R6
constexpr std::int64_t max_bits = 1024;  // the block of SHA-512: HMAC hashes a longer key down

/// A bytes object that was made here: wiped when it goes, unless somebody else got hold of it.
class own_bytes {
public:
    explicit own_bytes(py::object made) : made_(std::move(made)) {}
    own_bytes(const own_bytes&) = delete;
    own_bytes& operator=(const own_bytes&) = delete;
    ~own_bytes()
    {
        if (PyBytes_CheckExact(made_.ptr()) && made_.ref_count() == 1) {
            cseal_wipe(PyBytes_AS_STRING(made_.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(made_.ptr())));
        }
    }

    [[nodiscard]] PyObject* get() const noexcept { return made_.ptr(); }

private:
    py::object made_;
};

/// Decodes a str. Valid text is ASCII and read where it lies; other text is encoded so that its first foreign character
/// can be named.
template <class Decode>
secret read_text(PyObject* text, Decode decode)
{
    if (PyUnicode_IS_ASCII(text)) {
        return decode(read_code(text));
    }
    auto encoded = py::reinterpret_steal<py::object>(PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass"));
    if (!encoded) {
        throw py::error_already_set();
    }
    const own_bytes bytes(std::move(encoded));
    return decode(read_code(bytes.get()));
}

secret read_base32(PyObject* text)
{
    if (!PyUnicode_Check(text)) {
        refuse_type("secret", "base32 text (raw bytes go through from_raw)", text);
    }
    return read_text(text, secret::from_base32);
}

secret read_hex(PyObject* text)
{
    if (!PyUnicode_Check(text)) {
        refuse_type("text", "hex text (raw bytes go through from_raw)", text);
    }
    return read_text(text, secret::from_hex);
}

/// A buffer's bytes while they are read.
class bytes_view {
public:
    explicit bytes_view(PyObject* from)
    {
        if (PyObject_GetBuffer(from, &view_, PyBUF_SIMPLE) != 0) {
            PyErr_Clear();
            refuse_type("key", "bytes or another contiguous buffer of them", from);
        }
        if (view_.itemsize != 1) {
            PyBuffer_Release(&view_);
            throw py::type_error("key must be a buffer of bytes, not of wider items");
        }
    }
    bytes_view(const bytes_view&) = delete;
    bytes_view& operator=(const bytes_view&) = delete;
    ~bytes_view() { PyBuffer_Release(&view_); }

    [[nodiscard]] std::span<const std::uint8_t> get() const noexcept
    {
        return {static_cast<const std::uint8_t*>(view_.buf), static_cast<std::size_t>(view_.len)};
    }

private:
    Py_buffer view_{};
};

secret read_raw(PyObject* key)
{
    if (PyUnicode_Check(key)) {
        refuse_type("key", "bytes (base32 text is what the constructor takes, hex text from_hex)", key);
    }
    const bytes_view view(key);
    if (view.get().empty()) {
        throw config_error(CSEAL_E_ARGUMENT, "key must not be empty");
    }
    return secret(view.get());
}

secret read_random(PyObject* bits)
{
    const std::int64_t n_bits = bits == nullptr ? default_bits : read_int(bits, "bits");
    if (n_bits < min_bits || n_bits > max_bits || n_bits % 8 != 0) {
        throw config_error(CSEAL_E_RANGE, "bits must be a multiple of 8 from 128 to 1024");
    }
    const own_bytes drawn(py::module_::import("secrets").attr("token_bytes")(n_bits / 8));
    return secret(bytes_view(drawn.get()).get());
}

}  // namespace

const door base32_door{nullptr, "secret", true, read_base32};
const door raw_door{"from_raw", "key", true, read_raw};
const door hex_door{"from_hex", "text", true, read_hex};
const door random_door{"generate", "bits", false, read_random};

}  // namespace counterseal::python
