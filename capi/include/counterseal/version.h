/* SPDX-License-Identifier: Apache-2.0 */
/* Generated from VERSION by tools/gen_version.py; do not edit. */
#ifndef COUNTERSEAL_VERSION_H
#define COUNTERSEAL_VERSION_H

#define CSEAL_VERSION_MAJOR 0U
#define CSEAL_VERSION_MINOR 1U
#define CSEAL_VERSION_PATCH 0U

#endif
