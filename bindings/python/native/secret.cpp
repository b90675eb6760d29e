// SPDX-License-Identifier: Apache-2.0
// The ways a secret comes in. Every copy that is made here is wiped.
#include <utility>

#include "buffer.hpp"
#include "factor.hpp"
#include "read.hpp"

namespace counterseal::python {
namespace {

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

void refuse_repair(const reading& how)
{
    if (how.repair) {
        throw config_error(CSEAL_E_ARGUMENT, "repair must be False: only base32 text can be repaired");
    }
}

secret read_base32(PyObject* text, reading& how)
{
    if (!PyUnicode_Check(text)) {
        refuse_type("secret", "base32 text (raw bytes go through from_raw)", text);
    }
    if (!how.repair) {
        return read_text(text, secret::from_base32);
    }
    return read_text(text, [&](std::string_view typed) {
        std::uint32_t repairs = 0;
        secret read = secret::from_typed_base32(typed, repairs);
        how.notices = repair_notices(repairs);
        return read;
    });
}

secret read_hex(PyObject* text, reading& how)
{
    refuse_repair(how);
    if (!PyUnicode_Check(text)) {
        refuse_type("text", "hex text (raw bytes go through from_raw)", text);
    }
    return read_text(text, secret::from_hex);
}

secret read_raw(PyObject* key, reading& how)
{
    refuse_repair(how);
    const buffer view(key, "key", "bytes (base32 text is what the constructor takes, hex text from_hex)");
    if (view.bytes().empty()) {
        throw config_error(CSEAL_E_ARGUMENT, "key must not be empty");
    }
    return secret(view.bytes());
}

secret read_random(PyObject* bits, reading& how)
{
    refuse_repair(how);
    const crypto& provider = how.state.provider.get();
    return bits == nullptr ? provider.generate() : provider.generate(read_setting(bits, "bits"));
}

}  // namespace

const door base32_door{nullptr, "secret", true, read_base32};
const door raw_door{"from_raw", "key", true, read_raw};
const door hex_door{"from_hex", "text", true, read_hex};
const door random_door{"generate", "bits", false, read_random};

}  // namespace counterseal::python
