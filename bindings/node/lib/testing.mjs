// SPDX-License-Identifier: Apache-2.0
// What `import ... from "counterseal/testing"` gives.
import core from "./testing.cjs";

export const { FakeClock, FakePasskey, FakePhone, faults, memoryEngine } = core;
