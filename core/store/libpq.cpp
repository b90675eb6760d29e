// SPDX-License-Identifier: Apache-2.0
#include "core/store/libpq.hpp"

#include <dlfcn.h>

#include "core/store/store.hpp"

namespace counterseal::core {
namespace {

// By the name of its ABI, which has been 5 since 2005; the name without a number is for compilers only.
#if defined(__APPLE__)
constexpr const char* file = "libpq.5.dylib";
#else
constexpr const char* file = "libpq.so.5";
#endif

}  // namespace

std::shared_ptr<const libpq> libpq::load()
{
    // Never closed: the OpenSSL below it has told the C library what to call at the end of a thread.
    void* const library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        throw store_error(status::e_unsupported, std::string("PostgreSQL's client library is not installed: ") + file +
                                                     " (Debian, Ubuntu: libpq5; Fedora, Alpine, Homebrew: libpq)");
    }
    auto all = std::make_shared<libpq>();
    const auto find = [&](const char* name, auto& function) {
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
        if (function == nullptr) {
            throw store_error(status::e_unsupported,
                              std::string("PostgreSQL's client library is too old: it has no ") + name);
        }
    };
#define COUNTERSEAL_FIND(name) find(#name, all->name);
    COUNTERSEAL_LIBPQ(COUNTERSEAL_FIND)
#undef COUNTERSEAL_FIND
    return all;
}

}  // namespace counterseal::core
