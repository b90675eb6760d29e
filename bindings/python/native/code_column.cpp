// SPDX-License-Identifier: Apache-2.0
#include "code_column.hpp"

#include <pybind11/critical_section.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "errors.hpp"
#include "read.hpp"

namespace counterseal::python {
namespace {

constexpr const char* wanted =
    "a list or tuple of texts, a buffer of integers of 32 or 64 bits, or one of texts of one width";

/// Texts are packed into rows of this width until one is longer.
constexpr std::size_t usual_width = 16;

/// A blank is no digit, so which characters are blanks is the shape of a code, which is public.
std::string_view without_outer_blanks(std::string_view text) noexcept
{
    constexpr std::string_view blanks = " \t\n\v\f\r";
    const std::size_t begin = text.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Rows of one width with NULs behind shorter texts; none where a text is longer. Empty rows are malformed, and so is
/// what does not fit into the widest row.
template <class Text>
std::optional<code_column> pack(std::size_t n, std::size_t width, Text&& text_of)
{
    code_column packed{{}, CSEAL_CODES_TEXT, width};
    packed.items.own = allocate(n * width);
    std::uint8_t* row = packed.items.own.get();
    std::memset(row, 0, n * width);
    for (std::size_t i = 0; i < n; ++i, row += width) {
        std::string_view text = text_of(i);
        if (text.size() > width) {
            if (width < CSEAL_CODE_WIDTH_MAX) {
                return std::nullopt;
            }
            text = without_outer_blanks(text);
        }
        // A NUL at the end would be taken for what stands behind a shorter code.
        if (text.size() <= width && !text.ends_with('\0')) {
            std::copy(text.begin(), text.end(), row);
        }
    }
    packed.items.base = packed.items.own.get();
    packed.items.stride = width;
    packed.items.n = n;
    return packed;
}

template <class Text>
code_column packed(std::size_t n, Text&& text_of)
{
    std::optional<code_column> made = pack(n, usual_width, text_of);
    return made ? std::move(*made) : *pack(n, CSEAL_CODE_WIDTH_MAX, text_of);
}

/// No code of Python runs in here, so the list stays as it is.
code_column from_list(PyObject* list)
{
    const py::scoped_critical_section alone{py::handle(list)};
    const auto n = static_cast<std::size_t>(PySequence_Fast_GET_SIZE(list));
    PyObject* const* items = PySequence_Fast_ITEMS(list);
    constexpr std::size_t ahead = 8;
    return packed(n, [&](std::size_t i) {
        if (i + ahead < n) {
            __builtin_prefetch(items[i + ahead]);
        }
        return read_code(items[i]);
    });
}

std::size_t n_rows(const Py_buffer& view) noexcept
{
    return static_cast<std::size_t>(view.shape[0]);
}

const char* row_of(const Py_buffer& view, std::size_t i) noexcept
{
    return static_cast<const char*>(view.buf) + static_cast<Py_ssize_t>(i) * stride_of(view, 0);
}

/// Characters that stand in rows of `width` bytes.
code_column from_characters(held_buffer view, std::size_t width)
{
    if (width == 0 || width > CSEAL_CODE_WIDTH_MAX || stride_of(*view, 0) < 0) {
        return packed(n_rows(*view), [&](std::size_t i) {
            const std::string_view row(row_of(*view, i), width);
            return row.substr(0, row.find_last_not_of('\0') + 1);
        });
    }
    code_column lying{{}, CSEAL_CODES_TEXT, width};
    lying.items.base = static_cast<const std::uint8_t*>(view->buf);
    lying.items.stride = static_cast<std::size_t>(stride_of(*view, 0));
    lying.items.n = n_rows(*view);
    lying.items.held = std::move(view);
    return lying;
}

/// numpy's str: code points of four bytes.
code_column from_code_points(const Py_buffer& view)
{
    const std::size_t width = static_cast<std::size_t>(view.itemsize) / sizeof(char32_t);
    const own_memory text = allocate(width);
    return packed(n_rows(view), [&](std::size_t i) -> std::string_view {
        std::size_t len = 0;
        for (std::size_t at = 0; at < width; ++at) {
            char32_t c = 0;
            std::memcpy(&c, row_of(view, i) + at * sizeof c, sizeof c);
            // What is no ASCII is no digit.
            text[at] = c < 0x80 ? static_cast<std::uint8_t>(c) : std::uint8_t{0xff};
            len = c != 0 ? at + 1 : len;
        }
        return {reinterpret_cast<const char*>(text.get()), len};
    });
}

/// Whether items are "6s" or "6w".
bool is_text_of(const char* items, char kind) noexcept
{
    items += std::strspn(items, "0123456789");
    return items[0] == kind && items[1] == '\0';
}

}  // namespace

code_column read_codes(PyObject* value)
{
    if (PyList_Check(value) || PyTuple_Check(value)) {
        return from_list(value);
    }
    if (PyObject_CheckBuffer(value) == 0) {
        refuse_type("codes", wanted, value);
    }
    held_buffer view = hold(value, "codes");
    const char* items = items_of(*view);
    if (view->ndim == 1 && is_text_of(items, 's')) {
        const auto width = static_cast<std::size_t>(view->itemsize);
        return from_characters(std::move(view), width);
    }
    if (view->ndim == 1 && is_text_of(items, 'w')) {
        return from_code_points(*view);
    }
    if (has_bytes(*view)) {
        if (view->ndim == 2 && (stride_of(*view, 1) == 1 || view->shape[1] <= 1)) {
            const auto width = static_cast<std::size_t>(view->shape[1]);
            return from_characters(std::move(view), width);
        }
        throw py::type_error("codes must be characters in rows of one width: memoryview(codes).cast('B', [n, width])");
    }
    return {read_code_numbers(std::move(view), wanted)};
}

}  // namespace counterseal::python
