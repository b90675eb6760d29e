# SPDX-License-Identifier: Apache-2.0
"""The demo's Python door: base32 secret on stdin; arguments CODE LAST_STEP NOW. Exits 0 only if it is accepted."""

import sys

from counterseal import TOTP

code, last_step, now = sys.argv[1:]
verdict = TOTP(sys.stdin.read()).verify(code, int(last_step), int(now))
print(f"accepted, step {verdict.step}" if verdict else verdict.status)
sys.exit(0 if verdict else 1)
