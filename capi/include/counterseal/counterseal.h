/* SPDX-License-Identifier: Apache-2.0 */
/* Everything: read status.h first, then base.h (the rules), then the header of what you need. */
#ifndef COUNTERSEAL_COUNTERSEAL_H
#define COUNTERSEAL_COUNTERSEAL_H

#include "counterseal/base.h"
#include "counterseal/batch.h"
#include "counterseal/crypto.h"
#include "counterseal/engine.h"
#include "counterseal/key_ring.h"
#include "counterseal/key_table.h"
#include "counterseal/ocra.h"
#include "counterseal/otp.h"
#include "counterseal/qr.h"
#include "counterseal/seed.h"
#include "counterseal/seed_file.h"
#include "counterseal/selftest.h"
#include "counterseal/status.h"
#include "counterseal/uri.h"
#include "counterseal/version.h"
#include "counterseal/webauthn.h"
#include "counterseal/yubico.h"

#endif
