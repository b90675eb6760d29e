// SPDX-License-Identifier: Apache-2.0
// The bulk kernels by name. Only bulk.cpp, which lists them, and the files that define them include this.
#pragma once

#include "core/hmac/bulk.hpp"

namespace counterseal::core {

extern const bulk_kernel bulk_portable_sha1;
extern const bulk_kernel bulk_portable_sha256;
extern const bulk_kernel bulk_portable_sha512;

#if defined(__x86_64__)
extern const bulk_kernel bulk_avx512_sha1;
extern const bulk_kernel bulk_avx512_sha256;
extern const bulk_kernel bulk_avx512_sha512;
extern const bulk_kernel bulk_shani_sha1;
extern const bulk_kernel bulk_shani_sha256;
extern const bulk_kernel bulk_avx2_sha1;
extern const bulk_kernel bulk_avx2_sha256;
extern const bulk_kernel bulk_avx2_sha512;
#elif defined(__AARCH64EL__)
extern const bulk_kernel bulk_armv8_sha1;
extern const bulk_kernel bulk_armv8_sha256;
extern const bulk_kernel bulk_armv8_sha512;
#endif

}  // namespace counterseal::core
