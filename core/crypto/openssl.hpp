// SPDX-License-Identifier: Apache-2.0
// Objects of OpenSSL that free themselves. For the .cpp files of this folder.
#pragma once

#include <openssl/evp.h>

#include <memory>

namespace counterseal::core {

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* object) const noexcept
    {
        Free(object);
    }
};
template <class T, auto Free>
using owned = std::unique_ptr<T, freed_by<Free>>;

}  // namespace counterseal::core
