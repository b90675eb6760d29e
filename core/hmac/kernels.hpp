// SPDX-License-Identifier: Apache-2.0
// The kernels by name. Only kernel.cpp, which lists them, and the files that define them include this.
#pragma once

#include "core/hmac/kernel.hpp"

namespace counterseal::core {

extern const hmac_kernel portable_sha1;
extern const hmac_kernel portable_sha256;
extern const hmac_kernel portable_sha512;

#if defined(__x86_64__)
extern const hmac_kernel shani_sha1;
extern const hmac_kernel shani_sha256;
extern const hmac_kernel avx2_sha1;
extern const hmac_kernel avx2_sha256;
extern const hmac_kernel avx2_sha512;
#elif defined(__AARCH64EL__)
extern const hmac_kernel armv8_sha1;
extern const hmac_kernel armv8_sha256;
extern const hmac_kernel armv8_sha512;
#endif

}  // namespace counterseal::core
