#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether a program or library asks the loader for no other libraries than these. Usage: needs.py FILE NAME..."""

from __future__ import annotations

import re
import subprocess
import sys

file, *allowed = sys.argv[1:]
dynamic = subprocess.run(["readelf", "--dynamic", "--wide", file], check=True, text=True, stdout=subprocess.PIPE).stdout
needed = re.findall(r"\(NEEDED\).*\[lib([^]]+?)\.so[.\d]*\]", dynamic)
more = sorted(set(needed) - set(allowed))
print(f"needs {', '.join(needed)}" + (f"; not allowed: {', '.join(more)}" if more else ""))
sys.exit(not needed or bool(more))
