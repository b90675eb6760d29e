// SPDX-License-Identifier: Apache-2.0
// Counterseal for Node: what `require("counterseal")` gives.
"use strict";

const { CountersealError } = require("./error.cjs");
const { HOTP } = require("./hotp.cjs");
const native = require("./native.cjs");
const { TOTP } = require("./totp.cjs");

/** @type {typeof import("./index.cjs")} */
const surface = { CountersealError, HOTP, TOTP, version: native.version };

module.exports = surface;
