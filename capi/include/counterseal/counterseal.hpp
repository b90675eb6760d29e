// SPDX-License-Identifier: Apache-2.0
// C++20 over the C ABI, header only: handles that free themselves, spans, exceptions for misuse, values for refusals.
//
// A wrong code is a verdict that is false. A wrong setting throws config_error, whose text names the argument and the
// rule; trouble throws error. Nothing here knows more than counterseal.h tells.
#ifndef COUNTERSEAL_COUNTERSEAL_HPP
#define COUNTERSEAL_COUNTERSEAL_HPP

#include "counterseal/counterseal.h"
#include "counterseal/cpp/batch.hpp"
#include "counterseal/cpp/crypto.hpp"
#include "counterseal/cpp/engine.hpp"
#include "counterseal/cpp/error.hpp"
#include "counterseal/cpp/key_ring.hpp"
#include "counterseal/cpp/ocra.hpp"
#include "counterseal/cpp/otp.hpp"
#include "counterseal/cpp/qr.hpp"
#include "counterseal/cpp/secret.hpp"
#include "counterseal/cpp/seed.hpp"
#include "counterseal/cpp/seed_file.hpp"
#include "counterseal/cpp/selftest.hpp"
#include "counterseal/cpp/uri.hpp"
#include "counterseal/cpp/webauthn.hpp"
#include "counterseal/cpp/yubico.hpp"

#endif
