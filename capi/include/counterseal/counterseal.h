/* SPDX-License-Identifier: Apache-2.0 */
/* Everything: read status.h first, then base.h (the rules), then the header of what you need. */
#ifndef COUNTERSEAL_COUNTERSEAL_H
#define COUNTERSEAL_COUNTERSEAL_H

#include "counterseal/base.h"
#include "counterseal/otp.h"
#include "counterseal/status.h"
#include "counterseal/version.h"

#endif
