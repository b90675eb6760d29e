/* SPDX-License-Identifier: Apache-2.0 */
/* Generated from VERSION by tools/gen_version.py; do not edit. */
/* The version that a program is compiled with; cseal_version tells the one that runs. */
#ifndef COUNTERSEAL_VERSION_H
#define COUNTERSEAL_VERSION_H

/* The three parts of the version, MAJOR.MINOR.PATCH. */
#define CSEAL_VERSION_MAJOR 0U
#define CSEAL_VERSION_MINOR 1U
#define CSEAL_VERSION_PATCH 0U

#endif
